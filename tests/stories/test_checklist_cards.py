"""What the checklist asks of voting cards, over HTTP: turnout by the tick alone, and a list in which a child finds their paper."""

import re
import time
from itertools import pairwise

import pytest

from services.governance.urn.cards import code_of, key_of
from tests.governance.elections import School, election, opened, school
from tests.running import Running
from tests.stories.test_checklist_sample import read

VOTERS, CARDS = 8, 10
TICK_SECONDS = 2.0
SLACK_SECONDS = 0.3  # what two looks at a busy machine may lie apart
NOT_FOR_CHILDREN = r"crypt|hach|hash|\bclé|chiffr|scell|racine|merkle|sha-?256|signature|empreinte|token|jeton|octet"


@pytest.fixture(scope="module")
def council(running: Running) -> School:
    return school(opened(running), pupils=12)


def test_turnout_moves_at_most_every_two_seconds(council: School) -> None:
    held = election(council)
    held.printed(CARDS)
    held.drawn(VOTERS)
    moved, shown, began = [], 0, time.monotonic()
    for number in range(60):
        if number % 8 == 0 and number // 8 < VOTERS:
            assert held.cast(number // 8, "yes").status == 200
        papers = held.seen().body["papers"]
        if papers != shown:
            moved.append(time.monotonic())
            shown = papers
        time.sleep(max(0.0, began + number / 8 - time.monotonic()))
    assert len(moved) >= 2
    assert all(later - earlier > TICK_SECONDS - SLACK_SECONDS for earlier, later in pairwise(moved))
    assert shown > len(moved)  # several papers came between two ticks: who watches cannot tell one from the next


def test_a_child_finds_the_animal_and_number_of_their_paper_in_a_list_without_hard_words(council: School) -> None:
    held = election(council)
    held.printed(CARDS)
    held.drawn(VOTERS)
    said = {}
    for number, mark in enumerate(["yes"] * 5 + ["no"] * 3):
        assert held.cast(number, mark).status == 200
        said[code_of(key_of(held.ballot, held.tokens[number]), CARDS)] = {"yes": "Oui", "no": "Non"}[mark]
    assert held.closed(VOTERS).status == 201
    page = read(council.officer.as_("E05"), f"scrutins/{held.ballot}/cartes")
    assert all(re.search(rf"\b{code} {choice}\b", page) for code, choice in said.items()), page
    left = {code_of(key_of(held.ballot, token), CARDS) for token in held.tokens[VOTERS:]}
    assert not any(code in page for code in left)
    assert not re.search(NOT_FOR_CHILDREN, page, re.IGNORECASE)
    assert re.search(NOT_FOR_CHILDREN, "la racine scellée", re.IGNORECASE)  # the control
    assert not re.search(r"p_[a-z2-7]{26}|Élève|Lune", page)  # no voter, by any name
    assert re.findall(r"\b[a-z-]+-[1-9][0-9]+\b", page) != list(said)  # not in the order in which they voted
