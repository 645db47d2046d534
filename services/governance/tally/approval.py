"""Which options most papers approve, each paper marking as many as it likes.

Source: Steven Brams and Peter Fishburn, “Approval Voting”, American Political Science Review 72 (1978). For k seats the k most
approved are elected; an option that nobody approved takes no seat. Steps told: `votes` (figures of each option), then `tied` and
`elected` (`seating.py`).
"""

from services.governance.events.papers import Choice, Parameters
from services.governance.tally import plurality
from services.governance.tally.counting import Counting, Options
from services.governance.tally.validity import fault_of_marks
from shared.values import Code


def fault(options: Options, choice: Choice, _: Parameters) -> Code | None:
    """A paper marks any of the options, each once."""
    return fault_of_marks(options, choice, len(options))


APPROVAL_1 = Counting(version=1, fault=fault, count=plurality.count, takes=frozenset({"seats"}))
