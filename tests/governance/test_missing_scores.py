"""What the ballot page says of an option left without a score or a grade is what the count does with it."""

import pytest

from services.governance.events.papers import Choice, Method, Missing, Parameters, Points
from services.governance.pages.papers import missing_of
from services.governance.tally.counting import Ties
from services.governance.tally.methods import counting_of
from tests.governance.calling import BALLOT_OPENED

PAPERS = {
    Choice(points=(Points(option="loup", points=2),)): 3,
    Choice(points=(Points(option="loup", points=1), Points(option="renard", points=1))): 2,
}
SETTINGS = {
    Method.SCORE: Parameters(top=2, mean=True),
    Method.MAJORITY_JUDGMENT: Parameters(grades=("mal", "moyen", "bien")),
}
OPTIONS = ("loup", "renard")


def counts(method: Method, missing: Missing | None) -> dict[str, str]:
    """Return the number of each option when a missing answer is treated so."""
    settings = SETTINGS[method].model_copy(update={"missing": missing})
    ties = Ties(BALLOT_OPENED.tie_policy, OPTIONS)
    return {one.of: one.value for one in counting_of(method).count(OPTIONS, PAPERS, settings, ties).counts}


@pytest.mark.parametrize("method", SETTINGS)
def test_what_the_page_says_when_the_ballot_does_not_is_what_is_counted(method: Method) -> None:
    said = missing_of(method, SETTINGS[method])
    assert said is not None
    assert counts(method, None) == counts(method, said)


def test_it_would_have_been_counted_otherwise() -> None:
    assert counts(Method.SCORE, Missing.IGNORED) != counts(Method.SCORE, Missing.WORST)
    assert missing_of(Method.SCORE, Parameters(top=2, missing=Missing.VOID)) is Missing.VOID
    assert missing_of(Method.PLURALITY, Parameters()) is None
