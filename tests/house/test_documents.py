"""Documentation that cannot rot: pages written from the code are compared with it, lists are complete, commands exist."""

import re

from deploy import settings_example
from services.governance.commands.people import CloseClass, MoveMember
from services.governance.deciders import cooperative, member
from services.ledger.commands.books import OpenPot
from services.ledger.deciders import pots
from shared.settings import PREFIX, Settings
from tests.house import command_page
from tests.house.sources import ROOT, events, read

CONTRIBUTING_LINES_MAX = 120  # short enough to be read before the first change


def test_the_page_of_commands_says_what_the_code_says() -> None:
    assert command_page.PAGE.read_text("utf8") == command_page.page(), "run `make pages` and look at the difference"


def test_outcomes_are_those_of_the_command_s_own_case() -> None:
    assert command_page.outcomes(CloseClass, member.decide) == (["ClassClosed"], ["Forbidden", "NoSuchClass"])
    refused = ["ClassNotOpen", "InTheFuture", "LeftTheAssociation", "PotExists"]
    assert command_page.outcomes(OpenPot, pots.decide) == (["PotOpened"], refused)
    assert command_page.outcomes(MoveMember, cooperative.decide) == ([], [])


def test_the_example_of_settings_says_what_the_settings_say() -> None:
    assert settings_example.EXAMPLE.read_text("utf8") == settings_example.example(), "run `make pages` and look at the difference"


def test_each_value_of_the_example_is_what_holds_unless_set() -> None:
    lines = re.findall(rf"^#{PREFIX}(\w+)=(.+)$", settings_example.example(), re.MULTILINE)
    given = {name.lower(): value for name, value in lines}
    assert Settings.model_validate(given) == Settings()
    assert {name for name, field in Settings.model_fields.items() if field.default is not None} == set(given)


def test_the_changelog_lists_every_wire_name() -> None:
    listed = set(re.findall(r"[a-z]+\.[a-z-]+\.v[0-9]+", read("CHANGELOG.md")))
    assert {event.wire for event in events()} == listed


def test_each_make_target_that_is_named_exists_and_each_that_is_offered_is_named() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))
    offered = set(re.findall(r"^## make ([a-z-]+)", read("Makefile"), re.MULTILINE))
    for page in ("CONTRIBUTING.md", "README.md"):
        assert set(re.findall(r"`make ([a-z-]+)", read(page))) <= targets
    assert offered <= set(re.findall(r"`make ([a-z-]+)", read("CONTRIBUTING.md")))
    assert {"run", "test"} <= offered <= targets


def test_contributing_can_be_read_before_the_first_change() -> None:
    assert read("CONTRIBUTING.md").count("\n") <= CONTRIBUTING_LINES_MAX


def test_each_file_that_a_page_points_to_exists() -> None:
    for page in ("CONTRIBUTING.md", "README.md", "services/README.md", "shared/README.md"):
        for path in re.findall(r"`((?:services|shared|deploy|tests)/[\w./-]+)`", read(page)):
            assert (ROOT / path).exists(), f"{page}: {path}"
