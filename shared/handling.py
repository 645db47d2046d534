"""From a request to a record, in one place.

Who may, repeat of a known command, decide on the warm state, append, decide again when somebody was faster. A no is
given only on a fresh state and only to a command that was not answered before.
"""

import hashlib
import hmac
import random
import time
from collections.abc import Collection, Mapping, Sequence, Sized
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from shared.clock import Clock, system_clock
from shared.deciding import Rulebook, State
from shared.eventlog.append import Append, Appended, Conflict, Repeated
from shared.eventlog.codec import Codec
from shared.eventlog.reading import RegisterReader
from shared.messages import Circumstances, Command, Event, Recorded, nobody_of
from shared.refusals import Busy, Forbidden, KeyReused, NotFound, Notice, Refused
from shared.seeds import Seeds
from shared.sentences import PSEUDONYM
from shared.values import Pseudonym, Sealed, TextClass
from shared.warm import Entry, Warm

ATTEMPTS_MAX = 10  # each lost race means that another command got through; ten in a row is a register under siege
Secrets = dict[str, Any]  # what a command says in fields of one class, by their names
NAMES_BECAUSE = "names_because"  # the seal of the words that go with a reason for a name
PAUSE_SECONDS = (0.005, 0.05)  # before deciding again: long enough for the faster one to finish


class SandboxOnly(Refused):
    """Une horloge jouée ne sert que dans un registre d'exercice (bac à sable).
    A played clock is only for a register opened for exercise (a sandbox)."""


class NamesNobody(Refused):
    """Une raison est donnée pour un nom, et ce texte ne nomme personne d'ici : enlève-la.
    A reason is given for a name, and this text names nobody from here: take it away."""


class NameReason(NamedTuple):
    """Why a text may stand that names somebody who is not meant: a code, and the words that are sealed beside it."""

    code: str
    because: str | None = None


class Asked(NamedTuple):
    """Who asks, in which register, under which command id; `badge` is the association that the token acts for; `names` is why a text
    may name somebody."""

    register: str
    actor: Pseudonym
    command_id: str
    badge: str | None = None
    names: NameReason | None = None


class Answer(NamedTuple):
    """What a command recorded: the range of `seq`, the bytes, and what looked wrong; `repeated` when it was known."""

    first_seq: int
    last_seq: int
    records: tuple[bytes, ...] = ()
    warnings: tuple[Notice, ...] = ()
    repeated: bool = False


class Appending(Protocol):
    """The log as command handling writes to it."""

    def append(self, command: Append) -> Appended | Repeated | Conflict:
        """Append one command's records at the seq its state has seen."""


class Confidant(Protocol):
    """Where the private fields of a command go before it is decided."""

    def confide(self, register: str, person: Pseudonym, private: dict[str, str]) -> None:
        """Keep what names a person, not yet confirmed."""

    def seal(self, register: str, values: Mapping[str, Any], about: Collection[Pseudonym], author: Pseudonym) -> dict[str, Sealed]:
        """Keep values that a record may only hold the seal of, not yet confirmed; returns the seals by the same names."""

    def settle(self, register: str, person: Pseudonym | None, seals: Collection[Sealed], *, recorded: bool) -> None:
        """Confirm what was kept, or forget it when nothing was recorded."""

    def refuse_names(self, register: str, command: Command, people: Sized) -> None:
        """Raise a Refused when a plain text of the command names one of the people that the register holds."""


class Bringer(Protocol):
    """Fetches what a command needs besides the register, from where a pure decision cannot reach."""

    commands: frozenset[type[Command]]

    def bring(self, register: str, state: State, command: Command, given: Circumstances) -> Mapping[str, Any]:
        """Return it, for the state that the command will be decided on, whoever asks. Raises Busy, or a refusal."""

    def recorded(self, register: str, command: Command) -> None:
        """Let go of what was brought: the facts are in the register."""


class Nothing:
    """The bringer of a service whose commands need the register alone."""

    commands: frozenset[type[Command]] = frozenset()

    def bring(self, register: str, state: State, command: Command, given: Circumstances) -> Mapping[str, Any]:  # noqa: ARG002 - never asked
        """Bring nothing."""
        return {}

    def recorded(self, register: str, command: Command) -> None:
        """Let go of nothing."""


