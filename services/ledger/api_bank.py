"""The bank over HTTP: a statement comes as the body of a request; what its lines may be; the reconciliation of a day."""

from base64 import b64decode
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Path, Query, Request, Response

from services.governance.events.people import Role
from services.ledger.commands.bank import ImportStatement
from services.ledger.importing import Given, Importing
from services.ledger.projections.reconciliation import RECONCILIATION, Reconciling, has_account, reconciliation_shown
from services.ledger.reconciling import unmatched
from services.ledger.statements.matching import BookEntry, Proposal, proposals
from services.ledger.statements.statement import StatementLine
from shared.handling import Asked
from shared.projecting import Cut
from shared.refusals import Forbidden, NotFound
from shared.values import CENTS_MAX, ID_LENGTH, Id
from shared.vault.store import Vault
from shared.web.asking import Askers, RegisterPath, command_name
from shared.web.commands import COMMAND_ANSWERS, IdempotencyKey, Submission, answered
from shared.web.queries import Question, Questions, shown

READS_TEXTS: Final = frozenset({Role.MANDATE_HOLDER, Role.VERIFIER, Role.ASSOCIATION})
WHY: Final = "ledger.statement"  # in the log of accesses
NO_TEXT: Final = "–"  # of a line whose text was erased: its sum and its day are left
FILE_FORMS: Final = ("application/octet-stream", "application/x-ofx", "application/xml", "text/csv", "text/plain")
BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
AccountQuery = Annotated[str, Query(pattern=r"^[0-9]{3,8}$", description="A treasury account of the books: 512.")]
OnQuery = Annotated[date, Query(description="The day, its operations included.")]
FileQuery = Annotated[str, Query(max_length=120, description="How the file is called: what is wrong with it is said under this name.")]
BalanceQuery = Annotated[
    int | None, Query(ge=-CENTS_MAX, le=CENTS_MAX, description="In cents, as on the paper statement, where the file says none.")
]
StatementPath = Annotated[str, Path(pattern=rf"^[a-z2-7]{{{ID_LENGTH}}}$", description="The statement.")]


class NoSuchStatement(NotFound):
    """Ce relevé n'a pas été importé, ou ne l'était pas encore à la date demandée.
    This statement was not imported, or was not yet at the date asked for."""


class NothingOnThisAccount(NotFound):
    """Rien n'est connu de ce compte de trésorerie dans ce registre, ou ne l'était pas encore à la date demandée.
    Nothing is known of this treasury account in this register, or was not yet at the date asked for."""


class NotYoursToRead(Forbidden):
    """Les libellés de la banque nomment des familles : ils sont lus par les mandataires, les vérificateurs et l'association.
    The texts of the bank name families: they are read by mandate holders, verifiers and the association."""


def routes_bank(app: FastAPI, importing: Importing, vault: Vault, questions: Questions, askers: Askers) -> None:
    """Add the routes of statements and of the reconciliation."""
    asked, url = Depends(questions.asked), "/v1/registers/{register}/ledger"
    _import(app, f"{url}/{ImportStatement.slug()}", importing, Depends(_sent(questions, askers)))

    @app.get(f"{url}/reconciliation", tags=["ledger"], operation_id="get_reconciliation")
    def reconciliation(account: AccountQuery, on: OnQuery, question: Question = asked) -> Response:
        """The books of an account on a day held against the bank: what the bank has not yet, what nothing explains, what was signed."""
        state, seq = questions.views.of(RECONCILIATION, question.register, question.cut)
        if not has_account(state, account):
            raise NothingOnThisAccount(account=account)
        return shown(reconciliation_shown(state, account, on), seq, question.cut)

    @app.get(f"{url}/statements/{{statement}}/proposals", tags=["ledger"], operation_id="list_matching_proposals")
    def proposed(statement: StatementPath, question: Question = asked) -> Response:
        """The lines of a statement that are not matched yet, with the bank's texts, and the entries that they may be: nothing is matched
        without somebody's word (match-lines). The opening of the texts is noted."""
        state, seq = questions.views.of(RECONCILIATION, question.register, question.cut)
        return shown(proposals_shown(vault, question, state, statement), seq, question.cut)


