"""The printed minutes: the same bytes for the same history, no font of the system, nothing of a member read as markup."""

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import typst

from services.governance.deciders.meetings import ROLES_OF_THE_DAY
from services.governance.events.ballots import Verdict, Way
from services.governance.events.bodies import ItemKind, Outcome, QuorumOf
from services.governance.events.papers import Method
from services.governance.events.proposals import FollowUp, HowLifted
from services.governance.telling.minutes import minute_book, minutes_of
from services.governance.telling.minutes_pdf import SOURCE, WORDS, Origin, inputs_of, minute_book_pdf, minutes_pdf
from shared.values import Checkpoint
from tests.examples_bodies import MEETING
from tests.given import PARIS, REGISTER
from tests.governance.held import AGREED, HELD
from tests.governance.test_minutes import minuted

ORIGIN = Origin(
    cooperative="Coopérative Les Tilleuls",
    register=REGISTER,
    checkpoint=Checkpoint(size=len(HELD), root="ab" * 32),
    at=datetime(2024, 10, 14, 9, 2, tzinfo=UTC),
    zone=PARIS,
)
PRINTS = """
import hashlib
from tests.governance.test_minutes_pdf import ORIGIN, book, minutes
from services.governance.telling.minutes_pdf import minute_book_pdf, minutes_pdf
print(hashlib.sha256(minutes_pdf(minutes(), ORIGIN) + minute_book_pdf(book(), ORIGIN)).hexdigest())
"""


def minutes() -> dict[str, Any]:
    return minutes_of(minuted(*HELD), MEETING)


def book() -> dict[str, Any]:
    return minute_book(minuted(*HELD, *AGREED), "conseil-CM2")


def paper(kind: str, document: dict[str, Any]) -> str:
    """Return the text that the source prints: its HTML, without the tags."""
    compiler = typst.Compiler(SOURCE.read_bytes(), ignore_system_fonts=True, sys_inputs=inputs_of(kind, "Titre", document, ORIGIN))
    printed = compiler.compile(format="html")
    assert isinstance(printed, bytes)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", printed.decode())).split())


def texts_of(document: Any) -> Iterator[str]:
    """Iterate over what members wrote and who was there, wherever it stands in minutes."""
    if isinstance(document, list):
        for one in document:
            yield from texts_of(one)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name in {"title", "text", "reason", "limits", "refusal", "note", "question"}:
                yield value
            elif name in {"present", "arrived", "left"}:
                yield from value
            else:
                yield from texts_of(value)


def test_the_same_history_gives_the_same_bytes() -> None:
    assert minutes_pdf(minutes(), ORIGIN) == minutes_pdf(minutes(), ORIGIN)
    assert minutes_pdf(minutes(), ORIGIN).startswith(b"%PDF-")
    assert minute_book_pdf(book(), ORIGIN) != minutes_pdf(minutes(), ORIGIN)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_another_process_in_another_time_zone_and_language_gives_the_same_bytes(zone: str) -> None:
    def printed(**environment: str) -> bytes:
        return subprocess.run(
            [sys.executable, "-c", PRINTS], env={**os.environ, **environment}, capture_output=True, check=True, timeout=60
        ).stdout

    assert printed(TZ=zone, LC_ALL="C", HOME="/nonexistent") == printed()


def test_another_fact_another_checkpoint_or_another_moment_gives_other_bytes() -> None:
    before = minutes_pdf(minutes(), ORIGIN)
    assert minutes_pdf(minutes() | {"call": 2}, ORIGIN) != before
    assert minutes_pdf(minutes(), ORIGIN._replace(checkpoint=Checkpoint(size=len(HELD), root="ac" * 32))) != before
    assert minutes_pdf(minutes(), ORIGIN._replace(at=datetime(2024, 10, 14, 9, 3, tzinfo=UTC))) != before


def test_what_a_member_wrote_is_never_read_as_markup() -> None:
    hostile = minutes()
    hostile["points"][2]["title"] = '#read("/etc/passwd") *gras* $x^2$ #panic("no") <label> @ref `raw` \\'
    assert minutes_pdf(hostile, ORIGIN).startswith(b"%PDF-")


def test_every_state_of_a_meeting_can_be_printed() -> None:
    for length in range(1, len(HELD) + len(AGREED) + 1):
        state = minuted(*(*HELD, *AGREED)[:length])
        if "conseil-CM2" in state.meetings.bodies and length % 4 == 0:
            assert minute_book_pdf(minute_book(state, "conseil-CM2"), ORIGIN).startswith(b"%PDF-")


@pytest.mark.parametrize(("kind", "document"), [("minutes", minutes()), ("book", book())])
def test_all_that_the_page_tells_is_on_paper(kind: str, document: dict[str, Any]) -> None:
    printed = paper(kind, document)
    texts = list(texts_of(document))
    assert len(texts) > 15
    assert not [text for text in texts if " ".join(text.split()) not in printed]
    for figure in (
        "inscrits · registered 20",
        "votants · voters 18",
        "blancs · blank 2",
        "pour · for : 15",
        "contre · against : 1",
        "400,00 €",
    ):
        assert figure in printed, figure


def test_the_words_on_paper_are_in_both_languages() -> None:
    words = json.loads(WORDS.read_text("utf-8"))
    assert all(len(pair) == 2 and all(pair) for pair in words.values())
    for codes in (Outcome, ItemKind, FollowUp, HowLifted, Verdict, Way, Method, QuorumOf):
        assert {code.value for code in codes} <= set(words)
    assert {role.value for role in ROLES_OF_THE_DAY} <= set(words)
