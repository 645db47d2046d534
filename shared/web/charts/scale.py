"""Where the lines of an axis of money stand, and which day stands where."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

LINES_MAX = 5
CENTS = 100
# An empty year still shows 0, 1 and 2 €.
SMALLEST = 2 * CENTS


@dataclass(frozen=True, slots=True)
class MoneyScale:
    """From `low` to `high` cents by `step`, all multiples of the step; zero is always inside."""

    low: int
    high: int
    step: int

    def lines(self) -> range:
        """The amounts that get a line, in cents."""
        return range(self.low, self.high + 1, self.step)

    def y(self, cents: int, top: int, bottom: int) -> int:
        """The height of an amount between two heights in tenths, rounded to a tenth."""
        return bottom - (2 * (cents - self.low) * (bottom - top) + (self.high - self.low)) // (2 * (self.high - self.low))


def money_scale(lowest: int, highest: int) -> MoneyScale:
    """The finest scale of whole euros in steps of 1, 2, 5, 10, 20, 50, … that holds both amounts in three to five lines."""
    lowest, highest = min(lowest, 0), max(highest, SMALLEST)
    for step in _steps():
        low, high = lowest // step * step, -(-highest // step) * step
        if (high - low) // step < LINES_MAX:
            return MoneyScale(low, high, step)
    raise AssertionError  # steps have no end


def _steps() -> Iterator[int]:
    power = CENTS
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def day_x(on: date, starts: date, ends: date, left: int, right: int) -> int:
    """The abscissa of a day in tenths; the last day ends inside the frame, and days outside stop at its edges."""
    days = (ends - starts).days + 1
    passed = min(max((on - starts).days, 0), days)
    return left + (2 * passed * (right - left) + days) // (2 * days)


def months(starts: date, ends: date) -> list[date]:
    """The first day of each month between two days, the first one cut at the start."""
    found, on = [], starts
    while on <= ends:
        found.append(on)
        on = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    return found
