"""What the ledger awaits from one person, for governance's page « À toi de jouer »: whoever assembles both hands it over the wall."""

from collections.abc import Sequence
from datetime import date

from services.governance.standing import STANDING
from services.ledger.projections.vouchers import VOUCHER_BOOK, todo_shown
from shared.serving import Chore, Chores, Means, questions_of
from shared.values import Pseudonym


def voucher_chores(means: Means) -> Chores:
    """Return what lists the vouchers a person must bring, as the ledger's own question answers it."""
    views = questions_of(means, STANDING).views

    def chores(register: str, person: Pseudonym, day: date) -> Sequence[Chore]:
        state, _ = views.of(VOUCHER_BOOK, register)
        awaited = todo_shown(state, person, day)["vouchers"]
        return [Chore(one["voucher"], one["label"], one["on"], one["amount"], f"/c/{register}/pieces") for one in awaited]

    return chores
