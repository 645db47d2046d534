"""Every fact reads as a sentence in French and in English, from the template beside its class."""

from typing import ClassVar

import pytest

from services.governance.events.catalogue import GovernanceEvent
from services.ledger.events.catalogue import LedgerEvent
from shared.deciding import members
from shared.messages import Event
from shared.sentences import SentenceWriter
from shared.values import Checked, PositiveCents
from shared.web import formats
from shared.web.formats import Language
from tests.examples_ledger import EXAMPLES, FAMILIES_RECEIVED
from tests.governance.every_example import EXAMPLES as GOVERNANCE_EXAMPLES
from tests.ledger.asking import but

ALL: tuple[Event, ...] = (*GOVERNANCE_EXAMPLES, *EXAMPLES)
SAID = {
    "ledger.receipt-recorded.v1": (
        "Participation volontaire des familles (chèques) : 1 806,00 € reçus, pot ECOLE (R01)",
        "Participation volontaire des familles (chèques): €1,806.00 received, pot ECOLE (R01)",
    ),
    "ledger.expense-recorded.v1": (
        "Adhésion OCCE et assurance : 405,60 € dépensés, pot ECOLE (D01)",
        "Adhésion OCCE et assurance: €405.60 spent, pot ECOLE (D01)",
    ),
    "ledger.membership-declared.v1": (
        "Adhésion 2024-25 déclarée : 7 adultes et 149 élèves",
        "Membership 2024-25 declared: 7 adults and 149 pupils",
    ),
    "ledger.advance-granted.v1": (
        "Avance de 120,00 € confiée à quelqu'un pour le pot CM2 (D02)",
        "Advance of €120.00 entrusted to someone for the pot CM2 (D02)",
    ),
    "ledger.year-opened.v1": (
        "L'exercice 2024-25 ouvre, du 1er septembre 2024 au 31 août 2025",
        "The fiscal year 2024-25 opens, from 1 September 2024 to 31 August 2025",
    ),
}


class Oddity(Event, name="test.oddity.v1", fr="{label:shouted}", en="{nothing}"):
    """Une chose mal écrite.
    Something written badly."""

    label: Checked
    amount: PositiveCents
    seen: ClassVar[int] = 0


def writer(language: Language) -> SentenceWriter:
    somebody = {"fr": "quelqu'un", "en": "someone"}[language]
    return SentenceWriter(
        language,
        lambda cents: formats.money(cents, language),
        lambda day: formats.middle_date(day, language),
        lambda person: somebody,
    )


def plain(text: str) -> str:
    """Return a sentence with ordinary spaces, as it is typed in this file."""
    return text.replace(formats.NBSP, " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_every_event_class_has_a_sentence_to_test() -> None:
    assert {type(example) for example in ALL} == members(LedgerEvent) | members(GovernanceEvent)


@pytest.mark.parametrize("example", ALL, ids=lambda example: type(example).wire)
def test_every_event_is_said_in_french_and_in_english(example: Event) -> None:
    french, english = writer("fr").sentence(example), writer("en").sentence(example)
    assert french
    assert english
    assert french != english
    for sentence in (french, english):
        assert "{" not in sentence
        assert "}" not in sentence
        assert "None" not in sentence
        assert "p_" not in sentence
        assert "Checked" not in sentence


@pytest.mark.parametrize("wire", SAID, ids=str)
def test_money_dates_vouchers_and_persons_are_written_as_on_the_pages(wire: str) -> None:
    (example,) = (one for one in ALL if type(one).wire == wire)
    assert (plain(writer("fr").sentence(example)), plain(writer("en").sentence(example))) == SAID[wire]


def test_a_label_is_printed_as_it_is_and_never_read_as_a_template() -> None:
    odd = but(FAMILIES_RECEIVED, label="Vente {pot} {0} {label:money} 100 %")
    assert writer("fr").sentence(odd).startswith("Vente {pot} {0} {label:money} 100 % : ")


def test_a_template_that_asks_for_something_odd_fails_loudly() -> None:
    odd = Oddity(label="x", amount=1)
    with pytest.raises(ValueError, match="shouted"):
        writer("fr").sentence(odd)
    with pytest.raises(KeyError):
        writer("en").sentence(odd)
