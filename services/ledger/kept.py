"""What the books keep of each pot, treasury account, chart, entry and advance."""

from dataclasses import dataclass, replace
from datetime import date

from immutables import Map

from services.ledger.events.books import AccountType, ChartAdopted, PotKind, TreasuryKind
from services.ledger.events.entries import Voucher
from shared.values import Code, Digest, Id, Pseudonym


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when something can be used; both days included."""

    opened: date
    closed: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether a day lies inside."""
        return self.opened <= day and (self.closed is None or day <= self.closed)


@dataclass(frozen=True, slots=True)
class Pot:
    """Whose money, and when the pot is open."""

    kind: PotKind
    span: Span


@dataclass(frozen=True, slots=True)
class Treasury:
    """A place where money lies, and when it is open."""

    kind: TreasuryKind
    span: Span


@dataclass(frozen=True, slots=True)
class Chart:
    """One version of the chart of accounts: what each account is for."""

    name: Code
    version: Code
    valid_from: date
    types: Map[Code, AccountType]
    digest: Digest

    @classmethod
    def of(cls, event: ChartAdopted) -> "Chart":
        """Return what is kept of an adopted chart."""
        return cls(event.chart, event.version, event.valid_from, Map({one.code: one.type for one in event.content}), event.digest)


@dataclass(frozen=True, slots=True)
class Step:
    """What one entry did to an advance, in cents: granted it, justified a part of it or gave a part back."""

    advance: Id
    granted: int = 0
    justified: int = 0
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal: its day, its voucher (None for a transfer between pots or a reversal), and its story."""

    on: date
    voucher: Voucher | None
    reverses: Id | None = None
    reversed_by: Id | None = None
    replaced_by: Id | None = None
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """What is known of the paper of one entry: how many files are attached, and whether it was declared lost."""

    files: int = 0
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Advance:
    """One petty cash advance, in cents; `on` is the day it was granted, `last` the day of its latest movement."""

    pot: Code
    holder: Pseudonym
    on: date
    last: date
    granted: int
    ceiling: int | None = None
    justified: int = 0
    returned: int = 0
    settled: bool = False

    @property
    def left(self) -> int:
        """Return what is neither justified nor returned."""
        return self.granted - self.justified - self.returned

    @property
    def undone(self) -> bool:
        """Tell whether its grant was reversed: then nothing of it is left, and nothing follows."""
        return not self.granted

    def after(self, step: Step, on: date, sign: int = 1) -> "Advance":
        """Return the advance after one step; with −1, after the reversal of that step."""
        return replace(
            self,
            last=max(self.last, on),
            granted=self.granted + sign * step.granted,
            justified=self.justified + sign * step.justified,
            returned=self.returned + sign * step.returned,
        )
