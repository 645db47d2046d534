"""How a record is named on NATS: its subject, its stream, its message id.

    coop.<log>.<register>.<service>.<fact>      coop.1.b5…k2.ledger.receipt-recorded

The fact is the type without its service and its version, so a filter on a fact goes on working when the fact gets a new shape.
Filters: `coop.*.<register>.>` one register, `coop.*.*.ledger.>` one service, `coop.*.*.governance.vote-cast` one fact.
"""

import re
from typing import NamedTuple

TYPE = re.compile(r"(?P<service>[a-z][a-z0-9-]*)\.(?P<fact>[a-z][a-z0-9-]*)\.v[1-9][0-9]*")
REGISTER = re.compile(r"[A-Za-z0-9_-]{1,64}")  # one token of a subject: no dot, no space, no wildcard
DURABLE = re.compile(r"[A-Za-z0-9_-]{1,64}")  # the server also uses it as the name of a folder


class Unnameable(ValueError):
    """A register, a type or a subject that cannot stand on NATS."""


class Named(NamedTuple):
    """What a subject says of its record."""

    log_id: int
    register: str
    service: str
    fact: str


def subject(log_id: int, register: str, type_: str) -> str:
    """The subject of a record. `type_` is `<service>.<fact>.v<N>`; raises Unnameable for anything else."""
    shape = TYPE.fullmatch(type_)
    if not shape:
        raise Unnameable(f"type {type_!r} is not <service>.<fact>.v<N>")
    if not REGISTER.fullmatch(register):
        raise Unnameable(f"register {register!r} is not one token of a subject")
    return f"coop.{log_id}.{register}.{shape['service']}.{shape['fact']}"


def parsed(name: str) -> Named:
    """Reads a subject back; raises Unnameable when it is not one of ours."""
    match name.split("."):
        case ["coop", log_id, register, service, fact] if log_id.isdecimal() and register and service and fact:
            return Named(int(log_id), register, service, fact)
    raise Unnameable(f"subject {name!r} is not coop.<log>.<register>.<service>.<fact>")


def every_subject(log_id: int) -> str:
    """The filter that holds every record of a log."""
    return f"coop.{log_id}.>"


def stream(log_id: int) -> str:
    """The name of the stream that carries a log."""
    return f"COOP_{log_id}"


def message_id(register: str, seq: int) -> str:
    """The record's own id, sent as `Nats-Msg-Id`."""
    return f"{register}/{seq}"


def durable(program: str) -> str:
    """The durable consumer of a downstream program: one per program and log. Raises Unnameable."""
    if not DURABLE.fullmatch(program):
        raise Unnameable(f"durable {program!r} may hold letters, digits, - and _ only")
    return program
