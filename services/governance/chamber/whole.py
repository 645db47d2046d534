"""The chamber as governance's deciders know it: people, bodies, proposals and ballots, one fold for all that is decided there.

Each part folds its own facts; a decider sees them together, so that a vote is judged against the roll of its body and the
version of its proposal in one state.
"""

from dataclasses import dataclass
from datetime import date

from services.governance.chamber.balloting import BALLOTING, Ballots
from services.governance.chamber.proposing import PROPOSING, Proposals
from services.governance.chamber.purse import PURSE, Purse, PurseEvent
from services.governance.chamber.sittings import SITTINGS, Sittings
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import Role, Rules, RulesAdopted
from services.governance.standing import STANDING, Standing
from shared.deciding import Fold
from shared.messages import Recorded
from shared.values import Code, Pseudonym

ChamberEvent = GovernanceEvent | PurseEvent  # two services' facts, one register


@dataclass(frozen=True, slots=True)
class Chamber:
    """Everything the deciders of councils, proposals and ballots must know of one register."""

    standing: Standing = STANDING.initial
    sittings: Sittings = SITTINGS.initial
    proposals: Proposals = PROPOSING.initial
    ballots: Ballots = BALLOTING.initial
    rules: tuple[RulesAdopted, ...] = ()
    purse: Purse = PURSE.initial

    def rules_on(self, day: date) -> Rules | None:
        """Return the rules in force on a day: those begun last, or adopted last on a tie."""
        begun = [rules for rules in self.rules if rules.valid_from <= day]
        found = max(reversed(begun), key=lambda rules: rules.valid_from, default=None)
        return found.content if found else None

    def holds(self, person: Pseudonym, role: Role, day: date, class_code: Code | None = None) -> bool:
        """Tell whether a person has a role on that day; where a class is named, in that class (or everywhere)."""
        grants = self.standing.grants.of(person)
        return any(one.what == role and one.holds_on(day) and (class_code is None or one.scope in {None, class_code}) for one in grants)


_STANDING = STANDING.listening()
_SITTINGS = SITTINGS.listening()
_PROPOSING = PROPOSING.listening()
_BALLOTING = BALLOTING.listening()
_PURSE = PURSE.listening()


def evolve(chamber: Chamber, record: Recorded[ChamberEvent]) -> Chamber:
    """Apply one fact."""
    rules = (*chamber.rules, record.event) if isinstance(record.event, RulesAdopted) else chamber.rules
    return Chamber(
        _STANDING(chamber.standing, record),
        _SITTINGS(chamber.sittings, record),
        _PROPOSING(chamber.proposals, record),
        _BALLOTING(chamber.ballots, record),
        rules,
        _PURSE(chamber.purse, record),
    )


CHAMBER: Fold[Chamber] = Fold(ChamberEvent, Chamber(), evolve)
