"""Writes the golden files that are missing, one per event of governance: python -m tests.governance.write_goldens.

A golden file is added, never edited: every shape ever written must still be read.
"""

from pathlib import Path

from services.governance.events.catalogue import GovernanceEvent
from shared.eventlog.codec import Codec, codec_of
from shared.messages import Event
from tests.examples_governance import OFFICER
from tests.given import COMMAND_ID, NOW, REGISTER
from tests.governance.every_example import EXAMPLES

GOLDEN = Path(__file__).parent.parent / "golden"
SEQ = 17


def golden_file(event: type[Event]) -> Path:
    """Return where the golden record of an event class stands."""
    return GOLDEN / f"{event.wire}.json"


def golden_record(codec: Codec, event: Event) -> bytes:
    """Return the canonical bytes of one record of an example."""
    return codec.encode(REGISTER, SEQ, NOW, OFFICER, COMMAND_ID, event)


def write_missing() -> None:
    """Write the record of each example that has no file yet."""
    codec = codec_of(GovernanceEvent)
    GOLDEN.mkdir(exist_ok=True)
    for example in EXAMPLES:
        path = golden_file(type(example))
        if not path.exists():
            path.write_bytes(golden_record(codec, example))


if __name__ == "__main__":
    write_missing()
