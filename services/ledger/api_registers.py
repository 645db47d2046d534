"""The registers beside the journal over HTTP: inventory, cheques, deposit slips (JSON and PDF), counts of cash, grants, gifts in kind."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Path, Response

from services.ledger.projections.cheques import CHEQUE_REGISTER, cheques_shown
from services.ledger.projections.deposits import DEPOSIT_BOOK, DepositBook, deposits_shown, slip_shown
from services.ledger.projections.grants import GRANT_BOOK, grants_shown
from services.ledger.projections.in_kind import IN_KIND_BOOK, in_kind_shown
from services.ledger.projections.inventory import INVENTORY_BOOK, inventory_shown
from services.ledger.telling.printing import MEDIA_TYPE, Origin
from services.ledger.telling.printing import printed as pdf_of
from services.ledger.telling.slips import TITLE, slip_blocks
from shared.eventlog.reading import RegisterReader
from shared.eventlog.record import parsed
from shared.merkle import Frontier
from shared.refusals import NotFound
from shared.values import ID_LENGTH, Id
from shared.web.queries import Question, Questions, read_at, shown

SlipPath = Annotated[str, Path(pattern=rf"^[a-z2-7]{{{ID_LENGTH}}}$", description="The deposit slip.")]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)  # of a register before its first fact
PDF: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {MEDIA_TYPE: {}}, "description": "The slip to print."}}


class NoSuchSlip(NotFound):
    """Ce bordereau de remise n'existe pas, ou n'était pas encore fait à la date demandée.
    This deposit slip does not exist, or was not yet made at the date asked for."""


def routes_registers(app: FastAPI, questions: Questions, reader: RegisterReader) -> None:
    """Add the routes of the registers; `reader` gives the records that a printed checkpoint stands for."""
    asked, url = Depends(questions.asked), "/v1/registers/{register}/ledger"

    @app.get(f"{url}/inventory", tags=["ledger"], operation_id="get_inventory")
    def inventory(question: Question = asked) -> Response:
        """Durable goods: what is there and its insured value, what left and why, what a check missed, purchases without their good."""
        return questions.answer(INVENTORY_BOOK, question, inventory_shown)

    @app.get(f"{url}/cheques", tags=["ledger"], operation_id="get_cheque_register")
    def cheques(question: Question = asked) -> Response:
        """The cheque register: numbers used, void and never seen of each book, and the next one to propose for each account."""
        return questions.answer(CHEQUE_REGISTER, question, cheques_shown)

    @app.get(f"{url}/grants", tags=["ledger"], operation_id="list_grants")
    def grants(question: Question = asked) -> Response:
        """Earmarked grants: promised, received, used, left, and the expenses that prove the use."""
        return questions.answer(GRANT_BOOK, question, grants_shown)

    @app.get(f"{url}/in-kind", tags=["ledger"], operation_id="list_in_kind_contributions")
    def in_kind(question: Question = asked) -> Response:
        """What was given without money, and the equal totals of accounts 86 and 87 of each year."""
        return questions.answer(IN_KIND_BOOK, question, in_kind_shown)

    _deposits(app, url, questions, reader)


def _deposits(app: FastAPI, url: str, questions: Questions, reader: RegisterReader) -> None:
    asked = Depends(questions.asked)

    @app.get(f"{url}/deposits", tags=["ledger"], operation_id="list_deposits")
    def deposits(question: Question = asked) -> Response:
        """Every deposit slip, the cheques that wait for one, and each count of the cash box with its difference."""
        return questions.answer(DEPOSIT_BOOK, question, deposits_shown)

    @app.get(f"{url}/deposits/{{slip}}", tags=["ledger"], operation_id="get_deposit_slip")
    def one(slip: SlipPath, question: Question = asked) -> Response:
        """One deposit slip: its cheques, its cash, its total."""
        state, seq = questions.views.of(DEPOSIT_BOOK, question.register, question.cut)
        return shown(_told(state, slip), seq, question.cut)

    @app.get(f"{url}/deposits/{{slip}}/slip.pdf", tags=["ledger"], operation_id="print_deposit_slip", responses=PDF)
    def printed(slip: SlipPath, question: Question = asked) -> Response:
        """The same slip to print."""
        _, head = questions.views.of(DEPOSIT_BOOK, question.register)
        seq = min(head, question.cut.seq) if question.cut.seq is not None else head
        state, _ = questions.views.of(DEPOSIT_BOOK, question.register, replace(question.cut, seq=seq))
        told = _told(state, slip)
        cut = urlencode({name: value for name, value in question.cut.asked().items() if name != "seq"})
        content = pdf_of(TITLE, slip_blocks(told), _origin(reader, told["cooperative"], question.register, seq, cut))
        return Response(content, headers=read_at(head, question.cut), media_type=MEDIA_TYPE)


def _told(book: DepositBook, name: Id) -> dict[str, Any]:
    slip = book.deposits.slips.get(name)
    if slip is None:
        raise NoSuchSlip(slip=name)
    return slip_shown(book, name, slip)


def _origin(reader: RegisterReader, cooperative: str, register: str, seq: int, cut: str) -> Origin:
    tree, last = Frontier(), b""
    for one in reader.through(register, upto=seq):
        tree, last = tree.grown([one.record]), one.record
    at = datetime.fromisoformat(parsed(last)["time"]) if last else EPOCH
    return Origin(cooperative, register, tree.checkpoint(), at, cut)
