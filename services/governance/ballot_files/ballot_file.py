"""What a file of ballot papers says, whatever its format, and how the names in it become the codes of options."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from services.governance.events.papers import OPTIONS_MAX, Choice, Method, Parameters, Pile, TiePolicy, VoidPapers
from shared.values import LABEL_LENGTH_MAX, Code, Count, Digest, Id, Value

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")  # as `Code`
CODE_LENGTH_MAX: Final = 40

Text = Annotated[str, Field(min_length=1, max_length=LABEL_LENGTH_MAX)]


class BallotFile(Value):
    """Options, papers in piles and, where the format has a place for it, the rule of counting; `names` are those of the options.

    What parted the ties of a declared result may stand beside: `ballot` and `draw_root`, from which the draw follows, or the order
    `drawn` in class, or what the `casting` vote said (yes: true); and the papers `set_aside` before they were read, by reason.
    `method_version` is that of its day.
    """

    options: Annotated[tuple[Code, ...], Field(min_length=1, max_length=OPTIONS_MAX)]
    piles: tuple[Pile, ...]
    names: tuple[Text, ...] | None = None
    title: Text | None = None
    method: Method | None = None
    parameters: Parameters = Parameters()
    tie_policy: TiePolicy | None = None
    method_version: Annotated[Count, Field(ge=1)] | None = None
    ballot: Id | None = None
    draw_root: Digest | None = None
    drawn: tuple[Code, ...] | None = None
    casting: bool | None = None
    set_aside: tuple[VoidPapers, ...] | None = None

    @model_validator(mode="after")
    def one_name_each(self) -> Self:
        """Refuse options that are there twice, and names that are not as many."""
        if len(set(self.options)) < len(self.options):
            raise ValueError("an option is there twice")
        if self.names is not None and len(self.names) != len(self.options):
            raise ValueError("as many names as options")
        return self

    def name_of(self, option: Code) -> str:
        """Return what an option is called."""
        return option if self.names is None else self.names[self.options.index(option)]


def piles_of(papers: Mapping[Choice, int]) -> tuple[Pile, ...]:
    """Return a multiset of papers as piles, in its order."""
    return tuple(Pile(choice=choice, papers=number) for choice, number in papers.items() if number)


def codes_of(names: Iterable[str]) -> tuple[Code, ...]:
    """Return a code for each name: the name itself where it is one; else its letters and figures; else its number, counted from 1."""
    codes: list[Code] = []
    for number, name in enumerate(names, 1):
        wanted = chain((name, _plain(name), str(number)), (f"{number}.{further}" for further in count(2)))
        codes.append(next(one for one in wanted if CODE.fullmatch(one) and one not in codes))
    return tuple(codes)


def _plain(name: str) -> str:
    whole = name.casefold().replace("œ", "oe").replace("æ", "ae")  # which have no decomposition
    letters = "".join(one for one in unicodedata.normalize("NFKD", whole) if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:CODE_LENGTH_MAX].rstrip("-")
