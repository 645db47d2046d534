"""Which command wrote a record, and why: read from the records that one command wrote together.

A record keeps the id of its command, not its name. What a command records tells which one it was: `MARKS` names, for each kind
of record, the command that writes it, what marks a command most clearly first. A record that only follows from another (an
enrolment inside an affiliation, a decision after a count) is told by the clearer one beside it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.ledger.events.pots import PotTransferRecorded, Purpose
from shared.messages import Command, Event
from shared.values import Sealed

# Fact -> the command that writes it. The first of these that stands in a group tells the command; the order matters between
# those that come together, which stand above the others.
MARKS: Final[Mapping[str, str]] = {
    "cooperative-affiliated": "affiliate-cooperative",
    "mandate-handed-over": "hand-over-mandate",
    "entry-reversed": "reverse-entry",
    "amendment-accepted": "accept-amendment",
    "minutes-approved": "approve-minutes",
    "year-closed": "close-year",
    "payment-approved": "approve-payment",
    "payment-refused": "refuse-payment",
    "payment-ordered": "order-payment",
    "entry-prepared": "prepare-entry",
    "entry-declined": "decline-entry",
    "discharge-given": "give-discharge",
    "discharge-withheld": "withhold-discharge",
    "sample-drawn": "draw-sample",
    "deposit-slip-made": "make-deposit-slip",
    "finding-recorded": "record-finding",
    "finding-answered": "answer-finding",
    "cheque-book-received": "receive-cheque-book",
    "cheque-voided": "void-cheque",
    "inventory-checked": "check-inventory",
    "asset-inventoried": "inventory-asset",
    "asset-disposed": "dispose-of-asset",
    "in-kind-contribution-recorded": "record-in-kind-contribution",
    "grant-earmarked": "earmark-grant",
    "budget-adopted": "adopt-budget",
    "anomaly-explained": "explain-anomaly",
    "cash-counted": "count-cash",
    "financial-report-issued": "issue-financial-report",
    "hand-count-entered": "enter-hand-count",
    "draw-held": "hold-draw",
    "consent-reached": "declare-consent",
    "box-sealed": "close-ballot",
    "box-opened": "close-ballot",
    "votes-revealed": "close-ballot",
    "result-declared": "close-ballot",
    "decision-adopted": "close-ballot",
    "decision-rejected": "close-ballot",
    "hand-counts-agreed": "enter-hand-count",
    "hand-counts-differed": "enter-hand-count",
    "amendment-proposed": "propose-amendment",
    "amendment-rejected": "reject-amendment",
    "agenda-revised": "revise-agenda",
    "attendance-noted": "note-attendance",
    "ballot-archived": "archive-ballot",
    "ballot-cancelled": "cancel-ballot",
    "ballot-challenged": "challenge-ballot",
    "ballot-changed": "move-closing",
    "ballot-opened": "open-ballot",
    "authorisation-recorded": "record-authorisation",
    "body-formed": "form-body",
    "cards-issued": "issue-cards",
    "class-closed": "close-class",
    "class-opened": "open-class",
    "commitment-released": "release-commitment",
    "consent-escalated": "escalate-consent",
    "cooperative-left": "leave-association",
    "decision-followed": "follow-decision",
    "decision-revoked": "revoke-decision",
    "frame-stated": "state-frame",
    "idea-set-aside": "set-idea-aside",
    "idea-submitted": "submit-idea",
    "mandate-ended": "end-mandate",
    "mandate-given": "give-mandate",
    "meeting-closed": "close-meeting",
    "meeting-opened": "open-meeting",
    "quorum-missed": "open-meeting",
    "meeting-called": "call-meeting",
    "member-enrolled": "enrol-member",
    "member-left": "record-departure",
    "member-moved": "move-member",
    "objection-lifted": "lift-objection",
    "objection-raised": "raise-objection",
    "person-erased": "erase-person",
    "proposal-made": "make-proposal",
    "proposal-revised": "revise-proposal",
    "proposal-supported": "support-proposal",
    "proposal-vetoed": "veto-proposal",
    "proposal-withdrawn": "withdraw-proposal",
    "proxy-given": "give-proxy",
    "role-assigned": "assign-role",
    "role-ended": "end-role",
    "roll-closed": "close-roll",
    "round-opened": "open-round",
    "rules-adopted": "adopt-rules",
    "vote-cast": "cast-vote",
    "voter-marked": "mark-voter",
    "voter-unmarked": "unmark-voter",
    "voting-right-restored": "restore-voting-right",
    "voting-right-suspended": "suspend-voting-right",
    "voting-started": "start-voting",
    "advance-granted": "grant-advance",
    "advance-justified": "justify-advance",
    "advance-returned": "return-advance",
    "advance-settled": "settle-advance",
    "chart-adopted": "adopt-chart",
    "expense-recorded": "record-expense",
    "expense-regularised": "regularise-expense",
    "line-matched": "match-lines",
    "line-unmatched": "unmatch-line",
    "membership-declared": "declare-membership",
    "period-locked": "lock-period",
    "period-unlocked": "unlock-period",
    "pot-closed": "close-pot",
    "pot-opened": "open-pot",
    "pot-transfer-recorded": "transfer-between-pots",
    "receipt-recorded": "record-receipt",
    "reconciliation-signed": "sign-reconciliation",
    "statement-imported": "import-statement",
    "transfer-recorded": "record-transfer",
    "treasury-account-closed": "close-treasury-account",
    "treasury-account-opened": "open-treasury-account",
    "voucher-attached": "attach-voucher",
    "voucher-declared-lost": "declare-voucher-lost",
    "voucher-gap-explained": "explain-voucher-gap",
    "year-opened": "open-year",
}
# Written by several commands: only what stands beside it tells which.
FOLLOWS: Final = frozenset(
    {
        "ballot-cancelled",
        "decision-adopted",
        "decision-rejected",
        "decision-revoked",
        "expense-recorded",
        "homonym-accepted",  # beside what it was accepted for, whatever the command
        "mandate-ended",
        "meeting-called",
        "member-enrolled",
        "proposal-revised",
        "quorum-missed",
        "receipt-recorded",
        "result-declared",
        "role-assigned",
        "role-ended",
        "transfer-recorded",
    }
)
ORDER: Final = {fact: place for place, fact in enumerate(MARKS)}
REASONS: Final = ("reason", "irregular")  # the fields of an event that say why


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody asked: the last part of the command's address, and how it is called in both languages."""

    slug: str
    fr: str
    en: str


