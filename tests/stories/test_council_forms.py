"""A class council through the forms of its pages alone, without a script: what is rarely done is done where one would look for it."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.running import Running
from tests.stories.council_room import Room, both_count, by_hand, by_name, done, enrol, place, proposed, room_of, written
from tests.stories.crawling import WIRE, pages_of, raw_codes
from tests.stories.test_mistakes import EXPENSE

pytestmark = pytest.mark.shares_an_installation

PARIS = ZoneInfo("Europe/Paris")
OBJECTION = "Et ceux qui n'ont pas de casque ?"


@pytest.fixture(scope="module")
def room(running: Running) -> Room:
    return room_of(running)


# Consent ----------------------------------------------------------------------------------------------------------------


def test_consent_comes_in_round_two_once_the_objection_is_built_in_and_the_minutes_keep_it_all(room: Room) -> None:
    proposal = proposed(room, "Une piste de vélo")
    page = room.teacher.at("conseils")
    meeting = place(written(room.teacher.send(page, "call-meeting", {"subject": page.form("call-meeting").offered["subject"][0][0]})))
    written(room.teacher.send(room.teacher.at(meeting), "open-meeting"))
    written(room.teacher.send(room.teacher.at(proposal), "open-round"))
    written(room.e2.send(room.e2.at(proposal), "raise-objection", {"reason": OBJECTION}))
    refused = room.teacher.send(room.teacher.at(proposal), "declare-consent")
    assert (refused.status, "Une objection tient encore" in refused.text) == (409, True)
    written(room.e1.send(room.e1.at(proposal), "revise-proposal", {"text": "Une piste, et des casques prêtés"}))
    lifted = {"how": "intégrée au texte", "reason": "On prête des casques"}
    written(room.teacher.send(room.teacher.at(proposal), "lift-objection", lifted))
    written(room.teacher.send(room.teacher.at(proposal), "open-round"))
    page = written(room.teacher.send(room.teacher.at(proposal), "declare-consent"))
    assert "adoptée" in page.text
    page = room.teacher.at(meeting)
    item = next(name for name in page.form("close-meeting").offered if name.startswith("outcome-"))
    written(room.teacher.send(page, "close-meeting", {item: "décidé"}))
    told = [
        re.sub(r"\(empreinte.*", "", one.at(meeting).text.partition("Procès-verbal Lire")[2])
        for one in (room.teacher, room.e2, room.parent)
    ]
    for text in told:
        assert "Tour 1, sur la version 1" in text
        assert "intégrée au texte On prête des casques" in text
        assert "Tour 2, sur la version 2 adoptée à ce tour" in text
    assert [OBJECTION in text for text in told] == [True, True, False]  # the parent is not of the class council
    assert "sa raison est au coffre" in told[2]
    digests = {
        room_.asker.look(f"governance/meetings/{meeting.rpartition('/')[2]}/minutes").body["digest"] for room_ in (room.e2, room.parent)
    }
    assert len(digests) == 1
    approve = room.teacher.at(meeting)
    assert approve.form("approve-minutes").fields["digest"] == [digests.pop()]
    assert "Approuvé" in written(room.teacher.send(approve, "approve-minutes")).text


# The adult's frame ------------------------------------------------------------------------------------------------------


def test_an_adult_sets_a_limit_then_refuses_before_the_vote_with_a_reason_and_a_pupil_is_offered_neither(room: Room) -> None:
    proposal = proposed(room, "Un feu de camp")
    assert not room.e1.at(proposal).can("veto-proposal")
    assert not room.e1.at(proposal).can("state-frame")
    page = room.teacher.at(proposal)
    written(room.teacher.send(page, "state-frame", {"limits": "Dehors seulement", "reason": "La sécurité"}))
    page = room.e2.at(proposal)
    assert "Limite posée par" in page.text
    assert "Dehors seulement" in page.text
    page = written(room.teacher.send(room.teacher.at(proposal), "veto-proposal", {"reason": "Le feu est interdit à l'école"}))
    assert "Le feu est interdit à l'école" in room.e2.at(proposal).text
    assert not page.can("open-round")
    assert "Ouvrir un scrutin" not in page.text


# Named votes ------------------------------------------------------------------------------------------------------------


def test_a_proxy_is_given_by_form_and_the_holder_votes_twice(room: Room) -> None:
    ballot = by_name(room, question="Deux récréations ?", proxies_max="1")
    written(room.e1.send(room.e1.at(ballot), "give-proxy", {"holder": "Élève2 Martin"}))
    second = room.e3.send(room.e3.at(ballot), "give-proxy", {"holder": "Élève2 Martin"})
    assert (second.status, "tient déjà autant de procurations" in second.text) == (409, True)
    assert "pour Sacha Lune" in room.e2.at("a-faire").text
    written(room.e2.send(room.e2.at(ballot), "cast-vote", {"mark": "yes"}))
    written(room.e2.send(room.e2.at(ballot), "cast-vote", {"mark": "no", "proxy_for": "Sacha Lune"}))
    written(room.e3.send(room.e3.at(ballot), "cast-vote", {"mark": ""}))
    page = written(room.teacher.send(room.teacher.at(ballot), "close-ballot"))
    assert "Votants 3" in page.text
    assert "Procurations 1" in page.text


def test_the_casting_vote_parts_a_tie_by_form(room: Room) -> None:
    ballot = by_name(room, question="Chanter le matin ?", casting_vote="Sacha Lune")
    for voter, mark in ((room.e1, "yes"), (room.e2, "no"), (room.e3, "abstain")):
        written(voter.send(voter.at(ballot), "cast-vote", {"mark": mark}))
    page = written(room.teacher.send(room.teacher.at(ballot), "close-ballot"))
    assert "égalité à départager" in page.text
    assert not page.can("close-ballot")  # only the voice that was announced parts it
    assert not room.e2.at(ballot).can("close-ballot")
    page = written(room.e1.send(room.e1.at(ballot), "close-ballot", {"casting": "no"}))
    assert "rejeté" in page.text
    assert "Égalité départagée" in page.text


def test_the_closing_time_moves_with_a_reason_and_a_ballot_is_cancelled_with_one(room: Room) -> None:
    hour = datetime.now(PARIS) + timedelta(hours=2)
    ballot = by_name(room, question="Un potager ?", closes_at=f"{hour:%Y-%m-%dT%H:%M}")
    page = room.teacher.at(ballot)
    past = room.teacher.send(page, "move-closing", {"closes_at": "2025-10-01T10:00", "reason": "Trop tard"})
    assert (past.status, "doit être à venir" in past.text) == (409, True)
    later = hour + timedelta(hours=3)
    page = written(
        room.teacher.send(
            room.teacher.at(ballot), "move-closing", {"closes_at": f"{later:%Y-%m-%dT%H:%M}", "reason": "Le car est en retard"}
        )
    )
    assert "Le car est en retard" in room.e2.at(ballot).text
    assert not room.e2.at(ballot).can("move-closing")
    page = written(room.teacher.send(room.teacher.at(ballot), "cancel-ballot", {"reason": "La question était mal écrite"}))
    assert "La question était mal écrite" in room.e2.at(ballot).text
    assert not page.can("cancel-ballot")
    assert "annulé" in room.e2.at("scrutins").text


# Votes counted by two tellers -------------------------------------------------------------------------------------------


def test_a_draw_held_in_class_is_entered_with_two_witnesses(room: Room) -> None:
    ballot = by_hand(room, "&methode=plurality", question="Quel nom pour le hamster ?", options="Noisette\nCannelle", draw="class")
    page = both_count(room, ballot, **{"sum-noisette": "2", "sum-cannelle": "2", "blank": "1", "present": "5"})
    assert "égalité à départager" in page.text
    assert not room.e3.at(ballot).can("hold-draw")
    page = room.e1.at(ballot)
    drawn = {"rank-cannelle": "1", "rank-noisette": "2", "first_witness": "Élève2 Martin", "second_witness": "Élève2 Martin"}
    assert room.e1.send(page, "hold-draw", drawn).status == 409  # one pair of eyes is not two witnesses
    page = written(room.e1.send(room.e1.at(ballot), "hold-draw", drawn | {"second_witness": "Élève3 Martin"}))
    assert "Retenu : Cannelle" in page.text
    assert "Égalité départagée" in page.text


def test_an_election_by_form_confers_the_role_on_whoever_is_elected(room: Room) -> None:
    today = datetime.now(PARIS).date()
    office = {"office": "délégué", "starts": f"{today}", "until": f"{today + timedelta(days=180)}", "office_class": "CM1"}
    candidates = ["Élève2 Martin", "Élève3 Martin"]
    ballot = by_hand(room, "&methode=plurality&quoi=personnes", question="Qui sera délégué ?", candidate=candidates, **office)
    second, third = room.e2.asker.actor, room.e3.asker.actor
    page = both_count(room, ballot, **{f"sum-{second}": "4", f"sum-{third}": "1", "blank": "0"})
    assert "Retenu : Élève2 Martin" in page.text
    people = room.teacher.asker.look("governance/members").body["people"]
    assert "delegate" in str(people[second])
    assert "delegate" not in str(people[third])


def test_a_participatory_budget_is_opened_by_form_and_its_projects_are_an_envelope(room: Room) -> None:
    query = "&methode=equal-shares"
    page = room.teacher.at(f"scrutins/nouveau?facon=hand{query}")
    unread = room.teacher.send(
        page,
        "open-ballot",
        {
            "question": "Que faire de 100 € ?",
            "options": "Des livres, 60",
            "budget": "100",
            "first_teller": "Camille Roche",
            "second_teller": "Sacha Lune",
        },
    )
    assert (unread.status, "séparés par un point-virgule" in unread.text) == (409, True)
    options = "Des livres ; 42,50\nDes ballons ; 17,50\nUn arbre ; 70"
    ballot = by_hand(room, query, question="Que faire de 100 € ?", options=options, budget="100", pot="ECOLE")
    page = both_count(room, ballot, papers="3 : A B\n2 : C")
    assert re.search("Retenu : (Des livres, Des ballons|Des ballons, Des livres)", page.text)
    assert "Dépensé 60,00" in page.text
    assert "6000" in str(room.teacher.asker.look("ledger/commitments").body)


# The right to vote ------------------------------------------------------------------------------------------------------


def test_a_right_to_vote_is_suspended_by_form_for_a_time_and_given_back(room: Room) -> None:
    assert not room.e2.at("conseils").can("suspend-voting-right")
    page = room.teacher.at("conseils")
    last = datetime.now(PARIS).date() + timedelta(days=5)
    typed = {"member": "Élève3 Martin", "until": f"{last}", "reason": "A dérangé trois conseils de suite"}
    past = room.teacher.send(page, "suspend-voting-right", typed | {"starts": f"{datetime.now(PARIS).date() - timedelta(days=1)}"})
    assert (past.status, "à partir d'aujourd'hui" in past.text) == (409, True)
    page = written(room.teacher.send(room.teacher.at("conseils"), "suspend-voting-right", typed))
    assert "Élève3 Martin ne vote pas ici" in page.text
    assert "A dérangé" not in page.text
    assert "Élève3 Martin ne vote pas ici" in room.e3.at("conseils").text
    assert "ne vote pas ici" not in room.e2.at("conseils").text  # it is nobody else's business
    ballot = by_name(room, question="Un goûter ?")
    assert not room.e3.at(ballot).can("cast-vote")
    assert room.e2.at(ballot).can("cast-vote")
    cards = room.teacher.at("scrutins/nouveau?facon=cards")
    assert not cards.can("open-ballot")  # four voters: no secret by cards
    assert "Moins de cinq votants" in cards.text
    assert "facon=hand" in cards.raw
    written(room.teacher.send(room.teacher.at("conseils"), "restore-voting-right", about=room.e3.asker.actor))
    assert "Tout le monde garde son droit de vote" in room.teacher.at("conseils").text
    ballot = by_name(room, question="Un autre goûter ?")
    assert room.e3.at(ballot).can("cast-vote")


# Small groups -----------------------------------------------------------------------------------------------------------


def test_five_voters_with_cards_are_offered_the_outcome_first_and_never_the_list(room: Room) -> None:
    page = room.teacher.at("scrutins/nouveau?facon=cards")
    publish = page.form("open-ballot")
    assert publish.fields["publish"] == ["outcome"]
    assert [value for value, _ in publish.offered["publish"]] == ["outcome", "counts"]
    assert "Vous êtes 5 à voter" in page.text
    assert "qui est seul de son avis" in page.text
    hand = room.teacher.at("scrutins/nouveau?facon=hand").form("open-ballot")
    assert hand.fields["publish"] == ["list"]


def test_a_vote_of_nearly_the_same_people_on_the_same_question_is_warned_of_before_it_opens(room: Room) -> None:
    first = by_hand(room, "", question="Faut-il un règlement ?")
    same = room.teacher.at("scrutins/nouveau?facon=hand")
    again = {"question": "faut-il un règlement", "first_teller": "Camille Roche", "second_teller": "Sacha Lune"}
    written(room.teacher.send(same, "open-ballot", again))  # the very same people: nobody stands apart
    enrol(room.officer, "E06", "Élève6")
    page = room.teacher.send(room.teacher.at("scrutins/nouveau?facon=hand"), "open-ballot", again)
    assert page.status == 409
    assert "Presque les mêmes personnes" in page.text
    assert first in page.raw
    written(room.teacher.send(page, "open-ballot", {}))
    other = by_hand(room, "", question="Faut-il un drapeau ?")
    assert "scrutins/" in other


# What an option without a score gets ------------------------------------------------------------------------------------


def test_the_ballot_of_a_score_vote_says_what_an_option_left_without_a_score_gets(room: Room) -> None:
    silent = by_name(room, "&methode=score", question="Quel conte ?", options="Le loup\nLa fée", top="5")
    assert "Option sans note ou sans mention ne compte pas" in room.e2.at(silent).text
    assert "Option sans note ou sans mention : ne compte pas." in room.e2.at(silent).text
    said = by_name(room, "&methode=score", question="Quel autre conte ?", options="Le loup\nLa fée", top="5", missing="bulletin nul")
    assert "Option sans note ou sans mention bulletin nul" in room.e2.at(said).text
    plain = by_name(room, "&methode=plurality", question="Quel dernier conte ?", options="Le loup\nLa fée")
    assert "Option sans note" not in room.e2.at(plain).text


# The past ---------------------------------------------------------------------------------------------------------------


def test_pages_show_the_past_as_the_api_does_and_take_no_form_there(room: Room) -> None:
    now = room.teacher.at("scrutins")
    assert "Un potager ?" in now.text
    opened_seq = min(one["seq"] for one in room.teacher.asker.look("governance/ballots").body["ballots"])
    before = room.teacher.at(f"scrutins?seq={opened_seq - 1}")
    assert "Tel qu'il était au fait" in before.text
    assert "Un potager ?" not in before.text
    assert "Les scrutins apparaîtront ici" in before.text
    first = room.teacher.at(f"scrutins?seq={opened_seq}")
    assert "Deux récréations ?" in first.text
    day = room.teacher.at("conseils?au=2025-09-02")
    assert "Tu regardes le passé : mardi 2 septembre 2025" in day.text
    assert not [one for one in day.forms if "do" in one.fields]
    assert [one for one in room.teacher.at("conseils").forms if "do" in one.fields]
    assert room.teacher.at("conseils?au=demain").status == 422


# What waits, and what is said --------------------------------------------------------------------------------------------


def test_what_waits_lists_the_ledger_s_vouchers_to_whoever_must_bring_them(room: Room) -> None:
    assert "Apporter les pièces" not in room.teacher.at("a-faire").text
    done(room.teacher.asker.ask("ledger/record-expense", EXPENSE | {"irregular": "Payée avant le conseil"}))
    page = room.teacher.at("a-faire")
    assert "Apporter les pièces D01 Livres de la BCD" in page.text
    assert f"/c/{room.teacher.asker.register}/pieces" in page.raw
    assert "Livres de la BCD" not in room.e1.at("a-faire").text


def test_no_code_of_the_wire_stands_raw_in_a_page(room: Room) -> None:
    looked = dict(pages_of(room.teacher, ("conseils", "propositions", "scrutins", "decisions", "a-faire"), most=60))
    assert len(looked) > 15
    assert {path: codes for path, page in looked.items() if (codes := raw_codes(page.text))} == {}
    assert raw_codes(room.teacher.at("verifier").text) == set()


def test_the_look_sees_a_raw_code() -> None:
    assert raw_codes("Résultat : elected (12 votants)") == {"elected"}
    assert {"elected", "adopted", "no-quorum", "yes-no", "time_keeper"} <= WIRE
    assert raw_codes("Résultat : choix fait, par consentement") == set()
