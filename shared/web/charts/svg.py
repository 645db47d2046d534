"""The few pieces every drawing is written with: escaped text, numbers in tenths, a title and a sentence for those who do not see it."""

import re
from html import escape

from markupsafe import Markup

# An id goes into url(#…) too, where a quote or a bracket would end it.
ID = re.compile(r"[a-z][a-z0-9-]*")


def tenths(value: int) -> str:
    """A length in tenths of a unit, as SVG writes it: 125 is `12.5`. Integers keep the bytes the same on every machine."""
    sign, whole = ("-" if value < 0 else ""), abs(value)
    return f"{sign}{whole // 10}.{whole % 10}" if whole % 10 else f"{sign}{whole // 10}"


def text(x: int, y: int, words: str, classes: str = "") -> str:
    """A text at a place in tenths; its words are escaped."""
    named = f' class="{classes}"' if classes else ""
    return f'<text x="{tenths(x)}" y="{tenths(y)}"{named}>{escape(words)}</text>'


def rectangle(x: int, y: int, width: int, height: int, classes: str, radius: int = 0) -> str:
    """A filled rectangle, all in tenths."""
    rounded = f' rx="{tenths(radius)}"' if radius else ""
    return f'<rect class="{classes}" x="{tenths(x)}" y="{tenths(y)}" width="{tenths(width)}" height="{tenths(height)}"{rounded}/>'


def horizontal(x: int, to: int, y: int, classes: str) -> str:
    """A line from left to right, in tenths."""
    return f'<path class="{classes}" d="M{tenths(x)} {tenths(y)}H{tenths(to)}"/>'


def vertical(x: int, y: int, to: int, classes: str) -> str:
    """A line from top to bottom, in tenths."""
    return f'<path class="{classes}" d="M{tenths(x)} {tenths(y)}V{tenths(to)}"/>'


def drawing(drawing_id: str, width: int, height: int, title: str, description: str, parts: list[str]) -> Markup:
    """One picture, width and height in units, with its title and its sentence.

    `drawing_id` is lower-case letters, digits and hyphens, and unique in the page (ValueError otherwise). Nothing inside takes the focus.
    """
    if not ID.fullmatch(drawing_id):
        message = f"{drawing_id!r} is not an id"
        raise ValueError(message)
    opening = (
        f'<svg class="chart" id="{drawing_id}" viewBox="0 0 {width} {height}" role="img" focusable="false" '
        f'aria-labelledby="{drawing_id}-title" aria-describedby="{drawing_id}-desc">'
        f'<title id="{drawing_id}-title">{escape(title)}</title><desc id="{drawing_id}-desc">{escape(description)}</desc>'
    )
    return Markup(opening + "".join(parts) + "</svg>")  # noqa: S704 - every word above is escaped
