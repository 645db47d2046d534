"""A cooperative that may spend: two mandate holders, a pupil treasurer, rules with a threshold, and a council that decides by a vote."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.running import Running
from tests.stories.asking import Asker, opened, with_a_teacher, with_books

RULES = {
    "membership_fee": 235, "insurance": 25, "advance_cap": 15000, "approval_threshold": 10000, "late_entry_days": 30, "cash_kept_days": 3,
    "verifiers": {"minimum": 2, "parents": 1}, "verified": False,
}  # fmt: skip
COUNCIL = {
    "body": "conseil-CM1", "kind": "class-council", "label": "Conseil des CM1", "class_code": "CM1",
    "composition": [{"college": "eleves", "of": "pupils"}],
}  # fmt: skip


@dataclass
class School:
    """The people of the story; `decision` was taken by `ballot`, for 400 euros of the school's pot."""

    officer: Asker
    teacher: Asker
    second: Asker
    treasurer: Asker
    decision: str
    ballot: str


def today() -> str:
    """Return today's date where the cooperative is."""
    return datetime.now(tz=UTC).astimezone(ZoneInfo("Europe/Paris")).date().isoformat()


def school_year() -> int:
    """Return the year in which the current fiscal year began."""
    now = datetime.now(tz=UTC).astimezone(ZoneInfo("Europe/Paris"))
    return now.year if now.month >= 9 else now.year - 1


def days(count: int) -> dict[str, str]:
    """Return a time of so many days from today."""
    return {"starts": today(), "until": (date.fromisoformat(today()) + timedelta(days=count)).isoformat()}


def told(asked: Asker, command: str, body: dict[str, Any], kind: str = "") -> dict[str, Any]:
    """Give a command that is accepted; return what its first record says, or its record of a kind."""
    answer = asked.ask(command, body)
    assert answer.status == 201, answer.body
    data: dict[str, Any] = next(one["data"] for one in answer.body["records"] if kind in one["type"])
    return data


def school(running: Running) -> School:
    """Open a cooperative in which a council has just decided to spend 400 euros."""
    officer = opened(running)
    teacher = with_a_teacher(officer)
    with_books(teacher)
    if (year := school_year()) != 2025:
        span = {"year": f"{year}-{(year + 1) % 100:02d}", "starts": f"{year}-09-01", "ends": f"{year + 1}-08-31", "chart": "occe"}
        told(teacher, "ledger/open-year", span)
    told(officer, "governance/adopt-rules", {"rule_set": "AD99", "version": "2025-26", "valid_from": "2025-09-01", "content": RULES})
    other = {"first_name": "Nadia", "last_name": "Benali", "source_code": "A02", "kind": "staff", "on": "2025-09-01"}
    holder = told(officer, "governance/enrol-member", other)["member"]
    told(officer, "governance/give-mandate", {"holder": holder, "starts": "2025-09-01"})
    pupils = [officer.as_("E01").actor]
    for number in range(2, 5):
        pupil = {"first_name": f"Élève{number}", "last_name": "Martin", "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
        pupils.append(told(officer, "governance/enrol-member", pupil | {"source_code": f"E0{number}"})["member"])
    told(teacher, "governance/assign-role", {"role": "treasurer", "person": pupils[0], "class_code": "CM1", **days(200)})
    treasurer = officer.as_("E01")
    told(teacher, "governance/form-body", COUNCIL)
    ballot, decision = decided(teacher, treasurer, pupils)
    return School(officer, teacher, officer.as_("A02"), treasurer, decision, ballot)


def decided(teacher: Asker, pupil: Asker, pupils: list[str], cents: int = 400_00) -> tuple[str, str]:
    """Let the council vote a sum of the school's pot, by raised hands that two persons count; return the ballot and the decision."""
    wanted = {"body": "conseil-CM1", "title": "Un spectacle", "text": "Une compagnie vient à l'école", "cost": cents, "pot": "ECOLE"}
    proposal = told(pupil, "governance/make-proposal", wanted)["proposal"]
    point = {"kind": "proposal", "title": "Un spectacle", "subject": proposal}
    meeting = told(teacher, "governance/call-meeting", {"body": "conseil-CM1", "on": today(), "agenda": [point]})["meeting"]
    told(teacher, "governance/open-meeting", {"meeting": meeting, "present": pupils})
    settings = {
        "body": "conseil-CM1", "question": "Faire venir la compagnie ?", "method": "yes-no",
        "options": [{"option": "yes"}, {"option": "no"}],
        "parameters": {"rule": "simple"}, "tie_policy": {"draw": "register"}, "way": "hand", "publish": "list", "proposal": proposal,
        "meeting": meeting, "tellers": [teacher.actor, pupils[0]], "spending": {"amount": cents, "pot": "ECOLE"},
    }  # fmt: skip
    ballot = told(teacher, "governance/open-ballot", settings)["ballot"]
    piles = [{"choice": {"marks": ["yes"]}, "papers": 3}, {"choice": {"marks": ["no"]}, "papers": 1}]
    count = {"ballot": ballot, "count": {"found": 4, "present": 4, "piles": piles}}
    told(teacher, "governance/enter-hand-count", count)
    decision = told(pupil, "governance/enter-hand-count", count, "decision-adopted")["decision"]
    return ballot, decision


def order(one: School, cents: int, label: str = "Spectacle de la compagnie", **more: Any) -> dict[str, Any]:
    """Return the body of an order on the decision."""
    return {"decision": one.decision, "amount": cents, "pot": "ECOLE", "label": label, **more}


def payment(cents: int, number: int, **more: Any) -> dict[str, Any]:
    """Return the body of an expense of the school's pot, paid today by card."""
    return {
        "on": today(), "voucher": {"series": "D", "number": number}, "label": "Spectacle", "pot": "ECOLE", "means": "card",
        "treasury": [{"account": "512", "amount": -cents}], "allocations": [{"account": "6180", "amount": cents}], **more,
    }  # fmt: skip
