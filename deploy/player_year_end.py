"""The end of the sample year: a sample drawn, a reservation on the voucher that cannot be read, the report, the quitus, the closing."""

from datetime import date
from typing import Final

from deploy.player import keeper
from deploy.stage import Stage, data_of
from services.ledger.books import Books
from services.ledger.commands.year_end import (
    AnswerFinding,
    CloseYear,
    DrawSample,
    GiveDischarge,
    IssueFinancialReport,
    RecordFinding,
)
from services.ledger.events.verification import FindingKind, SampleMethod, SampleParameters
from services.ledger.rules.financial_report import result_of
from services.ledger.rules.year_end import carried
from services.ledger.telling.year_end import YEAR_END
from shared.projecting import fold
from shared.values import Id

SAMPLE_ON, REPORT_ON, FOUND_ON, ANSWERED_ON = date(2025, 9, 11), date(2025, 9, 12), date(2025, 9, 15), date(2025, 9, 16)
DISCHARGE_ON: Final = date(2025, 9, 18)  # the day of V13
CLOSED_ON: Final = date(2025, 9, 30)  # when associations expect the papers of the year before (domain, section 7)
UNREADABLE: Final = "D33"
SAMPLE_ENTRIES: Final = 8
RESERVED: Final = "Le justificatif, apporté après coup, ne se lit pas."
ANSWER: Final = "Le magasin n'en a pas de double : le ticket reste au dossier."


class YearEnd:
    """The acts of the year's end, in their order."""

    def __init__(self, stage: Stage) -> None:
        """Take the stage; findings are known once they are recorded."""
        self._stage, self._year = stage, str(stage.sample.setup["fiscal_year"]["year"])
        self._verifiers = [str(code) for code in stage.sample.setup["verifiers"]]
        self._sample: Id = ""
        self._reservation: Id = ""

    def sampled(self) -> None:
        """Draw entries for the verification, those in cash first."""
        size = SampleParameters(size=SAMPLE_ENTRIES)
        command = DrawSample(year=self._year, method=SampleMethod.CASH_HEAVY, parameters=size)
        self._sample = data_of(self._stage.ask(SAMPLE_ON, self._verifiers[0], command))["sample"]

    def reported(self) -> None:
        """Issue the financial report, which every teacher signs."""
        by, staff = keeper(self._stage, REPORT_ON), [one["code"] for one in self._stage.sample.setup["adults"]]
        signatories = tuple(self._stage.people[code] for code in staff)
        self._stage.ask(REPORT_ON, by, IssueFinancialReport(year=self._year, signatories=signatories))

    def found(self) -> None:
        """Make a reservation of the voucher that nobody can read."""
        finding = RecordFinding(subject=self._entry(UNREADABLE), kind=FindingKind.RESERVATION, text=RESERVED, sample=self._sample)
        self._reservation = data_of(self._stage.ask(FOUND_ON, self._verifiers[0], finding))["finding"]

    def answered(self) -> None:
        """Answer it."""
        by = keeper(self._stage, ANSWERED_ON)
        self._stage.ask(ANSWERED_ON, by, AnswerFinding(finding=self._reservation, text=ANSWER))

    def discharged(self) -> None:
        """Have each verifier give discharge in their own name, with the reservation."""
        for code in self._verifiers:
            self._stage.ask(DISCHARGE_ON, code, GiveDischarge(year=self._year, reservations=(self._reservation,)))

    def closed(self) -> None:
        """Close the year, with the figures that the books give."""
        books, by = self._books(), keeper(self._stage, CLOSED_ON)
        result, balances = result_of(books.closing, self._year), carried(books, self._year)
        self._stage.ask(CLOSED_ON, by, CloseYear(year=self._year, on=CLOSED_ON, result=result, carried=balances))

    def _books(self) -> Books:
        means = self._stage.doors.means
        return fold(YEAR_END, (means.codec.decode(one.type, one.record) for one in means.reader.through(self._stage.register)))

    def _entry(self, piece: str) -> Id:
        """Return the entry of the year that stands under a voucher number."""
        numbers = self._books().vouchers.items()
        return next(entry for (year, series, number), entry in numbers if (year, f"{series}{number:02d}") == (self._year, piece))
