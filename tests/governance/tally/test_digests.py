"""Fingerprints of papers and rolls, as an outsider recomputes them with `sort` and `sha256sum`."""

import shutil
import subprocess

from services.governance.events.papers import Choice, Pile, Points
from services.governance.tally.digests import canonical_choice, papers_digest, roll_digest

YES, NO, BLANK = Choice(marks=("yes",)), Choice(marks=("no",)), Choice()
RANKED = Choice(ranks=(("b",), ("a", "c")))
SCORED = Choice(points=(Points(option="a", points=2),))
ANNE, BRUNO = "p_" + "a" * 26, "p_" + "b" * 26


def test_papers_have_the_published_fingerprints() -> None:
    assert papers_digest({YES: 2, NO: 1, BLANK: 1}) == "0b6f7a92991406e63b303de32f4e4cdfa4e473ad62d1513b628b939a93e7bd61"
    assert papers_digest({RANKED: 1, SCORED: 1}) == "5c588101df720ddad65572b3301142e823a0dd548a6fa37fe888376e8151d571"


def test_rolls_have_the_published_fingerprints() -> None:
    assert (
        roll_digest([BRUNO, ANNE]) == roll_digest([ANNE, BRUNO, ANNE]) == "35fa538a94eb828555ac72048be7a2d239e3c4e0e376d7f91d3332d4ce4622ef"
    )
    assert roll_digest([]) == "ce875aa9c0e052403782a73c2b0b35d4ae0168523ad180c0618466f8f6df3847"


def test_anybody_can_recompute_one_with_a_shell() -> None:
    lines = "".join(f"{canonical_choice(choice).decode()}\n" for choice in (RANKED, YES, SCORED, BLANK, NO, YES))
    shell = shutil.which("sh") or "sh"
    command = "(printf 'ruche/papers/v1\\0'; LC_ALL=C sort) | sha256sum"
    out = subprocess.run([shell, "-c", command], input=lines, capture_output=True, check=True, text=True).stdout
    assert papers_digest({YES: 2, NO: 1, BLANK: 1, RANKED: 1, SCORED: 1}) == out.split()[0]


def test_how_papers_are_piled_does_not_matter() -> None:
    piles = [Pile(choice=YES, papers=1), Pile(choice=NO, papers=1), Pile(choice=YES, papers=1)]
    assert papers_digest(piles) == papers_digest(reversed(piles)) == papers_digest({NO: 1, YES: 2})


def test_one_paper_more_or_other_changes_the_fingerprint() -> None:
    boxes = [
        {},
        {YES: 1},
        {YES: 2},
        {NO: 1},
        {BLANK: 1},
        {YES: 1, BLANK: 1},
        {Choice(marks=("yes", "no")): 1},
        {Choice(ranks=(("yes",),)): 1},
    ]
    assert len({papers_digest(box) for box in boxes}) == len(boxes)


def test_papers_and_rolls_cannot_be_taken_for_each_other() -> None:
    assert papers_digest({}) != roll_digest([])
