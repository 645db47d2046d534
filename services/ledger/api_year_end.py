"""The end of a year over HTTP: the guide, the financial report, activity, discharge, verification; as JSON and as documents to print."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Path, Response

from services.ledger.closing import Days
from services.ledger.projections.journal import JOURNAL, Journal
from services.ledger.projections.membership import MEMBERSHIPS, Memberships, memberships_shown
from services.ledger.telling.activity import ACTIVITY, Activity, activity_report
from services.ledger.telling.blocks import Block
from services.ledger.telling.documents_of import activity_blocks, attestation_blocks, discharge_blocks, financial_report_blocks
from services.ledger.telling.handed import handed_blocks, handed_shown
from services.ledger.telling.printing import MEDIA_TYPE, Origin, printed
from services.ledger.telling.registers import journal_blocks, ledger_blocks
from services.ledger.telling.year_end import (
    YEAR_END,
    NoSuchFiscalYear,
    discharge_shown,
    drawn_again,
    findings_shown,
    guide_shown,
    report_shown,
    sample_shown,
    samples_shown,
)
from shared.eventlog.reading import RegisterReader
from shared.eventlog.record import parsed
from shared.merkle import Frontier
from shared.projecting import Cut, Projection
from shared.refusals import NotFound
from shared.web.queries import Question, Questions, plain, read_at, shown

Told = dict[str, Any]
YearPath = Annotated[str, Path(pattern=r"^20[0-9]{2}-[0-9]{2}$", description="A fiscal year such as 2024-25.")]
SamplePath = Annotated[str, Path(pattern=r"^[a-z2-7]{26}$", description="The id of a sample.")]
SeqPath = Annotated[int, Path(ge=1, le=2**53 - 1, description="The record of a handover.")]
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {}}, "description": "The document to print."}}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # of a document made before the first fact


class NothingDeclared(NotFound):
    """Aucun effectif n'a été déclaré pour cet exercice, ou ne l'était pas encore à la date demandée.
    No headcount was declared for this fiscal year, or was not yet at the date asked for."""


class NoSuchHandover(NotFound):
    """Ce fait n'est pas une passation de mandat dans ce registre.
    This fact is no handover of a mandate in this register."""


class Document(NamedTuple):
    """One thing that is answered as JSON and printed from the very same answer."""

    path: str
    name: str
    view: Projection[Any]
    show: Callable[[Any, str], Told]
    blocks: Callable[[Told], list[Block]]
    title: Callable[[str], str]
    about: str


class Register(NamedTuple):
    """A register of a year that is printed from the journal."""

    name: str
    title: str
    blocks: Callable[[Journal, Days], list[Block]]


def routes_year_end(app: FastAPI, questions: Questions, reader: RegisterReader) -> None:
    """Add the routes; `reader` gives the records that a printed checkpoint stands for."""
    asked, url = Depends(questions.asked), "/v1/registers/{register}/ledger"
    for document in DOCUMENTS:
        _document(app, f"{url}/years/{{year}}/{document.path}", questions, reader, document)

    for name, title, blocks in (("journal", "Journal", journal_blocks), ("general-ledger", "Grand livre", ledger_blocks)):
        _register(app, f"{url}/years/{{year}}/{name}.pdf", questions, reader, Register(name, title, blocks))

    @app.get(f"{url}/years/{{year}}/closing", tags=["ledger"], operation_id="get_closing")
    def closing(year: YearPath, question: Question = asked) -> Response:
        """The guide of the year's end: each step done or missing, in a sentence; the result and the balances that the closing signs."""
        return questions.answer(YEAR_END, question, lambda state: guide_shown(state, year))

    @app.get(f"{url}/findings", tags=["ledger"], operation_id="list_findings")
    def findings(question: Question = asked) -> Response:
        """What verifiers and the association found, with the answers; nothing is ever deleted."""
        return questions.answer(YEAR_END, question, findings_shown)

    @app.get(f"{url}/samples", tags=["ledger"], operation_id="list_samples")
    def samples(question: Question = asked) -> Response:
        """The samples drawn for the verification, each entry with its checklist."""
        return questions.answer(YEAR_END, question, samples_shown)

    @app.get(f"{url}/samples/{{sample}}", tags=["ledger"], operation_id="get_sample")
    def one_sample(sample: SamplePath, question: Question = asked) -> Response:
        """One sample, drawn again from the register as it was: `seed_holds` when the seed is the root of the facts it names."""
        state, seq = questions.views.of(YEAR_END, question.register, question.cut)
        told = sample_shown(state, sample)
        then, _ = questions.views.of(YEAR_END, question.register, Cut(seq=told["through_seq"]))
        tree, _ = _tree_at(reader, question.register, told["through_seq"])
        again = {"drawn_again": drawn_again(then, state, sample), "seed_holds": tree.root().hex() == told["seed"]}
        return shown(told | again, seq, question.cut)

    @app.get(f"{url}/handovers/{{seq_of_act}}/statement", tags=["ledger"], operation_id="get_handover_statement")
    def handed(seq_of_act: SeqPath, question: Question = asked) -> Response:
        """What the outgoing holder answers for: the books at the last fact before the handover, whatever followed."""
        told, seq = _handed(questions, question, seq_of_act)
        return shown(told, seq, question.cut)

    @app.get(f"{url}/handovers/{{seq_of_act}}/statement.pdf", tags=["ledger"], operation_id="print_handover_statement", responses=PDF)
    def handed_pdf(seq_of_act: SeqPath, question: Question = asked) -> Response:
        """The same statement to print."""
        told, head = _handed(questions, question, seq_of_act)
        origin = _origin(questions, reader, question, told["through_seq"])
        return _answered(printed("État de passation", handed_blocks(plain(told)), origin), head, question)


