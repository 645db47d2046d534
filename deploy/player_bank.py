"""The bank of the sample year: its statement, made from the journal some days later, and the reconciliation at the last day."""

from datetime import date, timedelta
from typing import Final

from deploy.player import keeper
from deploy.sample import Sample
from deploy.stage import Stage, data_of
from services.ledger.commands.bank import LineOf, Match, MatchLines, SignReconciliation
from services.ledger.importing import Importing
from services.ledger.main import LEDGER
from services.ledger.projections.reconciliation import RECONCILIATION
from services.ledger.statements.statement import Statement, StatementLine
from shared.projecting import fold
from shared.values import Id

BANK: Final = "512"
IBAN: Final = "FR7699999000010000000041299"
STATEMENT_COMES_ON: Final = date(2025, 9, 2)
OUTSTANDING: Final = "D31"  # a cheque that nobody had cashed by the end of the year
FIRST_CHEQUE: Final = 4_520_101
CHEQUE_DAYS, OTHER_DAYS = 3, 1  # until the bank has them


def reconcile(stage: Stage, day: date) -> None:
    """Import the statement of the year, match each of its lines, sign the reconciliation at its last day."""
    by = keeper(stage, day)
    statement, vouchers = year_of_the_bank(stage.sample)
    importing = Importing(stage.doors.means.handling(LEDGER).handle, stage.doors.means.fingerprint_key)
    name = data_of(stage.ask(day, by, importing.asking(stage.register, BANK, statement)))["statement"]
    entries = _entries(stage)
    matches = (Match(lines=(LineOf(statement=name, line=one.line),), entries=(entries[vouchers[one.line]],)) for one in statement.lines)
    stage.ask(day, by, MatchLines(matches=tuple(matches)))
    stage.ask(day, by, SignReconciliation(account=BANK, on=statement.ends))


def year_of_the_bank(sample: Sample) -> tuple[Statement, dict[int, str]]:
    """Return the statement of the year, cheques by their number alone, and the voucher that each line is."""
    found, cheque = [], FIRST_CHEQUE
    for one in sorted(sample.sheets.operations, key=lambda one: (one.on, one.voucher.series, one.voucher.number)):
        amount = dict(one.amounts).get(BANK, 0)
        if not amount:
            continue
        spent = one.voucher.series == "D"
        text = f"CHEQUE {cheque}" if spent else "REMISE CHEQUES" if one.voucher.series == "R" else "VERSEMENT ESPECES"
        voucher = f"{one.voucher.series}{one.voucher.number:02d}"
        if voucher != OUTSTANDING:
            late = timedelta(days=CHEQUE_DAYS if spent else OTHER_DAYS)
            found.append((one.on + late, amount, text, str(cheque) if spent else "", voucher))
        cheque += spent
    found.sort()
    lines = tuple(
        StatementLine(line=number, on=on, amount=amount, text=text, reference=reference)
        for number, (on, amount, text, reference, _) in enumerate(found, 1)
    )
    setup = sample.setup
    opening = next(one["amount"] for one in setup["opening"]["balances"] if one["account"] == BANK)
    days = {name: date.fromisoformat(setup["fiscal_year"][name]) for name in ("starts", "ends")}
    closing = opening + sum(one.amount for one in lines)
    statement = Statement(account=IBAN, currency="EUR", opening=opening, closing=closing, lines=lines, **days)
    return statement, {number: voucher for number, (*_, voucher) in enumerate(found, 1)}


def _entries(stage: Stage) -> dict[str, Id]:
    """Return the entry of each voucher that moves the bank account; one that was reversed has given its number to another."""
    means = stage.doors.means
    state = fold(RECONCILIATION, (means.codec.decode(one.type, one.record) for one in means.reader.through(stage.register)))
    moves = {name: one for name, one in state.bank.moves.items() if BANK in one.amounts}
    reversed_ = {one.reverses for one in moves.values()}
    return {state.told[name].voucher: name for name in moves if name not in reversed_}
