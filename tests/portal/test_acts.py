"""A command is told by what it wrote: every kind of record names one, every command is named, and neighbours tell the unclear ones."""

from deploy.assembly import WRITING
from deploy.catalogue import CODEC
from services.portal.acts import FOLLOWS, MARKS, Acts, needs_neighbours, reason_of
from services.portal.trail import Trail
from shared.web.wordings import Wordings
from tests.examples_ledger import FAMILIES_RECEIVED
from tests.portal.scene import YEAR, PortalScene, fresh_register, records_of

COMMANDS = [command for _, rulebook in WRITING.values() for command in rulebook.commands]
ANY_COMMAND = {"homonym-accepted"}  # beside any record whose text names somebody's namesake
BY_FIELD = {"share-pot", "pay-back-pots"}  # told by the key or the purpose of the transfer


def test_every_kind_of_record_names_the_command_that_writes_it() -> None:
    assert {wire.split(".")[1] for wire in CODEC.types} == set(MARKS) | ANY_COMMAND, "add the new kind to services/portal/acts.py"
    assert set(MARKS) | ANY_COMMAND >= FOLLOWS


def test_every_command_is_named_by_what_it_writes() -> None:
    slugs = {command.slug() for command in COMMANDS}
    assert set(MARKS.values()) | BY_FIELD == slugs


def test_a_receipt_alone_was_recorded_and_one_beside_a_reversal_replaces(scene: PortalScene) -> None:
    acts, reversal = Acts(COMMANDS), next(one for one in YEAR if one.wire == "ledger.entry-reversed.v1")
    alone, replacing = acts.of([FAMILIES_RECEIVED]), acts.of([FAMILIES_RECEIVED, reversal])
    assert (alone and alone.slug, replacing and replacing.slug) == ("record-receipt", "reverse-entry")
    assert alone is not None and alone.fr == "Enregistrer une recette"
    assert needs_neighbours(FAMILIES_RECEIVED) and not needs_neighbours(reversal)
    assert (reason_of(FAMILIES_RECEIVED, str), reason_of(reversal, str)) == (None, reversal.reason)  # type: ignore[attr-defined]


def test_neighbours_are_found_whether_or_not_the_page_holds_them(scene: PortalScene) -> None:
    register, place = fresh_register(), next(n for n, one in enumerate(YEAR) if one.wire == "ledger.entry-reversed.v1")
    records = records_of(register, [*YEAR[: place + 1], FAMILIES_RECEIVED])
    records[-1] = records[-1]._replace(command=records[-2].command)
    scene.take(records)
    trail = Trail(scene.views, Wordings(()), Acts(COMMANDS))
    last, before = trail.one(register, len(records)), trail.one(register, len(records) - 1)
    assert last is not None and before is not None
    for lines in ([last], [before, last]):
        told = trail.asked(register, lines)[len(records)]
        assert told is not None and told.slug == "reverse-entry"
