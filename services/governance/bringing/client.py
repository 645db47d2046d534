"""The urn as the other processes reach it: over a Unix socket in the data folder, or at an address of loopback."""

import http.client
import os
import socket
from pathlib import Path
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

import orjson

from services.governance.rules.unboxing import Batch
from services.governance.urn.box import NoSuchBox, Opening, StillVoting
from shared.refusals import Busy
from shared.values import Id

WAIT_SECONDS: Final = 5.0  # the urn answers within milliseconds; past this it is away


class Answered(NamedTuple):
    """An answer of the urn as it came: status, kind and bytes."""

    status: int
    content_type: str
    body: bytes


class UrnClient:
    """Asks the urn, a connection for each question. For any thread. Every method raises Busy when the urn is away."""

    def __init__(self, address: str | Path, shared_secret: str) -> None:
        """Take the path of the urn's socket or `http://host:port`, and the password between the two processes."""
        self._address, self._secret = str(address), shared_secret

    def open(self, ballot: Id, opening: Opening) -> None:
        """Let the urn expect papers."""
        self._asked(ballot, "open", opening.model_dump_json().encode())

    def move(self, ballot: Id, closes_at: float) -> None:
        """Tell the urn another closing time, in seconds since 1970."""
        self._asked(ballot, "move", orjson.dumps({"closes_at": closes_at}))

    def close(self, ballot: Id, at_least: int = 0) -> Batch | None:
        """Take the papers, sorted; None when the urn does not know the ballot. Raises StillVoting."""
        try:
            told = self._asked(ballot, "close", orjson.dumps({"at_least": at_least}))
        except NoSuchBox:
            return None
        return Batch(tuple((key, token, paper.encode()) for key, token, paper in told["papers"]), told["again"])

    def forget(self, ballot: Id) -> None:
        """Let the urn drop a box."""
        self._asked(ballot, "forget", b"{}")

    def passed_on(self, method: str, path: str, body: bytes | None) -> Answered:
        """Give the urn a voter's request with nothing of the browser but method, path and body; return the urn's answer as it came."""
        return self._sent(method, path, body, {})

    def _asked(self, ballot: Id, what: str, body: bytes) -> dict[str, Any]:
        answer = self._sent("POST", f"/urn/{ballot}/{what}", body, {"Authorization": f"Bearer {self._secret}"})
        told: dict[str, Any] = orjson.loads(answer.body)
        match answer.status:
            case 200:
                return told
            case 404:
                raise NoSuchBox
            case 409 if told.get("code") == StillVoting.code():
                raise StillVoting
            case _:
                raise Busy(part="urn", status=answer.status)

    def _sent(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answered:
        connection = self._connection()
        try:
            connection.request(method, path, body, headers | ({"Content-Type": "application/json"} if body is not None else {}))
            answer = connection.getresponse()
            return Answered(answer.status, answer.headers.get("Content-Type", "application/json"), answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise Busy(part="urn") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if not self._address.startswith("http://"):
            return _OverSocket(self._address)
        parts = urlsplit(self._address)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=WAIT_SECONDS)


class _OverSocket(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("urn", timeout=WAIT_SECONDS)
        self._path = path

    def connect(self: Self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(os.fsencode(self._path))
