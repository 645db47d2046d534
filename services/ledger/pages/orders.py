"""The page of payment orders and prepared entries: what waits, for whom, and the button for whoever may; the reason for whoever may not."""

from datetime import UTC, date
from typing import Any, Final

from fastapi import Depends, FastAPI, Response

from services.governance.events.people import Role
from services.ledger.books import Books
from services.ledger.commands.books import RecordExpense
from services.ledger.commands.orders import ApprovePayment, OrderPayment, PrepareEntry
from services.ledger.events.books import AccountType
from services.ledger.pages.desk import HERE, Desk, Shown, Visit, sentence_of
from services.ledger.pages.order_forms import FORMS
from services.ledger.pages.words import MEANS
from services.ledger.paying import may_approve
from services.ledger.projections.orders import ORDER_BOOK, OrderBook, drafts_shown, orders_shown
from shared.messages import Circumstances
from shared.refusals import Unanswered
from shared.values import Code, Id
from shared.web.forms import NOT_SENT, Filled, NoSuchForm, Typed, filled
from shared.web.queries import Questions

WHY: Final = "page.orders"  # in the vault's log of accesses
SHOWN_MAX: Final = 100  # orders or drafts on the page, the last first; all of them are in the API


def routes_order_pages(app: FastAPI, desk: Desk, questions: Questions) -> None:
    """Add the page and its forms."""
    visiting, reading, page = Depends(desk.visit), Depends(filled), OrderPage(desk, questions)

    @app.get(f"{HERE}/ordres", include_in_schema=False)
    def orders(visit: Visit = visiting) -> Response:
        return page.show(visit)

    @app.post(f"{HERE}/ordres", include_in_schema=False)
    def settle(visit: Visit = visiting, sent: Filled = reading) -> Response:
        return page.settle(visit, sent)


class OrderPage:
    """Draws the page and takes its forms."""

    def __init__(self, desk: Desk, questions: Questions) -> None:
        """Take what pages are made with, and the views."""
        self._desk, self._questions = desk, questions

    def settle(self, visit: Visit, sent: Filled) -> Response:
        """Give the command of a form, and come back to the page."""
        books = self._desk.books(visit)

        def build(form: Filled) -> Any:
            if form.do not in FORMS:
                raise NoSuchForm
            return FORMS[form.do](form, books)

        return self._desk.settle(
            visit, sent, build, lambda typed, status: self.show(visit, typed, status), lambda _answer: f"{visit.here}/ordres"
        )

    def show(self, visit: Visit, typed: Typed = NOT_SENT, status: int = 200) -> Response:
        """Draw the orders, the drafts and the forms."""
        book, books, today = self._book(visit), self._desk.books(visit), visit.now.date()
        held = books.standing.roles(visit.actor, today)
        orders = orders_shown(book, visit.register, visit.actor, held, today)["orders"][:SHOWN_MAX]
        drafts = drafts_shown(book)["drafts"][:SHOWN_MAX]
        people = {person for one in orders for person in (*one["drafted_by"], *(yes["by"] for yes in one["approvals"]))}
        return self._desk.show(
            visit,
            Shown("ledger/orders.html", f"{visit.here}/ordres", "orders"),
            status,
            orders=orders,
            why_not={one["order"]: self._why_not(visit, books, one["order"]) for one in orders if one["state"] == "open"},
            drafts=drafts,
            who=self._desk.names(visit, people | {one["by"] for one in drafts}, WHY),
            typed=typed,
            pieces_href=f"{visit.here.removesuffix('/comptes')}/pieces",
            may_order=bool(held & OrderPayment.may),
            may_refuse=bool(held & ApprovePayment.may),
            may_prepare=bool(held & PrepareEntry.may),
            may_write=bool(held & RecordExpense.may) and Role.MANDATE_HOLDER in held,
            today=today,
            means=[(one, one) for one in MEANS],
            **_offered(books, today),
        )

    def _book(self, visit: Visit) -> OrderBook:
        book: OrderBook = self._questions.views.of(ORDER_BOOK, visit.register)[0]
        return book

    def _why_not(self, visit: Visit, books: Books, name: Id) -> str:
        """Return why the reader cannot approve an order now, "" where they can: the rule itself says it."""
        asked = Circumstances(visit.actor, visit.register, "", visit.now, b"", visit.now.tzinfo or UTC)
        try:
            may_approve(books, name, books.orders.by_id[name], asked)
        except Unanswered as no:
            return sentence_of(visit.request, type(no))
        return ""


def _offered(books: Books, today: date) -> dict[str, Any]:
    """Return what the forms offer to choose from today."""
    chart = books.chart_on(today)

    def of(kind: AccountType) -> list[Code]:
        return sorted(code for code, one in chart.types.items() if one is kind) if chart else []

    return {
        "decisions": [
            (name, one.title) for name, one in books.commitments.decisions.items() if not one.revoked and (one.pot is None or one.left)
        ],
        "pots": [(code, code) for code, one in sorted(books.pots.items()) if one.span.covers(today)],
        "places": [(code, code) for code, one in sorted(books.treasuries.items()) if one.span.covers(today)],
        "costs": [(code, code) for code in of(AccountType.EXPENSE)],
        "incomes": [(code, code) for code in of(AccountType.INCOME)],
    }
