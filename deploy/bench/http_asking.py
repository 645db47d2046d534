"""The asking process of the HTTP bench: keep-alive connections that each send a request, wait for its answer, and send the next.

One thread and a selector: it takes a few microseconds of processor a request, so that what is measured is the server.
"""

import selectors
import socket
import time
from multiprocessing.connection import Connection
from typing import Any

from deploy.bench.sample_books import BANK, INCOME, POTS, school_year
from services.ledger.commands.books import RecordReceipt
from services.ledger.events.entries import Allocation, Leg, Means, Voucher
from shared.clock import system_clock
from shared.messages import id_from

ANSWER_BYTES_MAX = 64 * 1024
SILENCE_SECONDS = 30.0
VOUCHERS_MAX = 999_999
PLACE = 424_242  # stands for the voucher number in the body, until each request has its own


def ask(parent: "Connection[Any, Any]", port: int, path: str, asked: list[tuple[str, str]], seconds: float) -> None:
    """Send requests for some seconds; tell the parent how many a second were answered and how long each took, or what went wrong."""
    try:
        parent.send(_asked(port, path, asked, seconds))
    except Exception as failure:  # noqa: BLE001 - the parent raises it as a failure of the bench
        parent.send(f"{type(failure).__name__}: {failure}")


def _asked(port: int, path: str, asked: list[tuple[str, str]], seconds: float) -> tuple[float, list[float]]:
    asking = [_Asking(port, path, register, token) for register, token in asked]
    taken: list[float] = []
    began = time.perf_counter()
    deadline = began + seconds
    waiting = len(asking)
    with selectors.DefaultSelector() as ready:
        for one in asking:
            ready.register(one.line, selectors.EVENT_READ, one)
            one.send()
        while waiting:
            found = ready.select(SILENCE_SECONDS)
            if not found:
                raise TimeoutError(f"no answer for {SILENCE_SECONDS:.0f} s")
            for key, _ in found:
                if key.data.answered():
                    now = time.perf_counter()
                    taken.append(now - key.data.sent_at)
                    if now < deadline:
                        key.data.send()
                    else:
                        waiting -= 1
    elapsed = time.perf_counter() - began
    for one in asking:
        one.line.close()
    return len(taken) / elapsed, taken


class _Asking:
    """One connection, and its register."""

    def __init__(self, port: int, path: str, register: str, token: str) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=SILENCE_SECONDS)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._head = (
            f"POST {path.format(register=register)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\n"
        ).encode()
        self._body = _receipt().split(str(PLACE).encode())
        self._number = int(time.time() * 1_000) % VOUCHERS_MAX  # other lines used other numbers of the same register
        self._received = b""

    def send(self) -> None:
        """Send the next receipt, under a key and a voucher number of its own."""
        self._number = self._number % VOUCHERS_MAX + 1
        body = str(self._number).encode().join(self._body)
        key = id_from(b"%d" % time.perf_counter_ns()).encode()
        self.sent_at = time.perf_counter()
        self.line.sendall(self._head + b"Idempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s" % (key, len(body), body))

    def answered(self) -> bool:
        """Read what came; tell whether the answer is complete. Raises ConnectionError unless it is 201 or 204."""
        self._received += (arrived := self.line.recv(ANSWER_BYTES_MAX))
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if arrived and not end:
            return False
        status = head[9:12]
        if status not in {b"201", b"204"}:
            raise ConnectionError(f"answered {self._received[:2_000]!r}")
        if status == b"201" and len(rest) < _length(head):
            return False
        self._received = b""
        return True


def _length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length: ")
    return int(after.split(b"\r", 1)[0])


def _receipt() -> bytes:
    _, starts, _ = school_year(system_clock().date())
    amount = 12_50
    receipt = RecordReceipt(
        on=starts,
        voucher=Voucher(series="R", number=PLACE),
        label="Participation des familles à la sortie",
        treasury=(Leg(account=BANK, amount=amount),),
        allocations=(Allocation(account=INCOME[0][0], amount=amount),),
        pot=POTS[0],
        means=Means.CASH,
    )
    return receipt.model_dump_json(exclude_none=True).encode()
