"""Writes the golden files that are missing, one per event of the ledger: python -m tests.ledger.write_goldens.

A golden file is added, never edited: every shape ever written must still be read. A later shape of a class stands in a folder of
the class's wire name.
"""

from pathlib import Path

from services.ledger.events.catalogue import LedgerEvent
from shared.eventlog.codec import Codec, codec_of
from shared.messages import Event
from tests.examples_governance import GARNIER
from tests.examples_ledger import EXAMPLES, LATER_SHAPES
from tests.given import COMMAND_ID, NOW, REGISTER

GOLDEN = Path(__file__).parent.parent / "golden"
SEQ = 28


def golden_file(event: type[Event]) -> Path:
    """Return where the golden record of an event class stands."""
    return GOLDEN / f"{event.wire}.json"


def later_file(event: type[Event], shape: str) -> Path:
    """Return where the golden record of a later shape of an event class stands."""
    return GOLDEN / event.wire / f"{shape}.json"


def golden_record(codec: Codec, event: Event) -> bytes:
    """Return the canonical bytes of one record of an example."""
    return codec.encode(REGISTER, SEQ, NOW, GARNIER, COMMAND_ID, event)


def write_missing() -> None:
    """Write the record of each example that has no file yet."""
    codec = codec_of(LedgerEvent)
    later = [(example, later_file(type(example), shape)) for example, shape in LATER_SHAPES]
    for example, path in (*((example, golden_file(type(example))) for example in EXAMPLES), *later):
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(golden_record(codec, example))


if __name__ == "__main__":
    write_missing()
