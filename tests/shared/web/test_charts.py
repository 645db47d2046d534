"""Drawings say the figures they are given, in the same bytes each time, with nothing the policy forbids."""

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from shared.web.charts.bars import Bar, bars
from shared.web.charts.scale import day_x, money_scale, months
from shared.web.charts.staircase import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Point, staircase

STARTS, ENDS = date(2025, 9, 1), date(2026, 8, 31)
NICE = {digit * 10**power for digit in (1, 2, 5) for power in range(2, 16)}
SVG = "{http://www.w3.org/2000/svg}"


def drawn(points: list[Point], cursor: date | None = None, title: str = "Argent") -> str:
    return str(staircase(points, starts=STARTS, ends=ENDS, title=title, description="Le solde de l'année.", cursor=cursor))


@forall(st.integers(-(10**11), 10**11), st.integers(-(10**11), 10**11))
def test_the_scale_holds_both_amounts_in_three_to_five_round_lines(one: int, other: int) -> None:
    low, high = min(one, other), max(one, other)
    scale = money_scale(low, high)
    assert scale.low <= min(low, 0)
    assert scale.high >= max(high, 0)
    assert scale.step in NICE
    assert 3 <= len(scale.lines()) <= 5
    assert 0 in scale.lines()


def test_days_stay_inside_the_frame_and_the_last_day_too() -> None:
    assert day_x(STARTS, STARTS, ENDS, LEFT, RIGHT) == LEFT
    assert LEFT < day_x(ENDS, STARTS, ENDS, LEFT, RIGHT) < RIGHT
    assert day_x(date(2030, 1, 1), STARTS, ENDS, LEFT, RIGHT) == RIGHT
    assert len(months(STARTS, ENDS)) == 12
    assert months(date(2025, 9, 15), date(2025, 11, 1)) == [date(2025, 9, 15), date(2025, 10, 1), date(2025, 11, 1)]


def test_the_staircase_is_flat_between_two_days_and_steps_on_the_day() -> None:
    svg = drawn([(date(2025, 8, 20), 100_000), (date(2025, 10, 1), 400_000)])
    path = re.search(r'class="line" d="([^"]+)"', svg)
    assert path is not None
    step = day_x(date(2025, 10, 1), STARTS, ENDS, LEFT, RIGHT)
    # Scale 0 to 4 000 €: a quarter of the height, then the top.
    assert path[1] == f"M74 147.5H{step / 10:g}V32H742"


def test_after_the_cursor_all_is_pale_and_the_balance_of_the_day_is_written() -> None:
    svg = drawn([(date(2025, 10, 1), 440_660), (date(2026, 5, 1), 100)], cursor=date(2026, 4, 3))
    assert "4\u202f406,60\u00a0€" in svg
    assert "3 avril 2026" in svg
    x = day_x(date(2026, 4, 3), STARTS, ENDS, LEFT, RIGHT) / 10
    pale = svg[svg.index('<g class="later">') :]
    assert f'd="M{x:g} ' in pale
    assert f"H{x:g}" in svg[: svg.index('<g class="later">')]
    assert 'class="later"' not in drawn([(date(2025, 10, 1), 440_660)])


def test_below_zero_has_another_colour_only_when_it_happens() -> None:
    assert "below" in drawn([(date(2025, 10, 1), -5_000)])
    assert "below" not in drawn([(date(2025, 10, 1), 5_000)])


balances = st.dictionaries(st.dates(date(2025, 7, 1), date(2026, 10, 31)), st.integers(-(10**9), 10**9), max_size=60)


@forall(balances, st.none() | st.dates(date(2025, 7, 1), date(2026, 10, 31)))
def test_any_year_is_well_formed_inside_its_frame_and_the_same_twice(days: dict[date, int], cursor: date | None) -> None:
    points = sorted(days.items())
    svg = drawn(points, cursor)
    assert svg == drawn(points, cursor)
    assert "style" not in svg
    tree = ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 - our own drawing
    for path in tree.iter(f"{SVG}path"):
        for letter, numbers in re.findall(r"([MHV])([-\d. ]+)", path.attrib["d"]):
            values = [float(value) for value in numbers.split()]
            if letter in "MH":
                assert 0 <= values[0] <= WIDTH
            if letter in "MV":
                assert 0 <= values[-1] <= HEIGHT
    assert TOP < BOTTOM


def test_a_picture_has_a_title_a_sentence_and_escapes_both() -> None:
    svg = drawn([], title="<b>&")
    assert '<title id="staircase-title">&lt;b&gt;&amp;</title>' in svg
    assert 'aria-labelledby="staircase-title"' in svg
    assert "<desc" in svg


def test_points_out_of_order_and_ids_that_are_not_are_refused() -> None:
    with pytest.raises(ValueError, match="in order"):
        drawn([(date(2025, 10, 2), 1), (date(2025, 10, 1), 2)])
    with pytest.raises(ValueError, match="not an id"):
        bars([], title="", description="", drawing_id='x"')


def test_bars_fill_their_part_and_never_more_than_the_whole() -> None:
    svg = bars([Bar("A", "", 1, 4, "vert"), Bar("B", "", 9, 4), Bar("C", "", -1, 4), Bar("D", "", 1, 0)], title="t", description="d")
    assert re.findall(r'class="h-(\w+)"[^>]*width="([\d.]+)"', svg) == [("vert", "70"), ("contre", "280")]
    assert svg.count('class="track"') == 4


def test_a_long_name_is_cut_in_the_picture() -> None:
    svg = bars([Bar("Fête des coopérateurs de la fin de l'année scolaire", "", 1, 2)], title="t", description="d")
    assert "Fête des coopérateurs de la fin de…" in svg
