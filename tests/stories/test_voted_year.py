"""The votes of the sample year as its people see them over HTTP: results, minutes, refusals, and what is open today."""

from typing import Any

import pytest

from tests.stories.asking import Asker, somebody_of

pytestmark = pytest.mark.alters_the_sample


def ballots(asked: Asker, body: str) -> list[dict[str, Any]]:
    """Return the ballots of a body, the last opened first."""
    found: list[dict[str, Any]] = asked.look(f"governance/ballots?body={body}").body["ballots"]
    return found


def ballot_on(asked: Asker, body: str, on: str) -> dict[str, Any]:
    """Return the ballot of a body that was opened on a day."""
    return next(one for one in ballots(asked, body) if one["opened_at"].startswith(on))


def test_what_other_methods_would_have_said_is_marked_hypothetical(verifier: Asker) -> None:
    place = ballot_on(verifier, "CONSEIL-CM2", "2024-11-25")["ballot"]
    told = verifier.look(f"governance/ballots/{place}/what-if").body["results"]
    winners = {one["method"]: (one["tallied"]["elected"], one["hypothetical"]) for one in told}
    assert winners["schulze"] == (["volcans"], False)
    assert winners["plurality"] == (["mer"], True)
    assert winners["irv"] == (["volcans"], True)


def test_counting_the_same_papers_again_says_the_same(verifier: Asker) -> None:
    papers = [("AG", "2024-11-04"), ("CONSEIL", "2024-12-16"), ("AG", "2025-01-27"), ("CONSEIL-CM1", "2025-03-03"), ("AG", "2025-06-19")]
    for body, on in papers:
        found = verifier.look(f"governance/ballots/{ballot_on(verifier, body, on)['ballot']}/recount").body
        assert (found["same_then"], found["same_now"]) == (True, True), (body, on)


def test_a_closed_ballot_never_reopens(verifier: Asker) -> None:
    holder, closed = somebody_of(verifier.running, "A03"), ballot_on(verifier, "AG", "2025-06-19")["ballot"]
    for command, body in (
        ("move-closing", {"closes_at": "2030-06-19T18:00:00+02:00", "reason": "On n'avait pas fini"}),
        ("cancel-ballot", {"reason": "Le résultat ne plaît pas"}),
    ):
        refused = holder.ask(f"governance/{command}", {"ballot": closed, **body})
        assert (refused.status, refused.body["code"]) == (409, "closed-never-reopens")
        assert "ne se rouvre pas" in refused.body["fr"]


def test_what_the_commune_pays_stops_at_the_frame_and_every_voter_can_read_why(verifier: Asker) -> None:
    [refused] = [
        one for one in somebody_of(verifier.running, "E030").look("governance/proposals?body=CONSEIL").body["proposals"] if one["veto"]
    ]
    assert "commune" in refused["veto"]["reason"]
    assert [step["outcome"] for step in refused["steps"]] == ["dropped", "made", "vetoed", "stopped"]
    assert refused["votes"] == []
    late = somebody_of(verifier.running, "A03").ask(
        "governance/open-ballot",
        {
            "body": "CONSEIL",
            "question": "Acheter un vidéoprojecteur ?",
            "options": [{"option": "yes"}, {"option": "no"}, {"option": "abstain"}],
            "method": "yes-no",
            "parameters": {},
            "tie_policy": {"draw": "register"},
            "way": "named",
            "publish": "list",
            "tellers": [],
            "proposal": refused["proposal"],
        },
    )
    assert (late.status, late.body["code"]) == (409, "proposal-not-open")


def test_an_assembly_without_its_quorum_is_called_again(verifier: Asker) -> None:
    meetings = [one for one in verifier.look("governance/meetings?body=AG").body["meetings"] if one["on"].startswith("2025-06")]
    assert [(one["on"], one["call"], one["state"]) for one in meetings] == [("2025-06-16", 1, "no-quorum"), ("2025-06-19", 2, "closed")]


def test_the_minutes_of_a_council_say_its_votes_its_consent_and_its_decisions(verifier: Asker) -> None:
    meeting = next(one for one in verifier.look("governance/meetings?body=CONSEIL").body["meetings"] if one["on"] == "2024-09-24")
    minutes = verifier.look(f"governance/meetings/{meeting['meeting']}/minutes").body["minutes"]
    [accounts, budget] = minutes["points"]
    assert len(minutes["present"]) == 18
    assert [len(accounts[kind]) for kind in ("proposals", "ballots", "decisions")] == [1, 1, 1]
    assert [len(budget[kind]) for kind in ("proposals", "ballots", "decisions")] == [1, 0, 1]


def test_the_medals_are_open_on_every_board_for_two_days_and_then_closed_with_their_decision(verifier: Asker) -> None:
    def undecided(day: str) -> tuple[int, int]:
        found = verifier.look(f"ledger/anomalies?connu_au={day}").body
        return tuple(len([one for one in found[kind] if one["code"] == "without-decision"]) for kind in ("anomalies", "settled"))  # type: ignore[return-value]

    assert [undecided(day) for day in ("2025-06-23", "2025-06-24", "2025-06-25", "2025-06-26")] == [(0, 0), (1, 0), (1, 0), (0, 1)]


@pytest.mark.parametrize(("member", "body"), [("E030", "CONSEIL-CE1"), ("A01", "MAITRES")])
def test_a_visitor_finds_a_ballot_to_vote_in_today(verifier: Asker, member: str, body: str) -> None:
    somebody = somebody_of(verifier.running, member)
    [waiting] = [one for one in ballots(verifier, body) if one["stage"] == "open"]
    assert waiting["ballot"] in str(somebody.look("governance/todo").body)
    choice = {"marks": [waiting["settings"]["options"][0]["option"]]}
    assert somebody.ask("governance/cast-vote", {"ballot": waiting["ballot"], "choice": choice}).status == 201
    assert verifier.look(f"governance/ballots/{waiting['ballot']}").body["turnout"] == 3
    stranger = somebody_of(verifier.running, "P02")
    assert stranger.ask("governance/cast-vote", {"ballot": waiting["ballot"], "choice": choice}).body["code"] == "not-on-the-roll"


def test_a_visitor_finds_a_proposal_to_support_and_a_box_for_ideas(verifier: Asker) -> None:
    pupil = somebody_of(verifier.running, "E046")
    [waiting] = [one for one in pupil.look("governance/proposals?body=AG").body["proposals"] if one["stage"] == "open"]
    assert pupil.ask("governance/support-proposal", {"proposal": waiting["proposal"]}).status == 201
    assert pupil.ask("governance/submit-idea", {"body": "AG", "word": "propose", "text": "Planter des fraises."}).status == 201
