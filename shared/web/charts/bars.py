"""Parts of wholes, as bars one under another: what is spent of what was planned, how many of how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from shared.web.charts.svg import drawing, rectangle, text

# The colours of the style sheet a bar may take (`h-…` in app.css).
Hue = Literal["accent", "pour", "contre", "abstention", "vert", "bleu", "violet", "orange", "rose", "sarcelle", "brun", "indigo"]
WIDTH = 280  # no wider than a card, so that its text is never made smaller
ROW, NAME_BASELINE, BAR_TOP, BAR_HEIGHT, WORDS_BASELINE = 640, 130, 200, 100, 450  # tenths
# A row of bold Andika 13 holds about this many; the sentence of the picture has the names in full.
NAME_CHARACTERS_MAX = 36


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name above, its figures in words below, and how much of the whole is filled."""

    name: str
    words: str
    part: int
    whole: int
    hue: Hue = "accent"


def bars(rows: Sequence[Bar], *, title: str, description: str, drawing_id: str = "bars") -> Markup:
    """The bars, each on its own whole. More than the whole fills the bar and takes the colour of *contre*; less than nothing is empty."""
    parts = []
    for index, row in enumerate(rows):
        y, full = index * ROW, WIDTH * 10
        filled = min(max(row.part, 0) * full // row.whole, full) if row.whole > 0 else 0
        hue = "contre" if row.part > row.whole else row.hue
        name = row.name if len(row.name) <= NAME_CHARACTERS_MAX else row.name[: NAME_CHARACTERS_MAX - 1].rstrip() + "…"
        parts.append(text(0, y + NAME_BASELINE, name, "bold"))
        parts.append(rectangle(0, y + BAR_TOP, full, BAR_HEIGHT, "track", BAR_HEIGHT // 2))
        if filled:
            parts.append(rectangle(0, y + BAR_TOP, filled, BAR_HEIGHT, f"h-{hue}", min(filled, BAR_HEIGHT) // 2))
        parts.append(text(0, y + WORDS_BASELINE, row.words, "soft"))
    return drawing(drawing_id, WIDTH, ((max(len(rows), 1) - 1) * ROW + WORDS_BASELINE + 50) // 10, title, description, parts)
