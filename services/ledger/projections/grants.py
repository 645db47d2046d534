"""Grants: what was promised, received, used and left of each purse, with the list of entries that proves the use."""

from typing import Any

from services.ledger.registers.grants import Cited, Grants, noted
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Id


def evolve(grants: Grants, record: Recorded[Any]) -> Grants:
    """Apply one fact."""
    return noted(grants, record.event)


def grants_shown(grants: Grants) -> dict[str, Any]:
    """Return each purse: the grants of one project together, or one grant that names none; in cents.

    `left` is what was received and not used, `beyond` what was used above what was received: the cooperative paid it. Of an expense,
    `outside` tells that a part of it is not in the project that its grant pays for, `late` that it came after the grant's date.
    """
    purses = list(dict.fromkeys(grants.purse(name) for name in grants.order))
    return {"purses": [_purse_shown(grants, purse) for purse in purses]}


def _purse_shown(grants: Grants, purse: tuple[Id, ...]) -> dict[str, Any]:
    received, used = (grants.total(purse, spent=spent) for spent in (False, True))
    return {
        "project": grants.grants[purse[0]].project,
        "promised": sum(grants.grants[name].amount for name in purse),
        "received": received,
        "used": used,
        "left": max(received - used, 0),
        "beyond": max(used - received, 0),
        "grants": [_grant_shown(grants, name) for name in purse],
        "receipts": [_entry_shown(one) for one in grants.lines(purse, spent=False)],
        "expenses": [_entry_shown(one) | _use_of(grants, one) for one in grants.lines(purse, spent=True)],
    }


def _grant_shown(grants: Grants, name: Id) -> dict[str, Any]:
    sums = {word: grants.total((name,), spent=spent) for word, spent in (("received", False), ("used", True))}
    return {"grant": name, **grants.grants[name]._asdict(), **sums}


def _entry_shown(one: Cited) -> dict[str, Any]:
    return {"entry": one.entry, "grant": one.grant, "on": one.on, "voucher": one.voucher, "label": one.label, "amount": one.amount}


def _use_of(grants: Grants, one: Cited) -> dict[str, Any]:
    grant = grants.grants[one.grant]
    outside = grant.project is not None and set(one.projects) != {grant.project}
    return {"outside": outside, "late": grant.use_by is not None and one.on > grant.use_by}


GRANT_BOOK = Projection(name="ledger.grants", version=1, initial=Grants(), evolve=evolve)
