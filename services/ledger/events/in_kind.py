"""What the cooperative was given without money: hours of volunteering, goods, services, in accounts 86 and 87."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.messages import Event
from shared.values import Cents, Checked, Code, Id


class Nature(StrEnum):
    """What was given."""

    VOLUNTEERING = "volunteering"
    GOODS_LENT = "goods_lent"
    GOODS_GIVEN = "goods_given"
    SERVICE = "service"


class InKindContributionRecorded(
    Event,
    name="ledger.in-kind-contribution-recorded.v1",
    fr="Contribution en nature : {label}, {amount:money}",
    en="Contribution in kind: {label}, {amount:money}",
):
    """Du temps, un bien ou un service a été offert : la même somme au compte 86 de son emploi et au compte 87 de son origine.
    Time, a good or a service was given: the same sum in account 86 of its use and in account 87 of its origin."""

    contribution: Id
    on: date
    nature: Nature
    label: Checked
    used_in: Annotated[Code, Field(pattern=r"^86[0-9]{1,6}$")]
    given_as: Annotated[Code, Field(pattern=r"^87[0-9]{1,6}$")]
    amount: Annotated[Cents, Field(ge=0)]
    minutes: Annotated[int, Field(strict=True, ge=1, le=10_000_000)] | None = None
    replaces: Id | None = None