def proposals_shown(vault: Vault, question: Question, state: Reconciling, statement: Id) -> dict[str, Any]:
    """Return the lines of a statement that are not matched, with the bank's texts, and what they may be. Raises NotYoursToRead,
    NoSuchStatement."""
    if not question.roles & READS_TEXTS:
        raise NotYoursToRead(needs=sorted(READS_TEXTS))
    if statement not in state.bank.statements:
        raise NoSuchStatement(statement=statement)
    commitment = b64decode(state.bank.statements[statement].texts.sealed)
    opening = vault.opening(question.register, commitment, reader=question.actor, why=WHY)
    lines = _lines(state, statement, opening.value["lines"] if opening else [])
    found = [_shown(one) for one in proposals(lines, _entries(state, statement))]
    return {"statement": statement, "account": state.bank.statements[statement].account, "lines": lines, "proposals": found}


def _import(app: FastAPI, url: str, importing: Importing, read: Any) -> None:
    french, english = (ImportStatement.__doc__ or "").strip().split("\n", 1)

    @app.post(
        url,
        status_code=201,
        operation_id=command_name(ImportStatement),
        tags=["ledger"],
        summary=english.strip(),
        description=f"{french.strip()}\n\n{english.strip()}\n\nRoles: {', '.join(sorted(ImportStatement.may))}.",
        responses=COMMAND_ANSWERS,
        openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(FILE_FORMS, BINARY)}},
    )
    def take(
        register: RegisterPath,
        key: IdempotencyKey,
        account: AccountQuery,
        file: FileQuery = "",
        opening: BalanceQuery = None,
        closing: BalanceQuery = None,
        submitted: Submission = read,
    ) -> Response:
        asked = Asked(register, submitted.claims.actor, key, submitted.claims.association)
        return answered(register, importing.take(asked, Given(account, file, submitted.body, opening, closing)))


def _sent(questions: Questions, askers: Askers) -> Any:
    """Return the dependency that reads a file, from those alone who may import one."""

    def allowed(request: Request, register: RegisterPath) -> Question:
        question = questions.admitted(askers.of(request, register), Cut())
        if not question.roles & ImportStatement.may:
            raise Forbidden(asked=ImportStatement.slug(), needs=sorted(ImportStatement.may))
        return question

    async def read(request: Request, question: Question = Depends(allowed)) -> Submission:
        return Submission(askers.of(request, question.register), await request.body())

    return read


def _lines(state: Reconciling, statement: Id, texts: list[dict[str, Any]]) -> list[StatementLine]:
    """Return the lines of a statement that are not matched, with what the bank said of them."""
    said = {one["line"]: one for one in texts}
    bank, lines = state.bank, []
    for name in sorted(bank.lines):
        if name.statement == statement and name not in bank.entries_of:
            line, text = bank.lines[name], said.get(name.line, {})
            words = {"text": text.get("text", NO_TEXT), "reference": text.get("reference", "")}
            lines.append(StatementLine(line=name.line, on=line.on, amount=line.amount, **words))
    return lines


def _entries(state: Reconciling, statement: Id) -> list[BookEntry]:
    """Return the entries of the statement's account that have no line, by day."""
    account = state.bank.statements[statement].account
    moves = sorted(unmatched(state.bank, account).items(), key=lambda item: (item[1].on, item[0]))
    return [
        BookEntry(name, one.on, one.amounts[account], **state.told[name]._asdict(), slip=state.slip_of.get(name)) for name, one in moves
    ]


def _shown(one: Proposal) -> dict[str, Any]:
    french, english = one.reason.sentences()
    why = {"reason": one.reason.code(), "fr": french, "en": english}
    return {"lines": one.lines, "entries": one.entries, **why, "days": one.days, "rank": one.rank, "ambiguous": one.ambiguous}
