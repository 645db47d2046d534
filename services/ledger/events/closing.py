"""How a fiscal year ends: its financial report, what the verifiers say of it, its closing."""

from datetime import date
from enum import StrEnum

from services.ledger.events.books import OpeningBalance, Year
from shared.messages import Event
from shared.values import Cents, Checkpoint, Digest, Id, Pseudonym, Seq


class Capacity(StrEnum):
    """As what somebody verifies: the rules of an association ask for a mix."""

    PARENT = "parent"
    TEACHER = "teacher"
    OTHER = "other"


class FinancialReportIssued(
    Event,
    name="ledger.financial-report-issued.v1",
    fr="Le compte rendu financier {year} est établi",
    en="The financial report {year} is issued",
):
    """Le compte rendu financier a été établi sur les faits 1 à `through_seq` ; `digest` est l'empreinte de son contenu.
    The financial report was issued from facts 1 to `through_seq`; `digest` is that of its content."""

    year: Year
    through_seq: Seq
    checkpoint: Checkpoint
    digest: Digest
    signatories: tuple[Pseudonym, ...]


class DischargeGiven(
    Event,
    name="ledger.discharge-given.v1",
    fr="Quitus {year} donné ({capacity}), faits 1 à {through_seq}",
    en="Discharge {year} given ({capacity}), facts 1 to {through_seq}",
):
    """Un vérificateur a donné quitus sur les faits 1 à `through_seq`, avec ses réserves.
    A verifier gave discharge on facts 1 to `through_seq`, with their reservations."""

    year: Year
    through_seq: Seq
    checkpoint: Checkpoint
    capacity: Capacity
    reservations: tuple[Id, ...]


class DischargeWithheld(
    Event,
    name="ledger.discharge-withheld.v1",
    fr="Quitus {year} refusé ({capacity}), faits 1 à {through_seq}",
    en="Discharge {year} withheld ({capacity}), facts 1 to {through_seq}",
):
    """Un vérificateur a refusé le quitus sur les faits 1 à `through_seq`, avec ses réserves.
    A verifier withheld discharge on facts 1 to `through_seq`, with their reservations."""

    year: Year
    through_seq: Seq
    checkpoint: Checkpoint
    capacity: Capacity
    reservations: tuple[Id, ...]


class YearClosed(
    Event,
    name="ledger.year-closed.v1",
    fr="L'exercice {year} est clos, résultat {result:money}",
    en="The fiscal year {year} is closed, result {result:money}",
):
    """L'exercice a été clos : plus rien ne s'y écrit, et les soldes repris par le suivant sont confirmés.
    The fiscal year was closed: nothing more is written in it, and the balances that the next one carries are confirmed."""

    year: Year
    on: date
    through_seq: Seq
    result: Cents
    carried: tuple[OpeningBalance, ...]


ClosingEvent = FinancialReportIssued | DischargeGiven | DischargeWithheld | YearClosed
