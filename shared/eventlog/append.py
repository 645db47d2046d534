"""How commands become records: many commands, one commit.

One thread and one connection for each process and log. While a batch commits, the next one gathers; nobody waits for a timer.
"""

import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from psycopg import Connection, OperationalError
from psycopg.rows import TupleRow

from shared.eventlog.batch import (
    BATCH_BYTES_MAX,
    COMMANDS_MAX,
    RECORDS_MAX,
    Answer,
    Append,
    Appended,
    Conflict,
    Repeated,
    TooLarge,
    append_batch,
    check_size,
    settled,
)
from shared.eventlog.connecting import Unavailable, connect

__all__ = ["Answer", "Append", "Appended", "Closed", "Conflict", "LogWriter", "Repeated", "TooLarge"]


DEADLINE_SECONDS = 10.0  # how long a lost answer is looked for; then the caller is told to ask again
PAUSE_SECONDS = 0.02  # before the second try at a lost server; doubles
PAUSE_SECONDS_MAX = 0.5


class Closed(RuntimeError):
    """The writer was closed."""


class LogWriter:
    """Appends to one log. `submit` may be called from any thread; the counters are plain attributes, for metrics."""

    def __init__(self, conninfo: str, log_id: int, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        """`conninfo` logs in as ruche_writer. Connects at the first command."""
        self.log_id = log_id
        self.deadline_seconds = deadline_seconds
        self.batches = 0
        self.commands = 0
        self.records = 0
        self.appended = 0
        self.repeated = 0
        self.conflicts = 0
        self.resends = 0
        self.unknown_outcomes = 0
        self.append_seconds = 0.0
        self._conninfo = conninfo
        self._connection: Connection[TupleRow] | None = None
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._held: _Waiting | None = None
        self._closing = False
        self._gate = Lock()  # nothing enters the queue behind the end mark
        self._thread = Thread(target=self._run, name=f"log-writer-{log_id}", daemon=True)
        self._thread.start()

    @property
    def queue_depth(self) -> int:
        """How many commands wait for the next batch."""
        return self._queue.qsize()

    def submit(self, command: Append) -> Answer:
        """Blocks until the command's fate is known, and returns it.

        Raises TooLarge (nothing was sent), Closed, Unavailable (it may be stored: ask again with the same id), or the database's own
        exception when it refused this command.
        """
        check_size(command)
        waiting = _Waiting(command)
        with self._gate:
            if self._closing:
                raise Closed(f"the writer of log {self.log_id} is closed")
            self._queue.put(waiting)
        waiting.answered.acquire()
        if waiting.answer is None:
            raise waiting.error or Closed(f"the writer of log {self.log_id} ended")
        return waiting.answer

    def close(self) -> None:
        """Answers everything submitted, then stops the thread and closes the connection. Harmless when repeated."""
        with self._gate:
            if not self._closing:
                self._closing = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while batch := self._gather():
            started = time.perf_counter()
            try:
                self._commit(batch)
            except BaseException as error:  # noqa: BLE001, our own mistake: the callers learn of it, the thread lives on
                _fail(batch, error)
            self.append_seconds += time.perf_counter() - started
            self.batches += 1
        self._forget_connection()

    def _gather(self) -> list["_Waiting"]:
        """Whatever waits now, at least one; empty at the end."""
        first = self._held or self._queue.get()
        self._held = None
        if first is None:
            return []
        batch, records, size_bytes = [first], len(first.command.records), first.size_bytes
        while len(batch) < COMMANDS_MAX:
            try:
                following = self._queue.get_nowait()
            except Empty:
                break
            if following is None:
                self._queue.put(None)  # the end mark is always last
                break
            records += len(following.command.records)
            size_bytes += following.size_bytes
            if records > RECORDS_MAX or size_bytes > BATCH_BYTES_MAX:
                self._held = following
                break
            batch.append(following)
        return batch

    def _commit(self, batch: list["_Waiting"]) -> None:
        deadline = min(waiting.submitted_at for waiting in batch) + self.deadline_seconds
        try:
            self._answer(batch, self._send([waiting.command for waiting in batch], deadline))
        except Unavailable as error:
            self.unknown_outcomes += len(batch)
            _fail(batch, error)
        except Exception as error:  # noqa: BLE001, whatever it is, it aborted the whole batch and concerns one command
            if len(batch) == 1:
                _fail(batch, _told(error))
            else:
                self._commit_alone(batch, deadline)

    def _commit_alone(self, batch: list["_Waiting"], deadline: float) -> None:
        """An exception aborts a whole batch: each command is sent alone, once, and only the guilty one fails."""
        for waiting in batch:
            if time.monotonic() > deadline:
                _fail([waiting], Unavailable("the log is too slow: nothing was stored for this command"))
                continue
            self.resends += 1
            try:
                self._answer([waiting], self._send([waiting.command], deadline))
            except Exception as error:  # noqa: BLE001, handed to the command's own caller
                self.unknown_outcomes += isinstance(error, Unavailable)
                _fail([waiting], _told(error))

    def _send(self, commands: Sequence[Append], deadline: float) -> list[Answer]:
        """Sends one batch until its answer is known: a connection that died while waiting proves nothing, so the same goes again."""
        maybe_stored, pause_seconds = False, PAUSE_SECONDS
        while True:
            try:
                connection = self._connected()
                resent, maybe_stored = maybe_stored, True
                answers = append_batch(connection, self.log_id, commands)
                if resent:
                    self.resends += 1
                    answers = [settled(connection, self.log_id, *pair) for pair in zip(commands, answers, strict=True)]
                return answers
            except OperationalError as error:
                if self._connection is not None and not self._connection.closed:
                    raise  # the server answered: a time limit, a full disk
                self._forget_connection()
                if time.monotonic() > deadline:
                    raise Unavailable(f"log {self.log_id} does not answer: {error}") from error
            time.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 2, PAUSE_SECONDS_MAX)

    def _answer(self, batch: list["_Waiting"], answers: Sequence[Answer]) -> None:
        for waiting, answer in zip(batch, answers, strict=True):
            self.commands += 1
            match answer:
                case Appended():
                    self.appended += 1
                    self.records += len(waiting.command.records)
                case Repeated():
                    self.repeated += 1
                case Conflict():
                    self.conflicts += 1
            waiting.answer = answer
            waiting.answered.release()

    def _connected(self) -> Connection[TupleRow]:
        if self._connection is None:
            self._connection = connect(self._conninfo, f"ruche-writer-{self.log_id}")
        return self._connection

    def _forget_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _told(error: Exception) -> Exception:
    """What the caller learns: a time limit or a full disk is nobody's mistake, and may pass."""
    return Unavailable(f"the log cannot store now: {error}") if isinstance(error, OperationalError) else error


def _fail(batch: Sequence["_Waiting"], error: BaseException) -> None:
    for waiting in batch:
        if waiting.answer is None and waiting.error is None:
            waiting.error = error
            waiting.answered.release()


class _Waiting:
    """A command in the queue, and the caller asleep on its answer."""

    __slots__ = ("answer", "answered", "command", "error", "size_bytes", "submitted_at")

    def __init__(self, command: Append) -> None:
        self.command = command
        self.size_bytes = sum(len(record) for _, record in command.records)
        self.submitted_at = time.monotonic()
        self.answer: Answer | None = None
        self.error: BaseException | None = None
        self.answered = Lock()
        self.answered.acquire()
