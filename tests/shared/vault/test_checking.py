"""No text of a command names somebody of the register, whichever process enrolled them and however little ago."""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from services.governance.commands.bodies import FormBody
from services.governance.commands.people import EnrolMember, OpenClass
from services.governance.commands.proposals import SubmitIdea
from services.governance.events.people import PersonKind
from services.governance.events.privacy import HomonymAccepted
from services.governance.events.proposals import IdeaWord
from services.governance.main import GOVERNANCE
from services.governance.standing import AdultsAcceptNames, NoSuchNameReason
from services.ledger.commands.books import RecordReceipt, ReverseEntry
from services.ledger.main import LEDGER
from shared.handling import Answer, Asked, NameReason, NamesNobody
from shared.messages import Command
from shared.refusals import Busy, Forbidden
from shared.vault.checking import NameCheck, NamesSomebody, checked_texts
from shared.vault.confiding import VaultConfidant
from shared.vault.store import Vault
from tests.examples_bodies import CM2_COUNCIL
from tests.examples_governance import GARNIER, LOU, RENTREE, STRANGER
from tests.examples_ledger import ADOPT_CHART, COMMANDS, FAMILIES, FEES, OPEN_BOOKS, voucher
from tests.ledger.asking import but
from tests.postgres_fixture import LogUnderTest
from tests.shared.on_the_register import desks, fresh_id, opened
from tests.shared.vault.conftest import KEK

ENROL = EnrolMember(first_name="Zélie", last_name="Quintefeuille", kind=PersonKind.STAFF, on=RENTREE)
IDEA = SubmitIdea(body=CM2_COUNCIL.body, word=IdeaWord.PROPOSE, text="Un gâteau pour Zélie Quintefeuille")
LABEL = "Remboursement de Mme Quintefeuille"
NAMING = but(FAMILIES, label=LABEL)
PEOPLE = range(20)  # as many as the school has
PLACE = {"field": "/label", "start": 21, "end": 34}


class Offices:
    """A school's two services, each in a process of its own: its own vault, its own warm states."""

    def __init__(self, log: LogUnderTest, server: EmbeddedPostgres, stack: ExitStack) -> None:
        self.vaults = [stack.enter_context(Vault(server.url("ruche_vault"), KEK)) for _ in (GOVERNANCE, LEDGER)]
        register = opened(log, OPEN_BOOKS)
        self.governance, self.ledger = (
            stack.enter_context(desks(log, register=register, rulebook=book, confidant=VaultConfidant(vault)))[0]
            for book, vault in zip((GOVERNANCE, LEDGER), self.vaults, strict=True)
        )


@pytest.fixture
def offices(log: LogUnderTest, vault_server: EmbeddedPostgres) -> Iterator[Offices]:
    with ExitStack() as stack:
        yield Offices(log, vault_server, stack)


def test_a_label_that_names_somebody_just_enrolled_elsewhere_is_refused(offices: Offices) -> None:
    assert offices.ledger.ask(but(NAMING, voucher=voucher("R09"))).records  # nobody of this name yet: the index is warm and empty
    offices.governance.ask(ENROL)
    with pytest.raises(NamesSomebody) as no:
        offices.ledger.ask(NAMING)
    assert no.value.details == {"places": [PLACE]}
    assert LABEL[21:34] == "Quintefeuille"
    assert offices.ledger.ask(but(NAMING, label="Remboursement d'une famille")).records  # the control


def test_every_service_checks_its_own_texts(offices: Offices) -> None:
    offices.governance.ask(ENROL)
    school_class = OpenClass(class_code="GS", label="Classe de Zélie", level=("GS",), cycle=(1,), year="2024-25")
    with pytest.raises(NamesSomebody):
        offices.governance.ask(school_class)
    assert offices.governance.ask(but(school_class, label="Grande section")).records


def test_a_text_deep_in_a_command_is_found_by_its_place(offices: Offices) -> None:
    offices.governance.ask(ENROL)
    first = offices.ledger.ask(FAMILIES)
    entry = json.loads(first.records[0])["data"]["entry"]
    undo = ReverseEntry(
        reverses=entry, reason="Mauvais compte", on=FAMILIES.on, receipt=RecordReceipt(**dict(FAMILIES) | {"label": "Zélie"})
    )
    with pytest.raises(NamesSomebody) as no:
        offices.ledger.ask(undo)
    assert no.value.details["places"] == [{"field": "/receipt/label", "start": 0, "end": 5}]
    content = (ADOPT_CHART.content[0], ADOPT_CHART.content[1].model_copy(update={"label": "Avances de Zélie"}))
    with pytest.raises(NamesSomebody) as no:
        offices.ledger.ask(but(ADOPT_CHART, version="2", content=content))
    assert [place["field"] for place in no.value.details["places"]] == ["/content/1/label"]


