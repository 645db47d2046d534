"""The library's own projections run on the log.

Its test module imports `msgspec` for another kind of projection, so that package is a test dependency.
"""

from typing import ClassVar

from eventsourcing.persistence import Tracking
from eventsourcing.tests import projection as library_projection

from shared.eventlog.positions import PositionRecorder
from tests.postgres_fixture import fresh_log
from tests.shared.eventlog.on_the_log import OnTheLog


class EventCounters(PositionRecorder, library_projection.EventCountersView):
    """A view with two counters, kept in the positions' own table so that both change in one transaction."""

    def get_created_event_counter(self) -> int:
        return self._count("created")

    def get_subsequent_event_counter(self) -> int:
        return self._count("subsequent")

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self._increment("created", tracking)

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self._increment("subsequent", tracking)

    def _count(self, kind: str) -> int:
        return self.max_tracking_id(f"count of {kind}") or 0

    def _increment(self, kind: str, tracking: Tracking) -> None:
        with self.tracked(tracking) as connection:
            connection.execute(
                "insert into eventsourcing.positions as p (log_id, projection, version, part, position, status, updated_at) "
                "values (%s, %s, 1, 0, 1, 'live', now()) "
                "on conflict (log_id, projection, version, part) do update set position = p.position + 1",
                (self.log_id, f"count of {kind}"),
            )


class TestEventCountersView(OnTheLog, library_projection.EventCountersViewTestCase):
    def construct_event_counters_view(self) -> EventCounters:
        view = EventCounters(self.postgres.url("ruche_writer"), fresh_log(self.postgres))
        self.addCleanup(view.close)
        return view


class TestEventCountersProjection(OnTheLog, library_projection.AggregateEventCountersProjectionTestCase):
    view_class = EventCounters
    env: ClassVar[dict[str, str]] = {}

    def setUp(self) -> None:
        type(self).env = self.environment(fresh_log(self.postgres))
