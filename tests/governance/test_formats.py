"""How long a council lasts: data that come with Ruche, replaced by an association's rules, said for the class of a body."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.governance.api.bodies import bodies_shown, meeting_shown
from services.governance.deciders.cooperative import digest_of
from services.governance.events.people import CouncilFormat, RulesAdopted
from services.governance.projections.meetings import MEETINGS
from services.governance.rules.formats import BadFormats, format_for, in_force, read_formats, shipped
from shared.projecting import fold
from shared.web.queries import plain
from tests.examples_bodies import COUNCIL_DAY, MEETING
from tests.examples_governance import RULES, SUMMER
from tests.governance.council import COUNCIL, SITTING
from tests.governance.held import HELD, records_of

OURS = CouncilFormat(cycle=3, minutes=35, minutes_max=40, items_max=4, pictograms=False, verified=True, source="AD99")
HEADER = "cycle,minutes,minutes_max,items_max,pictograms,verified,source\n"
NEXT_RULES = RULES.model_copy(update={"council_formats": (OURS,)})
ADOPTED = RulesAdopted(rule_set="AD99", version="2", valid_from=COUNCIL_DAY, content=NEXT_RULES, digest=digest_of(NEXT_RULES))


def test_the_shipped_formats_are_twenty_minutes_in_cycle_2_and_up_to_ninety_in_cycle_3() -> None:
    told = {one.cycle: (one.minutes, one.minutes_max, one.pictograms, one.verified) for one in shipped()}
    assert told == {1: (5, 10, True, False), 2: (20, 20, True, False), 3: (45, 90, False, False)}
    assert all(one.source for one in shipped())


def test_the_rules_replace_the_shipped_format_of_a_cycle_and_leave_the_others() -> None:
    assert [one.minutes for one in in_force([OURS])] == [5, 20, 35]
    assert in_force([]) == shipped()


def test_a_class_of_two_cycles_goes_by_the_younger_pupils() -> None:
    assert format_for((3, 2), shipped()) == shipped()[1]
    assert format_for((), shipped()) is None
    assert format_for((4,), shipped()) is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("minutes,cycle\n", "line 1"),
        (HEADER + "2,vingt,20,3,true,false,\n", "line 2"),
        (HEADER + "1,5,10,1,true,false,\n2,20,20,3,oui,false,\n", "line 3"),
        (HEADER + "9,5,10,1,true,false,\n", "line 2"),
    ],
)
def test_a_file_that_cannot_be_read_names_the_line(tmp_path: Path, rows: str, said: str) -> None:
    file = tmp_path / "formats.csv"
    file.write_text(rows, "utf-8")
    with pytest.raises(BadFormats, match=said):
        read_formats(file)


def test_a_file_of_an_association_is_read(tmp_path: Path) -> None:
    file = tmp_path / "formats.csv"
    file.write_text(HEADER + "3,35,40,4,false,true,AD99\n", "utf-8")
    assert read_formats(file) == (OURS,)


def test_a_class_council_shows_its_own_format_and_the_rules_of_the_day_change_it() -> None:
    state = fold(MEETINGS, records_of([*COUNCIL, ADOPTED]))
    before = {one["body"]: one["format"] for one in bodies_shown(state, COUNCIL_DAY - timedelta(days=1))}
    assert before == {"conseil-CM2": shipped()[2], "ecole": None}
    after = {one["body"]: one["format"] for one in bodies_shown(state, SUMMER)}
    assert after["conseil-CM2"] == OURS


def test_a_meeting_shows_its_format_its_length_and_what_became_of_earlier_decisions() -> None:
    told = plain(meeting_shown(fold(MEETINGS, records_of(HELD)), MEETING))
    assert (told["format"]["minutes"], told["minutes_taken"], told["state"]) == (45, 6, "closed")
    (followed,) = told["follow_up"].values()
    assert [look["state"] for look in followed["looks"]] == ["ongoing"]
    running = plain(meeting_shown(fold(MEETINGS, records_of(SITTING)), MEETING))
    assert (running["minutes_taken"], running["state"], running["points"]) == (None, "running", 2)
