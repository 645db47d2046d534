"""Minutes and minute books over HTTP, as JSON and as PDF; a PDF has the reasons of objections for those of the body."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Response

from services.governance.api.bodies import BodyPath, MeetingPath
from services.governance.projections.todo import TO_DO
from services.governance.telling.deliberated import Told
from services.governance.telling.minutes import MINUTES, Minuted, minute_book, minutes_digest, minutes_of
from services.governance.telling.minutes_pdf import MEDIA_TYPE, Origin, minute_book_pdf, minutes_pdf
from services.governance.telling.objections import Opens, reads_reasons, with_reasons
from shared.clock import Clock
from shared.eventlog.reading import RegisterReader
from shared.eventlog.record import parsed
from shared.merkle import Frontier
from shared.projecting import Cut
from shared.values import Code, Sealed
from shared.vault.store import Vault
from shared.web.queries import Question, Questions, read_at, shown

WHY: Final = "minutes"  # in the vault's log of accesses
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # of a document made before the first fact
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {}}, "description": "The document to print."}}


def routes_minutes(app: FastAPI, questions: Questions, reader: RegisterReader, clock: Clock, vault: Vault | None) -> None:
    """Add the routes of minutes; `reader` gives the records that a printed checkpoint stands for.

    `vault` opens the reasons of objections for those of the body; without one their places stay empty.
    """
    asked = Depends(questions.asked)
    url = "/v1/registers/{register}/governance"

    def opens(question: Question, body: Code) -> Opens:
        """Return what opens the reasons of objections for whoever asks: nothing for those who are not of the body."""
        now = clock().astimezone(ZoneInfo(questions.views.standing(question.register).zone)).date()
        seats = questions.views.of(TO_DO, question.register)[0].seats
        if vault is None or not reads_reasons(seats, question.actor, body, now):
            return lambda _: None
        return lambda sealed: _opened(vault, question, sealed)

    @app.get(f"{url}/meetings/{{meeting}}/minutes", tags=["governance"], operation_id="get_minutes")
    def minutes(meeting: MeetingPath, question: Question = asked) -> Response:
        """The minutes of a meeting, drafted from the records, with their digest; and whether what was approved reads the same."""
        state, seq = questions.views.of(MINUTES, question.register, question.cut)
        told = minutes_of(state, meeting)
        approval = state.meetings.meetings[meeting].approval
        body: Told = {"minutes": told, "digest": minutes_digest(told)}
        if approval:
            then, _ = questions.views.of(MINUTES, question.register, Cut(seq=approval.through_seq))
            same = meeting in then.meetings.meetings and minutes_digest(minutes_of(then, meeting)) == approval.digest
            body["approval"] = {"by": approval.by, "through_seq": approval.through_seq, "digest": approval.digest, "reads_the_same": same}
        return shown(body, seq, question.cut)

    @app.get(f"{url}/meetings/{{meeting}}/minutes.pdf", tags=["governance"], operation_id="print_minutes", responses=PDF)
    def printed_minutes(meeting: MeetingPath, question: Question = asked) -> Response:
        """The same minutes to print."""

        def draw(state: Minuted, origin: Origin) -> bytes:
            told = minutes_of(state, meeting)
            return minutes_pdf(with_reasons(told, state.deliberations, opens(question, told["body"])), origin)

        return _printed(questions, reader, question, draw)

    @app.get(f"{url}/bodies/{{body}}/minutes", tags=["governance"], operation_id="get_minute_book")
    def book(body: BodyPath, question: Question = asked) -> Response:
        """The minute book of a body (registre des délibérations): every meeting and decision, numbered without gap."""
        return questions.answer(MINUTES, question, lambda state: minute_book(state, body))

    @app.get(f"{url}/bodies/{{body}}/minutes.pdf", tags=["governance"], operation_id="print_minute_book", responses=PDF)
    def printed_book(body: BodyPath, question: Question = asked) -> Response:
        """The same minute book to print."""

        def draw(state: Minuted, origin: Origin) -> bytes:
            told = minute_book(state, body)
            return minute_book_pdf(with_reasons(told, state.deliberations, opens(question, body)), origin)

        return _printed(questions, reader, question, draw)


def _opened(vault: Vault, question: Question, sealed: Sealed) -> str | None:
    found = vault.opening(question.register, b64decode(sealed.sealed), reader=question.actor, why=WHY)
    return str(found.value) if found else None


class _At(NamedTuple):
    """The tree of a register at one fact, and that fact's moment."""

    tree: Frontier
    at: datetime


def _printed(questions: Questions, reader: RegisterReader, question: Question, draw: Callable[[Any, Origin], bytes]) -> Response:
    """Print from a view and the checkpoint of the very records it was folded from."""
    standing = questions.views.standing(question.register)
    _, head = questions.views.of(MINUTES, question.register)
    seq = min(head, question.cut.seq) if question.cut.seq is not None else head
    state, _ = questions.views.of(MINUTES, question.register, replace(question.cut, seq=seq))
    tree, at = _tree_at(reader, question.register, seq)
    asked = {name: value for name, value in question.cut.asked().items() if name != "seq"}
    origin = Origin(standing.name, question.register, tree.checkpoint(), at, ZoneInfo(standing.zone), urlencode(asked))
    return Response(draw(state, origin), headers=read_at(head, question.cut), media_type=MEDIA_TYPE)


def _tree_at(reader: RegisterReader, register: str, seq: int) -> _At:
    tree, last = Frontier(), b""
    for one in reader.through(register, upto=seq):
        tree, last = tree.grown([one.record]), one.record
    return _At(tree, datetime.fromisoformat(parsed(last)["time"]) if last else EPOCH)
