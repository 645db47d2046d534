"""How the books change hands: one act, signed balances that equal the books, at exactly one fact of the register."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from immutables import Map

from services.governance.commands.people import HandOverMandate
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import Balance, EndOfMandate, MandateEnded, MandateHandedOver, Role
from services.governance.standing import STANDING, Standing, StandingEvent
from services.ledger.events.books import TreasuryAccountClosed, TreasuryAccountOpened
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import EntryReversed
from services.ledger.events.legs import ADVANCES, Posting, legs
from shared.deciding import Decider, Fold
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Refused
from shared.values import Code, Id, Pseudonym


class SameHands(Refused):
    """Les comptes passent d'une personne à une autre : indique deux personnes différentes.
    Books are handed from one person to another: name two different people."""


class HandoverInTheFuture(Refused):
    """Ce jour n'est pas encore arrivé : la passation s'enregistre quand elle a lieu.
    That day has not come yet: a handover is recorded when it takes place."""


class OutgoingHeldNoMandate(Refused):
    """La personne qui transmet ne tenait pas de mandat ce jour-là : vérifie la date et la personne.
    The person who hands over held no mandate on that day: check the date and the person."""


class IncomingHoldsNoMandate(Refused):
    """La personne qui reçoit ne tient pas de mandat le lendemain : l'association le donne d'abord.
    The person who takes over holds no mandate on the next day: the association gives it first."""


class BalancesDiffer(Refused):
    """Le solde signé n'est pas celui des comptes : recompte, ou enregistre d'abord ce qui manque.
    The signed balance is not that of the books: count again, or first record what is missing."""


class Handing(NamedTuple):
    """What makes two handovers the same act."""

    outgoing: Pseudonym
    incoming: Pseudonym
    on: date


@dataclass(frozen=True, slots=True)
class Treasury:
    """Which treasury accounts are open, what each account of the chart holds (cents, debit positive), how each entry posted."""

    opened: frozenset[Code] = frozenset()
    held: Map[Code, int] = Map()
    entries: Map[Id, tuple[Posting, ...]] = Map()

    def books(self) -> dict[Code, int]:
        """Return what each open treasury account holds, and the advances: where money can be (domain, section 5)."""
        return {account: self.held.get(account, 0) for account in (*self.opened, ADVANCES)}

    def after(self, event: LedgerEvent) -> "Treasury":
        """Apply one fact of the ledger."""
        match event:
            case TreasuryAccountOpened(account=account):
                return replace(self, opened=self.opened | {account})
            case TreasuryAccountClosed(account=account):
                return replace(self, opened=self.opened - {account})
            case EntryReversed(reverses=reverses):
                return self._posted(self.entries.get(reverses, ()), -1)
            case _:
                lines = legs(event)
                posted = self._posted(lines, 1)
                entry = getattr(event, "entry", None)  # only entries can be reversed
                return replace(posted, entries=self.entries.set(entry, lines)) if entry and lines else posted

    def _posted(self, lines: Sequence[Posting], sign: int) -> "Treasury":
        held = self.held
        for line in lines:
            held = held.set(line.account, held.get(line.account, 0) + sign * line.amount)
        return replace(self, held=held)


@dataclass(frozen=True, slots=True)
class Hands:
    """Everybody's standing, the treasury, and the handovers so far."""

    standing: Standing = STANDING.initial
    treasury: Treasury = Treasury()
    handed: frozenset[Handing] = frozenset()


HandsEvent = StandingEvent | LedgerEvent | MandateHandedOver


def decide(hands: Hands, command: HandOverMandate, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge a handover: whose mandates, then which balances; a mandate that runs on ends with it."""
    if Handing(command.outgoing, command.incoming, command.on) in hands.handed:
        return []
    if command.outgoing == command.incoming:
        raise SameHands
    if command.on > given.today:
        raise HandoverInTheFuture(on=command.on, today=given.today)
    if not hands.standing.mandated(command.outgoing, command.on):
        raise OutgoingHeldNoMandate(on=command.on)
    if not hands.standing.mandated(command.incoming, command.on + timedelta(days=1)):
        raise IncomingHoldsNoMandate(on=command.on + timedelta(days=1))
    running = _running_past(hands.standing, command.outgoing, command.on)
    _signed_by_those_concerned(hands.standing, command, given, running)
    _equal_the_books(hands.treasury, command.balances)
    act = MandateHandedOver(**dict(command), through_seq=given.checkpoint.size, checkpoint=given.checkpoint)
    return [act, *(MandateEnded(mandate=mandate, on=command.on, reason=EndOfMandate.HANDOVER) for mandate in running)]


def evolve(hands: Hands, record: Recorded[HandsEvent]) -> Hands:
    """Apply one fact about people or money."""
    event = record.event
    if isinstance(event, MandateHandedOver):
        return replace(hands, handed=hands.handed | {Handing(event.outgoing, event.incoming, event.on)})
    if isinstance(event, LedgerEvent):
        return replace(hands, treasury=hands.treasury.after(event))
    return replace(hands, standing=STANDING.evolve(hands.standing, record))


HANDOVER: Decider[Hands] = Decider(HandOverMandate, Fold(HandsEvent, Hands(), evolve), decide)


def _running_past(standing: Standing, holder: Pseudonym, day: date) -> list[Id]:
    return [
        key
        for key, grant in standing.grants.by_key.items()
        if grant.holder == holder and grant.what == Role.MANDATE_HOLDER and grant.holds_on(day) and grant.until != day
    ]


def _signed_by_those_concerned(standing: Standing, command: HandOverMandate, given: Circumstances, running: Sequence[Id]) -> None:
    """Nobody but the holder and the association shortens a mandate; a third holder takes no part at all."""
    signers = {command.outgoing} if running else {command.outgoing, command.incoming}
    held = standing.roles(given.actor, given.today) | standing.invited(given.badge)
    if given.actor not in signers and Role.ASSOCIATION not in held:
        raise Forbidden(asked=command.slug(), needs=[Role.ASSOCIATION])


def _equal_the_books(treasury: Treasury, balances: Sequence[Balance]) -> None:
    signed, books = {balance.account: balance.amount for balance in balances}, treasury.books()
    for account in sorted(signed.keys() | books.keys()):
        if signed.get(account, 0) != books.get(account, 0):
            raise BalancesDiffer(account=account, signed=signed.get(account), book=books.get(account))
