"""What every answer forbids the browser, and which requests never reach a route."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.refusals import Sentence
from shared.web.problems import PROBLEM_TYPE, problem_json

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
# The largest honest body is a form with its texts; a record itself is at most 64 KiB.
BODY_BYTES_MAX = 256 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
SAME_SITE = frozenset({b"same-origin", b"none"})


class CrossSiteRequest(Sentence):
    """Cette demande vient d'un autre site : ouvre la page ici, puis recommence.
    This request comes from another site: open the page here, then try again."""


class BodyTooLarge(Sentence):
    """L'envoi dépasse 256 Kio : raccourcis le texte, puis recommence.
    What was sent is larger than 256 KiB: shorten the text, then try again."""


class LargerBodies(NamedTuple):
    """Addresses that take larger bodies than the others, how large in bytes, and what is said of one that is larger still."""

    path: re.Pattern[str]
    bytes_max: int
    said: type[Sentence]


class TooLarge(Exception):
    """The body grew past the limit while it was being read."""


class Security:
    """An ASGI middleware: security headers on every answer, cross-site requests and huge bodies refused.

    Wrap the finished application and give that to the server: `add_middleware` would leave the page of a 500 bare.

    `public_origin` is the origin people type (`https://ruche.example`), None on a machine of one's own; an https origin adds
    Strict-Transport-Security. `larger` names the few addresses that take files.
    A route that sets its own Content-Security-Policy keeps it (the voting page needs the urn's origin).
    """

    def __init__(
        self, app: ASGIApp, public_origin: str | None = None, body_bytes_max: int = BODY_BYTES_MAX, larger: Sequence[LargerBodies] = ()
    ) -> None:
        self.app = app
        self.public_origin = public_origin.rstrip("/").encode() if public_origin else None
        self.usual = LargerBodies(re.compile(""), body_bytes_max, BodyTooLarge)
        self.larger = larger
        self.headers = (*HEADERS, TRANSPORT) if public_origin and public_origin.startswith("https://") else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: checked, passed on, its answer dressed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        extra = self.headers

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with(message.get("headers", ()), extra)
            await send(message)

        if scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, guarded)
            return
        asked = dict(scope["headers"])
        if not self._from_here(asked, scope["scheme"]):
            await _refuse(guarded, 403, CrossSiteRequest)
            return
        length = asked.get(b"content-length")
        taken = next((one for one in self.larger if one.path.fullmatch(scope["path"])), self.usual)
        if length is None or not length.isdigit():
            await self._counting(scope, receive, guarded, taken)
        elif int(length) > taken.bytes_max:
            await _refuse(guarded, 413, taken.said)
        else:
            await self.app(scope, receive, guarded)

    def _from_here(self, asked: dict[bytes, bytes], scheme: str) -> bool:
        """Whether an unsafe request comes from our own pages, or from a program that carries no cookie. Fail-closed."""
        site = asked.get(b"sec-fetch-site")
        if site is not None:
            return site in SAME_SITE
        origin = asked.get(b"origin")
        if origin is not None:
            return origin == (self.public_origin or scheme.encode() + b"://" + asked.get(b"host", b""))
        return b"cookie" not in asked

    async def _counting(self, scope: Scope, receive: Receive, send: Send, taken: LargerBodies) -> None:
        """A body that does not say its length is counted as it comes; the answer becomes 413 if it is not on its way already."""
        read_bytes = 0
        started = overflowed = False

        async def counted() -> Message:
            nonlocal read_bytes, overflowed
            message = await receive()
            read_bytes += len(message.get("body", b""))
            if read_bytes > taken.bytes_max:
                overflowed = True
                raise TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            if overflowed and not started:
                return  # the framework turned our exception into an answer of its own
            started = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except TooLarge:
            if started:
                raise
        if overflowed and not started:
            await _refuse(send, 413, taken.said)


def _with(headers: Iterable[tuple[bytes, bytes]], extra: tuple[tuple[bytes, bytes], ...]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer and ours; where the route has set one of ours, the route's stands."""
    own = list(headers)
    names = {name.lower() for name, _ in own}
    own.extend(pair for pair in extra if pair[0] not in names)
    return own


async def _refuse(send: Send, status: int, said: type[Sentence]) -> None:
    problem = problem_json(said, status)
    headers = [
        (b"content-type", PROBLEM_TYPE.encode()),
        (b"content-length", str(len(problem)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": problem})
