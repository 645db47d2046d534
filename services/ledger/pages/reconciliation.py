"""The page of the bank: a statement brought as a file, what its lines may be, what explains the books on a day, the signature."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, FastAPI, Path, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from services.ledger.api_bank import READS_TEXTS, proposals_shown
from services.ledger.commands.bank import ImportStatement, LineOf, Match, MatchLines, SignReconciliation, UnmatchLine
from services.ledger.events.books import TreasuryKind
from services.ledger.importing import FORM_BYTES, Given, Importing, StatementTooLarge
from services.ledger.pages.desk import HERE, SEEN, Desk, Shown, Text, Visit
from services.ledger.projections.reconciliation import RECONCILIATION, Reconciling, reconciliation_shown
from services.ledger.statements.source import FILE_BYTES_MAX
from shared.handling import Answer
from shared.messages import Command
from shared.refusals import Refused
from shared.values import Code, Id
from shared.vault.store import Vault
from shared.web.forms import NOT_SENT, Filled, NoSuchForm, Typed, filled
from shared.web.queries import Question, Questions
from shared.web.reader import reader_of

LINES_SHOWN_MAX: Final = 100  # of one statement at a time: the next ones come once these are recognised
MATCHED_SHOWN_MAX: Final = 50  # the last ones; all of them are in the API
FIELDS_MAX: Final = 10  # of the form with the file
PICKED: Final = "line-"  # before the number of a line, in the names of its choices

AccountPath = Annotated[str, Path(pattern=r"^[0-9]{3,8}$")]


class NothingPicked(Refused):
    """Choisis une écriture pour au moins une ligne du relevé.
    Choose an entry for at least one line of the statement."""


class NoStatementFile(Refused):
    """Choisis le fichier du relevé, puis importe-le.
    Choose the file of the statement, then import it."""


class Sent(NamedTuple):
    """A form as it was sent; its file as it came, and how it is called."""

    filled: Filled
    content: bytes = b""
    file: str = ""


def routes_reconciliation(app: FastAPI, desk: Desk, questions: Questions, importing: Importing, vault: Vault) -> None:
    """Add the page and its forms."""
    visiting, reading, page = Depends(desk.visit), Depends(sent_by), ReconciliationPage(desk, questions, importing, vault)

    @app.get(f"{HERE}/banque", include_in_schema=False)
    def bank(visit: Visit = visiting, compte: Text = "", le: Text = "", releve: Text = "") -> Response:
        return page.show(visit, compte, le, releve)

    @app.get(f"{HERE}/banque/{{account}}/{{on}}", include_in_schema=False)
    def of_a_day(account: AccountPath, on: date, visit: Visit = visiting, releve: Text = "", deja: Text = "") -> Response:
        return page.show(visit, account, on.isoformat(), releve, known=bool(deja))

    @app.post(f"{HERE}/banque/{{account}}/{{on}}", include_in_schema=False)
    def settle(account: AccountPath, on: date, visit: Visit = visiting, sent: Sent = reading) -> Response:
        return page.settle(visit, account, on, sent)


async def sent_by(request: Request) -> Sent:
    """Read a form; its file stays in memory, as it names families and nothing of it is ever on a disk."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return Sent(await filled(request))
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=FIELDS_MAX)
    parser.spool_max_size = FILE_BYTES_MAX + FORM_BYTES
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise NoStatementFile from error
    file = form.get("file")
    content, name = (await file.read(), file.filename or "") if isinstance(file, UploadFile) else (b"", "")
    await form.close()
    return Sent(Filled({name: [value] for name, value in form.multi_items() if isinstance(value, str)}), content, name[-120:])