def test_what_was_recorded_before_they_came_keeps_its_first_answer(offices: Offices) -> None:
    key = fresh_id()
    first = offices.ledger.ask(NAMING, key)
    offices.governance.ask(ENROL)
    again = offices.ledger.ask(NAMING, key)
    assert (again.repeated, again.records) == (True, first.records)
    with pytest.raises(NamesSomebody):
        offices.ledger.ask(but(NAMING, voucher=voucher("R02")))


def test_who_may_not_ask_learns_no_name(offices: Offices) -> None:
    offices.governance.ask(ENROL)
    with pytest.raises(Forbidden):
        offices.ledger.ask(NAMING, by=STRANGER)


def test_the_usual_command_asks_the_vault_nothing_and_a_newcomer_makes_it_ask(offices: Offices) -> None:
    offices.governance.ask(ENROL)
    offices.ledger.ask(FAMILIES)
    offices.vaults[1].close()
    assert offices.ledger.ask(but(FEES, label="Adhésion")).records
    with pytest.raises(NamesSomebody):
        offices.ledger.ask(but(NAMING, voucher=voucher("R02")))
    offices.governance.ask(but(ENROL, first_name="Prune", last_name="Vaillant"))
    with pytest.raises(Busy):  # the append met the newcomer's record, and decided again
        offices.ledger.ask(but(FAMILIES, voucher=voucher("R03")))


def test_a_name_erased_by_another_process_is_forgotten_in_time(offices: Offices) -> None:
    offices.governance.ask(ENROL)
    register, (here, elsewhere) = offices.ledger.register, offices.vaults
    later, at_once = NameCheck(elsewhere), NameCheck(elsewhere, forgotten_seconds=0)
    for check in (later, at_once):
        with pytest.raises(NamesSomebody):
            check.refuse_names(register, NAMING, PEOPLE)
    (person,) = here.members(register)
    here.erase_person(register, person.person)
    at_once.refuse_names(register, NAMING, PEOPLE)
    with pytest.raises(NamesSomebody):
        later.refuse_names(register, NAMING, PEOPLE)


def test_the_texts_of_a_command_are_those_declared_checked() -> None:
    texts = {command.slug(): dict(checked_texts(command)) for command in COMMANDS}
    assert texts["record-receipt"] == {"/label": FAMILIES.label}
    assert texts["record-expense"] == {"/label": FEES.label, "/irregular": FEES.irregular}
    assert texts["reverse-entry"] == {"/reason": "Saisie sous le mauvais compte", "/receipt/label": FAMILIES.label}
    assert texts["adopt-chart"]["/content/1/label"] == "Régies d'avance"
    assert texts["settle-advance"] == texts["close-pot"] == {}
    assert dict(checked_texts(ENROL)) == {}  # a private text goes to the vault


def test_an_adult_lets_a_homonym_stand_and_the_register_says_so(offices: Offices) -> None:
    offices.governance.ask(ENROL)
    answer = accepting(offices, NAMING, GARNIER, NameReason("homonym"))
    fact, accepted = (json.loads(record) for record in answer.records)
    assert (fact["data"]["label"], accepted["type"], accepted["data"]) == (LABEL, HomonymAccepted.wire, {"reason": "homonym"})
    assert (accepted["actor"], accepted["command"]) == (fact["actor"], fact["command"])


def test_what_is_said_with_another_reason_goes_to_the_vault(offices: Offices) -> None:
    offices.governance.ask(ENROL)
    said = "La boulangerie Quintefeuille, rue du Lac"
    answer = accepting(offices, NAMING, GARNIER, NameReason("other", said))
    assert said.encode() not in b"".join(answer.records)
    commitment = b64decode(json.loads(answer.records[-1])["data"]["because"]["sealed"])
    opening = offices.vaults[1].opening(offices.ledger.register, commitment, reader=GARNIER, why="test")
    assert opening is not None and opening.value == said
    for reason in (NameReason("other"), NameReason("homonym", said), NameReason("because")):
        with pytest.raises(NoSuchNameReason):
            accepting(offices, but(NAMING, voucher=voucher("R09")), GARNIER, reason)


def test_a_pupil_lets_no_name_stand_and_a_reason_is_for_a_name(offices: Offices) -> None:
    offices.governance.ask(ENROL)
    offices.governance.ask(FormBody(**dict(CM2_COUNCIL)))
    with pytest.raises(NamesSomebody):
        offices.governance.ask(IDEA, by=LOU)
    handling, register = offices.governance.handling, offices.governance.register
    with pytest.raises(AdultsAcceptNames):
        handling.handle(IDEA, Asked(register, LOU, fresh_id(), names=NameReason("homonym")))
    with pytest.raises(NamesNobody):
        accepting(offices, but(NAMING, label="Les familles"), GARNIER, NameReason("homonym"))


def accepting(offices: Offices, command: Command, by: str, reason: NameReason) -> Answer:
    return offices.ledger.handling.handle(command, Asked(offices.ledger.register, by, fresh_id(), names=reason))
