"""What was said about something that looks wrong in the books and is not."""

from shared.messages import Event
from shared.values import Checked, Code, Id


class AnomalyExplained(
    Event,
    name="ledger.anomaly-explained.v1",
    fr="Ce qui paraissait anormal est expliqué : {reason}",
    en="What looked wrong is explained: {reason}",
):
    """Une ou plusieurs écritures qu'un contrôle signale sont expliquées ; elles restent listées, avec la raison.
    One or more entries that a check lists are explained; they stay listed, with the reason."""

    check: Code
    entries: tuple[Id, ...]
    reason: Checked
