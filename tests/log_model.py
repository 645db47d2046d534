"""The log in memory: a model that says in forty lines what the SQL must do, for tests only."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.eventlog.batch import Answer, Append, Appended, Conflict, Repeated, check_size
from shared.eventlog.reading import Answered, StoredRecord


@dataclass
class LogModel:
    """One log. Positions and seqs run from 1 without hole; nothing is ever changed."""

    records: list[StoredRecord] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], Answered] = field(default_factory=dict)

    def append(self, command: Append) -> Answer:
        """What `LogWriter.submit` answers."""
        check_size(command)
        register, head = command.register, self.heads.get(command.register)
        known = self.commands.get((register, command.command_id)) if command.command_id is not None else None
        if known is not None:
            return Repeated(known.first_seq, known.last_seq, known.fingerprint)
        state = self.states.get(register)
        if state is not None or command.expected != (head or 0):
            return Conflict(head, state)
        first_seq, first_position = command.expected + 1, len(self.records) + 1
        for seq, (kind, record) in enumerate(command.records, first_seq):
            self.records.append(StoredRecord(len(self.records) + 1, register, seq, kind, record))
        last_seq = self.heads[register] = command.expected + len(command.records)
        if command.command_id is not None:
            self.commands[register, command.command_id] = Answered(first_seq, last_seq, command.fingerprint)
        return Appended(first_seq, last_seq, first_position)

    def append_batch(self, batch: Sequence[Append]) -> list[Answer]:
        """A batch is its commands one after the other."""
        return [self.append(command) for command in batch]

    def read(self, register: str, after: int, limit: int = 2_000) -> list[StoredRecord]:
        """What `RegisterReader.read` returns."""
        return [record for record in self.records if record.register == register and record.seq > after][:limit]

    def by_position(self, after: int, limit: int = 500) -> list[StoredRecord]:
        """What `LogReader.by_position` returns."""
        return self.records[after : after + limit]

    def answered(self, register: str, command_id: str) -> Answered | None:
        """What `RegisterReader.answered` returns."""
        return self.commands.get((register, command_id))

    def head(self) -> int:
        """What `LogReader.head` returns."""
        return len(self.records)

    def set_state(self, register: str, state: str) -> None:
        """Freezes a register, or marks it moved; 'open' opens it again."""
        self.states.pop(register, None)
        if state != "open":
            self.states[register] = state
