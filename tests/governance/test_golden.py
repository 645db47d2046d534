"""Every shape ever written is still read, written again to the same bytes, and folded."""

from typing import Any

import pytest

from services.governance.chamber.whole import CHAMBER
from services.governance.deciders.cooperative import COOPERATIVE
from services.governance.deciders.handover import HANDOVER
from services.governance.deciders.mandate import MANDATE
from services.governance.deciders.member import MEMBER
from services.governance.deciders.role import ROLE
from services.governance.events.catalogue import GovernanceEvent
from services.governance.projections.authorisations import AUTHORISATIONS
from services.governance.projections.ballots import BALLOTS
from services.governance.projections.cooperative import COOPERATIVE as COOPERATIVE_VIEW
from services.governance.projections.decisions import DECISIONS
from services.governance.projections.deliberations import DELIBERATIONS
from services.governance.projections.ideas import IDEA_BOX
from services.governance.projections.mandates import MANDATES
from services.governance.projections.meetings import MEETINGS
from services.governance.projections.members import MEMBERS
from services.governance.projections.proposals import PROPOSALS
from services.governance.projections.todo import TO_DO
from services.governance.standing import STANDING
from shared.deciding import Fold, members
from shared.eventlog.codec import codec_of
from shared.messages import Event
from shared.projecting import Projection
from shared.refusals import Corrupt
from tests.governance.every_example import EXAMPLES
from tests.governance.write_goldens import GOLDEN, golden_file, golden_record

CODEC = codec_of(GovernanceEvent)
FOLDS: tuple[Fold[Any], ...] = (STANDING, CHAMBER, *(decider.fold for decider in (COOPERATIVE, MEMBER, ROLE, MANDATE, HANDOVER)))
VIEWS: tuple[Projection[Any], ...] = (
    MEMBERS,
    MANDATES,
    COOPERATIVE_VIEW,
    MEETINGS,
    DELIBERATIONS,
    IDEA_BOX,
    PROPOSALS,
    DECISIONS,
    BALLOTS,
    TO_DO,
    AUTHORISATIONS,
)
CLASSES: list[type[Event]] = sorted(members(GovernanceEvent), key=lambda event: event.wire)


@pytest.mark.parametrize("event", CLASSES, ids=lambda event: event.wire)
def test_every_event_has_a_golden_record_that_reads_writes_and_folds(event: type[Event]) -> None:
    stored = golden_file(event).read_bytes()
    record = CODEC.decode_strictly(stored)
    assert type(record.event) is event
    assert CODEC.encode(*record) == stored
    for fold in FOLDS:
        if event in fold.types():
            fold.evolve(fold.initial, record)
    for view in VIEWS:
        view.evolve(view.initial, record)


def test_the_examples_are_what_the_golden_records_say() -> None:
    """A changed shape shows here first: it needs another file, not another content."""
    assert {type(example) for example in EXAMPLES} == set(CLASSES)
    for example in EXAMPLES:
        assert golden_record(CODEC, example) == golden_file(type(example)).read_bytes()


def test_every_golden_file_of_governance_has_its_class() -> None:
    assert {path.name for path in GOLDEN.glob("governance.*.json")} == {golden_file(event).name for event in CLASSES}


def test_every_event_is_heard_by_a_fold_of_governance() -> None:
    heard = frozenset().union(*(fold.types() for fold in FOLDS))
    assert set(CLASSES) <= heard


@pytest.mark.parametrize("event", CLASSES, ids=lambda event: event.wire)
def test_a_golden_record_with_one_letter_more_is_corrupt(event: type[Event]) -> None:
    stored = golden_file(event).read_bytes()
    with pytest.raises(Corrupt):
        CODEC.decode_strictly(stored.replace(b'"data":{', b'"data":{"extra":1,'))
    with pytest.raises(Corrupt):
        CODEC.decode_strictly(stored + b"\n")
