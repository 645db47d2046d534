"""What governance knows of the money: the pots that are open, and what each decision still holds of its envelope."""

from services.governance.chamber.purse import PURSE, Purse
from services.ledger.events.books import PotClosed
from shared.messages import Event
from tests.examples_governance import CHRISTMAS
from tests.examples_proposals import ADOPTED, CM2_POT, DECISION, SCHOOL_POT
from tests.given import recorded


def purse_of(*facts: Event) -> Purse:
    state, evolve = PURSE.initial, PURSE.listening()
    for record in recorded(facts):
        state = evolve(state, record)
    return state


def test_a_pot_is_known_while_it_is_open_with_its_class() -> None:
    assert dict(purse_of(SCHOOL_POT, CM2_POT).pots) == {"ECOLE": None, "CM2": "CM2"}
    assert dict(purse_of(SCHOOL_POT, CM2_POT, PotClosed(pot="CM2", on=CHRISTMAS)).pots) == {"ECOLE": None}
    assert not purse_of(PotClosed(pot="CM2", on=CHRISTMAS)).pots


def test_an_envelope_is_whole_until_something_is_taken_from_it() -> None:
    assert purse_of(ADOPTED).left(DECISION) == 45_00
    assert purse_of().left(DECISION) == 0
