"""Everything that can have moved money from one pot to another."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.messages import Event
from shared.values import Checked, Code, Id, PositiveCents, Value

Weight = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class Purpose(StrEnum):
    """Why money moved from one pot to another."""

    SHARE = "share"
    COMPLEMENT = "complement"
    PAYBACK = "payback"
    OTHER = "other"


class KeyKind(StrEnum):
    """How a sum is shared."""

    EQUAL = "equal"
    PRO_RATA = "pro_rata"
    CUSTOM = "custom"


class Rounding(StrEnum):
    """Where the cents go that a share leaves over.

    `nearest_then_largest`: each share to the nearest cent (halves up), the difference to the largest weight, which never
    goes below zero: the next largest bears the rest;
    `largest_remainder`: each share down, then one cent each to the largest remainders. Ties go to the first listed.
    """

    NEAREST_THEN_LARGEST = "nearest_then_largest"
    LARGEST_REMAINDER = "largest_remainder"


class PotWeight(Value):
    """The weight of one pot in a sharing key."""

    pot: Code
    weight: Weight


class SharingKey(Value):
    """The key that a share followed, and where its odd cents went."""

    kind: KeyKind
    weights: tuple[PotWeight, ...]
    rounding: Rounding


class PotTransferRecorded(
    Event,
    name="ledger.pot-transfer-recorded.v1",
    fr="{label} : {amount:money} du pot {out_of} au pot {into}",
    en="{label}: {amount:money} from the pot {out_of} to the pot {into}",
):
    """De l'argent est passé d'un pot à un autre, sans bouger de la trésorerie.
    Money went from one pot to another; the treasury did not move."""

    transfer: Id
    on: date
    label: Checked
    out_of: Code
    into: Code
    amount: PositiveCents
    purpose: Purpose
    decision: Id | None = None
    key: SharingKey | None = None
    taken_over: bool | None = None
