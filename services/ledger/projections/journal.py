"""Every entry in order, with its voucher, its lines, who recorded it and what undid it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from immutables import Map

from services.ledger.double_entry import RESULT, Posted
from services.ledger.events.books import YearOpened
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import EntryReversed, ExpenseRegularised, Voucher
from services.ledger.events.legs import Posting
from services.ledger.events.vouchers import VoucherAttached, VoucherDeclaredLost
from services.ledger.responsibility import RESPONSIBLE, Responsibility, answered
from services.ledger.watch import needs_paper
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Id, Pseudonym, Table

NOT_NEEDED = "not_needed"  # of an entry that no paper must stand behind


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One entry: `entry` is its id (of an advance or a pot transfer where it is one; the year's opening has its `seq`).

    `decision` is the one it cites, `regularised_by` the one a council took afterwards.
    `paper` is not_needed, missing, attached or lost: an entry may be written before its voucher comes.
    """

    seq: int
    entry: Code
    kind: str
    on: date
    recorded_at: datetime
    actor: Pseudonym
    label: str
    lines: tuple[Posting, ...]
    voucher: Voucher | None = None
    signatory: Pseudonym | None = None
    irregular: str | None = None
    decision: Id | None = None
    regularised_by: Id | None = None
    reverses: Id | None = None
    reversed_by: Id | None = None
    replaces: Id | None = None
    taken_over: bool = False
    paper: str = NOT_NEEDED


@dataclass(frozen=True, slots=True)
class Journal:
    """Every line by the `seq` of its record, where each entry stands, and who answers for it."""

    lines: Table[int, JournalLine] = Map()
    seqs: Table[Code, int] = Map()
    posted: Posted = Posted()
    responsibility: Responsibility = Responsibility()

    def ordered(self) -> list[JournalLine]:
        """Return the lines by business date, then in the order of recording."""
        return sorted(self.lines.values(), key=lambda line: (line.on, line.seq))


def evolve(journal: Journal, record: Recorded[LedgerEvent]) -> Journal:
    """Add a line for each fact that moves money."""
    event: Any = record.event
    if type(event) in RESPONSIBLE:
        journal = replace(journal, responsibility=answered(journal.responsibility, record))
    if isinstance(event, ExpenseRegularised):
        return _changed(journal, event.entry, regularised_by=event.decision)
    if isinstance(event, VoucherAttached):
        return _changed(journal, event.entry, paper="attached")
    if isinstance(event, VoucherDeclaredLost):
        return _changed(journal, event.entry, paper="lost")
    posted, lines = journal.posted.after(event)
    if not lines and not isinstance(event, EntryReversed):
        return journal
    name = next((name for field in ("entry", "transfer", "advance") if (name := getattr(event, field, None))), f"{record.seq}")
    line = JournalLine(
        seq=record.seq,
        entry=name,
        kind=event.wire.split(".")[1],
        on=event.business_date or record.time.date(),
        recorded_at=record.time,
        actor=record.actor,
        label=_label(event),
        lines=lines,
        voucher=getattr(event, "voucher", None),
        signatory=getattr(event, "signatory", None),
        irregular=getattr(event, "irregular", None),
        decision=getattr(event, "decision", None),
        reverses=getattr(event, "reverses", None),
        replaces=getattr(event, "replaces", None),
        taken_over=bool(getattr(event, "taken_over", None)),
        paper=_paper(journal, event),
    )
    seqs = journal.seqs if name in journal.seqs else journal.seqs.set(name, record.seq)
    kept = Journal(journal.lines.set(record.seq, line), seqs, posted, journal.responsibility)
    return _changed(kept, line.reverses, reversed_by=line.entry) if line.reverses else kept


def _changed(journal: Journal, entry: Id, **changes: Id) -> Journal:
    """Note on an entry what a later fact did to it; nothing where a cut hides it."""
    seq = journal.seqs.get(entry)
    if seq is None:
        return journal
    return replace(journal, lines=journal.lines.set(seq, replace(journal.lines[seq], **changes)))  # type: ignore[arg-type]


def _paper(journal: Journal, event: Any) -> str:
    """Return what is known of the paper of a new entry: one that replaces another under the same number has its paper."""
    seq = journal.seqs.get(getattr(event, "replaces", None) or "")
    if seq is not None and journal.lines[seq].voucher == event.voucher and journal.lines[seq].paper != NOT_NEEDED:
        return journal.lines[seq].paper
    if getattr(event, "order", None) is not None:
        return "attached"  # an order is approved on its voucher
    return "missing" if needs_paper(event) else NOT_NEEDED


def _label(event: Any) -> str:
    if isinstance(event, YearOpened):
        return event.year
    return str(getattr(event, "label", None) or getattr(event, "reason", None) or "")


def entries_of(journal: Journal, account: Code) -> list[tuple[JournalLine, Posting]]:
    """Return the lines of one account, in order: its page of the general ledger."""
    return [(line, posting) for line in journal.ordered() for posting in line.lines if posting.account == account]


def line_shown(journal: Journal, line: JournalLine) -> dict[str, Any]:
    """Return one journal line; `postings` are debit positive.

    `mandate` is the one that the entry falls under, `after_handover` the handover it was recorded after. `outside` tells whether it was
    recorded after the facts that the discharge of its year reaches; null while there is none.
    """
    answering = journal.responsibility
    return {
        "seq": line.seq,
        "entry": line.entry,
        "kind": line.kind,
        "on": line.on,
        "recorded_at": line.recorded_at,
        "actor": line.actor,
        "voucher": f"{line.voucher.series}{line.voucher.number:02d}" if line.voucher else None,
        "label": line.label,
        "postings": line.lines,
        "signatory": line.signatory,
        "irregular": line.irregular,
        "decision": line.decision,
        "regularised_by": line.regularised_by,
        "reverses": line.reverses,
        "reversed_by": line.reversed_by,
        "replaces": line.replaces,
        "taken_over": line.taken_over,
        "paper": line.paper,
        "mandate": answering.mandate(line.signatory, line.actor, line.on),
        "after_handover": answering.after_handover(line.seq),
        "outside": answering.outside(line.seq, line.on),
    }


def account_shown(journal: Journal, account: str, first: date | None = None, last: date | None = None) -> list[dict[str, Any]]:
    """Return the lines of one account with the balance after each, in order of business date.

    With the first and the last day of a year, only its lines: what came before counts in the balance, except that an account of the
    result starts at zero.
    """
    shown, balance = [], 0
    for line, posting in entries_of(journal, account):
        earlier = first is not None and line.on < first
        if (earlier and account[0] in RESULT) or (last is not None and line.on > last):
            continue
        balance += posting.amount
        if not earlier:
            shown.append({"seq": line.seq, "on": line.on, "label": line.label, "amount": posting.amount, "balance": balance})
    return shown


JOURNAL = Projection(name="ledger.journal", version=5, initial=Journal(), evolve=evolve)
