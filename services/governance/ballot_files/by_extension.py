"""Which format a file of ballot papers is in: its extension says it."""

from collections.abc import Callable, Mapping
from typing import Final

from services.governance.ballot_files.bad_files import UnknownFormat, text_of
from services.governance.ballot_files.ballot_file import BallotFile
from services.governance.ballot_files.blt import read_blt, write_blt
from services.governance.ballot_files.pabulib import read_pabulib
from services.governance.ballot_files.pabulib_writing import write_pabulib
from services.governance.ballot_files.plain_json import read_plain_json, write_plain_json
from services.governance.ballot_files.preflib import KINDS, kind_of, read_preflib, write_preflib

Reader = Callable[[str, str], BallotFile]  # the name of the file, its text
Writer = Callable[[str, BallotFile], str]

FORMATS: Final[Mapping[str, tuple[Reader, Writer]]] = {
    **dict.fromkeys(KINDS, (read_preflib, write_preflib)),
    "pb": (read_pabulib, write_pabulib),
    "blt": (read_blt, write_blt),
    "json": (read_plain_json, write_plain_json),
}


def read_ballots(file: str, stored: bytes) -> BallotFile:
    """Read a file of this name. Raises UnknownFormat, or a Refused of `bad_files.py` with `file`, `line` and what was `found`."""
    read, _ = _format(file)
    return read(file, text_of(file, stored))


def write_ballots(file: str, box: BallotFile) -> bytes:
    """Write a file of this name; reading it again and writing gives the same. Raises UnknownFormat, CannotBeWritten."""
    _, write = _format(file)
    return write(file, box).encode()


def _format(file: str) -> tuple[Reader, Writer]:
    found = FORMATS.get(kind_of(file))
    if found is None:
        raise UnknownFormat(file=file, known=" ".join(f".{kind}" for kind in FORMATS))
    return found
