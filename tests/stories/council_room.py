"""A class of five and its teacher, each in front of the pages without a script: what the stories of forms share."""

from typing import NamedTuple

from tests.running import Running
from tests.stories.asking import Answer, Asker, opened, with_a_teacher, with_books
from tests.stories.filling import Seen, Visitor
from tests.stories.test_checklist_votes import RULES

BODY = "conseil-CM1"
COUNTED = {"present": "5", "found": "5"}


class Room(NamedTuple):
    """A class of five, each in front of the pages; a parent who sits in no council."""

    officer: Asker
    teacher: Visitor
    e1: Visitor
    e2: Visitor
    e3: Visitor
    parent: Visitor


def room_of(running: Running) -> Room:
    """Open a cooperative with a class of five, its council formed by the teacher through the page."""
    officer = opened(running)
    teacher = with_a_teacher(officer)
    with_books(teacher)
    for number in range(2, 6):
        enrol(officer, f"E{number:02}", f"Élève{number}")
    done(
        officer.ask(
            "governance/enrol-member",
            {"first_name": "Dominique", "last_name": "Petit", "source_code": "P01", "kind": "parent", "on": "2025-09-01"},
        )
    )
    done(teacher.ask("governance/adopt-rules", {"rule_set": "AD99", "version": "2025-26", "valid_from": "2025-09-01", "content": RULES}))
    visitors = [Visitor(one) for one in (teacher, *(officer.as_(code) for code in ("E01", "E02", "E03", "P01")))]
    page = visitors[0].at("conseils")
    page = visitors[0].send(page, "form-body", about="CM1")
    assert "Conseil des CM1" in page.text
    return Room(officer, *visitors)


def enrol(officer: Asker, code: str, first_name: str) -> str:
    pupil = {"first_name": first_name, "last_name": "Martin", "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
    member: str = done(officer.ask("governance/enrol-member", pupil | {"source_code": code})).body["records"][0]["data"]["member"]
    return member


def done(answer: Answer) -> Answer:
    assert answer.status in {200, 201}, answer.body
    return answer


def written(page: Seen) -> Seen:
    """Return the page that a form led to, which says that something was written."""
    assert page.status == 200
    assert "C'est écrit dans le registre" in page.text, page.text
    return page


def place(page: Seen) -> str:
    return page.url.path.split("/", 3)[-1]


def proposed(room: Room, title: str, **more: str) -> str:
    """Have the first pupil make a proposal; return the path of its page."""
    page = room.e1.at("propositions")
    return place(written(room.e1.send(page, "make-proposal", {"body": BODY, "title": title, "text": f"{title} pour la classe", **more})))


def by_name(room: Room, query: str = "", **settings: str | list[str]) -> str:
    """Have the teacher open a named vote; return the path of its page."""
    page = room.teacher.at(f"scrutins/nouveau?facon=named{query}")
    return place(written(room.teacher.send(page, "open-ballot", settings)))


def by_hand(room: Room, query: str, **settings: str | list[str]) -> str:
    """Have the teacher open a vote that the teacher and a pupil count; return the path of its page."""
    page = room.teacher.at(f"scrutins/nouveau?facon=hand{query}")
    tellers = {"first_teller": "Camille Roche", "second_teller": "Sacha Lune"}
    return place(written(room.teacher.send(page, "open-ballot", tellers | settings)))


def both_count(room: Room, ballot: str, **numbers: str) -> Seen:
    for teller in (room.teacher, room.e1):
        page = written(teller.send(teller.at(ballot), "enter-hand-count", COUNTED | numbers))
    return page
