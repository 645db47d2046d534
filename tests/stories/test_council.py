"""A class council over HTTP: called, opened, decided, closed, written down; and the decision that comes back at the next one."""

import hashlib
import json
import urllib.request
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from tests.running import Running
from tests.stories.asking import Asker, opened, with_a_teacher

pytestmark = pytest.mark.shares_an_installation

BODY = {
    "body": "conseil-CM1",
    "kind": "class-council",
    "label": "Conseil des CM1",
    "composition": [{"college": "eleves", "of": "pupils"}, {"college": "equipe", "of": "staff", "advisory": True}],
    "quorum": {"of": "roll", "numerator": 1, "denominator": 2, "waived_on_second_call": True},
    "class_code": "CM1",
}
PUPILS = 4  # with Sacha


def today() -> date:
    return datetime.now(tz=UTC).astimezone(ZoneInfo("Europe/Paris")).date()


@pytest.fixture(scope="module")
def council(running: Running) -> tuple[Asker, list[str]]:
    """A teacher, and the pupils of a class whose council is formed."""
    officer = opened(running)
    teacher = with_a_teacher(officer)
    pupils = [one for one, about in teacher.look("governance/members").body["people"].items() if about["kind"] == "pupil"]
    for number in range(1, PUPILS):
        pupil = {"first_name": f"Élève{number}", "last_name": "Martin", "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
        pupils.append(done(officer.ask("governance/enrol-member", pupil)).body["records"][0]["data"]["member"])
    done(teacher.ask("governance/form-body", BODY))
    return teacher, pupils


def done(answer: Any) -> Any:
    assert answer.status == 201, answer.body
    return answer


def call(teacher: Asker, *points: dict[str, Any], on: date | None = None, **more: Any) -> str:
    body = {"body": "conseil-CM1", "on": str(on or today()), "agenda": points, **more}
    meeting: str = done(teacher.ask("governance/call-meeting", body)).body["records"][0]["data"]["meeting"]
    return meeting


def about(teacher: Asker, meeting: str) -> dict[str, Any]:
    shown: dict[str, Any] = teacher.look(f"governance/meetings/{meeting}").body["about"]
    return shown


def close(teacher: Asker, meeting: str) -> None:
    outcomes = [{"item": one["item"], "outcome": "discussed"} for one in about(teacher, meeting)["agenda"]]
    done(teacher.ask("governance/close-meeting", {"meeting": meeting, "outcomes": outcomes}))


def printed(teacher: Asker, page: str) -> bytes:
    url = f"{teacher.running.http}/v1/registers/{teacher.register}/governance/{page}"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {teacher.token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "application/pdf"
        document: bytes = answer.read()
    return document


def test_a_council_of_cycle_3_shows_the_format_of_its_cycle(council: tuple[Asker, list[str]]) -> None:
    teacher, _ = council
    (body,) = teacher.look("governance/bodies").body["bodies"]
    assert (body["format"]["cycle"], body["format"]["minutes"], body["format"]["minutes_max"]) == (3, 45, 90)
    formats = teacher.look("governance/council-formats").body["formats"]
    assert [(one["cycle"], one["pictograms"]) for one in formats] == [(1, True), (2, True), (3, False)]


def test_a_meeting_has_its_agenda_roles_and_attendance_and_closes_only_with_every_outcome(council: tuple[Asker, list[str]]) -> None:
    teacher, pupils = council
    meeting = call(teacher, {"kind": "information", "title": "La sortie au refuge"}, {"kind": "accounts", "title": "La caisse"})
    roles = [{"role": "president", "person": pupils[0]}, {"role": "time_keeper", "person": pupils[1]}]
    done(teacher.ask("governance/open-meeting", {"meeting": meeting, "present": pupils[:3], "roles": roles}))
    done(teacher.ask("governance/note-attendance", {"meeting": meeting, "arrived": [pupils[3]]}))
    shown = about(teacher, meeting)
    assert [one["title"] for one in shown["agenda"]] == ["La sortie au refuge", "La caisse"]
    assert shown["roles"] == roles
    assert (shown["present"], shown["moves"][0]["arrived"]) == (sorted(pupils[:3]), [pupils[3]])
    one_outcome = [{"item": shown["agenda"][0]["item"], "outcome": "discussed"}]
    refused = teacher.ask("governance/close-meeting", {"meeting": meeting, "outcomes": one_outcome})
    assert (refused.status, refused.body["code"]) == (409, "point-without-outcome")
    close(teacher, meeting)
    states = {one["meeting"]: one["state"] for one in teacher.look("governance/meetings?body=conseil-CM1").body["meetings"]}
    assert states[meeting] == "closed"


def test_without_its_quorum_a_meeting_does_not_open_and_a_second_call_does(council: tuple[Asker, list[str]]) -> None:
    teacher, pupils = council
    meeting = call(teacher, {"kind": "information", "title": "Le carnaval"})
    answer = done(teacher.ask("governance/open-meeting", {"meeting": meeting, "present": pupils[:1]}))
    (record,) = answer.body["records"]
    assert record["type"] == "governance.quorum-missed.v1"
    assert (record["data"]["needed"], record["data"]["counted"]) == (2, 1)
    assert [one["code"] for one in answer.body["warnings"]] == ["call-again"]
    first_item = about(teacher, meeting)["agenda"][0]
    again = {"kind": "information", "title": "Le carnaval", "item": first_item["item"]}
    second = call(teacher, again, on=today(), first_call=meeting)
    done(teacher.ask("governance/open-meeting", {"meeting": second, "present": pupils[:1]}))
    assert about(teacher, second)["call"] == 2
    close(teacher, second)


def test_a_decision_stays_on_the_next_agenda_until_it_is_looked_at_and_done(council: tuple[Asker, list[str]]) -> None:
    teacher, pupils = council
    proposal = {"body": "conseil-CM1", "title": "Un bac de tri", "text": "Un bac pour le papier, dans la classe"}
    made = done(teacher.ask("governance/make-proposal", proposal)).body["records"][0]["data"]["proposal"]
    meeting = call(teacher, {"kind": "proposal", "title": "Un bac de tri", "subject": made})
    done(teacher.ask("governance/open-meeting", {"meeting": meeting, "present": pupils}))
    done(teacher.ask("governance/open-round", {"proposal": made}))
    declared = done(teacher.ask("governance/declare-consent", {"proposal": made}))
    decision = next(one["data"]["decision"] for one in declared.body["records"] if one["type"] == "governance.decision-adopted.v1")
    close(teacher, meeting)

    def follow_ups(number: int) -> tuple[str, list[str]]:
        called = call(teacher, on=today() + timedelta(days=number))
        return called, [one["subject"] for one in about(teacher, called)["agenda"] if one["kind"] == "follow-up"]

    assert follow_ups(1)[1] == [decision]
    done(teacher.ask("governance/follow-decision", {"decision": decision, "state": "ongoing"}))
    assert follow_ups(2)[1] == [decision]
    unexplained = teacher.ask("governance/follow-decision", {"decision": decision, "state": "not-carried-out"})
    assert unexplained.status == 409
    done(teacher.ask("governance/follow-decision", {"decision": decision, "state": "not-carried-out", "reason": "Le bac est cassé"}))
    assert follow_ups(3)[1] == []
    assert teacher.look("governance/bodies").body["bodies"][0]["to_follow"] == []


def test_the_minute_book_prints_what_the_page_says_at_the_same_fact(council: tuple[Asker, list[str]]) -> None:
    teacher, _ = council
    book = teacher.look("governance/bodies/conseil-CM1/minutes").body
    assert [one["number"] for one in book["entries"]] == list(range(1, len(book["entries"]) + 1))
    assert len(book["entries"]) == 4
    head = json.loads(teacher.running.ruche("replay", teacher.register, "--json"))["records"]
    now = printed(teacher, "bodies/conseil-CM1/minutes.pdf")
    assert now.startswith(b"%PDF-")
    assert printed(teacher, f"bodies/conseil-CM1/minutes.pdf?seq={head}") == now
    done(teacher.ask("governance/set-idea-aside", {"idea": an_idea(teacher), "reason": "Déjà fait"}))
    assert printed(teacher, f"bodies/conseil-CM1/minutes.pdf?seq={head}") == now
    assert printed(teacher, "bodies/conseil-CM1/minutes.pdf") != now
    assert teacher.look(f"governance/bodies/conseil-CM1/minutes?seq={head}").body == book


def an_idea(teacher: Asker) -> str:
    idea = {"body": "conseil-CM1", "word": "propose", "text": "Un jardin"}
    name: str = done(teacher.ask("governance/submit-idea", idea)).body["records"][0]["data"]["idea"]
    return name


def test_minutes_are_approved_as_they_read_and_a_wrong_digest_shows(council: tuple[Asker, list[str]]) -> None:
    teacher, _ = council
    meetings = [one["meeting"] for one in teacher.look("governance/meetings").body["meetings"] if one["state"] == "closed"]
    for meeting, right in zip(meetings, (True, False), strict=False):
        read = teacher.look(f"governance/meetings/{meeting}/minutes").body
        digest = hashlib.sha256(orjson.dumps(read["minutes"], option=orjson.OPT_SORT_KEYS)).hexdigest()
        assert read["digest"] == digest
        through = read["minutes"]["closed_seq"]
        approved = {"meeting": meeting, "through_seq": through, "digest": digest if right else "0" * 64}
        done(teacher.ask("governance/approve-minutes", approved))
        approval = teacher.look(f"governance/meetings/{meeting}/minutes").body["approval"]
        assert (approval["through_seq"], approval["reads_the_same"]) == (through, right)
        assert printed(teacher, f"meetings/{meeting}/minutes.pdf").startswith(b"%PDF-")


def test_what_is_not_there_is_said_so(council: tuple[Asker, list[str]]) -> None:
    teacher, _ = council
    for page in (f"meetings/{'z' * 26}", f"meetings/{'z' * 26}/minutes", f"meetings/{'z' * 26}/minutes.pdf", "bodies/inconnue/minutes.pdf"):
        assert teacher.look(f"governance/{page}").status == 404, page
