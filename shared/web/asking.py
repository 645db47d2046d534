"""Who asks over HTTP: a bearer token, or the cookie that a one-use link left in a browser."""

import time
from typing import Annotated

from fastapi import Path, Request

from shared.messages import Command
from shared.values import ID_LENGTH
from shared.web.tokens import Claims, MissingToken, Verifier, for_register, in_time

COOKIE = "ruche"  # Secure where the public origin is https

RegisterPath = Annotated[str, Path(pattern=rf"^[a-z2-7]{{{ID_LENGTH}}}$", description="The register: 26 base32 characters.")]


class Askers:
    """Reads who asks from a request; raises BadToken (401) or WrongRegister (404)."""

    def __init__(self, verifier: Verifier) -> None:
        """Take the verifier of this installation's public key."""
        self._verifier = verifier

    def of(self, request: Request, register: str) -> Claims:
        """Return the claims of whoever asks about one register."""
        return for_register(self.anyone(request), register)

    def anyone(self, request: Request) -> Claims:
        """Return the claims of whoever asks, whichever register they are for."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            token = request.cookies.get(COOKIE, "")
        if not token:
            raise MissingToken
        return in_time(self._verifier.verify(token, time.time()), time.time())


def command_name(command: type[Command]) -> str:
    """Return the operation id of a command: its slug with underscores."""
    return command.slug().replace("-", "_")
