"""What a ballot paper can say, how a ballot is counted, and what a count found: the shapes that a vote leaves for ever.

A number that need not be whole (half a Borda point, a transferred vote) is exact: a fraction in lowest terms, as text.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.values import Cents, Checked, Code, Count, PositiveCents, TextClass, Value

OPTIONS_MAX = 200  # a participatory budget of a large school; a class votes on four or five
YES, NO, ABSTAIN = "yes", "no", "abstain"  # the options of a yes/no vote; « je m'abstiens » is a choice on the paper

Exact = Annotated[str, TextClass.CODE, Field(pattern=r"^-?[0-9]{1,4000}(/[1-9][0-9]{0,3999})?$")]


class Method(StrEnum):
    """How papers make a result (`domain.md`, section 15)."""

    YES_NO = "yes-no"
    PLURALITY = "plurality"
    TWO_ROUNDS = "two-rounds"
    APPROVAL = "approval"
    BORDA = "borda"
    SCHULZE = "schulze"
    IRV = "irv"
    STV = "stv"
    SCORE = "score"
    MAJORITY_JUDGMENT = "majority-judgment"
    DOTS = "dots"
    KNAPSACK = "knapsack"
    EQUAL_SHARES = "equal-shares"
    MAX_WELFARE = "max-welfare"
    SORTITION = "sortition"


class Rule(StrEnum):
    """When a yes/no vote passes: P for, C against, A explicit abstentions."""

    SIMPLE = "simple"  # P > C
    ABSOLUTE_EXPRESSED = "absolute-expressed"  # 2P > P + C
    ABSOLUTE_PRESENT = "absolute-present"  # 2P > P + C + A, and the blank and void ones
    TWO_THIRDS = "two-thirds"  # 3P ≥ 2(P + C), and somebody chose
    UNANIMITY = "unanimity"  # C = 0 and P > 0


class TiedPoints(StrEnum):
    """What options ranked equal get in a Borda count."""

    AVERAGE = "average"
    LOWEST = "lowest"
    HIGHEST = "highest"


class Strength(StrEnum):
    """How strong a link of the Schulze method is."""

    WINNING_VOTES = "winning-votes"
    MARGINS = "margins"


class TiedLast(StrEnum):
    """What happens to options that are last together in an IRV count: one goes, by the tie policy, or all of them."""

    ONE = "one"
    ALL = "all"


class Missing(StrEnum):
    """What an option without a grade or a score gets: the worst one, nothing, or the whole paper is void."""

    WORST = "worst"
    IGNORED = "ignored"
    VOID = "void"


class Overflow(StrEnum):
    """What a knapsack count does at a project that no longer fits."""

    SKIP = "skip"
    STOP = "stop"


class Utility(StrEnum):
    """What a funded project is worth to a voter who approved it: one, or its cost."""

    ONE = "one"
    COST = "cost"


class Completion(StrEnum):
    """How money left by Equal Shares is spent: not at all, or shares grow by one cent at a time and then by votes."""

    NONE = "none"
    ADD_ONE_THEN_GREEDY = "add-one-then-greedy"


class DrawKind(StrEnum):
    """The last step of a tie policy: a draw that anybody can repeat from the register's tree, or one held in class."""

    REGISTER = "register"
    CLASS = "class"


class Cost(Value):
    """What one project of a participatory budget costs."""

    option: Code
    amount: PositiveCents


class Parameters(Value):
    """The settings of a method. What a method does not use must be absent; what it needs and lacks has a default, named there."""

    seats: Annotated[Count, Field(ge=1)] | None = None
    rule: Rule | None = None
    tied_points: TiedPoints | None = None
    strength: Strength | None = None
    tied_last: TiedLast | None = None
    top: Annotated[Count, Field(ge=1, le=100)] | None = None  # the highest score; grades go from 0 to the number of `grades` less one
    grades: tuple[Checked, ...] | None = None  # worst first
    missing: Missing | None = None
    mean: bool | None = None  # score: the mean over those who scored, not the sum
    dots: Annotated[Count, Field(ge=1, le=1000)] | None = None
    dots_each: Annotated[Count, Field(ge=1, le=1000)] | None = None  # at most on one option
    budget: PositiveCents | None = None
    costs: tuple[Cost, ...] | None = None
    overflow: Overflow | None = None
    utility: Utility | None = None
    completion: Completion | None = None


class TiePolicy(Value):
    """How ties are parted, in this order: the status quo if it is among the tied, a declared order, a draw."""

    status_quo: Code | None = None
    order: tuple[Code, ...] | None = None
    draw: DrawKind


class Points(Value):
    """What one paper gives to one option: a score, a number of dots, or a grade's place counted from the worst, 0."""

    option: Code
    points: Count


class Choice(Value):
    """What one paper says: marked options, or options ranked best first (equals together), or points. Nothing at all is blank."""

    marks: tuple[Code, ...] | None = None
    ranks: tuple[tuple[Code, ...], ...] | None = None
    points: tuple[Points, ...] | None = None

    @property
    def blank(self) -> bool:
        """Tell whether the paper says nothing, on purpose."""
        return not (self.marks or self.ranks or self.points)


class Pile(Value):
    """Papers that say the same: what, and how many."""

    choice: Choice
    papers: Annotated[Count, Field(ge=1)]


class Figure(Value):
    """One exact number of a count, and what it is the number of: an option, a grade, or a word such as `exhausted`."""

    of: Code
    value: Exact


class Step(Value):
    """One step of a count, in the order in which it is told: what happened, to which options, with which numbers."""

    step: Code
    options: tuple[Code, ...] | None = None
    figures: tuple[Figure, ...] | None = None


class TieBroken(Value):
    """Options that were equal, the step of the tie policy that parted them, and their order then, best first."""

    options: tuple[Code, ...]
    step: Code
    order: tuple[Code, ...]


class VoidPapers(Value):
    """Papers that do not count, and why."""

    reason: Code
    papers: Count


class Money(Value):
    """What a decision may spend: an envelope in cents, from a pot, for a project."""

    amount: PositiveCents
    pot: Code
    project: Code | None = None


class Tallied(Value):
    """One result in all its numbers. Money of a budget ballot is in cents; `elected` is in the order of the method."""

    voters: Count
    blank: Count
    void: tuple[VoidPapers, ...]
    abstain: Count
    expressed: Count
    counts: tuple[Figure, ...]
    elected: tuple[Code, ...]
    ties: tuple[TieBroken, ...]
    spent: Cents | None = None
