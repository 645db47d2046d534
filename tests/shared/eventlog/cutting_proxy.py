"""A socket between a client and PostgreSQL that cuts the line at the worst moment: after the commit, before the answer."""

import contextlib
import socket
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Self

SOCKET_NAME = ".s.PGSQL.5432"


class CuttingProxy:
    """Listens in `folder` and forwards to the server's socket. `cut_answer` loses the next answer, `cut_question` the next question."""

    def __init__(self, folder: Path, server_sockets: Path) -> None:
        self.folder = folder
        self.cuts = 0
        self._server = str(server_sockets / SOCKET_NAME)
        self._lock = Lock()
        self._cut: str | None = None
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(folder / SOCKET_NAME))
        self._listener.listen()

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.close()

    def cut_answer(self) -> None:
        """The next question reaches the server; its answer is lost with the line."""
        self._arm("answer")

    def cut_question(self) -> None:
        """The next question is lost with the line."""
        self._arm("question")

    def _arm(self, what: str) -> None:
        with self._lock:
            self._cut = what

    def _take(self, what: str) -> bool:
        with self._lock:
            if self._cut != what:
                return False
            self._cut = None
            self.cuts += 1
            return True

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.connect(self._server)
            for source, target, what in ((client, server, "question"), (server, client, "answer")):
                Thread(target=self._forward, args=(source, target, what), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, what: str) -> None:
        try:
            while data := source.recv(65_536):
                if self._take(what):
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):  # the other direction may have ended first
                end.shutdown(socket.SHUT_RDWR)
        source.close()
