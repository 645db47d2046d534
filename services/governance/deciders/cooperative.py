"""What the cooperative is and which rules it adopted: one affiliation, and each version of the rules once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, assert_never

import orjson
from immutables import Map

from services.governance.commands import AdoptRules, AffiliateCooperative
from services.governance.events import (
    CooperativeAffiliated,
    GovernanceEvent,
    MemberEnrolled,
    PersonKind,
    Role,
    Rules,
    RulesAdopted,
)
from shared.deciding import Decider, Fold
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Refused
from shared.values import Code, Digest


class AlreadyAffiliated(Refused):
    """Ce registre a déjà sa coopérative : chaque coopérative a son propre registre, ouvres-en un autre.
    This register already has its cooperative: each cooperative has a register of its own, open another one."""


class RulesVersionTaken(Refused):
    """Cette version des règles est déjà adoptée avec un autre contenu ou une autre date : donne-lui un autre nom de version.
    This version of the rules is already adopted with another content or date: give it another version name."""


class Adopted(NamedTuple):
    """What makes two adoptions of one version the same."""

    valid_from: date
    digest: Digest


@dataclass(frozen=True, slots=True)
class Charter:
    """Whether the register has its cooperative, and the versions of each rule set it adopted."""

    affiliated: bool = False
    adopted: Map[tuple[Code, Code], Adopted] = Map()


CooperativeCommand = AffiliateCooperative | AdoptRules
CharterEvent = CooperativeAffiliated | RulesAdopted


def decide(charter: Charter, command: CooperativeCommand, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge the commands about the cooperative itself."""
    match command:
        case AffiliateCooperative():
            if charter.affiliated:
                raise AlreadyAffiliated
            if given.badge not in {None, command.association}:  # an association speaks for itself alone
                raise Forbidden(asked=command.slug(), association=given.badge)
            officer = MemberEnrolled(member=given.actor, kind=PersonKind.ASSOCIATION, on=command.on)
            return [CooperativeAffiliated(**dict(command)), officer]
        case AdoptRules():
            if not charter.affiliated:  # an officer's token opens the gate of any register, but this one is no cooperative's yet
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
        case _:
            assert_never(command)


def evolve(charter: Charter, record: Recorded[CharterEvent]) -> Charter:
    """Apply one fact about the cooperative itself."""
    match record.event:
        case CooperativeAffiliated():
            return replace(charter, affiliated=True)
        case RulesAdopted() as event:
            adopted = Adopted(event.valid_from, event.digest)
            return replace(charter, adopted=charter.adopted.set((event.rule_set, event.version), adopted))
        case _:
            assert_never(record.event)


def digest_of(content: Rules) -> Digest:
    """Return the SHA-256, in hexadecimal, of the canonical JSON of a content: as it stands in the record (RFC 8785)."""
    return hashlib.sha256(orjson.dumps(content.model_dump(mode="json", exclude_none=True), option=orjson.OPT_SORT_KEYS)).hexdigest()


COOPERATIVE: Decider[Charter] = Decider(CooperativeCommand, Fold(CharterEvent, Charter(), evolve), decide)
