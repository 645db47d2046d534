"""What the checklist asks of votes, over HTTP in a class of nineteen: rules, papers, tellers, proxies, hours, nothing before closing."""

import json
import re
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from tests.running import Running
from tests.stories.asking import Answer, Asker, opened, raw_records, with_a_teacher
from tests.stories.test_checklist_sample import read

pytestmark = pytest.mark.shares_an_installation
PUPILS, BODY = 19, "conseil-CM1"
YES_NO = [{"option": "yes"}, {"option": "no"}, {"option": "abstain"}]
RULES = {
    "membership_fee": 235, "insurance": 25, "advance_cap": 150_00, "approval_threshold": 300_00, "late_entry_days": 30, "cash_kept_days": 3,
    "verifiers": {"minimum": 2, "parents": 1}, "verified": False, "proxies_max": 1,
}  # fmt: skip
T9 = {  # whether it passes for (10,9,0), (9,9,1), (8,7,4), (12,6,1), (0,0,19)
    "simple": "yes no yes yes no",
    "absolute-expressed": "yes no yes yes no",
    "absolute-present": "yes no no yes no",
    "two-thirds": "no no no yes no",
    "unanimity": "no no no no no",
}
SETTLED = ("result", "closed_at", "turnout", "settings", "changes")  # what stays as it was once a ballot is closed
VOTES = ((10, 9, 0), (9, 9, 1), (8, 7, 4), (12, 6, 1), (0, 0, 19))


class Room(NamedTuple):
    """A class that votes: its teacher, its association, its pupils."""

    teacher: Asker
    officer: Asker
    pupils: list[Asker]


