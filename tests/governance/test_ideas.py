"""Who drops a card in the idea box, what it may hold, and how it is set aside."""

import pytest

from services.governance.commands.proposals import SetIdeaAside, SubmitIdea
from services.governance.deciders.ideas import IDEAS, IdeaBecameProposal, NoSuchIdea, OneTextOrOneRemark
from services.governance.events.proposals import IdeaSetAside, IdeaSubmitted, IdeaWord
from services.governance.rules.conducting import NotOfThisBody
from services.governance.rules.rolls import NoSuchBody
from shared.messages import Circumstances
from shared.refusals import Forbidden
from shared.values import Pseudonym
from tests.examples_governance import CLOCK, DA_SILVA, GARNIER, HADDAD, LEFEVRE, LOU, NINO, STRANGER
from tests.examples_proposals import BIRD_IDEA, BIRDS, COUNCILS, IDEA, ISA, PROPOSAL, TOM
from tests.given import COMMAND_ID, NOW, REGISTER, SEALED, SEED, given, recorded

FRESH = Circumstances(ISA, REGISTER, COMMAND_ID, NOW, SEED).id()
BOX = given(IDEAS, *COUNCILS, BIRD_IDEA)
ASIDE = SetIdeaAside(idea=IDEA, reason="Déjà fait l'an dernier")


def drop(body: str = "conseil-CM2", text: str | None = "Des nichoirs dans la cour", remark: str | None = None) -> SubmitIdea:
    return SubmitIdea(body=body, word=IdeaWord.PROPOSE, text=text, remark=remark)


def test_a_pupil_drops_a_card_in_the_box_of_the_class() -> None:
    BOX.when(drop(), by=ISA).then(IdeaSubmitted(**{**dict(BIRD_IDEA), "idea": FRESH}))


def test_what_is_said_about_a_person_is_sealed() -> None:
    about_somebody = drop(text=None, remark="Il m'a bousculé dans l'escalier")
    BOX.when(about_somebody, by=ISA).then(IdeaSubmitted(idea=FRESH, body="conseil-CM2", word=IdeaWord.PROPOSE, remark=SEALED))


@pytest.mark.parametrize(("text", "remark"), [(None, None), ("Un étang", "Il triche")])
def test_a_card_says_exactly_one_thing(text: str | None, remark: str | None) -> None:
    BOX.when(drop(text=text, remark=remark), by=ISA).refused(OneTextOrOneRemark)


@pytest.mark.parametrize("somebody", [LEFEVRE, GARNIER, LOU, TOM])
def test_the_class_its_tutor_and_a_mandate_holder_use_the_box_of_the_class(somebody: Pseudonym) -> None:
    assert BOX.when(drop(), by=somebody).events()


@pytest.mark.parametrize("somebody", [NINO, DA_SILVA, HADDAD, CLOCK, STRANGER])
def test_nobody_else_uses_the_box_of_the_class(somebody: Pseudonym) -> None:
    BOX.when(drop(), by=somebody).refused(NotOfThisBody, body="conseil-CM2")


@pytest.mark.parametrize("somebody", [NINO, LOU, DA_SILVA])
def test_every_pupil_and_adult_of_the_school_uses_the_box_of_its_council(somebody: Pseudonym) -> None:
    assert BOX.when(drop("conseil-ecole"), by=somebody).events()


@pytest.mark.parametrize("somebody", [HADDAD, CLOCK])
def test_a_parent_without_a_seat_and_a_process_do_not(somebody: Pseudonym) -> None:
    BOX.when(drop("conseil-ecole"), by=somebody).refused(NotOfThisBody)


def test_pupils_bring_nothing_to_the_council_of_the_adults() -> None:
    BOX.when(drop("conseil-maitres"), by=LOU).refused(NotOfThisBody)
    assert BOX.when(drop("conseil-maitres"), by=DA_SILVA).events()


def test_a_box_belongs_to_a_body() -> None:
    BOX.when(drop("conseil-CP"), by=ISA).refused(NoSuchBody, body="conseil-CP")


@pytest.mark.parametrize("somebody", [LOU, LEFEVRE, GARNIER])
def test_who_conducts_sets_a_card_aside_with_the_reason(somebody: Pseudonym) -> None:
    BOX.when(ASIDE, by=somebody).then(IdeaSetAside(**dict(ASIDE)))


def test_nobody_sets_aside_the_card_of_a_body_they_do_not_conduct() -> None:
    for somebody in (ISA, DA_SILVA):
        BOX.when(ASIDE, by=somebody).refused(Forbidden)


def test_setting_aside_again_records_nothing() -> None:
    given(IDEAS, *COUNCILS, BIRD_IDEA, IdeaSetAside(**dict(ASIDE))).when(ASIDE, by=LOU).then()


def test_a_card_that_became_a_proposal_is_not_set_aside() -> None:
    given(IDEAS, *recorded([*COUNCILS, BIRD_IDEA, BIRDS], by=ISA)).when(ASIDE, by=LOU).refused(IdeaBecameProposal, proposal=PROPOSAL)


def test_an_unknown_card_is_not_set_aside() -> None:
    given(IDEAS, *COUNCILS).when(ASIDE, by=LOU).refused(NoSuchIdea)
