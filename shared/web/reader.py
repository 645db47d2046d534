"""In which language and at which level somebody reads, asked of one request."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

from shared.web.formats import LANGUAGES, Language

Level = Literal["petits", "grands"]
LEVELS: tuple[Level, ...] = ("petits", "grands")
LANGUAGE_NAME = "lang"  # of the parameter and of the cookie
LEVEL_NAME = "niveau"
# A school year and its holidays: a tablet keeps its language from one September to the next.
COOKIE_SECONDS = 400 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Reader:
    """What changes the words of a page and nothing of its facts."""

    language: Language = "fr"
    level: Level = "grands"


# Templates are rendered in threads and read it through their filters, so that no macro has to be handed a language.
ORDINARY = Reader()
READER: ContextVar[Reader] = ContextVar("reader", default=ORDINARY)


def reader_of(request: HTTPConnection) -> Reader:
    """From `?lang=` and `?niveau=`, else the cookies, else Accept-Language; French and *grands* without any of them."""
    asked, kept = request.query_params, request.cookies
    return Reader(
        _known_language(asked.get(LANGUAGE_NAME))
        or _known_language(kept.get(LANGUAGE_NAME))
        or _preferred(request.headers.get("accept-language", "")),
        _known_level(asked.get(LEVEL_NAME)) or _known_level(kept.get(LEVEL_NAME)) or "grands",
    )


def remember(request: HTTPConnection, response: Response, reader: Reader) -> None:
    """Keep in the browser what its address has just asked for, so that the next page agrees with this one."""
    for name, value in ((LANGUAGE_NAME, reader.language), (LEVEL_NAME, reader.level)):
        if request.query_params.get(name) == value and request.cookies.get(name) != value:
            secure = request.url.scheme == "https"
            response.set_cookie(name, value, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="lax")


def _known_language(value: str | None) -> Language | None:
    return next((language for language in LANGUAGES if language == value), None)


def _known_level(value: str | None) -> Level | None:
    return next((level for level in LEVELS if level == value), None)


def _preferred(header: str) -> Language:
    """The first of our languages in the order of an Accept-Language header, `en-GB,en;q=0.9,fr;q=0.8`."""
    wishes: list[tuple[float, str]] = []
    for wish in header.split(","):
        tag, _, weight = wish.strip().partition(";q=")
        try:
            wishes.append((float(weight or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    for _, tag in sorted(wishes, key=lambda wish: -wish[0]):
        if language := _known_language(tag):
            return language
    return "fr"
