"""From an idea to a decision over HTTP, on the real log, as a program asks; what is shown afterwards and what waits for whom."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.catalogue import CODEC
from services.governance.api.proposals import routes_proposals
from services.governance.deciders.amendments import AMENDMENTS
from services.governance.deciders.consent import CONSENT
from services.governance.deciders.decisions import DECISIONS
from services.governance.deciders.framing import FRAMING
from services.governance.deciders.ideas import IDEAS
from services.governance.deciders.proposals import PROPOSALS
from services.governance.standing import STANDING
from shared.deciding import combined
from shared.serving import new_app
from shared.views import Views
from shared.web.asking import Askers
from shared.web.commands import mount_commands
from shared.web.queries import Questions
from shared.web.tokens import Claims, Verifier, issue
from tests.examples_governance import LEFEVRE, LOU, NINO, STRANGER
from tests.examples_proposals import COUNCILS, ISA
from tests.postgres_fixture import LogUnderTest
from tests.shared.on_the_register import desks, fresh_id, opened
from tests.web_server import served

RULES = combined(IDEAS, PROPOSALS, AMENDMENTS, FRAMING, CONSENT, DECISIONS, standing=STANDING)
TOKEN_SECONDS = 600
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def ask(log: LogUnderTest) -> Iterator[Ask]:
    """Ask as somebody: a command with its body, or a question without."""
    key = Ed25519PrivateKey.generate()
    askers = Askers(Verifier(key.public_key()))
    register = opened(log, COUNCILS)

    def show_page(*_: Any) -> Any:
        raise AssertionError("a program gets no page")

    with desks(log, register=register, rulebook=RULES) as (desk,):
        app = new_app("governance", "test", show_page)
        questions = Questions(Views(CODEC, log.registers, STANDING), askers, desk.clock)
        mount_commands(app, "governance", desk.handling, askers)
        routes_proposals(app, questions, desk.clock)
        with served(app) as address:

            def asked(person: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
                now = int(time.time())
                token = issue(key, Claims(person, register, None, now + TOKEN_SECONDS, now))
                url = f"{address}/v1/registers/{register}/governance/{path}"
                headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": fresh_id(), "Content-Type": "application/json"}
                request = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None, headers)
                try:
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        return answer.status, json.load(answer)
                except urllib.error.HTTPError as error:
                    with error:
                        return error.code, json.load(error)

            yield asked


def data_of(answer: tuple[int, Any], place: int = 0) -> dict[str, Any]:
    """Return what one record of an accepted command says."""
    status, body = answer
    assert status == 201, body
    data: dict[str, Any] = body["records"][place]["data"]
    return data


def test_an_idea_becomes_a_decision_in_dated_steps(ask: Ask) -> None:
    """F29, F30, F41 and F46 as a program meets them."""
    text = "Des nichoirs dans la cour"
    idea = data_of(ask(ISA, "submit-idea", {"body": "conseil-CM2", "word": "propose", "text": text}))["idea"]
    wording = {"title": "Trois nichoirs", "text": "Le bois de trois nichoirs", "cost": 4500, "pot": "CM2"}
    proposal = data_of(ask(ISA, "make-proposal", {"body": "conseil-CM2", "idea": idea, **wording}))["proposal"]
    assert [line["proposal"] for line in ask(LEFEVRE, "todo")[1]["proposals"]] == [proposal]
    data_of(ask(LEFEVRE, "state-frame", {"proposal": proposal, "limits": "Loin du portail", "reason": "La sécurité"}))
    data_of(ask(ISA, "revise-proposal", {"proposal": proposal, **wording, "title": "Cinq nichoirs", "cost": 7000}))
    data_of(ask(LOU, "open-round", {"proposal": proposal}))
    decision = data_of(ask(LOU, "declare-consent", {"proposal": proposal}), 1)["decision"]

    page = ask(NINO, f"proposals/{proposal}")[1]
    assert [(step["step"], step["outcome"]) for step in page["steps"]] == [
        ("idea", "dropped"),
        ("proposal", "made"),
        ("frame", "limited"),
        ("vote", "adopted"),
    ]
    assert all(step["at"] for step in page["steps"])
    assert (page["frames"][0]["role"], page["decision"], page["stage"]) == ("class_tutor", decision, "adopted")
    compared = ask(NINO, f"proposals/{proposal}/diff?before=1&after=2")[1]
    assert [line["kind"] for line in compared["title"]] == ["removed", "added", "kept"]
    (shown,) = ask(NINO, "decisions?body=conseil-CM2")[1]["decisions"]
    assert (shown["decision"], shown["envelope"], shown["round"], shown["version"]) == (
        decision,
        {"amount": 7000, "pot": "CM2", "project": None},
        1,
        2,
    )
    (card,) = ask(NINO, "ideas")[1]["ideas"]
    assert (card["state"], card["proposal"]) == ("proposal", proposal)
    waiting = ask(LOU, "todo")[1]
    assert ([line["decision"] for line in waiting["decisions"]], waiting["proposals"]) == ([decision], [])


def test_a_veto_stops_a_proposal_and_everybody_reads_why(ask: Ask) -> None:
    wording = {"title": "Vidéoprojecteur", "text": "Pour la salle commune", "cost": 45000, "pot": "CM2"}
    proposal = data_of(ask(ISA, "make-proposal", {"body": "conseil-CM2", **wording}))["proposal"]
    veto = {"proposal": proposal, "reason": "Cet achat revient à la commune"}
    assert ask(ISA, "veto-proposal", veto)[0] == 403
    data_of(ask(LEFEVRE, "veto-proposal", veto))
    status, refused = ask(LOU, "open-round", {"proposal": proposal})
    assert (status, refused["code"]) == (409, "proposal-is-over")
    page = ask(ISA, f"proposals/{proposal}")[1]
    assert (page["veto"]["reason"], page["veto"]["role"], page["steps"][3]["outcome"]) == (veto["reason"], "class_tutor", "stopped")


def test_what_is_not_there_is_not_found(ask: Ask) -> None:
    assert ask(ISA, f"proposals/{'z' * 26}")[1]["code"] == "no-such-proposal-here"
    wording = {"title": "Un étang", "text": "Avec des grenouilles"}
    proposal = data_of(ask(ISA, "make-proposal", {"body": "conseil-CM2", **wording}))["proposal"]
    status, no = ask(ISA, f"proposals/{proposal}/diff?before=1&after=2")
    assert (status, no["code"]) == (404, "no-such-version")
    assert ask(ISA, f"proposals/{proposal}/diff")[0] == 422
    assert ask(ISA, "ideas?boite=CM2")[0] == 422
    assert ask(STRANGER, "todo")[0] == 404


def test_a_question_may_be_about_an_earlier_moment(ask: Ask) -> None:
    wording = {"title": "Un étang", "text": "Avec des grenouilles"}
    status, made = ask(ISA, "make-proposal", {"body": "conseil-CM2", **wording})
    assert status == 201
    assert len(ask(ISA, "proposals")[1]["proposals"]) == 1
    assert ask(ISA, f"proposals?seq={made['first_seq'] - 1}")[1]["proposals"] == []