def _handed(questions: Questions, question: Question, act: int) -> tuple[Told, int]:
    """Return the statement of a handover and the last record of the register. Raises NoSuchHandover."""
    now, head = questions.views.of(ACTIVITY, question.register, question.cut)
    found = next((one for one in now.journal.responsibility.handovers if one.seq == act), None)
    if found is None:
        raise NoSuchHandover(seq=act)
    then = Cut(seq=found.through_seq)
    books, _ = questions.views.of(YEAR_END, question.register, then)
    activity, _ = questions.views.of(ACTIVITY, question.register, then)
    return handed_shown(books, activity.journal, found), head


def _document(app: FastAPI, url: str, questions: Questions, reader: RegisterReader, document: Document) -> None:
    asked = Depends(questions.asked)

    @app.get(url, tags=["ledger"], operation_id=f"get_{document.name}", description=document.about)
    def as_json(year: YearPath, question: Question = asked) -> Response:
        return questions.answer(document.view, question, lambda state: document.show(state, year))

    @app.get(f"{url}.pdf", tags=["ledger"], operation_id=f"print_{document.name}", responses=PDF, description=f"{document.about} To print.")
    def as_pdf(year: YearPath, question: Question = asked) -> Response:
        _, head = questions.views.of(document.view, question.register)
        seq = min(head, question.cut.seq) if question.cut.seq is not None else head
        state, _ = questions.views.of(document.view, question.register, replace(question.cut, seq=seq))
        told: Told = plain(document.show(state, year))
        origin = _origin(questions, reader, question, seq)
        return _answered(printed(document.title(year), document.blocks(told), origin), head, question)


def _register(app: FastAPI, url: str, questions: Questions, reader: RegisterReader, register: Register) -> None:
    asked = Depends(questions.asked)
    about = f"The {register.name.replace('-', ' ')} of a year, to print: the same lines as the question answers."

    @app.get(url, tags=["ledger"], operation_id=f"print_{register.name.replace('-', '_')}", responses=PDF, description=about)
    def as_pdf(year: YearPath, question: Question = asked) -> Response:
        _, head = questions.views.of(YEAR_END, question.register)
        seq = min(head, question.cut.seq) if question.cut.seq is not None else head
        cut = replace(question.cut, seq=seq)
        days = questions.views.of(YEAR_END, question.register, cut)[0].closing.days.get(year)
        if days is None:
            raise NoSuchFiscalYear(year=year)
        blocks = register.blocks(questions.views.of(JOURNAL, question.register, cut)[0], days)
        return _answered(printed(f"{register.title} {year}", blocks, _origin(questions, reader, question, seq)), head, question)


def _answered(content: bytes, head: int, question: Question) -> Response:
    return Response(content, headers=read_at(head, question.cut), media_type=MEDIA_TYPE)


def _origin(questions: Questions, reader: RegisterReader, question: Question, seq: int) -> Origin:
    standing = questions.views.standing(question.register)
    tree, at = _tree_at(reader, question.register, seq)
    asked = {name: value for name, value in question.cut.asked().items() if name != "seq"}
    return Origin(standing.name, question.register, tree.checkpoint(), at, urlencode(asked))


def _tree_at(reader: RegisterReader, register: str, seq: int) -> tuple[Frontier, datetime]:
    """Return the tree of a register at one fact, and that fact's moment."""
    tree, last = Frontier(), b""
    for one in reader.through(register, upto=seq):
        tree, last = tree.grown([one.record]), one.record
    return tree, datetime.fromisoformat(parsed(last)["time"]) if last else EPOCH


def _activity(state: Activity, year: str) -> Told:
    if year not in state.years:
        raise NoSuchFiscalYear(year=year)
    return activity_report(state, year)


def _membership(state: Memberships, year: str) -> Told:
    for one in memberships_shown(state)["memberships"]:
        if one["year"] == year:
            return {"membership": one}
    raise NothingDeclared(year=year)


DOCUMENTS = (
    Document(
        "financial-report",
        "financial_report",
        YEAR_END,
        report_shown,
        financial_report_blocks,
        lambda year: f"Compte rendu financier {year}",
        "The financial report of a year (CRF): income and expense by account, result, balance sheet; with what was issued.",
    ),
    Document(
        "activity",
        "activity_report",
        ACTIVITY,
        _activity,
        activity_blocks,
        lambda year: f"Compte rendu d'activité {year}",
        "The activity of a year (CRA): projects, votes, participation; aggregates alone.",
    ),
    Document(
        "discharge",
        "discharge",
        YEAR_END,
        discharge_shown,
        discharge_blocks,
        lambda year: f"Quitus {year}",
        "What the verifiers said of a year, up to which fact the quitus is in effect, its reservations.",
    ),
    Document(
        "membership",
        "membership_attestation",
        MEMBERSHIPS,
        _membership,
        attestation_blocks,
        lambda year: f"Attestation d'adhésion {year}",
        "The headcount declared for a year, its fee and its insurance.",
    ),
)
