"""The OpenAPI description alone is enough: every operation has an example, and a client read from it plays a school's first council."""

import json
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
import pytest

from deploy.assembly import WRITING
from tests.running import Running
from tests.stories.asking import AFFILIATION, Asker
from tests.stories.openapi_client import Client, DoesNotFit, Refused
from tests.stories.write_answers import answer_of, described, views

NOT_IN_THE_SAMPLE = {  # JSON that its schema describes
    *("list_family_sheets", "compare_family_sheets", "get_family_sheet"),
    *("get_order", "get_deposit_slip", "list_authorisations"),
}
PUPILS = ("E01", "E02", "E03", "E04")


class People(NamedTuple):
    """A client for each of those who act, and who they are."""

    officer: Client
    teacher: Client
    pupils: list[Client]
    pseudonyms: dict[str, str]


def today() -> date:
    return datetime.now(tz=UTC).astimezone(ZoneInfo("Europe/Paris")).date()


def year_start() -> date:
    """Return the first day of the school year of today."""
    return date(today().year - (today().month < 9), 9, 1)


def command(client: Client, operation_id: str, body: dict[str, Any], kind: str = "") -> dict[str, Any]:
    """Give one command; return the data of its first record, or of the first of one kind."""
    records = client(operation_id, body, **{"Idempotency-Key": str(uuid.uuid4())})["records"]
    data: dict[str, Any] = next(one["data"] for one in records if kind in one["type"])
    return data


def client_for(running: Running, description: dict[str, Any], *who: str) -> Client:
    told = json.loads(running.ruche("token", *who, "--json"))
    return Client(running.http, description, told["token"], register=told["register"])


@pytest.fixture(scope="module")
def people(running: Running) -> People:
    """A cooperative opened by clients of the description: its association, a teacher with the mandate, four pupils, its books."""
    description = json.loads(orjson.dumps(described(Asker(running, "", "", ""))))
    told = json.loads(running.ruche("token", "--association", "AD99", "--json"))
    officer, on = Client(running.http, description, told["token"], register=told["register"]), str(year_start())
    ends = str(year_start().replace(year=year_start().year + 1) - timedelta(days=1))
    command(officer, "affiliate_cooperative", AFFILIATION | {"on": on})
    known = {}
    for code, kind in (("A01", "staff"), *((pupil, "pupil") for pupil in PUPILS)):
        if code == PUPILS[0]:
            opened = {"class_code": "CM1", "label": "CM1", "level": ["CM1"], "cycle": [3], "year": school_year()}
            command(officer, "open_class", opened)
        named = {"first_name": f"Prénom{code}", "last_name": f"Nom{code}", "source_code": code, "kind": kind, "on": on}
        known[code] = command(officer, "enrol_member", named | ({"class_code": "CM1"} if kind == "pupil" else {}))["member"]
    command(officer, "give_mandate", {"holder": known["A01"], "starts": on})
    teacher = client_for(running, description, "A01", "--register", told["register"])
    command(teacher, "adopt_chart", teacher("get_chart", valid_from=on))
    command(teacher, "open_treasury_account", {"account": "512", "kind": "bank", "label": "Compte bancaire", "on": on})
    command(teacher, "open_pot", {"pot": "ECOLE", "label": "Coopérative d’école", "kind": "school", "on": on})
    command(teacher, "open_pot", {"pot": "CM1", "label": "Classe de CM1", "kind": "class", "class_code": "CM1", "on": on})
    opening = [{"account": "512", "pot": "CM1", "amount": 50000}]
    command(teacher, "open_year", {"year": school_year(), "starts": on, "ends": ends, "chart": "occe", "opening": opening})
    pupils = [client_for(running, description, code, "--register", told["register"]) for code in PUPILS[:2]]
    return People(officer, teacher, pupils, known)


def school_year() -> str:
    return f"{year_start().year}-{(year_start().year + 1) % 100:02d}"


