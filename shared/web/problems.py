"""The only mapping from a no to HTTP: problem+json (RFC 9457) for programs, a page in plain words for browsers."""

import secrets
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from shared.eventlog.connecting import Unavailable
from shared.eventlog.record import Unrecordable
from shared.observing import REFUSALS, places
from shared.refusals import Busy, Corrupt, Forbidden, KeyReused, NotFound, Refused, Sentence, Stale, Unanswered
from shared.web.queries import UnknownParameter
from shared.web.tokens import BadToken, WrongRegister

PROBLEM_TYPE = "application/problem+json"
REFERENCE_BYTES = 6  # enough to find one line among a year's, short enough to be read out
RETRY_SECONDS = 1  # a lost race or a restarting store is over by then
STATUSES: tuple[tuple[type[Unanswered], int], ...] = (
    (WrongRegister, 404),  # whether another register exists is not told
    (BadToken, 401),
    (Busy, 503),
    (Forbidden, 403),
    (NotFound, 404),
    (KeyReused, 409),
    (Stale, 412),
    (Refused, 409),
)

log = structlog.get_logger("ruche.problems")


class Malformed(Sentence):
    """La demande est mal formée : corrige les champs indiqués.
    The request is malformed: correct the fields shown."""


class Unexpected(Sentence):
    """Quelque chose s'est mal passé chez nous : rien n'a été enregistré à moitié, donne cette référence à qui t'aide.
    Something went wrong on our side: nothing was half recorded, give this reference to whoever helps you."""


class NoSuchPage(Sentence):
    """Cette adresse n'existe pas.
    This address does not exist."""


class NotThisWay(Sentence):
    """Cette adresse ne s'utilise pas ainsi.
    This address is not used in this way."""


ShowPage = Callable[[Request, int, str, str, str], Response]  # request, status, title, detail, reference


def answer_problems(app: FastAPI, show_page: ShowPage) -> None:
    """Make the app answer every no with its sentence; `show_page` draws it for browsers."""

    def problem(request: Request, status: int, said: type[Sentence], named: str = "", **more: Any) -> Response:
        french, english = (f"{sentence} {named}".rstrip() for sentence in said.sentences())
        reference = more.get("reference") or secrets.token_hex(REFERENCE_BYTES)
        wants_page = "text/html" in request.headers.get("accept", "")
        spoken = english if _prefers_english(request) else french
        if wants_page:
            return show_page(request, status, _title(status, english=_prefers_english(request)), spoken, reference)
        response = Response(problem_json(said, status, title=spoken, fr=french, en=english, **more), status, media_type=PROBLEM_TYPE)
        if status == 503:
            response.headers["Retry-After"] = str(RETRY_SECONDS)
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @app.exception_handler(Unanswered)
    def unanswered(request: Request, no: Unanswered) -> Response:
        status = next(status for kind, status in STATUSES if isinstance(no, kind))
        REFUSALS.labels(no.code()).inc()
        return problem(request, status, type(no), details=no.details)

    @app.exception_handler(UnknownParameter)
    def unknown_parameter(request: Request, no: UnknownParameter) -> Response:
        return problem(request, 422, UnknownParameter, f"({', '.join(no.details['unknown'])})", details=no.details)

    @app.exception_handler(Unavailable)
    def unavailable(request: Request, _: Unavailable) -> Response:
        return problem(request, 503, Busy)

    @app.exception_handler(ValidationError)
    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: ValidationError | RequestValidationError) -> Response:
        return problem(request, 422, Malformed, errors=_pointers(error))

    @app.exception_handler(Unrecordable)
    def unrecordable(request: Request, error: Unrecordable) -> Response:
        return problem(request, 422, Malformed, errors=[{"pointer": "", "message": str(error)}])

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        said: type[Sentence] = NoSuchPage if error.status_code == 404 else NotThisWay
        return problem(request, error.status_code, said)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        reference = secrets.token_hex(REFERENCE_BYTES)
        log.error("unexpected", reference=reference, error=type(error).__name__, where=places(error), corrupt=isinstance(error, Corrupt))
        return problem(request, 500, Unexpected, reference=reference)


def problem_json(said: type[Sentence], status: int, **more: Any) -> bytes:
    """Return the JSON of a problem: its sentence in both languages, French as the title unless `more` has another one."""
    french, english = said.sentences()
    body = {"type": f"/problems/{said.code()}", "title": french, "status": status, "code": said.code(), "fr": french, "en": english}
    return orjson.dumps(body | more, default=str)


def _pointers(error: ValidationError | RequestValidationError) -> list[dict[str, str]]:
    """Name each faulty field by a JSON Pointer (RFC 6901), without repeating what was sent."""
    found = (
        error.errors()
        if isinstance(error, RequestValidationError)
        else error.errors(include_url=False, include_input=False, include_context=False)
    )
    return [{"pointer": "".join(f"/{part}" for part in one["loc"]), "message": one["msg"]} for one in found]


def _prefers_english(request: Request) -> bool:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "fr")
    return asked.lower().startswith("en")


def _title(status: int, *, english: bool) -> str:
    french_title, english_title = TITLES.get(status, TITLES[500])
    return english_title if english else french_title


TITLES = {
    401: ("Carte d'accès", "Access card"),
    403: ("Pas dans tes rôles", "Not in your roles"),
    404: ("Introuvable", "Not found"),
    405: ("Pas ainsi", "Not this way"),
    409: ("La règle dit non", "The rule says no"),
    412: ("Modifié entre-temps", "Changed meanwhile"),
    413: ("Trop gros", "Too large"),
    422: ("À corriger", "To be corrected"),
    500: ("Une erreur chez nous", "An error on our side"),
    503: ("Un instant", "One moment"),
}
