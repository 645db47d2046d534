"""How the sample's cooperative is set up: its people, classes, mandates, accounts and pots, and who leaves or hands over."""

import secrets
from datetime import date
from typing import Any

import orjson

from deploy.stage import Stage, built, data_of
from services.governance.commands.people import (
    AdoptRules,
    AffiliateCooperative,
    AssignRole,
    CloseClass,
    EnrolMember,
    GiveMandate,
    HandOverMandate,
    OpenClass,
    RecordDeparture,
)
from services.governance.commands.privacy import ErasePerson
from services.governance.events.people import Balance, ChecklistItem, Rules
from services.governance.events.privacy import ErasureReason
from services.ledger.charts import OCCE_NAME, OCCE_VERSION, chart_on
from services.ledger.commands.books import AdoptChart, DeclareMembership, OpenPot, OpenTreasuryAccount, OpenYear
from services.ledger.events.books import ClassCount, OpeningBalance
from shared.messages import id_from
from shared.vault.people import Name

CHECKLIST = ("registres", "chequiers", "inventaire", "acces-banque", "avances-ouvertes", "pieces-manquantes")
BUREAU = {"délégation": "delegate", "présidence": "president", "secrétariat": "secretary", "trésorerie": "treasurer"}


def set_up(stage: Stage) -> None:
    """Open the cooperative: association, rules, chart, classes, people, mandates, accounts, pots and the year."""
    setup, day = stage.sample.setup, date.fromisoformat(stage.sample.setup["cooperative"]["affiliated_on"])
    _seat_officer(stage)
    cooperative = {name: setup["cooperative"][name] for name in ("number", "name", "level", "zone", "sandbox")}
    stage.ask(day, stage.officer, AffiliateCooperative(association=setup["association"]["code"], on=day, **cooperative))
    adopt_rules(stage, day, setup["rules"][0])
    stage.ask(day, stage.officer, AdoptChart(chart=OCCE_NAME, version=OCCE_VERSION, valid_from=day, content=chart_on(day)))
    open_classes(stage, day, setup["fiscal_year"]["year"])
    for code, one in stage.sample.people.items():
        late = any(move["member"] == code and move["what"] == "enrolled" for move in setup["movements"])
        if one.kind != "association" and not late:
            enrol(stage, day, code)
    for adult in setup["adults"]:
        for mandate in adult["mandates"]:
            if date.fromisoformat(mandate["starts"]) == day:
                give_mandate(stage, day, adult["code"], mandate["starts"], mandate["until"])
        for role in adult["roles"]:
            assign(stage, day, adult["code"], role)
    for account in setup["treasury_accounts"]:
        stage.ask(day, stage.officer, built(OpenTreasuryAccount, on=day, **account))
    for pot in setup["pots"]:
        stage.ask(
            day, stage.officer, built(OpenPot, on=day, pot=pot["code"], **{name: value for name, value in pot.items() if name != "code"})
        )
    opening = tuple(OpeningBalance(**one) for one in setup["opening"]["balances"])
    year = setup["fiscal_year"]
    stage.ask(
        day,
        keeper(stage, day),
        OpenYear(chart=OCCE_NAME, opening=opening, year=year["year"], starts=day, ends=date.fromisoformat(year["ends"])),
    )


def open_classes(stage: Stage, day: date, year: str) -> None:
    """Open every class for a year."""
    for one in stage.sample.setup["classes"]:
        opened = OpenClass(class_code=one["code"], label=one["label"], level=tuple(one["level"]), cycle=tuple(one["cycle"]), year=year)
        stage.ask(day, stage.officer, opened)


def close_classes(stage: Stage, day: date, year: str) -> None:
    """Close every class of a year."""
    for one in stage.sample.setup["classes"]:
        stage.ask(day, stage.officer, CloseClass(class_code=one["code"], year=year))


def adopt_rules(stage: Stage, day: date, told: dict[str, Any]) -> None:
    """Adopt one version of the association's rules."""
    content = {name: value for name, value in told.items() if name not in {"rule_set", "version", "valid_from"}}
    rules = Rules.model_validate_json(orjson.dumps(content))
    valid_from = date.fromisoformat(told["valid_from"])
    stage.ask(day, stage.officer, AdoptRules(rule_set=told["rule_set"], version=told["version"], valid_from=valid_from, content=rules))


