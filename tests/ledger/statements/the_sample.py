"""What the bank would have written of the sample year: each operation of account 512 a few days later, but cheque D31."""

from datetime import date, timedelta
from typing import Final

from deploy.sample import Sample
from deploy.spreadsheet import Operation
from services.ledger.statements.matching import BookEntry
from services.ledger.statements.statement import Statement, StatementLine
from shared.messages import id_from

STARTS: Final = date(2024, 9, 1)
ENDS: Final = date(2025, 8, 31)
OUTSTANDING: Final = "D31"
FIRST_CHEQUE: Final = 4_520_101


def operations() -> list[tuple[Operation, int]]:
    """Return the operations of the sample that move the bank account, with their cents, by day."""
    moves = [(one, dict(one.amounts).get("512", 0)) for one in Sample().sheets.operations]
    return sorted(((one, amount) for one, amount in moves if amount), key=lambda move: (move[0].on, named(move[0])))


def named(one: Operation) -> str:
    """Return the voucher: D31."""
    return f"{one.voucher.series}{one.voucher.number:02d}"


def entries() -> list[BookEntry]:
    """Return the entries of the books: an expense is a cheque of one book, in the order of days."""
    cheques = iter(range(FIRST_CHEQUE, FIRST_CHEQUE + 100))
    return [
        BookEntry(
            entry=id_from(named(one).encode()),
            on=one.on,
            amount=amount,
            label=one.label,
            voucher=named(one),
            cheque=str(next(cheques)) if one.voucher.series == "D" else "",
        )
        for one, amount in operations()
    ]


def year() -> Statement:
    """Return the year's statement: cheques by their number alone, cash and cheques taken to the bank without a name."""
    lines: list[tuple[date, int, str, str]] = []
    for one in entries():
        if one.voucher != OUTSTANDING:
            text = (
                f"CHEQUE {one.cheque}"
                if one.cheque
                else "VERSEMENT ESPECES"
                if one.voucher < "T06" and one.voucher[0] == "T"
                else "REMISE CHEQUES"
            )
            lines.append((one.on + timedelta(days=3 if one.cheque else 1), one.amount, text, one.cheque))
    lines.sort(key=lambda line: line[0])
    opening = next(one["amount"] for one in Sample().setup["opening"]["balances"] if one["account"] == "512")
    return Statement(
        account="FR7699999000010000000041299",
        currency="EUR",
        starts=STARTS,
        ends=ENDS,
        opening=opening,
        closing=opening + sum(amount for _, amount, _, _ in lines),
        lines=tuple(
            StatementLine(line=number, on=on, amount=amount, text=text, reference=reference)
            for number, (on, amount, text, reference) in enumerate(lines, 1)
        ),
    )
