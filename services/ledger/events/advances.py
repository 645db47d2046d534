"""Everything that can have happened to an advance: granted, justified, returned, settled."""

from datetime import date

from services.ledger.events.entries import Accepted, Allocation, Voucher
from shared.messages import Event
from shared.values import Cents, Checked, Code, Id, PositiveCents, Pseudonym, Sealed


class AdvanceGranted(
    Event,
    name="ledger.advance-granted.v1",
    fr="Avance de {amount:money} confiée à {holder} pour le pot {pot} ({voucher})",
    en="Advance of {amount:money} entrusted to {holder} for the pot {pot} ({voucher})",
):
    """De l'argent a été confié pour les petites dépenses d'une classe.
    Money was entrusted for the small expenses of a class."""

    advance: Id
    on: date
    voucher: Voucher
    pot: Code
    holder: Pseudonym
    out_of: Code
    amount: PositiveCents
    signatory: Pseudonym | None = None
    ceiling: PositiveCents | None = None
    cheque: Code | None = None
    decision: Id | None = None
    irregular: Checked | None = None
    accepted: tuple[Accepted, ...] | None = None
    taken_over: bool | None = None


class AdvanceJustified(
    Event,
    name="ledger.advance-justified.v1",
    fr="{label} : {allocations:total} justifiés ({voucher})",
    en="{label}: {allocations:total} justified ({voucher})",
):
    """Une part d'une avance a été dépensée, tickets à l'appui.
    Part of an advance was spent, with its tickets."""

    advance: Id
    on: date
    voucher: Voucher
    label: Checked
    allocations: tuple[Allocation, ...]
    documents: tuple[Sealed, ...] | None = None
    taken_over: bool | None = None
    entry: Id | None = None


class AdvanceReturned(
    Event,
    name="ledger.advance-returned.v1",
    fr="Reliquat d'avance rendu : {amount:money} ({voucher})",
    en="Remainder of an advance returned: {amount:money} ({voucher})",
):
    """Ce qui restait d'une avance est revenu.
    What was left of an advance came back."""

    advance: Id
    on: date
    voucher: Voucher
    into: Code
    amount: PositiveCents
    taken_over: bool | None = None
    entry: Id | None = None


class AdvanceSettled(
    Event,
    name="ledger.advance-settled.v1",
    fr="Avance soldée : {granted:money} confiés, {justified:money} justifiés, {returned:money} rendus",
    en="Advance settled: {granted:money} granted, {justified:money} justified, {returned:money} returned",
):
    """Une avance a été arrêtée, à zéro exactement, avec les chiffres signés.
    An advance was settled, at exactly zero, with the figures as signed."""

    advance: Id
    on: date
    granted: Cents
    justified: Cents
    returned: Cents
