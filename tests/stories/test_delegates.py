"""A ballot of delegates, over HTTP and in its page: each counts for the votes declared at opening and carries what their class decided."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from shared.web.asking import COOKIE
from tests.browser_fixture import Looked
from tests.running import Running
from tests.stories.asking import Answer, Asker, opened
from tests.stories.test_checklist_votes import done, vote

DAY = "2025-09-01"
CLASSES = {"CM1": 23, "CM2": 24, "CP": 19}  # how many pupils each delegate counts for
SCHOOL = "conseil-ecole"
OPTIONS = [{"option": "mer", "label": "La mer"}, {"option": "neige", "label": "La neige"}]


class School(NamedTuple):
    """The head, who holds the mandate; the delegate of each class; the decision that CM1 took at its council."""

    head: Asker
    delegates: dict[str, Asker]
    decision: str

    def ballot(self, **changed: Any) -> Answer:
        """Open a named vote of the delegates: CM1's carries its class's decision."""
        lines = [{"voter": self.delegates[one].actor, "weight": weight} for one, weight in CLASSES.items()]
        lines[0]["mandate"] = self.decision
        settings = {
            "body": SCHOOL, "question": "Où partir ?", "options": OPTIONS, "method": "plurality", "parameters": {},
            "tie_policy": {"draw": "register"}, "way": "named", "publish": "list", "tellers": [], "delegates": lines,
        } | changed  # fmt: skip
        return self.head.ask("governance/open-ballot", settings)


def decided(head: Asker, body: str, title: str) -> str:
    """Let a class decide something by a named vote of one; return the decision."""
    proposal = {"body": body, "title": title, "text": title}
    made = done(head.ask("governance/make-proposal", proposal)).body["records"][0]["data"]["proposal"]
    settings = {
        "body": body, "question": title, "options": [{"option": "yes"}, {"option": "no"}], "method": "yes-no", "parameters": {},
        "tie_policy": {"draw": "register"}, "way": "named", "publish": "list", "tellers": [], "proposal": made,
    }  # fmt: skip
    ballot = done(head.ask("governance/open-ballot", settings)).body["records"][0]["data"]["ballot"]
    done(vote(head.as_("E-CM1"), ballot, "yes"))
    closed = done(head.ask("governance/close-ballot", {"ballot": ballot})).body["records"]
    decision: str = next(one["data"]["decision"] for one in closed if one["type"] == "governance.decision-adopted.v1")
    return decision


@pytest.fixture(scope="module")
def school(running: Running) -> School:
    officer = opened(running)
    staff = {"first_name": "Camille", "last_name": "Roche", "source_code": "A01", "kind": "staff", "on": DAY}
    holder = done(officer.ask("governance/enrol-member", staff)).body["records"][0]["data"]["member"]
    done(officer.ask("governance/give-mandate", {"holder": holder, "starts": DAY}))
    head = officer.as_("A01")
    for code in CLASSES:
        done(officer.ask("governance/open-class", {"class_code": code, "label": code, "level": [code], "cycle": [3], "year": "2025-26"}))
        pupil = {"first_name": f"Prénom-{code}", "last_name": "Martin", "source_code": f"E-{code}", "kind": "pupil", "class_code": code}
        done(officer.ask("governance/enrol-member", pupil | {"on": DAY}))
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    delegates = {code: head.as_(f"E-{code}") for code in CLASSES}
    for code, one in delegates.items():
        term = {"starts": str(today), "until": str(today + timedelta(days=300))}
        role = {"role": "delegate", "person": one.actor, "class_code": code} | term
        done(head.ask("governance/assign-role", role))
    council = {"body": "conseil-CM1", "kind": "class-council", "label": "Conseil des CM1", "class_code": "CM1"}
    done(head.ask("governance/form-body", council | {"composition": [{"college": "eleves", "of": "pupils"}]}))
    whole = {"body": SCHOOL, "kind": "school-council", "label": "Conseil de la coopérative"}
    done(head.ask("governance/form-body", whole | {"composition": [{"college": "delegues", "of": "delegates"}]}))
    return School(head, delegates, decided(head, "conseil-CM1", "Notre classe veut la mer"))


def test_each_delegate_counts_for_the_votes_declared_and_these_sum_to_the_total(school: School) -> None:
    ballot = done(school.ballot()).body["records"][0]["data"]["ballot"]
    shown = school.head.look(f"governance/ballots/{ballot}").body
    lines = [line for college in shown["roll"] for line in college["voters"]]
    assert {line["voter"]: line["weight"] for line in lines} == {school.delegates[one].actor: CLASSES[one] for one in CLASSES}
    assert sum(line["weight"] for line in lines) == shown["registered"] == sum(CLASSES.values())
    for code, option in (("CM1", "mer"), ("CM2", "neige"), ("CP", "mer")):
        done(vote(school.delegates[code], ballot, option))
    done(school.head.ask("governance/close-ballot", {"ballot": ballot}))
    result = school.head.look(f"governance/ballots/{ballot}/result").body
    assert {one["of"]: one["value"] for one in result["tallied"]["counts"]} == {"mer": "42", "neige": "24"}
    assert (result["registered"], result["voters"], result["tallied"]["elected"]) == (66, 66, ["mer"])
    assert school.head.look(f"governance/ballots/{ballot}/recount").body["same_now"]


def test_the_page_shows_the_mandate_that_the_class_gave(school: School, looked: Looked) -> None:
    ballot = done(school.ballot()).body["records"][0]["data"]["ballot"]
    [mandate] = [
        line["mandate"]
        for college in school.head.look(f"governance/ballots/{ballot}").body["roll"]
        for line in college["voters"]
        if line["voter"] == school.delegates["CM1"].actor
    ]
    assert mandate == school.decision
    page = looked.page
    page.context.add_cookies([{"name": COOKIE, "value": school.head.token, "url": school.head.running.http}])
    page.goto(f"{school.head.running.http}/c/{school.head.register}/scrutins/{ballot}")
    lines = page.locator("[aria-labelledby=delegates-table] tbody tr").all()
    told = {line.locator("th").inner_text(): line.inner_text() for line in lines}
    assert "23" in told["Prénom-CM1 Martin"] and "Notre classe veut la mer (Conseil des CM1)" in told["Prénom-CM1 Martin"]
    assert "24" in told["Prénom-CM2 Martin"] and "sans mandat" in told["Prénom-CM2 Martin"]
    assert "Le scrutin compte 66 voix en tout." in page.inner_text("main")
    page.get_by_role("link", name="Notre classe veut la mer").click()
    assert "Notre classe veut la mer" in page.locator(f"#decision-{school.decision}").inner_text()
    assert looked.violations() == []


def test_a_mandate_is_the_decision_of_the_delegates_own_class(school: School) -> None:
    of_another = [{"voter": school.delegates["CP"].actor, "weight": 19, "mandate": school.decision}]
    refused = school.ballot(delegates=of_another)
    assert (refused.status, refused.body["code"]) == (409, "no-mandate-of-their-class")
    by_hand = school.ballot(way="hand", tellers=[school.head.actor, school.delegates["CM1"].actor])
    assert (by_hand.status, by_hand.body["code"]) == (409, "weights-need-names")
