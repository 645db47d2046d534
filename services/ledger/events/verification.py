"""What verifiers and the association leave in the register: a sample drawn, a finding, an answer to it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.ledger.events.books import Year
from shared.messages import Event
from shared.values import Code, Count, Digest, Id, Passage, Seq, Value


class SampleMethod(StrEnum):
    """How entries are drawn: each alike, each cent alike, or those in cash before the others."""

    RANDOM = "random"
    BY_AMOUNT = "by_amount"
    CASH_HEAVY = "cash_heavy"


class FindingKind(StrEnum):
    """What a finding is: a question, something wrong, or a reservation that stands beside the discharge."""

    QUESTION = "question"
    ANOMALY = "anomaly"
    RESERVATION = "reservation"


class SampleParameters(Value):
    """How many entries are asked for; fewer are drawn where there are fewer."""

    size: Annotated[Count, Field(ge=1, le=200)]


class SampleDrawn(
    Event,
    name="ledger.sample-drawn.v1",
    fr="Un échantillon de {parameters:size} écritures de {year} est tiré pour la vérification",
    en="A sample of {parameters:size} entries of {year} is drawn for the verification",
):
    """Un échantillon a été tiré des faits 1 à `through_seq`, dont la racine est la graine : chacun peut refaire le tirage.
    A sample was drawn from facts 1 to `through_seq`, whose root is the seed: anyone can draw it again."""

    sample: Id
    year: Year
    through_seq: Seq
    seed: Digest
    method: SampleMethod
    parameters: SampleParameters
    entries: tuple[Id, ...]


class FindingRecorded(
    Event,
    name="ledger.finding-recorded.v1",
    fr="Constat de vérification ({kind}) : {text}",
    en="Finding of the verification ({kind}): {text}",
):
    """Un vérificateur ou l'association a noté un constat sur une écriture ou sur un exercice ; il n'est jamais effacé.
    A verifier or the association noted a finding about an entry or a fiscal year; it is never deleted."""

    finding: Id
    subject: Code
    kind: FindingKind
    text: Passage
    sample: Id | None = None


class FindingAnswered(
    Event,
    name="ledger.finding-answered.v1",
    fr="Réponse à un constat : {text}",
    en="Answer to a finding: {text}",
):
    """Il a été répondu à un constat ; le constat et la réponse restent.
    A finding was answered; the finding and the answer stay."""

    finding: Id
    text: Passage


VerificationEvent = SampleDrawn | FindingRecorded | FindingAnswered
