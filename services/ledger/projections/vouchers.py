"""The paper of each entry: what is attached, what is declared lost, and what is missing, for how long and from whom."""

from base64 import b64decode
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from immutables import Map

from services.governance.events.people import CooperativeAffiliated
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned
from services.ledger.events.books import PotOpened
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import EntryReversed, ExpenseRecorded, ReceiptRecorded, TransferRecorded, Voucher
from services.ledger.events.orders import PaymentOrdered
from services.ledger.events.vouchers import MediaType, VoucherAttached, VoucherDeclaredLost
from services.ledger.watch import needs_paper
from shared.messages import Recorded
from shared.projecting import Cut, Projection
from shared.values import Code, Digest, Id, Pseudonym, Table

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # before any record


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its commitment in hexadecimal, which names it; its size in bytes; who attached it, by which record."""

    document: Digest
    media_type: MediaType
    size: int
    attached_by: Pseudonym
    seq: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Why and since when a voucher is said to be lost."""

    reason: str
    on: date
    seq: int


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper of one entry; `holder` is who must bring it, `needed` tells whether one must be there at all. Amounts in cents.

    A payment order has one too, without a number: what it is approved on becomes the paper of the entry that pays it.
    """

    seq: int
    entry: Id
    kind: str
    on: date
    voucher: Voucher | None
    label: str
    amount: int
    pots: tuple[Code, ...]
    holder: Pseudonym
    needed: bool
    documents: tuple[Document, ...] = ()
    lost: Lost | None = None
    reversed_by: Id | None = None

    @property
    def missing(self) -> bool:
        """Tell whether the voucher is being waited for."""
        return self.needed and not self.documents and self.lost is None and self.reversed_by is None


@dataclass(frozen=True, slots=True)
class Vouchers:
    """The paper of each entry that has a voucher number, whom each advance is entrusted to, and the class of each class pot."""

    papers: Table[Id, Paper] = Map()
    advances: Table[Id, tuple[Pseudonym, Code]] = Map()
    classes: Table[Code, Code] = Map()
    zone: str = "UTC"
    last: datetime = BEGINNING

    def missing(self) -> list[Paper]:
        """Return the entries that wait for their voucher, the oldest first."""
        return sorted((one for one in self.papers.values() if one.missing), key=lambda one: (one.on, one.seq))

    def day_of(self, cut: Cut, now: datetime) -> date:
        """Return the day on which a cut looks at the register, which ages are counted to: that of the last record for a cut by `seq`."""
        days = [day for day in (cut.au, cut.connu_au) if day is not None]
        if cut.seq is not None:
            days.append(self.last.astimezone(ZoneInfo(self.zone)).date())
        return min(days, default=now.astimezone(ZoneInfo(self.zone)).date())


def evolve(vouchers: Vouchers, record: Recorded[LedgerEvent | CooperativeAffiliated]) -> Vouchers:
    """Apply one fact; a file whose entry a cut hides changes nothing."""
    event: Any = record.event
    vouchers = replace(vouchers, last=record.time)
    match event:
        case CooperativeAffiliated(zone=zone):
            return replace(vouchers, zone=zone)
        case PotOpened(class_code=str(class_code)):
            return replace(vouchers, classes=vouchers.classes.set(event.pot, class_code))
        case PaymentOrdered():
            day = record.time.astimezone(ZoneInfo(vouchers.zone)).date()
            kind, holder = event.wire.split(".")[1], event.prepared_by or record.actor
            order = Paper(record.seq, event.order, kind, day, None, event.label, event.amount, (event.pot,), holder, needed=False)
            return replace(vouchers, papers=vouchers.papers.set(event.order, order))
        case ReceiptRecorded() | ExpenseRecorded():
            pots = tuple(sorted({one.pot or event.pot for one in event.allocations}))
            return _written(vouchers, record, event.entry, record.actor, pots, sum(one.amount for one in event.allocations))
        case TransferRecorded():
            return _written(vouchers, record, event.entry, record.actor, (), event.amount)
        case AdvanceGranted():
            vouchers = replace(vouchers, advances=vouchers.advances.set(event.advance, (event.holder, event.pot)))
            return _written(vouchers, record, event.advance, event.holder, (event.pot,), event.amount)
        case AdvanceJustified() | AdvanceReturned() if event.entry is not None:
            holder, pot = vouchers.advances.get(event.advance, (record.actor, None))
            amount = event.amount if isinstance(event, AdvanceReturned) else sum(one.amount for one in event.allocations)
            return _written(vouchers, record, event.entry, holder, (pot,) if pot else (), amount)
        case EntryReversed():
            return _changed(vouchers, event.reverses, reversed_by=event.entry)
        case VoucherAttached():
            known = vouchers.papers.get(event.entry)
            document = b64decode(event.document.sealed).hex()
            one = Document(document, event.media_type, event.size, record.actor, record.seq)
            return _changed(vouchers, event.entry, documents=(*known.documents, one), lost=None) if known else vouchers
        case VoucherDeclaredLost():
            return _changed(vouchers, event.entry, lost=Lost(event.reason, event.on, record.seq))
        case _:
            return vouchers


def _written(vouchers: Vouchers, record: Recorded[Any], entry: Id, holder: Pseudonym, pots: tuple[Code, ...], amount: int) -> Vouchers:
    event, seq = record.event, record.seq
    label, kind = str(getattr(event, "label", "")), event.wire.split(".")[1]
    paper = Paper(seq, entry, kind, event.on, event.voucher, label, amount, pots, holder, needs_paper(event))
    replaced = vouchers.papers.get(getattr(event, "replaces", None) or "")
    if replaced is not None and replaced.voucher == event.voucher:  # the same paper under the same number
        paper = replace(paper, documents=replaced.documents, lost=replaced.lost)
    approved_on = vouchers.papers.get(getattr(event, "order", None) or "")
    if approved_on is not None:
        paper = replace(paper, documents=approved_on.documents, lost=None)
    return replace(vouchers, papers=vouchers.papers.set(entry, paper))


def _changed(vouchers: Vouchers, entry: Id, **changes: Any) -> Vouchers:
    known = vouchers.papers.get(entry)
    return vouchers if known is None else replace(vouchers, papers=vouchers.papers.set(entry, replace(known, **changes)))


def paper_shown(paper: Paper, today: date) -> dict[str, Any]:
    """Return the paper of one entry; `age_days` counts from the date of the entry to the day asked about."""
    number = f"{paper.voucher.series}{paper.voucher.number:02d}" if paper.voucher else ""
    return {**asdict(paper), "voucher": number, "missing": paper.missing, "age_days": (today - paper.on).days}


def vouchers_shown(vouchers: Vouchers, today: date) -> dict[str, Any]:
    """Return what is missing, and how much from whom; what is declared lost; and how many entries have their papers."""
    missing = vouchers.missing()
    papers = sorted(vouchers.papers.values(), key=lambda one: (one.on, one.seq))
    held: dict[str, int] = {}
    for one in missing:
        held[one.holder] = held.get(one.holder, 0) + 1
    return {
        "on": today,
        "missing": [paper_shown(one, today) for one in missing],
        "by_holder": [{"holder": holder, "missing": count} for holder, count in sorted(held.items())],
        "lost": [paper_shown(one, today) for one in papers if one.lost and not one.reversed_by],
        "attached": sum(1 for one in papers if one.documents),
    }


def todo_shown(vouchers: Vouchers, holder: Pseudonym, today: date) -> dict[str, Any]:
    """Return what waits for one person: the vouchers that this person must bring."""
    return {"on": today, "vouchers": [paper_shown(one, today) for one in vouchers.missing() if one.holder == holder]}


VOUCHER_BOOK = Projection(name="ledger.vouchers", version=1, initial=Vouchers(), evolve=evolve)
