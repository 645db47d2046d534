"""The papers of the sample year's votes, fetched as files that other programs count and counted again by `ruche tally`."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.stories.asking import Answer, Asker, somebody_of
from tests.stories.test_voted_year import ballot_on

pytestmark = pytest.mark.alters_the_sample

JUDGED, DOTTED, SHARED, PLACED, PLAYED = ("2024-12-16", "2025-03-10", "2025-01-27", "2024-11-25", "2024-11-04")
STAFF = 7
AWARDED = [{"option": code, "label": label} for code, label in (("jardin", "Le jardin"), ("four", "Le four"), ("mare", "La mare"))]


class Fetched(NamedTuple):
    """A file, and the name that the answer gives it."""

    status: int
    name: str
    stored: bytes


def fetched(asked: Asker, ballot: str, form: str, *, token: str | None = None) -> Fetched:
    """Fetch the papers of a ballot in a format, as curl does."""
    url = f"{asked.running.http}/v1/registers/{asked.register}/governance/ballots/{ballot}/papers.{form}"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token or asked.token}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            name = answer.headers.get_filename()
            return Fetched(answer.status, name or "", answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Fetched(error.code, "", error.read())


def retained(asked: Asker, folder: Path, found: Fetched, *more: str) -> str:
    """Count a fetched file on the command line; return what it says is chosen."""
    assert found.status == 200, found.stored
    (folder / found.name).write_bytes(found.stored)
    said = asked.running.ruche("tally", str(folder / found.name), *more).decode()
    return next(line for line in said.splitlines() if line.startswith("Retenu : ")).removeprefix("Retenu : ")


def declared(ballot: dict[str, Any]) -> str:
    """Return what the register declared, in the words of the ballot."""
    labels = {one["option"]: one.get("label", one["option"]) for one in ballot["settings"]["options"]}
    return ", ".join(labels[one] for one in ballot["result"]["tallied"]["elected"])


@pytest.mark.parametrize(
    ("body", "on", "forms"),
    [
        pytest.param("CONSEIL-CM2", PLACED, ("soc", "soi", "toc", "toi", "blt", "json"), id="V05"),
        pytest.param("AG", SHARED, ("pb", "json"), id="V07"),
        pytest.param("AG", PLAYED, ("cat", "json"), id="V04"),
        pytest.param("CONSEIL", JUDGED, ("cat", "json"), id="V06"),
        pytest.param("CONSEIL-CE2CM1", DOTTED, ("json",), id="V10"),
    ],
)
def test_a_file_of_papers_counted_again_gives_who_was_declared(
    verifier: Asker, tmp_path: Path, body: str, on: str, forms: tuple[str, ...]
) -> None:
    ballot = ballot_on(verifier, body, on)
    for form in forms:
        found = fetched(verifier, ballot["ballot"], form)
        assert found.name == f"{ballot['ballot']}.{form}"
        assert retained(verifier, tmp_path, found) == declared(ballot)


def test_the_place_of_the_trip_is_four_kinds_of_papers_and_first_choices_would_have_said_another(verifier: Asker, tmp_path: Path) -> None:
    ballot = ballot_on(verifier, "CONSEIL-CM2", PLACED)
    found = fetched(verifier, ballot["ballot"], "soi")
    lines = found.stored.decode().splitlines()
    assert {"# DATA TYPE: soi", "# NUMBER ALTERNATIVES: 4", "# NUMBER VOTERS: 27"} <= set(lines)
    assert sorted(line for line in lines if not line.startswith("#")) == ["10: 1,4,2,3", "4: 2,4,1,3", "5: 4,2,1,3", "8: 3,4,1,2"]
    assert retained(verifier, tmp_path, found, "--method", "plurality") == "La mer"  # so the file is counted, not quoted
    assert declared(ballot) == "Les volcans"


def test_the_budget_of_the_children_is_a_pabulib_file_of_149_papers(verifier: Asker) -> None:
    found = fetched(verifier, ballot_on(verifier, "AG", SHARED)["ballot"], "pb")
    lines = found.stored.decode().splitlines()
    assert {"budget;1200", "num_votes;149", "num_projects;6", "rule;equalshares", "vote_type;approval"} <= set(lines)
    assert "jardin;180;49;Un jardin" in lines
    assert len(lines[lines.index("voter_id;vote") + 1 :]) == 149


def held(holder: Asker, teller: Asker, method: str, parameters: dict[str, Any], publish: str) -> dict[str, Any]:
    """Have the staff rank three works, counted by two tellers: five papers prefer the garden, then the oven; one is blank."""
    opening = {"body": "MAITRES", "question": "Quels travaux d'abord ?", "options": AWARDED, "method": method, "parameters": parameters}
    rule = {"tie_policy": {"draw": "register"}, "way": "hand", "publish": publish, "tellers": [holder.actor, teller.actor]}
    answer = holder.ask("governance/open-ballot", opening | rule)
    assert answer.status == 201, answer.body
    ballot = answer.body["records"][0]["data"]["ballot"]
    rankings: tuple[tuple[dict[str, Any], int], ...] = (
        ({"ranks": [["jardin"], ["four"]]}, 5),
        ({"ranks": [["mare"]]}, 1),
        ({}, 1),
    )
    count = {"found": STAFF, "present": STAFF, "piles": [{"choice": choice, "papers": papers} for choice, papers in rankings]}
    for one in (holder, teller):
        answer = one.ask("governance/enter-hand-count", {"ballot": ballot, "count": count})
        assert answer.status == 201, answer.body
    shown: dict[str, Any] = holder.look(f"governance/ballots/{ballot}").body
    return shown


@pytest.fixture(scope="module")
def staff(verifier: Asker) -> tuple[Asker, Asker]:
    """Two adults of the sample: the first leads their council."""
    return somebody_of(verifier.running, "A03"), somebody_of(verifier.running, "A01")


def test_an_election_of_two_by_transferred_votes_is_a_blt_file(verifier: Asker, staff: tuple[Asker, Asker], tmp_path: Path) -> None:
    ballot = held(*staff, "stv", {"seats": 2}, "list")
    found = fetched(verifier, ballot["ballot"], "blt")
    head, *papers = found.stored.decode().splitlines()
    assert head == "3 2"
    assert sorted(papers[:3]) == ["1 0", "1 3 0", "5 1 2 0"]
    assert retained(verifier, tmp_path, found) == declared(ballot) == "Le jardin, Le four"
    assert retained(verifier, tmp_path, found, "--seats", "1") == "Le jardin"


def refused(found: Fetched) -> Answer:
    """Read a refusal; its sentence is in both languages."""
    told = json.loads(found.stored)
    assert told["fr"] and told["en"], told
    return Answer(found.status, told)


def test_papers_that_are_not_published_are_not_in_a_file(verifier: Asker, staff: tuple[Asker, Asker]) -> None:
    ballot = held(*staff, "irv", {}, "counts")
    assert ballot["result"]["tallied"]["elected"] == ["jardin"]
    for form in ("blt", "soi", "json"):
        answer = refused(fetched(verifier, ballot["ballot"], form))
        assert (answer.status, answer.body["code"]) == (409, "papers-not-published")
        assert "ne sont pas publiés" in answer.body["fr"]


def test_an_open_ballot_has_no_file_whoever_asks(verifier: Asker, staff: tuple[Asker, Asker]) -> None:
    waiting = next(one for one in verifier.look("governance/ballots?body=MAITRES").body["ballots"] if one["stage"] == "open")
    for somebody in (verifier, *staff):
        for form in ("cat", "json"):
            answer = refused(fetched(somebody, waiting["ballot"], form))
            assert (answer.status, answer.body["code"]) == (409, "not-declared-yet")
            assert "n'a pas encore de résultat" in answer.body["fr"]


@pytest.mark.parametrize(
    ("body", "on", "form", "code", "sentence"),
    [
        ("AG", SHARED, "blt", "cannot-be-written", "Ce format ne sait pas dire ce que disent ces bulletins"),
        ("AG", SHARED, "soi", "cannot-be-written", "choisis-en un autre"),
        ("CONSEIL-CM2", PLACED, "pb", "cannot-be-written", "choisis-en un autre"),
        ("CONSEIL-CM2", PLACED, "cat", "cannot-be-written", "choisis-en un autre"),
        ("CONSEIL-CE2CM1", DOTTED, "pb", "cannot-be-written", "choisis-en un autre"),
        ("CONSEIL-CM2", PLACED, "xls", "unknown-format", "Cette extension de fichier n'est pas connue"),
    ],
)
def test_a_format_that_cannot_hold_the_papers_says_so(verifier: Asker, body: str, on: str, form: str, code: str, sentence: str) -> None:
    answer = refused(fetched(verifier, ballot_on(verifier, body, on)["ballot"], form))
    assert (answer.status, answer.body["code"]) == (409, code)
    assert sentence in answer.body["fr"]


def test_strangers_and_ballots_that_are_not_there_are_told_nothing(verifier: Asker) -> None:
    ballot = ballot_on(verifier, "CONSEIL-CM2", PLACED)["ballot"]
    assert fetched(verifier, ballot, "soi", token="nobody").status == 401
    assert refused(fetched(verifier, "z" * 26, "soi")).status == 404
