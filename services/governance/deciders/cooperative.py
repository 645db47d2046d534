"""What the cooperative is and which rules it adopted: one affiliation and its end, and each version of the rules once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, assert_never

import orjson
from immutables import Map

from services.governance.commands.people import AdoptRules, AffiliateCooperative, LeaveAssociation
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import CooperativeAffiliated, CooperativeLeft, MemberEnrolled, PersonKind, Role, Rules, RulesAdopted
from services.ledger.events.advances import AdvanceGranted, AdvanceSettled
from services.ledger.events.entries import EntryReversed
from shared.deciding import Decider, Fold
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Refused
from shared.values import Code, Digest, Id


class AlreadyAffiliated(Refused):
    """Ce registre a déjà sa coopérative : chaque coopérative a son propre registre, ouvres-en un autre.
    This register already has its cooperative: each cooperative has a register of its own, open another one."""


class RulesVersionTaken(Refused):
    """Cette version des règles est déjà adoptée avec un autre contenu ou une autre date : donne-lui un autre nom de version.
    This version of the rules is already adopted with another content or date: give it another version name."""


class NotAffiliatedThen(Refused):
    """Le dernier jour vient après l'affiliation et ne peut pas être à venir : corrige la date.
    The last day comes after the affiliation and cannot be one to come: correct the date."""


class LeftAlready(Refused):
    """La coopérative a déjà quitté l'association, à la date indiquée.
    The cooperative has already left the association, on the date shown."""


class AdvancesAreOpen(Refused):
    """Des avances sont encore confiées : fais-les justifier ou rendre, puis solde-les avant de partir.
    Advances are still entrusted: have them justified or returned, then settle them before leaving."""


class Adopted(NamedTuple):
    """What makes two adoptions of one version the same."""

    valid_from: date
    digest: Digest


@dataclass(frozen=True, slots=True)
class Charter:
    """Since when and until when the register has its cooperative, the versions of each rule set it adopted, and the advances that are
    not settled."""

    affiliated_on: date | None = None
    left_on: date | None = None
    adopted: Map[tuple[Code, Code], Adopted] = Map()
    advances: frozenset[Id] = frozenset()


CooperativeCommand = AffiliateCooperative | AdoptRules | LeaveAssociation
CharterEvent = CooperativeAffiliated | CooperativeLeft | RulesAdopted | AdvanceGranted | AdvanceSettled | EntryReversed


def decide(charter: Charter, command: CooperativeCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about the cooperative itself."""
    match command:
        case AffiliateCooperative():
            if charter.affiliated_on is not None:
                raise AlreadyAffiliated
            if given.badge not in {None, command.association}:  # an association speaks for itself alone
                raise Forbidden(asked=command.slug(), association=given.badge)
            officer = MemberEnrolled(member=given.actor, kind=PersonKind.ASSOCIATION, on=command.on)
            return [CooperativeAffiliated(**dict(command)), officer]
        case AdoptRules():
            if charter.affiliated_on is None:  # an officer's token opens the gate of any register, but this one is no cooperative's yet
                raise Forbidden(asked=command.slug(), needs=[Role.MANDATE_HOLDER])
            digest = digest_of(command.content)
            known = charter.adopted.get((command.rule_set, command.version))
            if known == Adopted(command.valid_from, digest):
                return []
            if known is not None:
                raise RulesVersionTaken(
                    rule_set=command.rule_set, version=command.version, valid_from=known.valid_from, digest=known.digest
                )
            return [RulesAdopted(**dict(command), digest=digest)]
        case LeaveAssociation():
            return _left(charter, command, given)
        case _:
            assert_never(command)


def evolve(charter: Charter, record: Recorded[CharterEvent]) -> Charter:
    """Apply one fact about the cooperative itself."""
    match record.event:
        case CooperativeAffiliated():
            return replace(charter, affiliated_on=record.event.on)
        case CooperativeLeft(on=on):
            return replace(charter, left_on=on)
        case RulesAdopted() as event:
            adopted = Adopted(event.valid_from, event.digest)
            return replace(charter, adopted=charter.adopted.set((event.rule_set, event.version), adopted))
        case AdvanceGranted(advance=advance):
            return replace(charter, advances=charter.advances | {advance})
        case AdvanceSettled(advance=ended) | EntryReversed(reverses=ended):  # the reversal of a grant names the advance
            return replace(charter, advances=charter.advances - {ended})
        case _:
            assert_never(record.event)


def _left(charter: Charter, command: LeaveAssociation, given: Circumstances) -> Sequence[GovernanceEvent]:
    if charter.affiliated_on is None:
        raise Forbidden(asked=command.slug(), needs=[Role.MANDATE_HOLDER])
    if charter.left_on is not None:
        if charter.left_on == command.on:
            return []
        raise LeftAlready(left=charter.left_on)
    if not charter.affiliated_on <= command.on <= given.today:
        raise NotAffiliatedThen(affiliated=charter.affiliated_on, on=command.on)
    if charter.advances:
        raise AdvancesAreOpen(count=len(charter.advances))
    return [CooperativeLeft(**dict(command))]


def digest_of(content: Rules) -> Digest:
    """Return the SHA-256, in hexadecimal, of the canonical JSON of a content: as it stands in the record (RFC 8785)."""
    return hashlib.sha256(orjson.dumps(content.model_dump(mode="json", exclude_none=True), option=orjson.OPT_SORT_KEYS)).hexdigest()


COOPERATIVE: Decider[Charter] = Decider(CooperativeCommand, Fold(CharterEvent, Charter(), evolve), decide)
