"""A balance over a year, as a staircase: flat while nothing moves, a step at each day money moved."""

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from shared.web import formats
from shared.web.charts.scale import MoneyScale, day_x, money_scale, months
from shared.web.charts.svg import drawing, horizontal, rectangle, tenths, text, vertical
from shared.web.formats import Language

WIDTH, HEIGHT = 760, 230
# Tenths of a unit. The left margin holds « −100 000 € »; the right one lets the last label end inside the frame.
LEFT, RIGHT, TOP, BOTTOM = 740, 7420, 320, 1860
LABEL_BASELINE = 200
TAG_WIDTH, TAG_HEIGHT, TAG_TOP = 1500, 340, 1940

Point = tuple[date, int]


def staircase(
    points: Sequence[Point],
    *,
    starts: date,
    ends: date,
    title: str,
    description: str,
    language: Language = "fr",
    drawing_id: str = "staircase",
    cursor: date | None = None,
) -> Markup:
    """The balance in cents after each day named in `points` (in order, at most one a day; ValueError otherwise), from `starts` to `ends`.

    A point before `starts` gives the opening balance, else it is 0. With a `cursor`, days after it are pale and its date and
    balance are written under it. Below zero the line takes the colour of *contre*.
    """
    days = [on for on, _ in points]
    if days != sorted(set(days)):
        message = "the points of a staircase are in order of days, one a day"
        raise ValueError(message)
    opening = next((cents for on, cents in reversed(points) if on < starts), 0)
    steps = [(starts, opening), *((on, cents) for on, cents in points if starts <= on <= ends)]
    scale = money_scale(min(cents for _, cents in steps), max(cents for _, cents in steps))
    # Levels stop at the last day known: the day of the cursor, or the end.
    parts = [*_axis(scale, starts, ends, language)]
    frame = (starts, ends)
    if cursor is None:
        parts += _stairs(steps, ends + timedelta(days=1), scale, frame, drawing_id)
    else:
        before = [step for step in steps if step[0] <= cursor] or steps[:1]
        here = before[-1][1]
        after = [(cursor, here), *(step for step in steps if step[0] > cursor)]
        parts += _stairs(before, cursor, scale, frame, drawing_id)
        parts += ['<g class="later">', *_stairs(after, ends + timedelta(days=1), scale, frame, drawing_id), "</g>"]
        parts += _cursor(cursor, here, frame, language)
    if scale.low < 0:
        parts.insert(0, _clips(scale, drawing_id))
    return drawing(drawing_id, WIDTH, HEIGHT, title, description, parts)


def _axis(scale: MoneyScale, starts: date, ends: date, language: Language) -> list[str]:
    """Alternate months, their names centred, the lines of the scale and their amounts in whole euros."""
    parts = []
    firsts = months(starts, ends)
    edges = [day_x(first, starts, ends, LEFT, RIGHT) for first in firsts] + [RIGHT]
    for index, first in enumerate(firsts):
        x, to = edges[index], edges[index + 1]
        if index % 2 == 0:
            parts.append(rectangle(x, TOP, to - x, BOTTOM - TOP, "band"))
        parts.append(text((x + to) // 2, LABEL_BASELINE, formats.short_month(first.month, language), "soft mid"))
    for cents in scale.lines():
        y = scale.y(cents, TOP, BOTTOM)
        parts.append(horizontal(LEFT, RIGHT, y, "zero" if cents == 0 else "rule"))
        parts.append(text(LEFT - 80, y + 40, formats.whole_money(cents, language), "soft end"))
    return parts


def _stairs(steps: Sequence[Point], until: date, scale: MoneyScale, frame: tuple[date, date], drawing_id: str) -> list[str]:
    """The line and the area under it, from the first step to the day `until`; twice, clipped at zero, if the scale goes below."""
    x = [day_x(on, *frame, LEFT, RIGHT) for on, _ in steps]
    y = [scale.y(cents, TOP, BOTTOM) for _, cents in steps]
    last, zero = day_x(until, *frame, LEFT, RIGHT), scale.y(0, TOP, BOTTOM)
    line = f"M{tenths(x[0])} {tenths(y[0])}" + "".join(f"H{tenths(at)}V{tenths(level)}" for at, level in zip(x[1:], y[1:], strict=True))
    line += f"H{tenths(last)}"
    area = f"{line}V{tenths(zero)}H{tenths(x[0])}Z"
    if scale.low == 0:
        return [f'<path class="area" d="{area}"/><path class="line" d="{line}"/>']
    return [
        f'<g clip-path="url(#{drawing_id}-{side})"><path class="{side} area" d="{area}"/><path class="{side} line" d="{line}"/></g>'
        for side in ("above", "below")
    ]


def _clips(scale: MoneyScale, drawing_id: str) -> str:
    """What is above zero and what is below; the line at zero itself belongs above."""
    zero, half_line = scale.y(0, TOP, BOTTOM), 10
    above = rectangle(0, 0, WIDTH * 10, zero + half_line, "clip")
    below = rectangle(0, zero + half_line, WIDTH * 10, BOTTOM - zero + half_line, "clip")
    return f'<clipPath id="{drawing_id}-above">{above}</clipPath><clipPath id="{drawing_id}-below">{below}</clipPath>'


def _cursor(on: date, cents: int, frame: tuple[date, date], language: Language) -> list[str]:
    """The line of the day shown, its date and its balance in a box kept inside the frame."""
    x = day_x(on, *frame, LEFT, RIGHT)
    left = min(max(x - TAG_WIDTH // 2, 0), WIDTH * 10 - TAG_WIDTH)
    middle = left + TAG_WIDTH // 2
    return [
        vertical(x, TOP - 60, TAG_TOP, "cursor"),
        rectangle(left, TAG_TOP, TAG_WIDTH, TAG_HEIGHT, "tag", 50),
        text(middle, TAG_TOP + 150, formats.middle_date(on, language), "on-tag mid"),
        text(middle, TAG_TOP + 295, formats.money(cents, language), "on-tag mid bold"),
    ]
