"""Everything that can have happened in the democratic life of a cooperative, one file an idea."""

from services.governance.events.ballots import BallotEvent
from services.governance.events.bodies import BodyEvent
from services.governance.events.people import PeopleEvent
from services.governance.events.privacy import PrivacyEvent
from services.governance.events.proposals import ProposalEvent

GovernanceEvent = PeopleEvent | PrivacyEvent | BodyEvent | ProposalEvent | BallotEvent