def enrol(stage: Stage, day: date, code: str) -> None:
    """Enrol one person of the sample; the pseudonym comes back in the answer, the first time and every other."""
    one = stage.sample.people[code]
    told = built(
        EnrolMember,
        first_name=one.first_name,
        last_name=one.last_name,
        title=one.title,
        source_code=code,
        kind=one.kind,
        class_code=one.class_code if one.kind == "pupil" else None,
        on=day,
    )
    stage.people[code] = data_of(stage.ask(day, stage.officer, told))["member"]


def give_mandate(stage: Stage, day: date, code: str, starts: str, until: str) -> None:
    """Have the association give a mandate."""
    dates = {"starts": date.fromisoformat(starts), "until": date.fromisoformat(until)}
    stage.ask(day, stage.officer, GiveMandate(holder=stage.people[code], **dates))


def assign(stage: Stage, day: date, code: str, role: dict[str, Any]) -> None:
    """Assign one role of the set-up."""
    told = {"role": role["role"], "person": stage.people[code], "starts": role["starts"], "until": role["until"]}
    stage.ask(day, stage.officer, built(AssignRole, class_code=role.get("class_code"), **told))


def bureaus(stage: Stage, day: date, starts: str, until: str) -> None:
    """Seat the pupils of the sample in a later year, of which it tells no election."""
    for code, one in stage.sample.people.items():
        for word in one.roles:
            if one.kind == "pupil":
                assign(stage, day, code, {"role": BUREAU[word], "starts": starts, "until": until, "class_code": one.class_code})


def declare_membership(stage: Stage, day: date) -> None:
    """Declare the headcount: by mistake at the rate of the next year, then at that of the rules of the day."""
    setup = stage.sample.setup
    rules, next_rules = setup["rules"][:2]
    counts = tuple(ClassCount(class_code=one["code"], pupils=one["pupils"]) for one in setup["classes"])
    right = DeclareMembership(
        year=setup["fiscal_year"]["year"],
        on=day,
        classes=counts,
        adults=len(setup["adults"]),
        rate=rules["membership_fee"],
        insurance=rules["insurance"],
        rules_version=rules["version"],
    )
    stage.ask(day, keeper(stage, day), right.model_copy(update={"rate": next_rules["membership_fee"]}))  # by mistake, seen at once
    stage.ask(day, keeper(stage, day), right)


def hand_over(stage: Stage, day: date, accounts: dict[str, int]) -> None:
    """Hand the books over, with the balances that both sign; `accounts` are those of the treasury and of open advances."""
    told = stage.sample.setup["handover"]
    command = HandOverMandate(
        outgoing=stage.people[told["outgoing"]],
        incoming=stage.people[told["incoming"]],
        on=day,
        balances=tuple(Balance(account=account, amount=amount) for account, amount in sorted(accounts.items())),
        checklist=tuple(ChecklistItem(item=item, state="remis") for item in CHECKLIST),
    )
    stage.ask(day, told["outgoing"], command)


def leave(stage: Stage, day: date, code: str) -> None:
    """Record that somebody left."""
    stage.ask(day, stage.officer, RecordDeparture(member=stage.people[code], on=day))


def erase(stage: Stage, day: date, code: str) -> None:
    """Erase somebody who left: from then on nobody can tell who the pseudonym was."""
    stage.ask(day, keeper(stage, day), ErasePerson(person=stage.people[code], reason=ErasureReason.DEPARTURE))


def keeper(stage: Stage, day: date) -> str:
    """Return the code of the person who keeps the books all year: the first one who holds a mandate on that day."""
    for adult in stage.sample.setup["adults"]:
        for mandate in adult["mandates"]:
            if mandate["starts"] <= day.isoformat() <= mandate["until"]:
                return str(adult["code"])
    return str(stage.sample.setup["years_after"]["mandates"][0])


def _seat_officer(stage: Stage) -> None:
    """Find the officer's pseudonym in the vault, or draw one: nobody enrols whoever opens a register."""
    vault, code = stage.doors.vault, stage.officer
    known = vault.person_by_code(stage.register, code)
    if known is None:
        one = stage.sample.people[code]
        known = "p_" + id_from(secrets.token_bytes(32))
        vault.keep_person(stage.register, known, Name(one.first_name, one.last_name, one.title, code), one.kind)
        vault.confirm(stage.register, known)
    stage.people[code] = known
