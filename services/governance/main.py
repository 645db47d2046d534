"""Governance, assembled."""

from fastapi import FastAPI

from services.governance.api import routes
from services.governance.deciders.cooperative import COOPERATIVE
from services.governance.deciders.handover import HANDOVER
from services.governance.deciders.mandate import MANDATE
from services.governance.deciders.member import MEMBER
from services.governance.deciders.role import ROLE
from services.governance.standing import STANDING
from shared.deciding import Rulebook, combined
from shared.serving import Means, questions_of

GOVERNANCE: Rulebook = combined(COOPERATIVE, MEMBER, MANDATE, HANDOVER, ROLE, standing=STANDING)


def build(app: FastAPI, means: Means) -> None:
    """Add governance to an app."""
    routes(app, means.handling(GOVERNANCE), questions_of(means, STANDING), means.askers)
