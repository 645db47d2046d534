"""Before a ballot closes nothing tells what is chosen: twin runs that differ only in the choices leave the same bytes on every channel."""

import pytest

from tests.running import Running
from tests.secrecy.masking import Mask
from tests.secrecy.twins import WAYS, Twin, run

FOR_BLUE = ["bleu"] * 5 + ["vert"] * 3
FOR_RED = [
    "rouge",
    "vert",
    "rouge",
    "rouge",
    "rouge",
    "rouge",
    "rouge",
    "bleu",
]  # other choices, of other lengths, in another number of piles
TELLS = {"answers", "rows", "stream"}


@pytest.fixture(scope="module", params=WAYS)
def twins(running: Running, request: pytest.FixtureRequest) -> tuple[str, Twin, Twin]:
    return request.param, run(running, request.param, FOR_BLUE), run(running, request.param, FOR_RED)


@pytest.mark.parametrize("channel", ["answers", "stream", "rows", "logs"])
def test_until_it_closes_every_channel_says_the_same_whatever_is_chosen(twins: tuple[str, Twin, Twin], channel: str) -> None:
    way, blue, red = twins
    assert blue.before[channel] == red.before[channel]
    assert channel == "logs" or len(blue.before[channel]) >= 2, way


def test_once_it_is_closed_the_same_comparison_sees_the_choices(twins: tuple[str, Twin, Twin]) -> None:
    way, blue, red = twins
    assert {channel for channel in blue.after if blue.after[channel] != red.after[channel]} == TELLS, way


def test_a_mask_hides_which_value_it_was_and_nothing_else() -> None:
    first, second = Mask(), Mask()
    assert first(b'{"id":"%s","at":"2026-11-23T22:59:01.5Z"}' % (b"a" * 26)) == second(
        b'{"id":"%s","at":"2026-01-01T00:00:00Z"}' % (b"b" * 26)
    )
    assert first(b"a" * 26 + b" " + b"c" * 26) != second(b"c" * 26 + b" " + b"b" * 26)  # the same value again is seen to be the same
    assert Mask()("le 23 novembre 2026 à 23:55, 3 bulletins".encode()) == Mask()("le 1er août 2027 à 08:00, 3 bulletins".encode())
    assert Mask()(b'{"marks":["bleu"]}') != Mask()(b'{"marks":["vert"]}')
    assert Mask()(b"f" * 64) != Mask()(b"f" * 62)  # lengths stay
