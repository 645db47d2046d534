"""Every vote of the sample year held against what was expected of it: counts, winners, quorum, veto, what other methods would say.

The views of governance and of commitments are folded here twice, from the records of the log and from the portal's copy of them;
each must agree to the last paper and the last cent. Beside the tests nothing else reads what `votes.json` expects.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from deploy.checking import Check
from deploy.player_councils import ASSEMBLY
from deploy.player_votes import code_of
from deploy.sample import LES_TILLEULS, Sample
from deploy.year_seen import Seen, numbers_of, page_of, poll_of, result_of, seen_in
from services.governance.events.papers import Method, Utility
from services.governance.events.people import Role
from services.governance.rules.polling import codes_of
from services.governance.tally.counting import Ties
from services.governance.tally.methods import counting_of
from services.governance.tally.sorting import tallied
from services.governance.telling.what_if import what_if
from services.ledger.events.advances import AdvanceGranted
from services.ledger.events.entries import ExpenseRecorded, ExpenseRegularised
from shared.messages import Recorded

BUREAU = {Role.PRESIDENT, Role.SECRETARY, Role.TREASURER}
LATE, RESERVATION = "D31", "D33"


def votes_checks(source: str, records: Sequence[Recorded[Any]], folder: Path = LES_TILLEULS) -> Iterator[Check]:
    """Compare every vote as this source has it with what the sample expects."""
    told = orjson.loads((folder / "votes.json").read_bytes())
    seen = seen_in(records)
    votes = {one["id"]: one for one in told["votes"]}
    groups: dict[str, Iterator[Figure]] = {
        "V01": _elections(seen, votes["V01"]),
        "V02": _yes_or_no(seen, votes["V02"], votes["V02"]["date"]),
        "V03": _consent(seen, votes["V03"]),
        "V04": _by_marks(seen, votes["V04"]),
        "V05": _rankings(seen, votes["V05"]),
        "V06": _grades(seen, votes["V06"]),
        "V07": _projects(seen, votes["V07"]),
        "V08": _yes_or_no(seen, votes["V08"], votes["V08"]["date"]),
        "V08 heard": _advisory(seen, votes["V08"]),
        "V09": _by_marks(seen, votes["V09"]),
        "V10": _by_marks(seen, votes["V10"]),
        "V11": _veto(seen, votes["V11"]),
        "V12": _calls(seen, votes["V12"]),
        "V13": _discharge(seen, votes["V13"]),
        "commitments": _commitments(seen, told["commitments"], votes, Sample(folder)),
        "expenses": _regularised(seen),
    }
    for group, figures in groups.items():
        try:
            yield from (Check(f"{source} {name}", expected, found) for name, expected, found in figures)
        except LookupError as missing:  # what was never voted is said, and the rest is still compared
            yield Check(f"{source} {group}", "found", str(missing))


Figure = tuple[str, Any, Any]  # a name, what was expected, what was found


def _elections(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    held = [
        (person, one) for person, member in seen.members.people.items() for one in member.holdings if one.starts.isoformat() == vote["date"]
    ]
    elected = {person for person, one in held if one.role is Role.DELEGATE}
    classes = {one.class_code for _, one in held}
    whole = [code for code in classes if {one.role for _, one in held if one.class_code == code} >= BUREAU]
    yield "V01 elected", vote["expected"], f"{len(elected)} delegates, {len(whole)} bureaux"
    on = date.fromisoformat(vote["date"])
    ballots = [poll for poll in seen.polls.polls.values() if poll.at.date() == on]
    yield "V01 every ballot declared", len(ballots), sum(poll.result is not None for poll in ballots)
    yield "V01 two rounds", 3, sum(poll.opened.after is not None for poll in ballots)
    nominated = [page for page in seen.pages.by_id.values() if page.nominee is not None and page.stage == "adopted"]
    seats = [one for poll in ballots if poll.result for one in poll.result.tallied.elected]
    yield "V01 conferred by a result", len(held), len(nominated) + len(seats)


def _yes_or_no(seen: Seen, vote: dict[str, Any], on: str) -> Iterator[Figure]:
    poll, name = poll_of(seen, vote["id"], on), vote["id"]
    numbers = numbers_of(poll)
    yield f"{name} for", vote["for"], numbers.get("yes")
    yield f"{name} against", vote["against"], numbers.get("no")
    yield f"{name} blank", vote["blank"], result_of(poll).tallied.blank
    yield f"{name} voters", vote["for"] + vote["against"] + vote["blank"], result_of(poll).voters
    yield f"{name} verdict", vote["expected"].split(";")[0], result_of(poll).verdict
    if "quorum" in vote and (quorum := poll.opened.quorum):
        yield f"{name} quorum", vote["quorum"], f"{quorum.numerator} of {result_of(poll).registered}"


def _advisory(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    heard = {one.college: one.tallied for one in result_of(poll_of(seen, vote["id"], vote["date"])).advisory or ()}
    for college, counts in vote["advisory"].items():
        found = {one.of: int(one.value) for one in heard[college].counts} if college in heard else {}
        yield f"{vote['id']} {college} heard apart", counts["for"], found.get("yes")


def _consent(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    page = page_of(seen, vote["id"], vote["date"])
    lifted = [one.lifted.answer for one in page.objections if one.lifted]
    yield "V03 objections integrated", ["integrated"] * len(vote["objections"]), lifted
    yield "V03 verdict", vote["expected"], f"{page.stage} in round {len(page.rounds)}"
    answer = vote["objections"][0]["resolved_by"]
    yield "V03 built in", True, answer.lower() in page.versions[-1].text.lower() and answer.lower() not in page.versions[0].text.lower()


def _by_marks(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    """Approvals, scores and dots: sums of options, the winner, and papers that make them."""
    poll, name = poll_of(seen, vote["id"], vote["date"]), vote["id"]
    numbers = numbers_of(poll)
    for option, total in vote["totals"].items():
        yield f"{name} {option}", total, numbers.get(code_of(option))
    yield f"{name} elected", [code_of(one) for one in vote["expected"]], list(result_of(poll).tallied.elected)
    if "voters" in vote:
        yield f"{name} voters", vote["voters"], result_of(poll).voters
    if "maximum" in vote:
        yield f"{name} maximum", vote["maximum"], result_of(poll).voters * (poll.opened.parameters.top or 0)
    yield f"{name} individual papers", result_of(poll).voters, sum(one.papers for one in poll.shown.piles) if poll.shown else None


def _rankings(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    poll = poll_of(seen, vote["id"], vote["date"])
    yield "V05 elected", vote["expected"], list(result_of(poll).tallied.elected)
    yield "V05 papers", sum(papers for papers, _ in vote["ballots"]), result_of(poll).voters
    others = {one.method: one.tallied for one in what_if(poll) if one.hypothetical and one.tallied}
    expected = vote["what_if"]
    yield "V05 what if plurality", [expected["plurality"]], list(others[Method.PLURALITY].elected)
    yield "V05 what if irv", [expected["irv"]], list(others[Method.IRV].elected)
    yield "V05 what if borda", expected["borda"], {one.of: int(one.value) for one in others[Method.BORDA].counts}


def _grades(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    poll = poll_of(seen, vote["id"], vote["date"])
    yield "V06 elected", vote["expected"], list(result_of(poll).tallied.elected)
    yield "V06 parted by the full sequence", True, any(step.step == "parted" for step in poll.rounds)
    for option, counts in vote["counts_worst_to_best"].items():
        given = [0] * len(counts)
        for pile in poll.shown.piles if poll.shown else ():
            for one in pile.choice.points or ():
                given[one.points] += pile.papers if one.option == option else 0
        yield f"V06 {option}", counts, given


def _projects(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    poll = poll_of(seen, vote["id"], vote["date"])
    yield "V07 elected", vote["expected"], sorted(result_of(poll).tallied.elected)
    yield "V07 spent", vote["spent"], result_of(poll).tallied.spent
    yield "V07 papers", sum(papers for papers, _ in vote["ballots"]), result_of(poll).voters
    others = {one.method: one.tallied for one in what_if(poll) if one.hypothetical and one.tallied}
    yield "V07 what if greedy", vote["what_if"]["greedy_ties_to_cheapest"], list(others[Method.KNAPSACK].elected)
    by_cost = poll.opened.parameters.model_copy(update={"utility": Utility.COST})
    piles, ties = poll.shown.piles if poll.shown else (), Ties(poll.opened.tie_policy)
    richest, _ = tallied(counting_of(Method.MAX_WELFARE), codes_of(poll.opened), piles, by_cost, ties)
    yield "V07 what if votes times cost", vote["what_if"]["max_votes_times_cost"], sorted(richest.elected)


def _veto(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    page = page_of(seen, vote["id"], vote["date"])
    yield "V11 put to the vote", 0, len(page.votes) + len(page.rounds)
    yield "V11 refused with a reason", True, page.veto is not None and "commune" in page.veto.reason
    yield "V11 refused on", vote["date"], page.veto.mark.at.date().isoformat() if page.veto else None


def _calls(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    first, second = vote["calls"]
    called = [one.missed for one in seen.meetings.meetings.values() if one.body == ASSEMBLY and one.on.isoformat() == first["date"]]
    again = poll_of(seen, "V12", second["date"])
    [missed] = called or [None]
    yield "V12 first call counted", first["present"], missed and missed.counted
    yield "V12 first call needed", vote["quorum"], missed and f"{missed.needed} of {result_of(again).registered}"
    yield "V12 second call", 2, again.opened.call
    yield from _yes_or_no(seen, {"id": "V12", **second}, second["date"])


def _discharge(seen: Seen, vote: dict[str, Any]) -> Iterator[Figure]:
    poll = poll_of(seen, vote["id"], vote["date"])
    yield "V13 rule", vote["method"], poll.opened.parameters.rule
    yield "V13 unanimous", {"yes": result_of(poll).registered, "no": 0}, {name: numbers_of(poll).get(name) for name in ("yes", "no")}
    yield "V13 verdict", "adopted", result_of(poll).verdict
    page = seen.pages.by_id[poll.opened.proposal or ""]
    yield "V13 reservation", True, RESERVATION in vote["expected"] and RESERVATION in page.versions[-1].text
    yield "V13 reads facts 1 to n", True, page.versions[0].title.endswith(f"faits 1 à {page.made.seq - 1}")


def _commitments(seen: Seen, told: list[list[Any]], votes: dict[str, Any], sample: Sample) -> Iterator[Figure]:
    """Each envelope, what was paid from it by the spreadsheet, what was given back."""
    paid = {f"{one.voucher.series}{one.voucher.number:02d}": -sum(amount for _, amount in one.amounts) for one in sample.sheets.operations}
    for vote, envelope, pieces in told:
        page = seen.pages.by_id[poll_of(seen, vote, votes[vote]["date"]).opened.proposal or ""]
        decision = seen.commitments.decisions[page.decision or ""]
        spent = sum(paid[piece] for piece in pieces.split(", "))
        yield f"{vote} envelope", envelope, decision.amount
        yield f"{vote} spent of it", spent, decision.used
        yield f"{vote} given back", envelope - spent, decision.released
        yield f"{vote} left", 0, decision.left


def _regularised(seen: Seen) -> Iterator[Figure]:
    """No expense and no advance is without its decision, but one, until a council took it on itself."""
    spendings = [one.event for one in seen.records if isinstance(one.event, ExpenseRecorded | AdvanceGranted)]
    irregular = [one for one in spendings if one.irregular is not None]
    yield "irregular expenses", [LATE], [f"{one.voucher.series}{one.voucher.number:02d}" for one in irregular]
    yield "every other cites a decision", len(spendings) - 1, sum(one.decision is not None for one in spendings)
    settled = [one.event.entry for one in seen.records if isinstance(one.event, ExpenseRegularised)]
    yield f"{LATE} regularised", [one.entry for one in irregular if isinstance(one, ExpenseRecorded)], settled