@pytest.fixture(scope="module")
def room(running: Running) -> Room:
    officer = opened(running)
    teacher = with_a_teacher(officer)
    codes = ["E01", *(f"E{number:02}" for number in range(2, PUPILS + 1))]
    for code in codes[1:]:
        pupil = {"first_name": f"Élève{code}", "last_name": "Martin", "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
        done(officer.ask("governance/enrol-member", pupil | {"source_code": code}))
    colleges = [{"college": "eleves", "of": "pupils"}]
    formed = {"body": BODY, "kind": "class-council", "label": "Conseil des CM1", "composition": colleges, "class_code": "CM1"}
    done(teacher.ask("governance/form-body", formed))
    return Room(teacher, officer, [officer.as_(code) for code in codes[:6]])


def done(answer: Answer) -> Answer:
    assert answer.status in {200, 201}, answer.body
    return answer


def open_ballot(room: Room, **changed: Any) -> str:
    """Open a yes or no counted by hand, changed; return its id."""
    settings = {
        "body": BODY, "question": "Le faire ?", "options": YES_NO, "method": "yes-no", "parameters": {}, "tie_policy": {"draw": "register"},
        "way": "hand", "publish": "list", "tellers": [room.teacher.actor, room.pupils[0].actor],
    } | changed  # fmt: skip
    ballot: str = done(room.teacher.ask("governance/open-ballot", settings)).body["records"][0]["data"]["ballot"]
    return ballot


def named(room: Room, **changed: Any) -> str:
    return open_ballot(room, way="named", tellers=[], **changed)


def vote(who: Asker, ballot: str, *marks: str, **more: Any) -> Answer:
    return who.ask("governance/cast-vote", {"ballot": ballot, "choice": {"marks": marks}} | more)


def look(room: Room, ballot: str, who: Asker | None = None) -> dict[str, Any]:
    """Return a ballot as somebody is shown it."""
    return (who or room.teacher).look(f"governance/ballots/{ballot}").body


def enter(who: Asker, ballot: str, piles: list[tuple[int, dict[str, Any]]]) -> Answer:
    """Enter a teller's count."""
    papers = sum(number for number, _ in piles)
    told = [{"choice": choice, "papers": number} for number, choice in piles if number]
    return who.ask("governance/enter-hand-count", {"ballot": ballot, "count": {"found": papers, "present": papers, "piles": told}})


def both_enter(room: Room, ballot: str, piles: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    for teller in (room.teacher, room.pupils[0]):
        done(enter(teller, ballot, piles))
    result: dict[str, Any] = look(room, ballot)["result"]
    return result


@pytest.mark.parametrize("rule", T9)
def test_t9_every_cell_of_a_rule_comes_out_as_printed(room: Room, rule: str) -> None:
    for votes, passes in zip(VOTES, T9[rule].split(), strict=True):
        ballot = open_ballot(room, parameters={"rule": rule})
        papers = [(number, {"marks": [option]}) for number, option in zip(votes, ("yes", "no", "abstain"), strict=True)]
        assert both_enter(room, ballot, papers)["verdict"] == {"yes": "adopted", "no": "rejected"}[passes], (rule, votes)


def test_once_a_ballot_is_open_nothing_but_its_closing_time_can_change(room: Room) -> None:
    with urllib.request.urlopen(f"{room.teacher.running.http}/openapi.json", timeout=60) as answer:
        description = json.load(answer)
    schemas = description["components"]["schemas"]
    takes: dict[str, set[str]] = {}
    for path, methods in description["paths"].items():
        content = methods.get("post", {}).get("requestBody", {}).get("content", {})
        if path.startswith("/v1/registers/") and "application/json" in content:
            fields = schemas[content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]]["properties"]
            takes[path.rsplit("/", 1)[1]] = set(fields)
    settings = {"method", "parameters", "tie_policy", "way", "publish", "options", "tellers", "quorum", "rule"}
    assert {name for name, fields in takes.items() if "ballot" in fields and fields & settings} == set()
    assert {name for name, fields in takes.items() if "ballot" in fields and "closes_at" in fields} == {"move-closing"}
    ballot = named(room, closes_at="2099-01-01T12:00:00+00:00")
    moved = {"ballot": ballot, "closes_at": "2099-01-02T12:00:00+00:00", "reason": "La sortie est déplacée"}
    refused = room.teacher.ask("governance/move-closing", moved | {"parameters": {"rule": "simple"}})
    assert (refused.status, refused.body["code"]) == (422, "malformed")
    before = look(room, ballot)["settings"]
    done(room.teacher.ask("governance/move-closing", moved))
    shown = look(room, ballot, room.pupils[2])
    assert {name: value for name, value in shown["settings"].items() if name != "closes_at"} == {
        name: value for name, value in before.items() if name != "closes_at"
    }
    [change] = shown["changes"]  # as every voter sees it
    assert (change["before"][:10], change["after"][:10], change["reason"]) == ("2099-01-01", "2099-01-02", "La sortie est déplacée")
    assert "mandate_holder" in change["by"]["roles"]


def test_no_command_closes_looks_and_reopens_a_ballot(room: Room) -> None:
    ballot = named(room)
    done(vote(room.pupils[1], ballot, "yes"))
    done(room.teacher.ask("governance/close-ballot", {"ballot": ballot}))
    closed = look(room, ballot)
    attempts: dict[str, dict[str, Any]] = {
        "move-closing": {"closes_at": "2099-01-01T12:00:00+00:00", "reason": "Encore"},
        "cancel-ballot": {"reason": "Encore"},
        "enter-hand-count": {"count": {"found": 0, "present": 0}},
        "give-proxy": {"holder": room.pupils[2].actor},
        "cast-vote": {"choice": {"marks": ["no"]}},
        "close-ballot": {},
        "hold-draw": {"order": ["no", "yes", "abstain"], "witnesses": [room.pupils[2].actor, room.pupils[3].actor]},
        "issue-cards": {"keys": ["0" * 64]},
        "mark-voter": {"voter": room.pupils[2].actor},
        "unmark-voter": {"voter": room.pupils[2].actor},
        "close-roll": {"void": [], "other_teller": room.pupils[2].actor},
        "start-voting": {},
        "challenge-ballot": {"code": "loutre-12"},
        "archive-ballot": {},
    }
    for command, body in attempts.items():
        for who in (room.teacher, room.officer, room.pupils[1]):
            answer = who.ask(f"governance/{command}", {"ballot": ballot} | body)
            assert answer.status in {200, 201, 403, 409}, (command, answer)
            now = look(room, ballot)
            assert [now[name] for name in SETTLED] == [closed[name] for name in SETTLED], command
            assert now["stage"] in {"declared", "archived"}


def test_a_paper_with_nine_dots_or_five_on_one_option_is_void_with_its_reason(room: Room) -> None:
    def dotted(**dots: int) -> dict[str, Any]:
        return {"points": [{"option": option, "points": number} for option, number in dots.items()]}

    options = [{"option": name, "label": name.upper()} for name in "abc"]
    ballot = open_ballot(room, method="dots", options=options, parameters={"dots": 8, "dots_each": 4})
    tallied = both_enter(room, ballot, [(1, dotted(a=4, b=3, c=2)), (2, dotted(a=5)), (3, dotted(a=4, b=3))])["tallied"]
    assert {one["reason"]: one["papers"] for one in tallied["void"]} == {"too-many-dots": 1, "too-many-on-one": 2}
    assert (tallied["voters"], tallied["expressed"], tallied["elected"]) == (6, 3, ["a"])


def test_a_paper_above_the_budget_cannot_be_cast(room: Room) -> None:
    costs = {"cabane": 700_00, "velos": 500_00, "jardin": 180_00}
    budget = {"budget": 1_200_00, "costs": [{"option": name, "amount": cost} for name, cost in costs.items()]}
    options = [{"option": name, "label": name} for name in costs]
    ballot = named(room, method="knapsack", options=options, parameters=budget)
    refused = vote(room.pupils[1], ballot, *costs)
    assert (refused.status, refused.body["code"], refused.body["details"]["fault"]) == (409, "paper-not-right", "over-budget")
    assert look(room, ballot)["turnout"] == 0
    done(vote(room.pupils[1], ballot, "cabane", "velos"))  # the whole budget, to the cent
    assert look(room, ballot)["turnout"] == 1


def test_nobody_is_told_a_count_before_closing_whatever_they_ask(room: Room) -> None:
    ballots = named(room), open_ballot(room)
    done(vote(room.pupils[1], ballots[0], "yes"))
    done(enter(room.teacher, ballots[1], [(9, {"marks": ["yes"]}), (3, {"marks": ["no"]})]))
    for ballot in ballots:
        for who in (room.teacher, room.officer, room.pupils[0], room.pupils[1]):
            shown = look(room, ballot, who)
            assert shown["stage"] == "open" and shown["result"] is None
            assert not who.look(f"governance/ballots/{ballot}/result").body
            assert who.look(f"governance/ballots/{ballot}/steps").body["steps"] == []
            for question in ("recount", "what-if", "papers.json"):
                refused = who.look(f"governance/ballots/{ballot}/{question}")
                assert (refused.status, refused.body["code"]) == (409, "not-declared-yet"), question
    done(room.teacher.ask("governance/close-ballot", {"ballot": ballots[0]}))  # the control: once closed they answer
    assert room.teacher.look(f"governance/ballots/{ballots[0]}/what-if").status == 200
    assert room.teacher.look(f"governance/ballots/{ballots[0]}/steps").body["steps"]


def test_what_is_left_to_vote_is_listed_with_its_hour_and_a_later_paper_is_refused(room: Room) -> None:
    hour = datetime.now(tz=UTC) + timedelta(seconds=8)
    ballot = named(room, closes_at=hour.isoformat(), question="Sortir au parc ?")
    voter = room.pupils[3]
    [waiting] = [one for one in voter.look("governance/todo").body["ballots"] if one["ballot"] == ballot]
    assert datetime.fromisoformat(waiting["closes_at"]) == hour
    page = read(voter, "a-faire")
    assert re.search(f"Sortir au parc.*{hour.astimezone(ZoneInfo('Europe/Paris')):%H:%M}", page)
    done(vote(room.pupils[4], ballot, "yes"))
    time.sleep(max(0.0, (hour - datetime.now(tz=UTC)).total_seconds()) + 0.2)
    late = vote(voter, ballot, "yes")
    assert late.status == 409, late.body
    assert ballot not in str(voter.look("governance/todo").body)


def test_two_different_tellers_say_the_same_or_both_count_again(room: Room) -> None:
    ballot = open_ballot(room)
    right, wrong = [(9, {"marks": ["yes"]}), (3, {"marks": ["no"]})], [(8, {"marks": ["yes"]}), (4, {"marks": ["no"]})]
    assert enter(room.pupils[2], ballot, right).status in {403, 409}
    done(enter(room.teacher, ballot, right))
    done(enter(room.teacher, ballot, right))
    assert look(room, ballot)["result"] is None  # one teller, even twice, is not two
    differed = done(enter(room.pupils[0], ballot, wrong))
    assert [one["type"] for one in differed.body["records"]][-1] == "governance.hand-counts-differed.v1"
    for teller in (room.teacher, room.pupils[0]):
        shown = look(room, ballot, teller)
        assert (shown["differences"], shown["counts_entered"], shown["result"]) == (1, 0, None)
    assert both_enter(room, ballot, right)["verdict"] == "adopted"


def test_a_proxy_says_who_gave_it_to_whom_and_one_too_many_is_refused(room: Room) -> None:
    rules = {"rule_set": "AD99", "version": "2025-26", "valid_from": "2025-09-01", "content": RULES}
    done(room.teacher.ask("governance/adopt-rules", rules))
    ballot = named(room, proxies_max=1)
    giver, other, holder = room.pupils[1], room.pupils[2], room.pupils[3]
    given = done(giver.ask("governance/give-proxy", {"ballot": ballot, "holder": holder.actor}))
    assert given.body["records"][0]["data"] == {"ballot": ballot, "giver": giver.actor, "holder": holder.actor}
    beyond = other.ask("governance/give-proxy", {"ballot": ballot, "holder": holder.actor})
    assert (beyond.status, beyond.body["code"]) == (409, "too-many-proxies")
    done(vote(holder, ballot, "yes"))
    done(vote(holder, ballot, "yes", proxy_for=giver.actor))
    done(room.teacher.ask("governance/close-ballot", {"ballot": ballot}))
    result = look(room, ballot)["result"]
    assert (result["proxies"], result["voters"]) == (1, 2)


def proposed(room: Room) -> str:
    """Make a proposal; return its id."""
    proposal = {"body": BODY, "title": "Un bac de tri", "text": "Un bac pour le papier, dans la classe"}
    made: str = done(room.pupils[0].ask("governance/make-proposal", proposal)).body["records"][0]["data"]["proposal"]
    return made


def test_versions_are_compared_amendments_answered_and_a_ballot_names_its_version(room: Room) -> None:
    proposal = proposed(room)
    other = {"proposal": proposal, "version": 1, "title": "Un bac de tri", "reason": "Il en faut plus"}
    amendments = []
    for text in ("Deux bacs pour le papier, dans la classe", "Dix bacs pour le papier, dans la classe"):
        amended = done(room.pupils[1].ask("governance/propose-amendment", other | {"text": text}))
        amendments.append(amended.body["records"][0]["data"]["amendment"])
    done(room.pupils[0].ask("governance/reject-amendment", {"amendment": amendments[1], "reason": "Trop de bacs"}))
    done(room.pupils[0].ask("governance/accept-amendment", {"amendment": amendments[0]}))
    revised = {"proposal": proposal, "title": "Un bac de tri", "text": "Deux bacs pour le papier, dans le couloir"}
    done(room.pupils[0].ask("governance/revise-proposal", revised))
    shown = room.pupils[2].look(f"governance/proposals/{proposal}").body
    assert [one["version"] for one in shown["versions"]] == [1, 2, 3]
    answers = {one["amendment"]: (one["answer"]["answer"], one["answer"]["reason"]) for one in shown["amendments"]}
    assert answers[amendments[0]][0] == "accepted" and answers[amendments[1]] == ("rejected", "Trop de bacs")
    for before, after, gone, come in ((1, 2, "Un", "Deux"), (2, 3, "la classe", "le couloir"), (1, 3, "Un", "Deux")):
        compared = room.pupils[2].look(f"governance/proposals/{proposal}/diff?before={before}&after={after}")
        assert compared.status == 200
        assert gone in str(compared.body) and come in str(compared.body)
    ballot = open_ballot(room, proposal=proposal)
    assert (look(room, ballot)["settings"]["proposal"], look(room, ballot)["settings"]["version"]) == (proposal, 3)


def test_a_limit_or_a_veto_is_read_before_the_vote_and_no_proposal_vanishes(room: Room) -> None:
    limited, vetoed, withdrawn = (proposed(room) for _ in range(3))
    frame = {"proposal": limited, "limits": "Un seul bac", "reason": "Le couloir doit rester libre"}
    assert room.pupils[1].ask("governance/state-frame", frame).status == 403
    done(room.teacher.ask("governance/state-frame", frame))
    for nothing in ({}, {"reason": ""}):
        assert room.teacher.ask("governance/veto-proposal", {"proposal": vetoed} | nothing).status == 422
        assert room.pupils[0].ask("governance/withdraw-proposal", {"proposal": withdrawn} | nothing).status == 422
    done(room.teacher.ask("governance/veto-proposal", {"proposal": vetoed, "reason": "La mairie s'en charge"}))
    done(room.pupils[0].ask("governance/withdraw-proposal", {"proposal": withdrawn, "reason": "Déjà fait"}))
    shown = {one["proposal"]: one for one in room.pupils[2].look("governance/proposals").body["proposals"]}
    [limit] = shown[limited]["frames"]
    assert (limit["limits"], limit["reason"], limit["role"]) == ("Un seul bac", "Le couloir doit rester libre", "mandate_holder")
    assert limit["mark"]["at"] and shown[limited]["votes"] == []
    assert (shown[vetoed]["veto"]["reason"], shown[vetoed]["veto"]["role"]) == ("La mairie s'en charge", "mandate_holder")
    assert (shown[withdrawn]["stage"], shown[withdrawn]["withdrawn"]["said"]) == ("withdrawn", "Déjà fait")
    made = {json.loads(line)["data"]["proposal"] for line in raw_records(room.teacher) if b'"governance.proposal-made.v1"' in line}
    assert set(shown) == made
    assert room.teacher.ask("governance/state-frame", frame | {"proposal": vetoed}).status == 409
