"""One canonical example of every event and command about the bank, for everybody's tests."""

from datetime import date

from services.ledger.commands.bank import ImportStatement, LineOf, LineText, LineTexts, Match, MatchLines, SignReconciliation, UnmatchLine
from services.ledger.events.bank import BankLine, LineMatched, LineUnmatched, Outstanding, ReconciliationSigned, StatementImported
from services.ledger.events.catalogue import LedgerEvent
from shared.messages import Command
from tests.examples_governance import RENTREE
from tests.given import SEALED

FAMILIES_ENTRY, FEES_ENTRY = "e" * 26, "f" * 26  # as in examples_ledger.py
STATEMENT_ID = "s" * 26
IMPORT = ImportStatement(
    account="512",
    starts=RENTREE,
    ends=date(2024, 10, 11),
    opening=2_846_37,
    closing=2_440_77,
    lines=(BankLine(line=1, on=date(2024, 10, 4), amount=-405_60, mark="d" * 64),),
    texts=LineTexts(lines=(LineText(line=1, text="CHEQUE 4520101", reference="4520101"),)),
)
IMPORTED = StatementImported(statement=STATEMENT_ID, **dict(IMPORT) | {"texts": SEALED})
MATCH = MatchLines(matches=(Match(lines=(LineOf(statement=STATEMENT_ID, line=1),), entries=(FEES_ENTRY,)),))
MATCHED = LineMatched(statement=STATEMENT_ID, line=1, entries=(FEES_ENTRY,))
UNMATCH = UnmatchLine(statement=STATEMENT_ID, line=1, reason="C'était un autre chèque de la même somme")
UNMATCHED = LineUnmatched(**dict(UNMATCH))
SIGN = SignReconciliation(account="512", on=date(2024, 10, 11))
SIGNED = ReconciliationSigned(
    account="512", on=date(2024, 10, 11), statement=2_440_77, book=2_366_17, outstanding=(Outstanding(entry=FAMILIES_ENTRY, amount=-74_60),)
)

BANK_EXAMPLES: tuple[LedgerEvent, ...] = (IMPORTED, MATCHED, UNMATCHED, SIGNED)
BANK_COMMANDS: tuple[Command, ...] = (IMPORT, MATCH, UNMATCH, SIGN)