def test_a_client_of_the_description_plays_a_council_a_ballot_and_a_payment_of_the_current_year(people: People) -> None:
    teacher, pupils = people.teacher, [people.pseudonyms[code] for code in PUPILS]
    colleges = [{"college": "eleves", "of": "pupils"}]
    formed = {"body": "conseil-CM1", "kind": "class-council", "label": "Conseil des CM1", "composition": colleges, "class_code": "CM1"}
    command(teacher, "form_body", formed)
    wanted = {
        "body": "conseil-CM1",
        "title": "Un bac de tri",
        "text": "Un bac pour le papier",
        "cost": 2500,
        "pot": "CM1",
        "project": "tri",
    }
    proposal = command(people.pupils[0], "make_proposal", wanted)["proposal"]
    point = {"kind": "proposal", "title": "Un bac de tri", "subject": proposal}
    meeting = command(teacher, "call_meeting", {"body": "conseil-CM1", "on": str(today()), "agenda": [point]})["meeting"]
    command(teacher, "open_meeting", {"meeting": meeting, "present": pupils})
    settings = {
        "body": "conseil-CM1", "question": "Acheter un bac de tri ?", "options": [{"option": "yes"}, {"option": "no"}], "method": "yes-no",
        "parameters": {"rule": "simple"}, "tie_policy": {"draw": "register"}, "way": "hand", "publish": "list", "proposal": proposal,
        "meeting": meeting, "tellers": [people.pseudonyms["A01"], pupils[0]], "spending": {"amount": 2500, "pot": "CM1", "project": "tri"},
    }  # fmt: skip
    ballot = command(teacher, "open_ballot", settings)["ballot"]
    piles = [{"choice": {"marks": ["yes"]}, "papers": 3}, {"choice": {"marks": ["no"]}, "papers": 1}]
    count = {"ballot": ballot, "count": {"found": 4, "present": 4, "piles": piles}}
    command(teacher, "enter_hand_count", count)
    decision = command(people.pupils[0], "enter_hand_count", count, "decision-adopted")["decision"]
    assert teacher("get_ballot", ballot=ballot)["result"]["verdict"] == "adopted"
    (item,) = [one["item"] for one in teacher("get_meeting", meeting=meeting)["about"]["agenda"] if one["subject"] == proposal]
    command(teacher, "close_meeting", {"meeting": meeting, "outcomes": [{"item": item, "outcome": "decided"}]})
    paid = {
        "on": str(today()), "voucher": {"series": "D", "number": 1}, "label": "Bac de tri", "pot": "CM1", "means": "card", "project": "tri",
        "treasury": [{"account": "512", "amount": -2490}], "allocations": [{"account": "6180", "amount": 2490}], "decision": decision,
    }  # fmt: skip
    command(teacher, "record_expense", paid)
    assert teacher("get_balances")["treasury"] == 50000 - 2490
    (held,) = [one for one in teacher("list_commitments")["commitments"] if one["decision"] == decision]
    assert (held["envelope"], held["used"]) == (2500, 2490)


def test_the_client_refuses_what_the_description_does_not_take_and_tells_a_problem(people: People) -> None:
    pot = {"pot": "BCD", "label": "Bibliothèque", "kind": "school", "on": "2199-10-03"}
    for wrong in (pot | {"kind": "banana"}, pot | {"label": ""}, {"pot": "BCD"}, pot | {"more": 1}):
        with pytest.raises(DoesNotFit):
            command(people.teacher, "open_pot", wrong)
    with pytest.raises(DoesNotFit, match="Idempotency-Key"):
        people.teacher("open_pot", pot)
    with pytest.raises(Refused) as refused:
        command(people.teacher, "open_pot", pot)
    assert refused.value.problem["code"] == "in-the-future"


def test_every_operation_has_its_own_id(verifier: Asker) -> None:
    told = [one for methods in described(verifier)["paths"].values() for one in methods.values()]
    assert [name for name, times in Counter(one["operationId"] for one in told).items() if times > 1] == []


def test_every_command_has_an_example_that_its_class_takes(verifier: Asker) -> None:
    client = Client(verifier.running.http, described(verifier), "")
    classes = {one.slug().replace("-", "_"): one for _, rulebook in WRITING.values() for one in rulebook.commands}
    commands = {name: one for name, one in client.operations.items() if one.path.startswith("/v1/registers/") and one.method == "post"}
    assert set(commands) == set(classes)
    for name, operation in commands.items():
        for kind, content in operation.told["requestBody"]["content"].items():
            if kind == "application/json":
                client.checks(content["example"], content["schema"])
                classes[name].model_validate_json(orjson.dumps(content["example"]))
            else:
                assert content["example"], name


def test_every_parameter_has_an_example_that_it_takes(verifier: Asker) -> None:
    client = Client(verifier.running.http, described(verifier), "")
    for operation in client.operations.values():
        for parameter in operation.told.get("parameters", ()):
            client.checks(parameter["example"], parameter["schema"])


def test_every_view_has_an_example_of_the_shape_that_it_answers_today(verifier: Asker) -> None:
    client = Client(verifier.running.http, described(verifier), "")
    asked = list(views(verifier))
    assert len(asked) >= 35
    for name, address in asked:
        example = client.operations[name].told["responses"]["200"]["content"]["application/json"]["example"]
        assert differ(answer_of(verifier, address), example) == set(), f"{name}: python -m tests.stories.write_answers"


def test_every_file_to_fetch_is_described_by_its_kind(verifier: Asker) -> None:
    client = Client(verifier.running.http, described(verifier), "")
    of_views = {name for name, _ in views(verifier)}
    files = {name: one for name, one in client.operations.items() if one.method == "get" and name not in of_views | NOT_IN_THE_SAMPLE}
    assert {name for name, one in files.items() if set(one.told["responses"]["200"]["content"]) <= {"application/json"}} == set()


def test_a_shape_that_has_changed_is_noticed() -> None:
    assert differ({"a": 1, "b": [{"c": 2}]}, {"a": 5, "b": [{"c": 9}, {"c": 1}]}) == set()
    assert differ({"a": 1}, {"a": 1, "b": 2}) == {"b"}
    assert differ({"a": [{"c": 2}]}, {"a": [{"d": 2}]}) == {"c", "d"}


def differ(told: dict[str, Any], example: dict[str, Any]) -> set[str]:
    """Return the fields that only one of two answers has, of the answer itself and of the first line of each of its lists."""
    wrong = set(told) ^ set(example)
    for name in set(told) & set(example):
        lines = (told[name], example[name])
        if all(isinstance(one, list) and one and isinstance(one[0], dict) for one in lines):
            wrong |= set(lines[0][0]) ^ set(lines[1][0])
    return wrong
