"""What each voter still has of an equal share, and what a project costs those who marked it when they pay for it together.

Voters whose papers say the same always have the same and share one purse. Purses hold whole numbers over one denominator, made finer when
a payment asks for it: exact, and fast enough for thousands of papers.
"""

from fractions import Fraction
from math import gcd
from operator import mul
from typing import NamedTuple

from services.governance.tally.counting import Options, Papers
from shared.values import Code


class Payment(NamedTuple):
    """What one voter pays at most for a project, in cents, and whether all its supporters can pay that much."""

    most: Fraction
    alike: bool


class Purses:
    """The purses of everybody who voted, all filled with the same share in cents."""

    def __init__(self, options: Options, papers: Papers, share: Fraction) -> None:
        """Hand out the shares."""
        self.scale = share.denominator
        self.money = [share.numerator] * len(papers)
        self.owners: dict[Code, list[int]] = {option: [] for option in options}  # for each project, the purses of its supporters
        self.sizes: dict[Code, list[int]] = {option: [] for option in options}  # and how many voters share each
        for purse, (choice, number) in enumerate(papers.items()):
            for option in choice.marks or ():
                self.owners[option].append(purse)
                self.sizes[option].append(number)

    def payment(self, option: Code, cost: int) -> Payment | None:
        """Return the least x such that min(what each supporter has, x) makes the cost; None when they do not have it together."""
        has, sizes = [self.money[purse] for purse in self.owners[option]], self.sizes[option]
        missing, payers = cost * self.scale, sum(sizes)
        if sum(map(mul, has, sizes)) < missing:
            return None
        alike = min(has) * payers >= missing
        if not alike:
            for money, size in sorted(zip(has, sizes, strict=True)):  # the poorest give all they have
                if money * payers >= missing:
                    break
                missing, payers = missing - money * size, payers - size
        return Payment(Fraction(missing, payers * self.scale), alike)

    def pay(self, option: Code, most: Fraction) -> None:
        """Take what each supporter pays."""
        finer = most.denominator // gcd(self.scale, most.denominator)
        if finer > 1:
            self.scale *= finer
            self.money = [money * finer for money in self.money]
        share = most.numerator * (self.scale // most.denominator)
        for purse in self.owners[option]:
            self.money[purse] = max(self.money[purse] - share, 0)

    def together(self, option: Code) -> Fraction:
        """Return what the supporters of a project still have together, in cents."""
        has = (self.money[purse] for purse in self.owners[option])
        return Fraction(sum(map(mul, has, self.sizes[option])), self.scale)
