"""The minute book of each body, for the archive of a year: what the councils decided stands beside the money that it decided."""

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from services.governance.standing import STANDING
from services.governance.telling.minutes import MINUTES, minute_book
from services.governance.telling.minutes_pdf import Origin, minute_book_pdf
from shared.messages import Recorded
from shared.projecting import Projection, fold
from shared.values import Checkpoint
from shared.web.queries import plain

SORTED = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def minute_books(records: Sequence[Recorded[Any]], checkpoint: Checkpoint) -> Iterator[tuple[str, bytes]]:
    """Iterate over the books of a register's bodies as JSON and as PDF, with their file names; reasons that are sealed stay sealed."""
    standing = fold(Projection("standing", 1, STANDING.initial, STANDING.listening()), records)
    minuted, last = fold(MINUTES, records), records[-1]
    origin = Origin(standing.name, last.register, checkpoint, last.time, ZoneInfo(standing.zone))
    for body in sorted(minuted.meetings.bodies):
        book = minute_book(minuted, body)
        yield f"{body}.json", orjson.dumps(plain(book), option=SORTED)
        yield f"{body}.pdf", minute_book_pdf(book, origin)