class Handling:
    """Answers the commands of one service, one rulebook, over one log."""

    def __init__(
        self,
        rulebook: Rulebook,
        codec: Codec,
        log: Appending,
        reader: RegisterReader,
        key: bytes,
        confidant: Confidant,
        *,
        clock: Clock = system_clock,
        sandbox_only: bool = False,
        bringer: Bringer | None = None,
    ) -> None:
        """`key` fingerprints command bodies (HMAC-SHA-256); a played clock goes with `sandbox_only`."""
        self.rulebook = rulebook
        self.warm = Warm(rulebook, codec, reader)
        self._codec, self._log, self._reader, self._confidant = codec, log, reader, confidant
        self._keyed = hmac.new(key, digestmod=hashlib.sha256)  # copied for each body: setting the key up costs more than the body
        self._clock, self._sandbox_only, self._bringer = clock, sandbox_only, bringer or Nothing()
        self._seeds = Seeds()

    def handle(self, command: Command, asked: Asked, seals: Mapping[str, Sealed] | None = None) -> Answer:
        """Record what follows from a command; raises Refused, Forbidden, NotFound, KeyReused or Busy.

        `seals` stand for what whoever asks has put in the vault beforehand, and settles afterwards.
        """
        fingerprint = self._fingerprint(command, asked)
        seed = self._seeds.fresh()
        with self.warm.entry(asked.register) as entry:
            given = self._circumstances(entry, asked, seed)
            if seals:
                given = replace(given, seals=seals)
            private, sealed = _named_fields(command, TextClass.PRIVATE), _named_fields(command, TextClass.SEALED)
            if asked.names is not None and asked.names.because is not None:
                sealed = {**sealed, NAMES_BECAUSE: asked.names.because}
            if not private and not sealed:
                return self._settled(entry, command, asked, given, fingerprint)
            return self._confided(entry, command, asked, given, fingerprint, private, sealed)

    def _confided(
        self, entry: Entry, command: Command, asked: Asked, given: Circumstances, fingerprint: bytes, private: Secrets, sealed: Secrets
    ) -> Answer:
        person = given.person if private else None
        if person:
            self._confidant.confide(asked.register, person, private)
        author = nobody_of(asked.register) if command.impersonal else asked.actor
        seals = self._confidant.seal(asked.register, sealed, _people_in(command), author) if sealed else {}
        try:
            answer = self._settled(entry, command, asked, replace(given, seals={**given.seals, **seals}), fingerprint)
        except (Refused, Forbidden, NotFound, KeyReused):  # after a lost answer nobody knows: the rows wait for the purge
            self._confidant.settle(asked.register, person, seals.values(), recorded=False)
            raise
        self._confidant.settle(asked.register, person, seals.values(), recorded=bool(answer.records) and not answer.repeated)
        return answer

    def _settled(self, entry: Entry, command: Command, asked: Asked, given: Circumstances, fingerprint: bytes) -> Answer:
        brings = type(command) in self._bringer.commands
        for attempt in range(ATTEMPTS_MAX):
            if attempt:
                given = replace(self._circumstances(entry, asked, given.seed), seals=given.seals)
            try:
                if brings:
                    self.rulebook.must_be_let_in(entry.state, command, given)  # before anything is fetched or opened in their name
                    given = replace(given, brought=self._bringer.bring(asked.register, entry.state, command, given))
                if events := self.rulebook.answer(entry.state, command, given):
                    events = [*events, *self._names(entry, command, asked, given)]
            except (Refused, Forbidden) as no:
                if answered := self._answered(asked, fingerprint):
                    return answered
                if entry.catch_up():
                    continue
                if isinstance(no, Forbidden) and entry.seq == 0:
                    raise NotFound(register=asked.register) from no
                raise
            if not events:
                if answered := self._answered(asked, fingerprint):
                    return answered
                if entry.catch_up():  # "already so" is confirmed on a fresh state, as a no is
                    continue
                return Answer(entry.seq + 1, entry.seq)
            answer = self._append(entry, asked, given, events, fingerprint)
            if answer is not None:
                if brings:
                    self._bringer.recorded(asked.register, command)
                return answer
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - spreads retries, guards nothing
            entry.catch_up()
        raise Busy(attempts=ATTEMPTS_MAX)

    def _names(self, entry: Entry, command: Command, asked: Asked, given: Circumstances) -> Sequence[Event]:
        """Check that the plain texts name nobody; return the fact that somebody who may lets them stand."""
        try:
            self._confidant.refuse_names(asked.register, command, entry.state.standing.people)
        except Refused:
            accepted = self.rulebook.accepted_names(entry.state, asked.names.code, given) if asked.names else None
            if accepted is None:
                raise
            return [accepted]
        if asked.names is not None:  # its own words would stay in the vault with no record that holds their seal
            raise NamesNobody
        return []

    def _append(self, entry: Entry, asked: Asked, given: Circumstances, events: Sequence[Event], fingerprint: bytes) -> Answer | None:
        records = [
            Recorded(asked.register, entry.seq + offset, given.now, asked.actor, asked.command_id, event)
            for offset, event in enumerate(events, start=1)
        ]
        stored = [self._codec.encode(*record) for record in records]
        # Everything that follows from the records is worked out before they are sent, while what it needs is at hand: once they are
        # stored only the answer is left to give.
        ahead = entry.after(list(zip(records, stored, strict=True)))
        if self._sandbox_only and not ahead.state.standing.sandbox:
            raise SandboxOnly
        answer = Answer(records[0].seq, ahead.seq, tuple(stored), tuple(self.rulebook.warnings(entry.state, records)))
        batch = tuple((event.wire, data) for event, data in zip(events, stored, strict=True))
        match self._log.append(Append(asked.register, entry.seq, batch, asked.command_id, fingerprint)):
            case Conflict(state="frozen" | "moved" as state):
                raise Busy(register_state=state)
            case Conflict():
                return None
            case Repeated() as repeated:
                return self._repeat(asked, repeated.first_seq, repeated.last_seq, repeated.fingerprint, fingerprint)
            case _:
                entry.stand(ahead)
                return answer

    def _answered(self, asked: Asked, fingerprint: bytes) -> Answer | None:
        known = self._reader.answered(asked.register, asked.command_id)
        if known is None:
            return None
        return self._repeat(asked, known.first_seq, known.last_seq, known.fingerprint, fingerprint)

    def _repeat(self, asked: Asked, first: int, last: int, known: bytes | None, fingerprint: bytes) -> Answer:
        if known is not None and not hmac.compare_digest(known, fingerprint):
            raise KeyReused(command_id=asked.command_id)
        before, records, stored = self.rulebook.initial, [], []
        for one in self._reader.through(asked.register, upto=last):
            record = self._codec.decode(one.type, one.record)
            if one.seq < first:
                before = self.rulebook.evolve(before, record)
            else:
                records.append(record)
                stored.append(one.record)
        return Answer(first, last, tuple(stored), tuple(self.rulebook.warnings(before, records)), repeated=True)

    def _circumstances(self, entry: Entry, asked: Asked, seed: bytes) -> Circumstances:
        now: datetime = max(self._clock(), entry.last_time)
        zone = ZoneInfo(entry.state.standing.zone)
        return Circumstances(asked.actor, asked.register, asked.command_id, now, seed, zone, entry.frontier, asked.badge)

    def _fingerprint(self, command: Command, asked: Asked) -> bytes:
        body = f"{_slug(type(command))}\n{asked.actor}\n{command.model_dump_json()}"
        if asked.names is not None:
            body += f"\n{asked.names.code}\n{asked.names.because or ''}"
        keyed = self._keyed.copy()
        keyed.update(body.encode())
        return keyed.digest()


def _named_fields(command: Command, kind: TextClass) -> Secrets:
    return {name: value for name in _names(type(command), kind) if (value := getattr(command, name)) is not None}


@cache
def _names(command: type[Command], kind: TextClass) -> tuple[str, ...]:
    return tuple(name for name, field in command.model_fields.items() if kind in field.metadata)


def _people_in(command: Command) -> list[Pseudonym]:
    """Return the people a command names in its own fields: what is sealed is about them."""
    return [value for _, value in command if isinstance(value, str) and PSEUDONYM.fullmatch(value)]


@cache
def _slug(command: type[Command]) -> str:
    return command.slug()
