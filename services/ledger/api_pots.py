"""One pot over HTTP: what it holds, what of it is entrusted, committed and available, its entries and its advances, and no other's."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Response

from services.ledger.available import pot_shown
from services.ledger.exports.exported import EXPORTED, Exported
from shared.refusals import NotFound
from shared.values import Code
from shared.web.queries import Question, Questions, shown

PotPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$", description="A pot.")]


def routes_pots(app: FastAPI, questions: Questions) -> None:
    """Add the route of one pot."""
    asked, url = Depends(questions.asked), "/v1/registers/{register}/ledger"

    @app.get(f"{url}/pots/{{pot}}", tags=["ledger"], operation_id="get_pot")
    def pot(pot: PotPath, question: Question = asked) -> Response:
        """One pot and nothing of the others: `change` is what an entry brought to it or took from it, in cents."""
        exported, seq = questions.views.of(EXPORTED, question.register, question.cut)
        if pot not in exported.funds.balances.pots:
            raise NotFound(pot=pot)
        return shown(pot_told(exported, pot), seq, question.cut)


def pot_told(exported: Exported, pot: Code) -> dict[str, Any]:
    """Return one pot as JSON values, in cents: each entry by what it changed in this pot alone, with the balance after it."""
    funds, held, entries = exported.funds, 0, []
    for line in exported.journal.ordered():
        mine = [one for one in line.lines if one.pot == pot]
        if not mine:
            continue
        change = -sum(one.amount for one in mine)
        held += change
        voucher = f"{line.voucher.series}{line.voucher.number:02d}" if line.voucher else None
        told = {"seq": line.seq, "entry": line.entry, "kind": line.kind, "on": line.on, "voucher": voucher, "label": line.label}
        entries.append(told | {"change": change, "balance": held, "reverses": line.reverses, "reversed_by": line.reversed_by})
    advances = [
        {"advance": name, "holder": one.holder, "on": one.on, "granted": one.granted, "justified": one.justified}
        | {"returned": one.returned, "left": one.left, "settled_on": one.settled_on, "reversed_on": one.reversed_on}
        for name, one in sorted(funds.advances.by_id.items(), key=lambda item: (item[1].on, item[0]))
        if one.pot == pot
    ]
    figures = {"pot": pot, "label": funds.balances.labels.get(pot, pot), "held": funds.balances.pots.get(pot, 0), **pot_shown(funds, pot)}
    return figures | {"entries": entries, "advances": advances}
