"""The activity of a year (CRA): its projects, its councils and votes, how many took part; aggregates, never who.

A body of which some ballot called fewer than five is told without its numbers, and is left out of the total: they would say who.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from immutables import Map

from services.governance.events.ballots import BallotOpened, QuorumMissed, ResultDeclared, Verdict
from services.governance.events.bodies import BodyFormed, MeetingOpened
from services.governance.events.people import CooperativeAffiliated
from services.ledger.double_entry import BROUGHT_IN, RESULT
from services.ledger.events.books import YearOpened
from services.ledger.projections.journal import JOURNAL, Journal
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Table

Told = dict[str, Any]
GROUP_MIN: Final = 5  # voters: of fewer, a number would say who (domain, section 11)


class Result(NamedTuple):
    """One ballot that ended, on a day: its body, its method, what came out, how many were called and how many voted."""

    on: date
    body: Code
    method: str
    verdict: str
    registered: int
    voters: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What a year's activity is told from."""

    journal: Journal = JOURNAL.initial
    zone: str = "UTC"
    years: Table[Code, tuple[date, date]] = Map()
    bodies: Table[Code, str] = Map()
    opened: Table[Id, tuple[Code, str]] = Map()
    results: tuple[Result, ...] = ()
    missed: tuple[date, ...] = ()
    meetings: tuple[date, ...] = ()


def evolve(activity: Activity, record: Recorded[Any]) -> Activity:
    """Apply one fact; the result of a ballot whose opening a cut hides is told of no body."""
    event = record.event
    match event:
        case CooperativeAffiliated(zone=zone):
            return replace(activity, zone=zone)
        case BodyFormed():
            return replace(activity, bodies=activity.bodies.set(event.body, event.label))
        case BallotOpened():
            return replace(activity, opened=activity.opened.set(event.ballot, (event.body, str(event.method))))
        case MeetingOpened():
            return replace(activity, meetings=(*activity.meetings, _day(activity, record)))
        case QuorumMissed():
            return replace(activity, missed=(*activity.missed, _day(activity, record)))
        case ResultDeclared() if event.part == 1 and event.ballot in activity.opened:
            body, method = activity.opened[event.ballot]
            result = Result(_day(activity, record), body, method, str(event.verdict), event.registered, event.voters)
            return replace(activity, results=(*activity.results, result))
        case YearOpened():
            activity = replace(activity, years=activity.years.set(event.year, (event.starts, event.ends)))
        case _:
            pass
    journal = JOURNAL.evolve(activity.journal, record)
    return activity if journal is activity.journal else replace(activity, journal=journal)


def _day(activity: Activity, record: Recorded[Any]) -> date:
    return record.time.astimezone(ZoneInfo(activity.zone)).date()


def activity_report(activity: Activity, year: Code) -> Told:
    """Return the activity of a year that was opened, amounts in cents; raises KeyError for another."""
    starts, ends = activity.years[year]
    results = [one for one in activity.results if starts <= one.on <= ends]
    shown = _participation(activity, results)
    told = [one for one in shown if one["registered"] is not None]
    methods = sorted({one.method for one in results})
    return {
        "year": year,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "projects": _projects(activity.journal, starts, ends),
        "meetings": sum(starts <= on <= ends for on in activity.meetings),
        "votes": {
            "ballots": len(results),
            "by_method": {method: sum(one.method == method for one in results) for method in methods},
            "adopted": sum(one.verdict == Verdict.ADOPTED for one in results),
            "rejected": sum(one.verdict == Verdict.REJECTED for one in results),
            "quorum_missed": sum(starts <= on <= ends for on in activity.missed),
            "registered": sum(one["registered"] for one in told),
            "voters": sum(one["voters"] for one in told),
        },
        "participation": shown,
    }


def _participation(activity: Activity, results: list[Result]) -> list[Told]:
    lines: list[Told] = []
    for body in sorted({one.body for one in results}):
        own = [one for one in results if one.body == body]
        small = min(one.registered for one in own) < GROUP_MIN
        sums = (None, None) if small else (sum(one.registered for one in own), sum(one.voters for one in own))
        told = {"body": body, "label": activity.bodies.get(body, body), "ballots": len(own)}
        lines.append({**told, "registered": sums[0], "voters": sums[1]})
    return lines


def _projects(journal: Journal, starts: date, ends: date) -> list[Told]:
    sums: dict[Code, tuple[int, int]] = {}
    for line in journal.lines.values():
        if not starts <= line.on <= ends:
            continue
        for posting in line.lines:
            if posting.project is not None and posting.account[0] in RESULT:
                income, expense = sums.get(posting.project, (0, 0))
                brings = posting.account[0] == BROUGHT_IN
                sums[posting.project] = (income - posting.amount, expense) if brings else (income, expense + posting.amount)
    return [
        {"project": project, "income": income, "expense": expense, "margin": income - expense}
        for project, (income, expense) in sorted(sums.items())
    ]


ACTIVITY: Projection[Activity] = Projection(name="ledger.activity", version=1, initial=Activity(), evolve=evolve)
