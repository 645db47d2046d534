"""The papers of entries over HTTP: a file comes as the body of a request and goes back as it was kept; what is missing is listed."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Path, Query, Request, Response

from services.ledger.attaching import Attaching
from services.ledger.commands.books import AttachVoucher
from services.ledger.events.vouchers import FILE_BYTES_MAX, MediaType
from services.ledger.files.accepting import FileTooLarge
from services.ledger.opening import Opener
from services.ledger.projections.vouchers import VOUCHER_BOOK, Vouchers, todo_shown, vouchers_shown
from shared.clock import Clock
from shared.handling import Asked
from shared.projecting import Cut
from shared.refusals import Forbidden
from shared.values import ID_LENGTH
from shared.web.asking import Askers, RegisterPath, command_name
from shared.web.commands import COMMAND_ANSWERS, IdempotencyKey, Submission, answered
from shared.web.queries import Question, Questions, shown

ID_PATTERN: Final = rf"^[a-z2-7]{{{ID_LENGTH}}}$"
EntryQuery = Annotated[str, Query(pattern=ID_PATTERN, description="The entry that the voucher belongs to.")]
OnQuery = Annotated[date | None, Query(description="The day on which it was put there; that of recording when left out.")]
EntryPath = Annotated[str, Path(pattern=ID_PATTERN, description="The entry.")]
DocumentPath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The file: its commitment, in hexadecimal.")]
BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
KEPT_APART: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",  # what a file holds runs nowhere, even when it is opened here
    "Cache-Control": "no-store",
}


def routes_vouchers(app: FastAPI, attaching: Attaching, opener: Opener, questions: Questions, askers: Askers, clock: Clock) -> None:
    """Add the routes of files and of what is missing."""
    asked, url = Depends(questions.asked), "/v1/registers/{register}/ledger"
    _attach(app, f"{url}/{AttachVoucher.slug()}", attaching, Depends(sent(questions, askers)))

    @app.get(f"{url}/vouchers", tags=["ledger"], operation_id="list_vouchers")
    def vouchers(question: Question = asked) -> Response:
        """The entries whose voucher is missing, with their age in days at the date asked for and who must bring it; those declared lost."""
        return _on_its_day(questions, question, clock, vouchers_shown)

    @app.get(f"{url}/todo", tags=["ledger"], operation_id="get_ledger_todo")
    def todo(question: Question = asked) -> Response:
        """What waits for whoever asks: the vouchers to bring."""
        return _on_its_day(questions, question, clock, lambda state, today: todo_shown(state, question.actor, today))

    @app.get(
        f"{url}/vouchers/{{entry}}/{{document}}",
        tags=["ledger"],
        operation_id="get_voucher_file",
        responses={200: {"content": dict.fromkeys(MediaType, BINARY), "description": "The file, without its metadata."}},
    )
    def document(entry: EntryPath, document: DocumentPath, question: Question = asked) -> Response:
        """One file of a voucher, checked against its commitment; the opening is noted."""
        opened = opener.open(question, entry, document, clock())
        headers = {**KEPT_APART, "Content-Disposition": f'attachment; filename="{opened.name}"'}
        return Response(opened.content, headers=headers, media_type=opened.media_type)


def _attach(app: FastAPI, url: str, attaching: Attaching, read: Any) -> None:
    french, english = (AttachVoucher.__doc__ or "").strip().split("\n", 1)

    @app.post(
        url,
        status_code=201,
        operation_id=command_name(AttachVoucher),
        tags=["ledger"],
        summary=english.strip(),
        description=f"{french.strip()}\n\n{english.strip()}\n\nRoles: {', '.join(sorted(AttachVoucher.may))}.",
        responses=COMMAND_ANSWERS,
        openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(MediaType, BINARY)}},
    )
    def attach(
        register: RegisterPath, key: IdempotencyKey, entry: EntryQuery, on: OnQuery = None, submitted: Submission = read
    ) -> Response:
        asked = Asked(register, submitted.claims.actor, key, submitted.claims.association)
        return answered(register, attaching.attach(asked, entry, submitted.body, on))


def sent(questions: Questions, askers: Askers) -> Callable[..., Any]:
    """Return the dependency that reads a file, from those alone who may attach one: no stranger's file is even read."""
    allowed = Depends(allowed_to_attach(questions, askers))

    async def read(request: Request, question: Question = allowed) -> Submission:
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > FILE_BYTES_MAX:
                raise FileTooLarge(most=FILE_BYTES_MAX)
        return Submission(askers.of(request, question.register), bytes(content))

    return read


def allowed_to_attach(questions: Questions, askers: Askers) -> Callable[[Request, str], Question]:
    """Return the dependency that lets those pass whose roles are among the command's. Raises NotFound, Forbidden."""

    def allowed(request: Request, register: RegisterPath) -> Question:
        question = questions.admitted(askers.of(request, register), Cut())
        if not question.roles & AttachVoucher.may:
            raise Forbidden(asked=AttachVoucher.slug(), needs=sorted(AttachVoucher.may))
        return question

    return allowed


def _on_its_day(questions: Questions, question: Question, clock: Clock, show: Callable[[Vouchers, date], Any]) -> Response:
    state, seq = questions.views.of(VOUCHER_BOOK, question.register, question.cut)
    return shown(show(state, state.day_of(question.cut, clock())), seq, question.cut)
