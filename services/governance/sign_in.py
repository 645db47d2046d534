"""Proving who you are: a one-use link made in a terminal, and in the demo a choice of personas.

A browser then carries the same signed token as a program, in a cookie. What the person may do is the register's to say.
"""

import time
from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple

from fastapi import FastAPI, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from shared.refusals import NotFound, Refused
from shared.settings import LOOPBACK
from shared.web.asking import COOKIE, Askers
from shared.web.pages import Frame, Pages
from shared.web.tokens import Claims, OneUseLinks

SESSION_SECONDS = 12 * 3600  # one school day; a shared tablet is signed out by its own button


class LinkIsUsed(NotFound):
    """Ce lien a déjà servi ou n'est plus valable : demandes-en un autre.
    This link was already used or has expired: ask for another one."""


class OnThisMachineOnly(Refused):
    """Cette façon d'entrer ne marche que sur la machine où Ruche est installé.
    This way of signing in works only on the machine where Ruche is installed."""


class Persona(NamedTuple):
    """Somebody of the sample whom a visitor of the demo may be; the labels say the role, never a name."""

    code: str
    fr: str
    en: str
    claims: Claims


def routes(
    app: FastAPI, pages: Pages, askers: Askers, issue: Callable[[Claims], str], personas: Sequence[Persona] = (), *, secure: bool = False
) -> None:
    """Add the ways in; without personas there are only links. `secure` cookies travel over TLS alone."""
    links = OneUseLinks()

    @app.post("/v1/sign-in-links", tags=["sign-in"], operation_id="make_sign_in_link")
    def make_link(request: Request) -> dict[str, str]:
        """Exchange a bearer token for the code of a link that signs one browser in, once, within five minutes."""
        _on_loopback(request)
        return {"path": f"/entrer?code={links.make(askers.anyone(request))}"}

    @app.get("/entrer", include_in_schema=False)
    def enter(request: Request, code: Annotated[str | None, Query(max_length=100)] = None) -> Response:
        if code is None:
            return pages.render(request, "governance/enter.html", frame=Frame(), personas=personas)
        _on_loopback(request)
        claims = links.take(code)
        if claims is None:
            raise LinkIsUsed
        return _signed_in(issue, claims, secure=secure)

    @app.post("/entrer/personne", include_in_schema=False)
    def become(request: Request, code: Annotated[str, Form(max_length=40)]) -> Response:
        _on_loopback(request)
        chosen = next((one for one in personas if one.code == code), None)
        if chosen is None:
            raise NotFound
        return _signed_in(issue, chosen.claims, secure=secure)

    @app.post("/sortir", include_in_schema=False)
    def leave() -> Response:
        response = RedirectResponse("/entrer", 303)
        response.delete_cookie(COOKIE)
        return response


def _signed_in(issue: Callable[[Claims], str], claims: Claims, *, secure: bool) -> Response:
    now = int(time.time())
    token = issue(claims._replace(expires=now + SESSION_SECONDS, issued=now))
    response = RedirectResponse(f"/c/{claims.register}", 303)
    response.set_cookie(COOKIE, token, max_age=SESSION_SECONDS, httponly=True, secure=secure, samesite="lax")
    return response


def _on_loopback(request: Request) -> None:
    if request.client is None or request.client.host not in LOOPBACK:
        raise OnThisMachineOnly
