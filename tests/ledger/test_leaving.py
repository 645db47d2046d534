"""After a cooperative has left its association nothing moves any more, and what closes the books is still possible."""

from datetime import date

import pytest

from services.governance.events.people import CooperativeLeft, Role
from services.ledger.deciders.checks import CLOSING, LeftTheAssociation
from services.ledger.main import LEDGER
from shared.messages import Circumstances, Command, Event
from shared.refusals import Forbidden, Refused
from tests.examples_governance import GARNIER, LOU
from tests.examples_ledger import COMMANDS, FAMILIES, OPEN_BOOKS
from tests.given import COMMAND_ID, NOW, PARIS, REGISTER, SEALED, SEED, recorded
from tests.ledger.ordering import LOU_KEEPS_MONEY

LEFT = CooperativeLeft(on=date(2024, 10, 1), reason="Fermeture de l'école")


def asked(command: Command, *facts: Event) -> int:
    """Ask the whole ledger; return how many facts follow."""
    state = LEDGER.initial
    for record in recorded([*OPEN_BOOKS, LOU_KEEPS_MONEY, *facts]):
        state = LEDGER.evolve(state, record)
    somebody = GARNIER if Role.MANDATE_HOLDER in command.may else LOU
    return len(LEDGER.answer(state, command, Circumstances(somebody, REGISTER, COMMAND_ID, NOW, SEED, PARIS, seals={"texts": SEALED})))


@pytest.mark.parametrize("command", [one for one in COMMANDS if not isinstance(one, CLOSING)], ids=lambda one: one.slug())
def test_nothing_moves_any_more(command: Command) -> None:
    with pytest.raises(LeftTheAssociation) as no:
        asked(command, LEFT)
    assert no.value.details == {"left": "2024-10-01"}


def test_the_same_receipt_is_recorded_while_it_belongs() -> None:
    assert asked(FAMILIES) == 1


@pytest.mark.parametrize("command", [one for one in COMMANDS if isinstance(one, CLOSING)], ids=lambda one: one.slug())
def test_what_closes_the_books_obeys_its_own_rules_alone(command: Command) -> None:
    """Some are refused for another reason, before leaving and after: a pot in use, a day to come."""
    assert outcome(command, LEFT) == outcome(command)


def outcome(command: Command, *facts: Event) -> int | str:
    """Return how many facts follow, or the code of the refusal; some of these commands are for verifiers alone."""
    try:
        return asked(command, *facts)
    except (Refused, Forbidden) as no:
        return no.code()
