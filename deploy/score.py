"""What happens on which day of the sample year and of the years since: the score that the player follows."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from deploy.player import (
    adopt_rules,
    assign,
    bureaus,
    close_classes,
    declare_membership,
    enrol,
    erase,
    give_mandate,
    hand_over,
    keeper,
    leave,
    open_classes,
    set_up,
)
from deploy.player_bank import STATEMENT_COMES_ON, reconcile
from deploy.player_councils import Councils, form_bodies
from deploy.player_year_end import ANSWERED_ON, CLOSED_ON, DISCHARGE_ON, FOUND_ON, REPORT_ON, SAMPLE_ON, YearEnd
from deploy.score_councils import CouncilVotes
from deploy.score_elections import Elections
from deploy.score_money import Money, Step
from deploy.score_today import Today
from deploy.score_votes import PupilVotes
from deploy.stage import Stage
from services.ledger.charts import OCCE_NAME
from services.ledger.commands.books import OpenYear
from services.ledger.events.legs import ADVANCES

M3_GIVEN_ON = date(2025, 2, 20)
ELECTIONS, ASSEMBLY, MEMBERSHIP_DUE = (9, 16), (9, 24), (9, 30)  # month and day


def play(stage: Stage, until: date, moved: Callable[[int], None]) -> None:
    """Play everything up to a day, the current year included; `moved` is told after each step."""
    set_up(stage)
    steps = sorted((step for step in [*first_year(stage), *later_years(stage, until)] if step.on <= until), key=lambda step: step[:2])
    for step in steps:
        step.act()
        moved(1)


def first_year(stage: Stage) -> Iterator[Step]:
    """Give the steps of the sample year after its set-up."""
    setup = stage.sample.setup
    starts = date.fromisoformat(setup["fiscal_year"]["starts"])
    councils = Councils(stage)
    yield Step(starts, 0, lambda: form_bodies(stage, starts))
    yield Step(_in(starts, ELECTIONS), 0, lambda: Elections(councils).held(_in(starts, ELECTIONS)))
    for parent in setup["parents"]:
        for role in parent["roles"]:
            yield _assigning(stage, parent["code"], role)
    yield Step(_in(starts, MEMBERSHIP_DUE), 0, lambda: declare_membership(stage, _in(starts, MEMBERSHIP_DUE)))
    yield from _mandates(stage)
    for move in setup["movements"]:
        yield _movement(stage, move["member"], move["what"], date.fromisoformat(move["on"]))
        if move.get("then") == "erased":
            erased_on = date.fromisoformat(move["erased_on"])
            yield Step(erased_on, 0, partial(erase, stage, erased_on, move["member"]))
    yield from PupilVotes(councils).steps()
    yield from CouncilVotes(councils).steps()
    yield from Money(stage).steps()
    yield Step(STATEMENT_COMES_ON, 2, partial(reconcile, stage, STATEMENT_COMES_ON))
    yield from _ended(YearEnd(stage))


def _ended(end: YearEnd) -> Iterator[Step]:
    """Give the steps of the verification and of the closing, each after what the day's council does."""
    yield Step(SAMPLE_ON, 5, end.sampled)
    yield Step(REPORT_ON, 5, end.reported)
    yield Step(FOUND_ON, 5, end.found)
    yield Step(ANSWERED_ON, 5, end.answered)
    yield Step(DISCHARGE_ON, 5, end.discharged)
    yield Step(CLOSED_ON, 5, end.closed)


def later_years(stage: Stage, until: date) -> Iterator[Step]:
    """Open each year since, with its mandates and roles, so that the personas can act today."""
    setup = stage.sample.setup
    last = setup["fiscal_year"]["year"]
    starts = date.fromisoformat(setup["fiscal_year"]["ends"]) + timedelta(days=1)
    for rules in setup["rules"][1:]:
        day = date.fromisoformat(rules["valid_from"])
        yield Step(day, 0, partial(adopt_rules, stage, day, rules))
    while starts <= until:
        ends = date(starts.year + 1, 8, 31)
        year = f"{starts.year}-{ends.year % 100:02d}"
        yield Step(starts, 1, partial(_turned, stage, starts, ends, last, year))
        yield from Today(stage, starts, ends).steps()
        last, starts = year, ends + timedelta(days=1)


def _turned(stage: Stage, day: date, ends: date, last: str, year: str) -> None:
    setup, after = stage.sample.setup, stage.sample.setup["years_after"]
    close_classes(stage, day, last)
    open_classes(stage, day, year)
    dates = {"starts": day.isoformat(), "until": ends.isoformat()}
    for code in after["mandates"]:
        give_mandate(stage, day, code, **dates)
    stage.ask(day, keeper(stage, day), OpenYear(year=year, starts=day, ends=ends, chart=OCCE_NAME))
    for one in setup["classes"]:
        assign(stage, day, one["teacher"], {"role": "class_tutor", "class_code": one["code"], **dates})
    for code in after["tellers"]:
        assign(stage, day, code, {"role": "teller", **dates})
    assembly = _in(day, ASSEMBLY)
    verified = {"starts": assembly.isoformat(), "until": (_in(ends + timedelta(days=1), ASSEMBLY) - timedelta(days=1)).isoformat()}
    for code in after["verifiers"]:
        assign(stage, day, code, {"role": "verifier", **verified})
    for code in after["advisory_parents"]:
        assign(stage, day, code, {"role": "advisory_parent", "starts": assembly.isoformat(), "until": ends.isoformat()})
    bureaus(stage, day, _in(day, ELECTIONS).isoformat(), ends.isoformat())


def _mandates(stage: Stage) -> Iterator[Step]:
    setup = stage.sample.setup
    affiliated = setup["cooperative"]["affiliated_on"]
    for adult in setup["adults"]:
        for mandate in adult["mandates"]:
            if mandate["starts"] != affiliated:
                dates = {name: mandate[name] for name in ("starts", "until")}
                yield Step(M3_GIVEN_ON, 0, partial(give_mandate, stage, M3_GIVEN_ON, adult["code"], **dates))
    handover = date.fromisoformat(setup["handover"]["on"])
    yield Step(handover, 9, lambda: hand_over(stage, handover, treasury_of(stage, handover)))


def treasury_of(stage: Stage, day: date) -> dict[str, int]:
    """Return what both holders sign: each treasury account and the open advances, as known on that day."""
    balances = stage.balances(day)
    accounts = [one["account"] for one in stage.sample.setup["treasury_accounts"]]
    return {account: balances.accounts.get(account, 0) for account in [*accounts, ADVANCES]}


def _movement(stage: Stage, code: str, what: str, on: date) -> Step:
    return Step(on, 0, partial(leave if what == "left" else enrol, stage, on, code))


def _assigning(stage: Stage, code: str, role: dict[str, Any]) -> Step:
    on = date.fromisoformat(role["starts"])
    return Step(on, 0, partial(assign, stage, on, code, role))


def _in(start: date, when: tuple[int, int]) -> date:
    return date(start.year, *when)
