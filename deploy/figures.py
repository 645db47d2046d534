"""What an installation counts, read from its parts at the moment somebody asks."""

from collections.abc import Mapping

from shared.eventlog.append import LogWriter
from shared.messaging.publisher import Publisher
from shared.messaging.subscriber import SubscriberStatus
from shared.observing import Figures


def of_publisher(publisher: Publisher) -> Figures:
    """Count what the publisher did, how far it is behind, and whether it stands still."""

    def figures() -> Mapping[str, float]:
        status = publisher.status.snapshot()
        return {
            "ruche_publisher_leader": float(status.leader),
            "ruche_publisher_halted": float(bool(status.halted)),
            "ruche_publisher_lag_records": status.unpublished,
            "ruche_publisher_oldest_unpublished_seconds": status.oldest_unpublished_seconds(),
            "ruche_publisher_records_total": status.records,
            "ruche_publisher_doubts_total": status.doubts.total(),
        }

    return figures


def of_writer(writer: LogWriter) -> Figures:
    """Count what was appended, in how many commits and seconds."""
    return lambda: {
        "ruche_records_appended_total": writer.records,
        "ruche_append_commands_total": writer.commands,
        "ruche_append_batches_total": writer.batches,
        "ruche_append_seconds_total": writer.append_seconds,
        "ruche_append_resends_total": writer.resends,
        "ruche_append_queue_depth": writer.queue_depth,
    }


def of_subscriber(status: SubscriberStatus) -> Mapping[str, float]:
    """Say how far a consumer is."""
    return {"ruche_projection_position": status.position, "ruche_projection_lag_records": status.lag}
