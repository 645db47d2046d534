"""Orders of payment and prepared entries over HTTP, and the thread from a euro to the vote behind it, and back."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Path, Response

from services.ledger.api_vouchers import ID_PATTERN, EntryPath
from services.ledger.projections.orders import (
    ORDER_BOOK,
    OrderBook,
    bought_shown,
    drafts_shown,
    order_shown,
    orders_shown,
    thread_shown,
)
from shared.clock import Clock
from shared.refusals import NotFound
from shared.web.queries import Question, Questions

OrderPath = Annotated[str, Path(pattern=ID_PATTERN, description="The payment order.")]
DecisionPath = Annotated[str, Path(pattern=ID_PATTERN, description="The decision, or the ballot that took it.")]


class NoSuchOrderHere(NotFound):
    """Aucun ordre de paiement ne porte cet identifiant, ou il n'existait pas encore à la date demandée.
    No payment order has this identifier, or it did not exist yet on the date asked for."""


class NothingSpentThere(NotFound):
    """Aucune dépense ni avance ne porte cet identifiant, ou elle n'était pas encore écrite à la date demandée.
    No expense or advance has this identifier, or it was not written yet on the date asked for."""


class NoSuchDecisionThere(NotFound):
    """Aucune décision ne porte cet identifiant, ou elle n'était pas encore prise à la date demandée.
    No decision has this identifier, or it was not taken yet on the date asked for."""


def routes_orders(app: FastAPI, questions: Questions, clock: Clock) -> None:
    """Add the routes of orders, drafts and threads."""
    asked, url = Depends(questions.asked), "/v1/registers/{register}/ledger"

    @app.get(f"{url}/orders", tags=["ledger"], operation_id="list_orders")
    def orders(question: Question = asked) -> Response:
        """Every payment order, the last first: who drafted and approved it, what it waits for and whether the reader may do it.

        `without_order`: the expenses that were paid on a decision alone, without order or approvals.
        """
        held, day = standing_of(questions, question, clock)
        return questions.answer(ORDER_BOOK, question, lambda book: orders_shown(book, question.register, question.actor, held, day))

    @app.get(f"{url}/orders/{{order}}", tags=["ledger"], operation_id="get_order")
    def one_order(order: OrderPath, question: Question = asked) -> Response:
        """One payment order."""
        held, day = standing_of(questions, question, clock)

        def show(book: OrderBook) -> object:
            if order not in book.orders.by_id:
                raise NoSuchOrderHere(order=order)
            return order_shown(book, question.register, order, question.actor, held, day)

        return questions.answer(ORDER_BOOK, question, show)

    @app.get(f"{url}/drafts", tags=["ledger"], operation_id="list_drafts")
    def drafts(question: Question = asked) -> Response:
        """What pupil treasurers prepared, the last first: waiting, confirmed by which entry, or declined with its reason."""
        return questions.answer(ORDER_BOOK, question, drafts_shown)

    _threads(app, url, questions)


def _threads(app: FastAPI, url: str, questions: Questions) -> None:
    asked = Depends(questions.asked)

    @app.get(f"{url}/entries/{{entry}}/thread", tags=["ledger"], operation_id="get_entry_thread")
    def thread(entry: EntryPath, question: Question = asked) -> Response:
        """What stands behind an expense or an advance: its voucher, its order with its approvals, its decision, the count of its vote."""

        def show(book: OrderBook) -> object:
            if (shown := thread_shown(book, question.register, entry)) is None:
                raise NothingSpentThere(entry=entry)
            return shown

        return questions.answer(ORDER_BOOK, question, show)

    @app.get(f"{url}/decisions/{{decision}}", tags=["ledger"], operation_id="get_what_was_bought")
    def bought(decision: DecisionPath, question: Question = asked) -> Response:
        """All that was ordered and really bought on a decision, in cents; a ballot's id stands for the decision it took."""

        def show(book: OrderBook) -> object:
            if (shown := bought_shown(book, question.register, decision)) is None:
                raise NoSuchDecisionThere(decision=decision)
            return shown

        return questions.answer(ORDER_BOOK, question, show)


def standing_of(questions: Questions, question: Question, clock: Clock) -> tuple[frozenset[str], date]:
    """Return what the reader is today as a person, whatever their token adds, and today's date where the cooperative is."""
    standing = questions.views.standing(question.register)
    day = clock().astimezone(ZoneInfo(standing.zone)).date()
    return standing.roles(question.actor, day), day
