"""The pages of the journal: the entries of a year with their lines, and one entry with what it was made from and its reversal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Path, Response

from services.ledger.api_vouchers import ID_PATTERN
from services.ledger.commands.books import ReverseEntry
from services.ledger.double_entry import BROUGHT_IN, COST, RESULT
from services.ledger.events.legs import Posting
from services.ledger.exports.exported import Exported
from services.ledger.pages.desk import HERE, Desk, Shown, Text, Visit
from services.ledger.pages.entry_forms import OF_KIND
from services.ledger.projections.balances import YearSpan, is_verified, label_of
from services.ledger.projections.journal import JournalLine
from shared.eventlog.record import parsed
from shared.handling import Answer
from shared.refusals import NotFound
from shared.values import Pseudonym
from shared.web.forms import NOT_SENT, Filled, NotADate, Typed, filled

WHY: Final = "page.journal"  # in the vault's log of accesses
EntryPath = Annotated[str, Path(pattern=ID_PATTERN)]


@dataclass(frozen=True, slots=True)
class Account:
    """One line of an entry: the account, its label on the day of the entry, whether the code is confirmed, cents as the account counts."""

    code: str
    label: str
    verified: bool
    amount: int
    pot: str | None
    project: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as the journal shows it, in cents: what came in, what was spent, what only changed place.

    `mandated` tells whether the signatory held a mandate on the day of the entry.
    """

    line: JournalLine
    voucher: str
    income: int
    expense: int
    moved: int
    accounts: tuple[Account, ...]
    places: tuple[Account, ...]
    signatory: Pseudonym
    mandated: bool


def routes_journal(app: FastAPI, desk: Desk) -> None:
    """Add the journal, and the page of one entry with the form that reverses it."""
    looking, visiting, reading = Depends(desk.look), Depends(desk.visit), Depends(filled)

    @app.get(f"{HERE}/journal", include_in_schema=False)
    def journal(visit: Visit = looking, annee: Text = "") -> Response:
        return show_journal(desk, visit, annee)

    @app.get(f"{HERE}/ecritures/{{entry}}", include_in_schema=False)
    def one(entry: EntryPath, visit: Visit = looking) -> Response:
        return show_entry(desk, visit, entry)

    @app.post(f"{HERE}/ecritures/{{entry}}", include_in_schema=False)
    def reverse(entry: EntryPath, visit: Visit = visiting, sent: Filled = reading) -> Response:
        def build(form: Filled) -> ReverseEntry:
            if (on := form.day("on")) is None:
                raise NotADate(field="on")
            return ReverseEntry(reverses=entry, reason=form.text("reason") or "", on=on)

        def then(answer: Answer) -> str:
            return f"{visit.here}/ecritures/{parsed(answer.records[0])['data']['entry']}"

        return desk.settle(visit, sent, build, lambda typed, status: show_entry(desk, visit, entry, typed, status), then)


def show_journal(desk: Desk, visit: Visit, year: str) -> Response:
    """Draw the entries of one year: the one asked for, else that of today, else the last one begun."""
    exported = desk.shown(visit)[0]
    span = year_shown(exported, year, visit)
    lines = [line for line in exported.journal.ordered() if span is None or span.starts <= line.on <= span.ends]
    rows = [row_of(desk, visit, exported, line) for line in lines]
    return desk.show(
        visit,
        Shown("ledger/journal.html", f"{visit.here}/journal", "journal"),
        years=sorted(one.year for one in exported.funds.balances.years),
        year=span.year if span else "",
        rows=rows,
        income=sum(row.income for row in rows),
        expense=sum(row.expense for row in rows),
        who=desk.names(visit, {row.signatory for row in rows}, WHY),
    )


def show_entry(desk: Desk, visit: Visit, entry: str, typed: Typed = NOT_SENT, status: int = 200) -> Response:
    """Draw one entry. Raises NotFound for one that the cut hides."""
    exported = desk.shown(visit)[0]
    journal = exported.journal
    if (line := journal.lines.get(journal.seqs.get(entry, 0))) is None:
        raise NotFound(entry=entry)
    row = row_of(desk, visit, exported, line)
    decision = exported.funds.commitments.decisions.get(line.decision or line.regularised_by or "")
    return desk.show(
        visit,
        Shown("ledger/entry.html", f"{visit.here}/ecritures/{entry}", "journal"),
        status,
        row=row,
        decision=decision,
        mine=typed.form("reverse-entry", entry),
        may_reverse=visit.keeps_the_books and line.reverses is None and line.reversed_by is None and line.kind != "year-opened",
        may_replace=visit.keeps_the_books and line.reversed_by is not None and line.kind in OF_KIND and not _replaced(exported, entry),
        today=visit.now.date(),
        who=desk.names(visit, {row.signatory, line.actor}, WHY),
    )


def year_shown(exported: Exported, year: str, visit: Visit) -> YearSpan | None:
    """Return the fiscal year that was asked for, else that of the day looked at, else the last one begun before it, else any."""
    spans = sorted(exported.funds.balances.years, key=lambda one: one.starts)
    day = visit.cut.au or visit.now.date()
    chosen = [one for one in spans if one.year == year] or [one for one in spans if one.starts <= day] or spans[:1]
    return chosen[-1] if chosen else None


def row_of(desk: Desk, visit: Visit, exported: Exported, line: JournalLine) -> Row:
    """Return an entry as the journal shows it."""
    split = [one for one in line.lines if one.account[0] in RESULT]
    places = [one for one in line.lines if one.account[0] not in RESULT]
    income = -sum(one.amount for one in split if one.account[0] == BROUGHT_IN)
    expense = sum(one.amount for one in split if one.account[0] == COST)
    signatory = line.signatory or line.actor
    return Row(
        line=line,
        voucher=f"{line.voucher.series}{line.voucher.number:02d}" if line.voucher else "",
        income=income,
        expense=expense,
        moved=0 if split else sum(one.amount for one in places if one.amount > 0),
        accounts=_accounts(exported, line, split),
        places=_accounts(exported, line, places),
        signatory=signatory,
        mandated=desk.mandated(visit, signatory, line.on),
    )


def _accounts(exported: Exported, line: JournalLine, postings: Sequence[Posting]) -> tuple[Account, ...]:
    known = exported.funds.balances
    return tuple(
        Account(
            one.account,
            label_of(known, one.account, line.on),
            is_verified(known, one.account, line.on),
            -one.amount if one.account[0] == BROUGHT_IN else one.amount,
            one.pot,
            one.project,
        )
        for one in postings
    )


def _replaced(exported: Exported, entry: str) -> bool:
    return any(line.replaces == entry for line in exported.journal.lines.values())
