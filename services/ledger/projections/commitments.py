"""What was decided and is not spent yet: each envelope, what was used and given back, the entries that cite it, what a pot holds back."""

from typing import Any

from services.ledger.commitments import Commitments, evolve
from shared.projecting import Projection
from shared.values import Id


def commitments_shown(known: Commitments) -> dict[str, Any]:
    """Return each decision that has an envelope, in the order of adoption, and what is held back in each pot; in cents."""
    carrying = sorted((one.seq, name) for name, one in known.decisions.items() if one.pot is not None)
    pots = sorted({one.pot for one in known.decisions.values() if one.pot is not None})
    return {
        "commitments": [_shown(known, name) for _, name in carrying],
        "pots": [{"pot": pot, "held_back": known.held_back(pot)} for pot in pots],
    }


def _shown(known: Commitments, name: Id) -> dict[str, Any]:
    one = known.decisions[name]
    cited = [
        (spending.seq, entry, use.amount) for entry, spending in known.spendings.items() for use in spending.uses if use.decision == name
    ]
    return {
        "decision": name,
        "seq": one.seq,
        "title": one.title,
        "adopted_at": one.adopted_at,
        "pot": one.pot,
        "project": one.project,
        "envelope": one.amount,
        "used": one.used,
        "released": one.released,
        "left": one.left,
        "open": one.open,
        "revoked": one.revoked,
        "entries": [{"entry": entry, "seq": seq, "amount": amount} for seq, entry, amount in sorted(cited)],
    }


COMMITMENTS = Projection(name="ledger.commitments", version=1, initial=Commitments(), evolve=evolve)