class Acts:
    """Tells commands by what they wrote. Made from the command classes of every service."""

    def __init__(self, commands: Iterable[type[Command]]) -> None:
        """Take the commands' own names: the first words of what each says of itself."""
        self._known = {one.slug(): Act(one.slug(), *_named(one)) for one in commands}

    def of(self, events: Collection[Event]) -> Act | None:
        """Return the command that wrote these records together; None for one that no command here is known to write."""
        marks = sorted((one for one in events if fact_of(one) in ORDER), key=lambda one: ORDER[fact_of(one)])
        return self._known.get(_slug(marks[0])) if marks else None


def needs_neighbours(event: Event) -> bool:
    """Tell whether a record alone does not say which command wrote it."""
    return fact_of(event) in FOLLOWS


def reason_of(event: Event, word: Callable[[str], str]) -> str | Sealed | None:
    """Return why it was done, where somebody said so: words, or the seal of what the vault keeps."""
    said = next((found for name in REASONS if (found := getattr(event, name, None)) is not None), None)
    return word(str(said)) if isinstance(said, StrEnum) else said


def fact_of(event: Event) -> str:
    """Return the kind of a record without its service and version."""
    return event.wire.split(".")[1]


def _slug(event: Event) -> str:
    if isinstance(event, PotTransferRecorded) and event.key is not None:
        return "share-pot"
    if isinstance(event, PotTransferRecorded) and event.purpose is Purpose.PAYBACK:
        return "pay-back-pots"
    if fact_of(event) == "quorum-missed" and getattr(event, "ballot", None) is not None:
        return "close-ballot"
    return MARKS[fact_of(event)]


def _named(command: type[Command]) -> tuple[str, str]:
    french, _, english = (command.__doc__ or "").strip().partition("\n")
    return _short(french), _short(english)


def _short(described: str) -> str:
    """Return the first words of a description: up to its first pause."""
    said = described.strip().rstrip(".")
    for pause in (" : ", ": ", " ; ", "; ", " (", ", "):
        said = said.partition(pause)[0]
    return said.strip()
