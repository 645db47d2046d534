"""Who may ask what of the ledger, in which limits, and that everything it says is said in two languages."""

import json

import pytest
from pydantic import ValidationError

from services.governance.events.people import Role
from services.ledger import paying, watch
from services.ledger.commands.books import ALLOCATIONS_MAX, LEGS_MAX
from services.ledger.deciders import (
    advances,
    bank,
    checks,
    cheques,
    closing,
    deposits,
    entries,
    grants,
    inventory,
    orders,
    pots,
    verification,
    vouchers,
    year,
)
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import Allocation, Leg
from services.ledger.main import LEDGER
from services.ledger.registers import cheques as cheque_numbers
from services.ledger.registers import grants as grants_kept
from services.ledger.rules import year_end
from shared.deciding import members
from shared.messages import Circumstances, Command
from shared.refusals import Forbidden, Notice, Sentence, Unanswered
from shared.values import TextClass
from tests.examples_governance import GARNIER, HADDAD, LEFEVRE, LOU, OFFICER, STRANGER
from tests.examples_ledger import COMMANDS, FAMILIES, FEES, OPEN_BOOKS
from tests.given import COMMAND_ID, NOW, PARIS, REGISTER, SEED, recorded
from tests.ledger.asking import but

KEEPS, SETS_UP = {Role.MANDATE_HOLDER}, {Role.MANDATE_HOLDER, Role.ASSOCIATION}
PREPARES, APPROVES = {Role.TREASURER, Role.CLASS_TUTOR, Role.MANDATE_HOLDER}, {Role.MANDATE_HOLDER, Role.ASSOCIATION}
MAY = {
    "open-year": SETS_UP,
    "adopt-chart": SETS_UP,
    "open-treasury-account": SETS_UP,
    "close-treasury-account": SETS_UP,
    "open-pot": SETS_UP,
    "close-pot": SETS_UP,
    "declare-membership": KEEPS,
    "adopt-budget": KEEPS,
    "explain-anomaly": KEEPS,
    "record-receipt": KEEPS,
    "record-expense": KEEPS,
    "record-transfer": KEEPS,
    "regularise-expense": KEEPS,
    "reverse-entry": KEEPS,
    "explain-voucher-gap": KEEPS,
    "attach-voucher": {Role.MANDATE_HOLDER, Role.CLASS_TUTOR},
    "declare-voucher-lost": KEEPS,
    "transfer-between-pots": KEEPS,
    "share-pot": KEEPS,
    "pay-back-pots": KEEPS,
    "grant-advance": KEEPS,
    "justify-advance": {Role.MANDATE_HOLDER, Role.CLASS_TUTOR},
    "return-advance": KEEPS,
    "settle-advance": KEEPS,
    "lock-period": KEEPS,
    "unlock-period": SETS_UP,
    "import-statement": KEEPS,
    "match-lines": KEEPS,
    "unmatch-line": KEEPS,
    "sign-reconciliation": KEEPS,
    "order-payment": PREPARES,
    "approve-payment": APPROVES,
    "refuse-payment": APPROVES,
    "prepare-entry": {Role.TREASURER},
    "decline-entry": KEEPS,
    "draw-sample": {Role.VERIFIER, Role.ASSOCIATION},
    "record-finding": {Role.VERIFIER, Role.ASSOCIATION},
    "answer-finding": KEEPS,
    "issue-financial-report": KEEPS,
    "give-discharge": {Role.VERIFIER},
    "withhold-discharge": {Role.VERIFIER},
    "close-year": KEEPS,
    "inventory-asset": KEEPS,
    "dispose-of-asset": KEEPS,
    "check-inventory": {Role.MANDATE_HOLDER, Role.CLASS_TUTOR},
    "receive-cheque-book": KEEPS,
    "void-cheque": KEEPS,
    "make-deposit-slip": KEEPS,
    "count-cash": KEEPS,
    "earmark-grant": KEEPS,
    "record-in-kind-contribution": KEEPS,
}
SAID: list[type[Sentence]] = [
    thing
    for module in (
        *(advances, bank, checks, closing, entries, orders, paying, year_end, verification, pots, vouchers, year, watch),
        *(inventory, cheques, deposits, grants, cheque_numbers, grants_kept),
    )
    for thing in vars(module).values()
    if isinstance(thing, type) and issubclass(thing, Unanswered | Notice) and thing.__module__ == module.__name__
]


def ask(command: Command, actor: str) -> int:
    state = LEDGER.initial
    for record in recorded(OPEN_BOOKS):
        state = LEDGER.evolve(state, record)
    return len(LEDGER.answer(state, command, Circumstances(actor, REGISTER, COMMAND_ID, NOW, SEED, PARIS)))


def test_who_may_ask_each_command() -> None:
    assert {command.slug(): command.may for command in LEDGER.commands} == MAY


def test_what_the_bank_says_is_nobody_s_own_text() -> None:
    assert [command.slug() for command in LEDGER.commands if command.impersonal] == ["import-statement"]


@pytest.mark.parametrize("actor", [OFFICER, LOU, HADDAD, LEFEVRE, STRANGER])
def test_nobody_but_a_mandate_holder_writes_in_the_journal(actor: str) -> None:
    with pytest.raises(Forbidden) as no:
        ask(FAMILIES, actor)
    assert no.value.details == {"asked": "record-receipt", "needs": ["mandate_holder"]}
    assert ask(FAMILIES, GARNIER) == 1


def test_every_command_has_an_example_that_survives_its_wire() -> None:
    assert {type(example) for example in COMMANDS} == set(LEDGER.commands)
    for example in COMMANDS:
        body = example.model_dump_json()
        assert type(example).model_validate_json(body) == example
        with pytest.raises(ValidationError):
            type(example).model_validate_json(json.dumps(json.loads(body) | {"unknown": 1}))


@pytest.mark.parametrize("amount", [0, -1, 1.5, "100", True, 10**13 + 1], ids=repr)
def test_an_amount_is_a_positive_whole_number_of_cents(amount: object) -> None:
    body = json.loads(FAMILIES.model_dump_json())
    body["allocations"][0]["amount"] = amount
    with pytest.raises(ValidationError):
        type(FAMILIES).model_validate_json(json.dumps(body))


def test_an_entry_has_so_many_lines_and_no_more() -> None:
    leg, allocation = Leg(account="512", amount=-1), Allocation(account="6281", amount=1)
    assert but(FEES, treasury=(leg,) * LEGS_MAX, allocations=(allocation,) * ALLOCATIONS_MAX)
    for changed in ({"treasury": (leg,) * (LEGS_MAX + 1)}, {"allocations": (allocation,) * (ALLOCATIONS_MAX + 1)}):
        with pytest.raises(ValidationError):
            but(FEES, **changed)


def test_every_refusal_and_every_warning_is_a_sentence_in_two_languages() -> None:
    assert len(SAID) > 40
    assert len({said.code() for said in SAID}) == len(SAID)
    for said in SAID:
        french, english = said.sentences()
        assert french != english
        assert french.endswith("."), said
        assert english.endswith("."), said


def test_every_command_and_event_says_in_two_languages_what_it_is() -> None:
    for message in (*LEDGER.commands, *members(LedgerEvent)):
        french, _, english = (message.__doc__ or "").strip().partition("\n")
        assert french.endswith("."), message
        assert english.strip().endswith("."), message


def test_no_event_of_the_ledger_has_a_private_field() -> None:
    for event in members(LedgerEvent):
        assert not any(TextClass.PRIVATE in field.metadata for field in event.model_fields.values())
