"""Papers and counts as forms of a page give them: each kind of paper, the lines that tellers type, and what cannot be read."""

from datetime import date

import pytest

from services.governance.events.ballots import AdvisoryCount, BallotOpened, HandCount, OptionSum, RollCollege
from services.governance.events.papers import Choice, Method, Parameters, Pile, Points, VoidPapers
from services.governance.pages.opening import slug
from services.governance.pages.papers import LineNotRead, choice_of, count_of, kind_of, letter, piles_of_lines
from shared.web.forms import ABOUT, DO, AmountUnread, Filled, NotADate, NumberUnread, Typed, cents_of
from tests.examples_ballots import EXAMPLES
from tests.governance.polls import options

OPENED = next(one for one in EXAMPLES if isinstance(one, BallotOpened))
TOWNS = options("mer", "lac", "parc")


def opened(method: Method, **parameters: object) -> BallotOpened:
    changed = {"options": TOWNS, "method": method, "parameters": Parameters.model_validate(parameters), "roll": ()}
    return OPENED.model_copy(update=changed)


def form(**fields: str | list[str]) -> Filled:
    """A form that was sent; `__` in a name stands for a hyphen."""
    return Filled({name.replace("__", "-"): [value] if isinstance(value, str) else value for name, value in fields.items()})


def points(**given: int) -> tuple[Points, ...]:
    return tuple(Points(option=code, points=number) for code, number in given.items())


@pytest.mark.parametrize(
    ("ballot", "sent", "said"),
    [
        (opened(Method.PLURALITY), form(mark="lac"), Choice(marks=("lac",))),
        (opened(Method.PLURALITY), form(mark=""), Choice()),
        (opened(Method.APPROVAL), form(marks=["mer", "parc"]), Choice(marks=("mer", "parc"))),
        (opened(Method.APPROVAL), form(), Choice()),
        (opened(Method.SCHULZE), form(rank__mer="2", rank__lac="1", rank__parc="2"), Choice(ranks=(("lac",), ("mer", "parc")))),
        (opened(Method.BORDA), form(rank__mer="", rank__lac="4"), Choice(ranks=(("lac",),))),
        (opened(Method.SCORE, top=5), form(points__mer="0", points__lac="5"), Choice(points=points(mer=0, lac=5))),
        (opened(Method.DOTS, dots=4), form(points__mer="0", points__lac="4"), Choice(points=points(lac=4))),
    ],
)
def test_a_paper_is_read_as_its_method_asks(ballot: BallotOpened, sent: Filled, said: Choice) -> None:
    assert choice_of(sent, ballot) == said


def test_every_method_has_a_form_but_the_sortition() -> None:
    assert [method for method in Method if kind_of(method) == "none"] == [Method.SORTITION]


def test_a_count_of_totals_leaves_out_what_is_nought() -> None:
    sent = form(found="12", present="14", sum__mer="7", sum__lac="4", sum__parc="0", blank="1", void="0")
    sums = (OptionSum(option="lac", points=4), OptionSum(option="mer", points=7))
    assert count_of(sent, opened(Method.PLURALITY)) == HandCount(found=12, present=14, sums=sums, blank=1)


def test_a_count_of_rankings_is_typed_in_lines_and_void_papers_beside_it() -> None:
    sent = form(found="9", present="9", papers="5 : A > B = C\n\n3: c>a\n1 :", void="0")
    count = count_of(sent, opened(Method.BORDA))
    assert count.piles is not None
    assert {pile.choice.ranks: pile.papers for pile in count.piles} == {(("mer",), ("lac", "parc")): 5, (("parc",), ("mer",)): 3, None: 1}
    assert count_of(form(found="1", present="1", papers="", void="1"), opened(Method.BORDA)).void == (VoidPapers(reason="void", papers=1),)


def test_who_is_only_heard_is_counted_apart() -> None:
    parents = RollCollege(college="parents", voters=(), advisory=True)
    ballot = opened(Method.PLURALITY).model_copy(update={"roll": (parents,)})
    sent = form(found="1", present="1", sum__mer="1", heard__parents__lac="2", heard__parents__mer="", heard__parents__="1")
    piles = (Pile(choice=Choice(marks=("lac",)), papers=2), Pile(choice=Choice(), papers=1))
    assert count_of(sent, ballot).advisory == (AdvisoryCount(college="parents", found=3, piles=piles),)


def test_lines_say_marks_scores_and_blanks() -> None:
    assert piles_of_lines(["4 : A B"], opened(Method.APPROVAL)) == (Pile(choice=Choice(marks=("mer", "lac")), papers=4),)
    assert piles_of_lines(["3 A=5 B:0"], opened(Method.SCORE, top=5)) == (Pile(choice=Choice(points=points(mer=5, lac=0)), papers=3),)
    assert piles_of_lines(["2 :"], opened(Method.SCHULZE)) == (Pile(choice=Choice(), papers=2),)


@pytest.mark.parametrize("line", ["A > B", "0 : A", "3 : A > D", "2 : A >", "x"])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(LineNotRead) as no:
        piles_of_lines(["1 : A", line], opened(Method.BORDA))
    assert no.value.details == {"line": 2, "field": "papers"}


def test_scores_without_a_number_are_not_guessed() -> None:
    with pytest.raises(LineNotRead):
        piles_of_lines(["3 : A=5 B"], opened(Method.SCORE, top=5))


def test_letters_go_on_after_z() -> None:
    assert [letter(place) for place in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "AB", "BA"]


@pytest.mark.parametrize(("typed", "cents"), [("12", 1200), ("12,5", 1250), ("1 200,05 €", 120005), ("0.10", 10)])
def test_an_amount_is_read_in_cents(typed: str, cents: int) -> None:
    assert cents_of(typed, "cost") == cents


@pytest.mark.parametrize("typed", ["douze", "1,234", "NaN", "1e30", "Infinity", "--3"])
def test_an_amount_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(AmountUnread):
        cents_of(typed, "cost")


def test_numbers_and_dates_that_are_none_are_refused() -> None:
    assert form(number=" 1 200 ").whole("number") == 1200
    assert form(number="").whole("number") is None
    assert form(day="2026-04-03").day("day") == date(2026, 4, 3)
    for typed in ("-1", "1,5", "²", "9" * 30):
        with pytest.raises(NumberUnread):
            form(number=typed).whole("number")
    with pytest.raises(NotADate):
        form(day="3 avril").day("day")


def test_a_refused_form_keeps_what_was_typed_and_the_others_are_fresh() -> None:
    sent = Filled({DO: ["vote"], ABOUT: ["b"], "key": ["k" * 26], "mark": ["lac"]})
    typed = Typed(sent, "Non.")
    refused, other = typed.form("vote", "b"), typed.form("vote", "c")
    assert (refused.sentence, refused.value("mark"), refused.ticked("mark", "lac")) == ("Non.", "lac", True)
    assert (other.sentence, other.value("mark", "mer"), other.ticked("mark", "lac")) == ("", "mer", False)
    assert refused.key != "k" * 26
    assert Typed(sent, "Occupé.", same_key=True).form("vote", "b").key == "k" * 26


def test_options_get_codes_that_read_as_they_do_and_differ() -> None:
    assert slug("Échasses & cordes", []) == "echasses-cordes"
    assert slug("Mer", ["mer"]) == "mer-2"
    assert slug("Yes", []) == "yes-2"
    assert slug("日本", []) == "option"
