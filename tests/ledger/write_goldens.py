"""Writes the golden files that are missing, one per event of the ledger: python -m tests.ledger.write_goldens.

A golden file is added, never edited: every shape ever written must still be read.
"""

from pathlib import Path

from services.ledger.events import LedgerEvent
from shared.eventlog.codec import Codec, codec_of
from shared.messages import Event
from tests.examples_governance import GARNIER
from tests.examples_ledger import EXAMPLES
from tests.given import COMMAND_ID, NOW, REGISTER

GOLDEN = Path(__file__).parent.parent / "golden"
SEQ = 28


def golden_file(event: type[Event]) -> Path:
    """Return where the golden record of an event class stands."""
    return GOLDEN / f"{event.wire}.json"


def golden_record(codec: Codec, event: Event) -> bytes:
    """Return the canonical bytes of one record of an example."""
    return codec.encode(REGISTER, SEQ, NOW, GARNIER, COMMAND_ID, event)


def write_missing() -> None:
    """Write the record of each example that has no file yet."""
    codec = codec_of(LedgerEvent)
    for example in EXAMPLES:
        path = golden_file(type(example))
        if not path.exists():
            path.write_bytes(golden_record(codec, example))


if __name__ == "__main__":
    write_missing()
