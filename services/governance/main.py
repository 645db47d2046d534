"""Governance, assembled."""

from fastapi import FastAPI

from services.governance.api.routes import routes
from services.governance.deciders.amendments import AMENDMENTS
from services.governance.deciders.ballots import BALLOTS
from services.governance.deciders.bodies import BODIES
from services.governance.deciders.cards import CARDS
from services.governance.deciders.closing import CLOSING
from services.governance.deciders.consent import CONSENT
from services.governance.deciders.cooperative import COOPERATIVE
from services.governance.deciders.decisions import DECISIONS
from services.governance.deciders.erasing import ERASING
from services.governance.deciders.framing import FRAMING
from services.governance.deciders.hand import HAND
from services.governance.deciders.handover import HANDOVER
from services.governance.deciders.ideas import IDEAS
from services.governance.deciders.mandate import MANDATE
from services.governance.deciders.meetings import MEETINGS
from services.governance.deciders.member import MEMBER
from services.governance.deciders.named import NAMED
from services.governance.deciders.proposals import PROPOSALS
from services.governance.deciders.role import ROLE
from services.governance.pages.desk import Desk
from services.governance.pages.routes import routes_pages
from services.governance.standing import STANDING, homonym_accepted
from shared.deciding import Rulebook, combined
from shared.serving import Means, questions_of

PEOPLE = (COOPERATIVE, MEMBER, MANDATE, HANDOVER, ROLE, ERASING)
COUNCILS = (BODIES, MEETINGS, IDEAS, PROPOSALS, AMENDMENTS, FRAMING, CONSENT, DECISIONS)
VOTES = (BALLOTS, HAND, NAMED, CARDS, CLOSING)
GOVERNANCE: Rulebook = combined(*PEOPLE, *COUNCILS, *VOTES, standing=STANDING, names=homonym_accepted)


def build(app: FastAPI, means: Means) -> None:
    """Add governance to an app."""
    handling, questions = means.handling(GOVERNANCE), questions_of(means, STANDING)
    routes(app, means, handling, questions)
    if means.pages is not None and means.vault is not None:
        routes_pages(app, Desk(means, handling, questions, means.pages, means.vault))
