"""Two wordings compared word by word."""

import time

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from services.governance.telling.word_diff import Kind, Words, diff

TEXTS = st.lists(st.sampled_from(["trois", "cinq", "nichoirs", "dans", "la", "cour"]), max_size=30).map(" ".join)
SLOW_SECONDS = 5  # a third of a second here; without difflib's rule for frequent words, a minute and a half


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("trois nichoirs", "trois nichoirs", "=trois nichoirs"),
        ("", "trois nichoirs", "+trois nichoirs"),
        ("trois nichoirs", "", "-trois nichoirs"),
        ("trois nichoirs en bois", "cinq nichoirs en bois", "-trois +cinq =nichoirs en bois"),
        ("trois nichoirs", "trois grands nichoirs", "=trois +grands =nichoirs"),
        ("un un un", "un un", "=un un -un"),
    ],
)
def test_words_are_kept_removed_or_added(before: str, after: str, expected: str) -> None:
    marks = {Kind.KEPT: "=", Kind.REMOVED: "-", Kind.ADDED: "+"}
    assert " ".join(marks[kind] + words for kind, words in diff(before, after)) == expected


@forall(before=TEXTS, after=TEXTS)
def test_both_texts_are_read_back_from_what_is_shown(before: str, after: str) -> None:
    shown = diff(before, after)
    assert " ".join(one.words for one in shown if one.kind is not Kind.ADDED) == before
    assert " ".join(one.words for one in shown if one.kind is not Kind.REMOVED) == after


def test_two_full_pages_made_to_be_slow_are_compared_in_time() -> None:
    before, after = (" ".join("ab"[place // step % 2] for place in range(2_000)) for step in (1, 2))
    begun = time.monotonic()
    assert Words(Kind.KEPT, "a") in diff(before, after)
    assert time.monotonic() - begun < SLOW_SECONDS
