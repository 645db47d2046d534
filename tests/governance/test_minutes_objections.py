"""The reason of an objection in minutes: read by those of the body at the last moment, and no part of what was approved."""

from typing import Any

from services.governance.telling.minutes import minutes_digest, minutes_of
from services.governance.telling.objections import with_reasons
from shared.values import Sealed
from tests.examples_bodies import SECOND_MEETING
from tests.given import SEALED
from tests.governance.held import AGREED, HELD
from tests.governance.test_minutes import minuted
from tests.governance.test_minutes_pdf import paper

REASON = "Le bac prend #trop de place"
PLACE = "sa raison est au coffre, lue dans l’instance"
STATE = minuted(*HELD, *AGREED)


def read(said: str | None) -> dict[str, Any]:
    """Return the minutes as somebody reads them, for whom the vault opens every seal to one text, or to nothing."""

    def opens(sealed: Sealed) -> str | None:
        assert sealed == SEALED
        return said

    return with_reasons(minutes_of(STATE, SECOND_MEETING), STATE.deliberations, opens)


def test_minutes_print_the_objection_how_it_was_built_in_and_the_adoption_in_round_two() -> None:
    printed = paper("minutes", read(REASON))
    assert f"« {REASON} »" in printed
    assert "intégrée · integrated (Un bac avec couvercle)" in printed
    assert "Adoptée par consentement au tour · Adopted by consent in round 2" in printed
    assert PLACE not in printed


def test_whoever_may_not_read_it_or_an_erased_reason_leaves_its_place() -> None:
    printed = paper("minutes", read(None))
    assert PLACE in printed
    assert "Un bac avec couvercle" in printed


def test_the_digest_of_minutes_depends_on_no_opened_text() -> None:
    drafted = minutes_of(STATE, SECOND_MEETING)
    before = minutes_digest(drafted)
    assert minutes_digest(read(None)) == before
    assert REASON in str(read(REASON))
    assert minutes_digest(minutes_of(STATE, SECOND_MEETING)) == before
    assert REASON not in str(drafted)
