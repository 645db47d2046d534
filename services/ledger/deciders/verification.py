"""Samples, findings and their answers: what verifiers and the association may add to a register."""

from collections.abc import Sequence
from typing import assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands.year_end import AnswerFinding, DrawSample, RecordFinding
from services.ledger.deciders.checks import NoSuchFinding, NoSuchYearHere
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.verification import FindingAnswered, FindingRecorded, SampleDrawn
from services.ledger.rules.sampling import candidates
from services.ledger.rules.year_end import year_of_subject
from services.ledger.verifying import drawn
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused

VerificationCommand = DrawSample | RecordFinding | AnswerFinding


class NothingToDraw(Refused):
    """Cet exercice n'a aucune écriture à vérifier.
    This fiscal year has no entry to verify."""


class NoSuchSubject(Refused):
    """Un constat porte sur une écriture de ce registre ou sur un de ses exercices.
    A finding is about an entry of this register or one of its fiscal years."""


class NoSuchSample(Refused):
    """Cet échantillon n'existe pas dans ce registre.
    This sample does not exist in this register."""


def decide(books: Books, command: VerificationCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command of the verification. It moves no money: a closed year and a cooperative that left are verified as well."""
    match command:
        case DrawSample():
            return [_drawn(books, command, given)]
        case RecordFinding():
            return [_found(books, command, given)]
        case AnswerFinding(finding=finding, text=text):
            if (known := books.verifying.findings.get(finding)) is None:
                raise NoSuchFinding(finding=finding)
            said = known.answers and (known.answers[-1].by, known.answers[-1].text) == (given.actor, text)
            return [] if said else [FindingAnswered(finding=finding, text=text)]
        case _:
            assert_never(command)


def _drawn(books: Books, command: DrawSample, given: Circumstances) -> SampleDrawn:
    if command.year not in books.closing.days:
        raise NoSuchYearHere(year=command.year)
    checkpoint = given.checkpoint
    entries = drawn(candidates(books, command.year), command.method, command.parameters.size, checkpoint.root)
    if not entries:
        raise NothingToDraw(year=command.year)
    return SampleDrawn(sample=given.id(), through_seq=checkpoint.size, seed=checkpoint.root, entries=entries, **dict(command))


def _found(books: Books, command: RecordFinding, given: Circumstances) -> FindingRecorded:
    if year_of_subject(books, command.subject) is None:
        raise NoSuchSubject(subject=command.subject)
    if command.sample is not None and command.sample not in books.verifying.samples:
        raise NoSuchSample(sample=command.sample)
    return FindingRecorded(finding=given.id(), **dict(command))


VERIFICATION: Decider[Books] = Decider(VerificationCommand, BOOKS, decide)
