"""Minutes drafted from the records, the minute book without gap, and what a cut may hide from them."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.governance.events.ballots import HandCountEntered, Publish, QuorumMissed
from services.governance.events.bodies import AgendaItem, ItemKind, MeetingCalled
from services.governance.events.people import Role
from services.governance.events.proposals import (
    ConsentEscalated,
    DecisionAdopted,
    DecisionFollowed,
    DecisionRejected,
    FollowUp,
    FrameStated,
    ProposalVetoed,
    ProposalWithdrawn,
    RoundOpened,
)
from services.governance.projections.deliberations import DELIBERATIONS
from services.governance.projections.meetings import MEETINGS
from services.governance.telling.minutes import MINUTES, NoSuchBook, NoSuchMinutes, minute_book, minutes_digest, minutes_of
from shared.messages import Event
from shared.projecting import Cut, fold
from tests.examples_bodies import COUNCIL_DAY, EXAMPLES, MEETING, NEXT_COUNCIL, OPENED, SECOND_MEETING
from tests.examples_governance import GARNIER, LEFEVRE, LOU
from tests.given import PARIS, SEALED
from tests.governance.calling import BAKE, BALLOT, SORTING
from tests.governance.council import ANA, COUNCIL, MAJORITY, TOM
from tests.governance.held import AGENDA, AGREED, ASKED, HELD, OBJECTION, PROPOSED, TABLE, TALLIED, records_of


def minuted(*facts: Event, cut: Cut | None = None) -> Any:
    return fold(MINUTES, records_of(facts), cut)


def test_minutes_say_who_was_there_each_point_with_its_outcome_and_every_number_of_the_vote() -> None:
    told = minutes_of(minuted(*HELD), MEETING)
    assert (told["number"], told["state"], told["on"], told["label"]) == (2, "closed", "2024-10-14", "Conseil des CM2")
    assert told["present"] == list(OPENED.present)
    assert [(move["arrived"], move["left"]) for move in told["moves"]] == [([ANA], [LEFEVRE])]
    assert told["roles"] == [{"role": "president", "person": LOU}]
    follow, table, news = told["points"]
    assert [one["outcome"] for one in told["points"]] == ["discussed", "decided", "discussed"]
    assert [(one["decision"], one["state"]) for one in follow["looks"]] == [(BAKE, "ongoing")]
    (ballot,) = table["ballots"]
    result = ballot["result"]
    assert (result["verdict"], result["registered"], result["voters"], result["elected"]) == ("adopted", 20, 18, ["yes"])
    assert result["tallied"] == TALLIED.model_dump(mode="json", exclude_none=True)
    (decision,) = table["decisions"]
    assert (decision["number"], decision["adopted"], decision["spending"]) == (2, True, {"amount": 40000, "pot": "CM2"})
    assert not any(news[kind] for kind in ("proposals", "ballots", "decisions", "looks"))
    assert not any(told["beside"].values())


def test_where_an_idea_and_its_proposal_are_both_points_the_vote_stands_under_the_proposal() -> None:
    idea = "g" * 26
    card = AgendaItem(item="5" * 26, kind=ItemKind.IDEA, title="Jouer dehors", subject=idea)
    facts = [
        one.model_copy(update={"agenda": (card, *AGENDA)})
        if isinstance(one, MeetingCalled) and one.meeting == MEETING
        else one.model_copy(update={"idea": idea})
        if one == PROPOSED
        else one
        for one in HELD
    ]
    told = {one["title"]: one for one in minutes_of(minuted(*facts), MEETING)["points"]}
    assert len(told["Une table de ping-pong"]["ballots"]) == len(told["Une table de ping-pong"]["decisions"]) == 1
    assert not any(told["Jouer dehors"][kind] for kind in ("proposals", "ballots", "decisions"))
    alone = [one for one in facts if not isinstance(one, MeetingCalled)]
    called = MeetingCalled(meeting=MEETING, body="conseil-CM2", on=COUNCIL_DAY, call=1, agenda=(card,))
    (point,) = minutes_of(minuted(called, *alone), MEETING)["points"]  # the control: alone, the idea's point tells what became of it
    assert len(point["decisions"]) == 1


def test_minutes_tell_the_versions_amendments_and_frames_of_a_proposal() -> None:
    (proposal,) = minutes_of(minuted(*HELD), MEETING)["points"][1]["proposals"]
    assert [(one["version"], one["title"], one["cost"]) for one in proposal["versions"]] == [
        (1, "Une table", 50000),
        (2, "Une table d'occasion", 40000),
    ]
    assert [(one["accepted"], one.get("refusal")) for one in proposal["amendments"]] == [(True, None), (False, "Trop cher")]
    assert [(one["limits"], one["by"]) for one in proposal["frames"]] == [("Pas plus de 400 €", GARNIER)]
    assert proposal["supporters"] == 1
    assert "veto" not in proposal


def test_minutes_tell_a_veto_a_withdrawal_and_a_consent_that_went_elsewhere() -> None:
    item = AgendaItem(item="2" * 26, kind=ItemKind.PROPOSAL, title="Un lapin", subject=TABLE)
    facts = (
        *COUNCIL,
        PROPOSED,
        MeetingCalled(meeting=MEETING, body="conseil-CM2", on=COUNCIL_DAY, call=1, agenda=(item,)),
        OPENED,
        RoundOpened(proposal=TABLE, version=1, round=1, facilitator=LOU),
        ConsentEscalated(proposal=TABLE, round=1, reason="On vote"),
        ProposalVetoed(proposal=TABLE, reason="Pas d'animal à l'école", role=Role.CLASS_TUTOR),
        ProposalWithdrawn(proposal=TABLE, reason="On a compris"),
    )
    (proposal,) = minutes_of(minuted(*facts), MEETING)["points"][0]["proposals"]
    assert proposal["veto"]["reason"] == "Pas d'animal à l'école"
    assert proposal["withdrawal"]["reason"] == "On a compris"
    (told,) = proposal["rounds"]
    assert (told["consent"], told["escalation"], told["objections"]) == (False, "On vote", [])


def test_minutes_tell_consent_rounds_held_off_the_agenda_and_how_objections_were_lifted() -> None:
    told = minutes_of(minuted(*HELD, *AGREED), SECOND_MEETING)
    (proposal,) = told["beside"]["proposals"]
    first, second = proposal["rounds"]
    assert first["objections"] == [{"objection": OBJECTION, "how": "integrated", "reason": "Un bac avec couvercle"}]
    assert (first["consent"], second["consent"]) == (False, True)
    assert [one["title"] for one in told["beside"]["decisions"]] == ["Un bac de tri"]


def test_what_comes_after_the_end_changes_no_minutes() -> None:
    later = (
        FrameStated(proposal=TABLE, limits="Casques", reason="Sécurité", role=Role.MANDATE_HOLDER),
        DecisionAdopted(decision="7" * 26, body="conseil-CM2", title="Plus tard", proposal=TABLE),
        COUNCIL[-2].model_copy(update={"label": "Un autre nom"}),
        *AGREED,
    )
    assert minutes_of(minuted(*HELD, *later), MEETING) == minutes_of(minuted(*HELD), MEETING)
    assert minutes_of(minuted(*HELD), MEETING) != minutes_of(minuted(*HELD[:-1]), MEETING)


def test_the_digest_is_that_of_the_content() -> None:
    told = minutes_of(minuted(*HELD), MEETING)
    digest = minutes_digest(told)
    assert len(digest) == 64
    assert minutes_digest(dict(reversed(told.items()))) == digest
    assert minutes_digest(told | {"call": 2}) != digest


def test_nothing_of_a_count_is_told_before_the_result() -> None:
    running = minutes_of(minuted(*HELD[:-3], HandCountEntered(ballot=BALLOT, count=SEALED)), MEETING)
    (ballot,) = running["points"][1]["ballots"]
    assert ballot["state"] == "open"
    assert "result" not in ballot
    assert "sealed" not in str(running)


def test_a_ballot_of_few_papers_tells_its_outcome_alone() -> None:
    few = (*HELD[:-4], ASKED.model_copy(update={"publish": Publish.OUTCOME}), *HELD[-3:])
    (ballot,) = minutes_of(minuted(*few), MEETING)["points"][1]["ballots"]
    assert ballot["result"] == {"verdict": "adopted", "registered": 20, "voters": 18, "elected": ["yes"]}


def test_the_minute_book_is_in_order_and_without_gap() -> None:
    missed = "l" * 26
    between = DecisionRejected(decision="p" * 26, body="conseil-CM2", title="Un lapin")
    facts = (
        *HELD,
        MeetingCalled(meeting=missed, body="conseil-CM2", on=NEXT_COUNCIL, call=1, agenda=()),
        QuorumMissed(call=1, needed=3, counted=1, meeting=missed),
        between,
        *AGREED,
        DecisionAdopted(decision="z" * 26, body="ecole", title="Ailleurs"),
    )
    book = minute_book(minuted(*facts), "conseil-CM2")
    assert [one["number"] for one in book["entries"]] == [1, 2, 3, 4, 5]
    kinds = [one.get("minutes", {}).get("meeting") or one["decision"]["title"] for one in book["entries"]]
    assert kinds == ["Vente de gâteaux", MEETING, missed, "Un lapin", SECOND_MEETING]
    assert book["entries"][2]["minutes"]["missed"]["needed"] == 3
    decisions = [one["number"] for one in _decisions(book)]
    assert decisions == [1, 2, 3, 4]
    assert book["entries"][1]["minutes"] == minutes_of(minuted(*facts), MEETING)


def test_numbers_never_change_as_the_register_grows() -> None:
    facts = (*HELD, *AGREED)
    seen: dict[str, tuple[int, ...]] = {}
    for length in range(len(COUNCIL), len(facts) + 1):
        book = minute_book(minuted(*facts, cut=Cut(seq=length)), "conseil-CM2")
        assert [one["number"] for one in book["entries"]] == list(range(1, len(book["entries"]) + 1))
        for entry in book["entries"]:
            name = entry["minutes"]["meeting"] if "minutes" in entry else entry["decision"]["decision"]
            assert seen.setdefault(name, entry["number"]) == entry["number"]


def _decisions(book: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for entry in book["entries"]:
        if "decision" in entry:
            found.append(entry["decision"])
        else:
            minutes = entry["minutes"]
            found += [one for part in (*minutes["points"], minutes["beside"]) for one in part["decisions"]]
    return sorted(found, key=lambda one: one["number"])


def test_unknown_meetings_and_bodies_are_said_so() -> None:
    with pytest.raises(NoSuchMinutes):
        minutes_of(minuted(*COUNCIL), MEETING)
    with pytest.raises(NoSuchBook):
        minute_book(minuted(*COUNCIL), "inconnue")
    assert minute_book(minuted(*COUNCIL), "conseil-CM2")["entries"] == []


@settings(max_examples=60, deadline=None)
@forall(st.sets(st.integers(0, len(HELD) + len(AGREED) + len(EXAMPLES) - 1)))
def test_whatever_a_cut_hides_nothing_fails(hidden: set[int]) -> None:
    facts = records_of([*HELD, *AGREED, *EXAMPLES])
    state = fold(MINUTES, [record for number, record in enumerate(facts) if number not in hidden])
    for meeting in state.meetings.meetings:
        minutes_digest(minutes_of(state, meeting))
    for body in state.meetings.bodies:
        entries = minute_book(state, body)["entries"]
        assert [one["number"] for one in entries] == list(range(1, len(entries) + 1))


@pytest.mark.parametrize("projection", [MEETINGS, DELIBERATIONS, MINUTES], ids=lambda one: one.name)
def test_a_view_survives_its_storage(projection: Any) -> None:
    state = fold(projection, records_of([*HELD, *AGREED, *EXAMPLES]))
    adapter: TypeAdapter[Any] = TypeAdapter(type(projection.initial))
    assert adapter.validate_json(adapter.dump_json(state)) == state
    assert fold(projection, records_of(HELD), Cut(seq=0)) == projection.initial


def test_the_calendar_of_a_body_is_by_day_and_says_where_each_meeting_stands() -> None:
    later = MeetingCalled(meeting="z" * 26, body="conseil-CM2", on=NEXT_COUNCIL, call=1, agenda=())
    state = fold(MEETINGS, records_of([*COUNCIL, later, *HELD[len(COUNCIL) :]]))
    assert [(key, one.state) for key, one in state.of("conseil-CM2")] == [(MEETING, "closed"), ("z" * 26, "called")]
    assert state.of("ecole") == []
    assert [one.title for _, one in state.to_follow("conseil-CM2")] == ["Vente de gâteaux", "Une table de ping-pong"]
    done = DecisionFollowed(decision=BAKE, state=FollowUp.NOT_CARRIED_OUT, reason="Le four est en panne")
    followed = fold(MEETINGS, records_of([*HELD, SORTING, done]))
    assert [one.title for _, one in followed.to_follow("conseil-CM2")] == ["Une table de ping-pong", "Bac de tri"]
    assert followed.decisions[BAKE].looks[-1].reason == "Le four est en panne"


def test_as_of_a_day_a_later_meeting_is_not_known() -> None:
    assert MEETING not in fold(MEETINGS, records_of(HELD), Cut(connu_au=COUNCIL_DAY - timedelta(days=1), zone=PARIS)).meetings
    assert {ANA, TOM} & set(MAJORITY) == {ANA}
