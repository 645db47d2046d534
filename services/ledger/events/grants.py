"""Money that somebody gives for a purpose: what it is for, and until when."""

from datetime import date
from enum import StrEnum

from shared.messages import Event
from shared.values import Checked, Code, Id, PositiveCents


class Source(StrEnum):
    """Who gives."""

    STATE = "state"
    REGION = "region"
    DEPARTMENT = "department"
    COMMUNE = "commune"
    OCCE = "occe"
    PARENTS = "parents"
    OTHER = "other"


class GrantEarmarked(
    Event,
    name="ledger.grant-earmarked.v1",
    fr="Subvention affectée à « {purpose} » : {amount:money}",
    en="Grant earmarked for “{purpose}”: {amount:money}",
):
    """Une subvention est promise pour un usage ; l'argent reçu et les dépenses la citent.
    A grant is promised for a purpose; the money received and the expenses cite it."""

    grant: Id
    source: Source
    amount: PositiveCents
    purpose: Checked
    project: Code | None = None
    use_by: date | None = None
    decision: Id | None = None
