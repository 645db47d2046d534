"""One example of each event of governance, the first one that each idea gives: what the golden records are made of."""

from services.governance.events.catalogue import GovernanceEvent
from tests.examples_ballots import EXAMPLES as BALLOTS
from tests.examples_bodies import EXAMPLES as BODIES
from tests.examples_governance import EXAMPLES as PEOPLE
from tests.examples_proposals import EXAMPLES as PROPOSALS


def first_of_each(*examples: GovernanceEvent) -> tuple[GovernanceEvent, ...]:
    """Return the first example of each class."""
    return tuple({type(one): one for one in reversed(examples)}.values())[::-1]


EXAMPLES = first_of_each(*PEOPLE, *BODIES, *PROPOSALS, *BALLOTS)
