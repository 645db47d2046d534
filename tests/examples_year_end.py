"""One canonical example of every event and command of the end of a year, for everybody's tests."""

from datetime import date

from services.ledger.commands.year_end import (
    AnswerFinding,
    CloseYear,
    DrawSample,
    GiveDischarge,
    IssueFinancialReport,
    RecordFinding,
    WithholdDischarge,
)
from services.ledger.events.books import OpeningBalance
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.closing import Capacity, DischargeGiven, DischargeWithheld, FinancialReportIssued, YearClosed
from services.ledger.events.verification import (
    FindingAnswered,
    FindingKind,
    FindingRecorded,
    SampleDrawn,
    SampleMethod,
    SampleParameters,
)
from shared.messages import Command
from shared.values import Checkpoint
from tests.examples_governance import GARNIER

FEES_ENTRY = "f" * 26  # as in examples_ledger.py
SAMPLE_ID, FINDING_ID = "s" * 26, "d" * 26
YEAR_24 = "2024-25"
THROUGH = Checkpoint(size=212, root="ab" * 32)
CARRIED = (OpeningBalance(account="512", pot="ECOLE", amount=2_912_56), OpeningBalance(account="530", pot="ECOLE", amount=100_90))

DRAW = DrawSample(year=YEAR_24, method=SampleMethod.CASH_HEAVY, parameters=SampleParameters(size=5))
DRAWN = SampleDrawn(sample=SAMPLE_ID, through_seq=212, seed="ab" * 32, entries=(FEES_ENTRY,), **dict(DRAW))
FIND = RecordFinding(subject=FEES_ENTRY, kind=FindingKind.RESERVATION, text="Le ticket ne se lit pas.", sample=SAMPLE_ID)
FOUND = FindingRecorded(finding=FINDING_ID, **dict(FIND))
ANSWER = AnswerFinding(finding=FINDING_ID, text="Le magasin n'en a pas de double.")
ANSWERED = FindingAnswered(**dict(ANSWER))
ISSUE = IssueFinancialReport(year=YEAR_24, signatories=(GARNIER,))
ISSUED = FinancialReportIssued(through_seq=212, checkpoint=THROUGH, digest="cd" * 32, **dict(ISSUE))
GIVE = GiveDischarge(year=YEAR_24, reservations=(FINDING_ID,))
GIVEN = DischargeGiven(through_seq=212, checkpoint=THROUGH, capacity=Capacity.PARENT, **dict(GIVE))
WITHHOLD = WithholdDischarge(**dict(GIVE))
WITHHELD = DischargeWithheld(through_seq=212, checkpoint=THROUGH, capacity=Capacity.TEACHER, **dict(GIVE))
CLOSE = CloseYear(year=YEAR_24, on=date(2025, 9, 30), result=104_69, carried=CARRIED)
CLOSED = YearClosed(through_seq=212, **dict(CLOSE))

YEAR_END_EXAMPLES: tuple[LedgerEvent, ...] = (DRAWN, FOUND, ANSWERED, ISSUED, GIVEN, WITHHELD, CLOSED)
YEAR_END_COMMANDS: tuple[Command, ...] = (DRAW, FIND, ANSWER, ISSUE, GIVE, WITHHOLD, CLOSE)
