"""Every French sentence of governance's pages is in the English catalogue, and each code that a page can show has a word."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import services.governance
from services.governance.events.ballots import Publish, Verdict, Way
from services.governance.events.bodies import BodyKind, ItemKind, Outcome
from services.governance.events.papers import Completion, DrawKind, Method, Missing, Overflow, Rule, Strength, TiedLast, TiedPoints, Utility
from services.governance.events.proposals import FollowUp, HowLifted, IdeaWord
from services.governance.pages.words import ERASED_KINDS, FAULTS, FIGURES, KINDS, SOMEBODY, WORDS, word
from services.governance.projections.ballots import Stage as BallotStage
from services.governance.projections.ideas import CardState
from services.governance.proposal_page import Stage
from services.governance.tally import dots, knapsack, majority_judgment, opening, score, validity
from shared.web.pages import SHARED_TEMPLATES

FOLDER = Path(services.governance.__file__).parent
LINKS = {"Accueil", "Conseil", "Comptes", "Vérifier"}
SHOWN: tuple[tuple[type[StrEnum], str], ...] = (
    (IdeaWord, ""),
    (CardState, "idea"),
    (ItemKind, ""),
    (Outcome, ""),
    (BodyKind, ""),
    (Stage, "proposal"),
    (HowLifted, ""),
    (FollowUp, ""),
    (BallotStage, "ballot"),
    (Verdict, ""),
    (Way, ""),
    (Publish, ""),
    (Method, ""),
    (Rule, ""),
    (TiedPoints, ""),
    (Strength, ""),
    (TiedLast, ""),
    (Missing, ""),
    (Overflow, ""),
    (Utility, "utility"),
    (Completion, ""),
    (DrawKind, ""),
)


def said_by_templates() -> set[str]:
    found: set[str] = set()
    for path in (FOLDER / "templates").rglob("*.html"):
        with path.open("rb") as file:
            for _, message, *_ in extract("jinja2.ext:babel_extract", file, options={"trimmed": "true"}):
                found.update([message] if isinstance(message, str) else [one for one in message if one])
    return found


def in_catalogue(folder: Path = FOLDER) -> set[str]:
    with (folder / "i18n" / "en.po").open("rb") as file:
        entries = [entry for entry in read_po(file, abort_invalid=True) if entry.id]
    assert all(all(entry.string if isinstance(entry.string, tuple) else (entry.string,)) for entry in entries)
    return {one for entry in entries for one in ((entry.id,) if isinstance(entry.id, str) else entry.id)}


def faults_of(module: object) -> Iterator[str]:
    """Iterate over the words that a check of papers or of rules may answer."""
    text = Path(str(module.__file__)).read_text("utf-8")  # type: ignore[attr-defined]
    for line in text.splitlines():
        if "return" in line and "Step(" not in line:
            yield from re.findall(r'"([a-z]+(?:-[a-z]+)+|twice)"', line)


def test_the_english_catalogue_is_complete() -> None:
    said = {*said_by_templates(), *WORDS.values(), *KINDS.values(), *ERASED_KINDS.values(), *FAULTS.values(), *FIGURES.values()}
    said |= {SOMEBODY, *LINKS}
    assert said - in_catalogue() - in_catalogue(SHARED_TEMPLATES.parent) == set()


def test_the_extraction_sees_a_sentence_that_is_missing() -> None:
    assert "Boîte à idées" in said_by_templates()
    assert "Boîte à idées, peut-être" not in in_catalogue()


@pytest.mark.parametrize(("kind", "of"), SHOWN)
def test_every_code_that_a_page_shows_has_a_word(kind: type[StrEnum], of: str) -> None:
    assert [code for code in kind if (f"{of}.{code}" if of else code) not in WORDS] == []


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert word(str, "open", "ballot") == "ouvert"
    assert word(str, "unheard-of") == "unheard-of"


def test_every_fault_of_a_paper_or_a_rule_has_words() -> None:
    faults = {fault for module in (opening, validity, dots, knapsack, majority_judgment, score) for fault in faults_of(module)}
    assert {"too-few-options", "wrong-kind", "twice"} <= faults
    assert faults - set(FAULTS) == set()