class ReconciliationPage:
    """Draws the page and takes its forms."""

    def __init__(self, desk: Desk, questions: Questions, importing: Importing, vault: Vault) -> None:
        """Take what pages are made with, the views, what reads statements, and the vault with their texts."""
        self._desk, self._questions, self._importing, self._vault = desk, questions, importing, vault

    def settle(self, visit: Visit, account: Code, on: date, sent: Sent) -> Response:
        """Give the command of a form, and come back to the same day, or to the last one of the statement that was imported."""
        known: list[bool] = []
        day, wrong = on, dict[str, Any]()

        def build(form: Filled) -> Command:
            nonlocal day
            try:
                command = self._command(visit, account, on, Sent(form, sent.content, sent.file))
            except Refused as no:
                wrong.update(no.details)
                raise
            day = command.ends if isinstance(command, ImportStatement) else on
            return command

        def then(answer: Answer) -> str:
            known.append(not answer.records)
            return f"{visit.here}/banque/{account}/{day}"

        answered = self._desk.settle(
            visit,
            sent.filled,
            build,
            lambda typed, status: self.show(visit, account, f"{on}", typed=typed, status=status, wrong=wrong),
            then,
        )
        if known == [True]:
            return RedirectResponse(f"{visit.here}/banque/{account}/{day}?deja=oui", SEEN)
        return answered

    def _command(self, visit: Visit, account: Code, on: date, sent: Sent) -> Command:
        form = sent.filled
        match form.do:
            case "import":
                if not sent.content:
                    raise NoStatementFile
                if len(sent.content) > FILE_BYTES_MAX:
                    raise StatementTooLarge(most=FILE_BYTES_MAX)
                given = Given(account, sent.file, sent.content, form.cents("opening"), form.cents("closing"))
                return self._importing.read(visit.register, given)
            case "match":
                return MatchLines(matches=picked(form))
            case "unmatch":
                statement, _, line = form.about.partition("-")
                return UnmatchLine(statement=statement, line=whole(line), reason=form.text("reason") or "")
            case "sign":
                return SignReconciliation(account=account, on=on)
            case _:
                raise NoSuchForm

    def show(
        self,
        visit: Visit,
        account: str,
        on: str,
        statement: str = "",
        *,
        typed: Typed = NOT_SENT,
        status: int = 200,
        wrong: Mapping[str, Any] | None = None,
        known: bool = False,
    ) -> Response:
        """Draw the account on a day: that of the last statement where none is named. `known` says that a file brought nothing new."""
        state: Reconciling = self._questions.views.of(RECONCILIATION, visit.register)[0]
        books = self._desk.books(visit)
        banks = sorted(code for code, one in books.treasuries.items() if one.kind is TreasuryKind.BANK)
        account = account if account in banks else next(iter(banks), "")
        kept = sorted((one.starts, name, one) for name, one in state.bank.statements.items() if one.account == account)
        day = _day(on) or max((one.ends for _, _, one in kept), default=visit.now.date())
        told = reconciliation_shown(state, account, day)
        left = {name.statement for name in state.bank.lines if name not in state.bank.entries_of}
        waiting = [(name, one) for _, name, one in kept if name in left]
        chosen = statement if statement in left else next((name for name, _ in waiting), "")
        lines = self._lines(visit, state, chosen) if chosen and visit.roles & READS_TEXTS else []
        return self._desk.show(
            visit,
            Shown("ledger/reconciliation.html", f"{visit.here}/banque/{account}/{day}", "bank"),
            status,
            account=account,
            choices=[(code, code) for code in banks],
            day=day,
            told=told,
            explained=told["difference"] == 0 and not told["unexplained"],
            signed=next((one for one in reversed(told["signed"]) if one["on"] == day), None),
            waiting=waiting,
            chosen=chosen,
            lines=lines[:LINES_SHOWN_MAX],
            more=max(len(lines) - LINES_SHOWN_MAX, 0),
            matched=[{**one, "entries": [self._entry(state, account, name) for name in one["entries"]]} for one in told["matched"]][
                -MATCHED_SHOWN_MAX:
            ],
            reads_texts=bool(visit.roles & READS_TEXTS),
            typed=typed,
            bad_line=wrong.get("line") if wrong else None,
            known=known,
        )

    def _lines(self, visit: Visit, state: Reconciling, statement: Id) -> list[dict[str, Any]]:
        """Return the lines that are not matched, each with what it may be; the first proposal that nothing contradicts is ticked."""
        english = reader_of(visit.request).language == "en"
        told = proposals_shown(self._vault, Question(visit.register, visit.actor, visit.roles, visit.cut), state, statement)
        rows: dict[int, dict[str, Any]] = {one.line: {"line": one, "choices": [], "beside": None} for one in told["lines"]}
        for one in told["proposals"]:
            lines, entries = one["lines"], one["entries"]
            choice = {
                "value": f"{'.'.join(map(str, lines))}:{'.'.join(entries)}",
                "entries": [self._entry(state, told["account"], name) for name in entries],
                "with_lines": list(lines[1:]),
                "why": one["en"] if english else one["fr"],
                "ticked": one["rank"] == 1 and not one["ambiguous"],
            }
            rows[lines[0]]["choices"].append(choice)
            for other in lines[1:]:
                rows[other]["beside"] = lines[0]
        return list(rows.values())

    def _entry(self, state: Reconciling, account: Code, name: Id) -> dict[str, Any]:
        told, move = state.told.get(name), state.bank.moves.get(name)
        amount = move.amounts.get(account, 0) if move else 0
        return {
            "entry": name,
            "on": move.on if move else None,
            "amount": amount,
            **(told._asdict() if told else {"label": "", "voucher": ""}),
        }


def picked(form: Filled) -> tuple[Match, ...]:
    """Return the matches that were chosen, of one statement. Raises NothingPicked, NoSuchForm."""
    matches = []
    for name, values in form.fields.items():
        if name.startswith(PICKED) and values and values[0]:
            lines, _, entries = values[0].partition(":")
            of = tuple(LineOf(statement=form.about, line=whole(line)) for line in lines.split("."))
            matches.append(Match(lines=of, entries=tuple(entries.split("."))))
    if not matches:
        raise NothingPicked
    return tuple(matches)


def whole(text: str) -> int:
    """Read the number of a line. Raises NoSuchForm."""
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise NoSuchForm
    return int(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
