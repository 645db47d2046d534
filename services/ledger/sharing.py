"""How a sum is shared by weights, to the cent, under a stated rounding rule."""

from collections.abc import Sequence

from services.ledger.events.pots import Rounding


def shares(amount: int, weights: Sequence[int], rounding: Rounding) -> list[int]:
    """Return one share per weight, in cents, adding up to `amount` exactly; some weight must be positive.

    `nearest_then_largest` rounds each share to the nearest cent (halves up) and gives the difference to the largest
    weight. Where too many shares were rounded up for the largest one to bear it (2 cents among 4 equals make −1), it stops at
    zero and the next largest bears what is left: no share is ever negative. `largest_remainder` (Hamilton's method)
    rounds down and gives the cents left to the largest remainders.
    """
    total = sum(weights)
    if rounding is Rounding.NEAREST_THEN_LARGEST:
        rounded = [(2 * amount * weight + total) // (2 * total) for weight in weights]
        difference = amount - sum(rounded)
        for index in sorted(range(len(weights)), key=lambda index: -weights[index]):
            borne = max(difference, -rounded[index])
            rounded[index] += borne
            difference -= borne
        return rounded
    floors = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(amount * weights[index] % total))
    for index in by_remainder[: amount - sum(floors)]:
        floors[index] += 1
    return floors
