"""What an auditor's checks find: each seeded fault is found once, with its record, and a clean year gives nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.governance.events.people import AllowedUse, SpendingRule
from services.ledger.checking.examining import examined
from services.ledger.checking.facts import FACTS, Facts
from services.ledger.checking.found import Severity
from services.ledger.checking.ruled import under
from services.ledger.commands.explaining import ExplainAnomaly
from services.ledger.deciders.entries import ENTRIES, NoSuchEntry, NothingToExplain
from services.ledger.events.bank import Outstanding, ReconciliationSigned
from services.ledger.events.entries import (
    Accepted,
    Allocation,
    EntryReversed,
    ExpenseRecorded,
    Leg,
    Means,
    TransferRecorded,
    VoucherGapExplained,
)
from services.ledger.events.explaining import AnomalyExplained
from services.ledger.events.vouchers import VoucherDeclaredLost
from services.ledger.spending_rules import RuleAsksWhy, RuleNotMet
from shared.messages import Event, Recorded
from shared.projecting import fold
from tests.examples_governance import RULES, RULES_ADOPTED
from tests.examples_ledger import (
    ADVANCE_GRANTED,
    ATTACHED,
    DEPOSIT,
    FAMILIES_RECEIVED,
    FEES,
    FEES_PAID,
    FIRST_ENTRY,
    OPEN_BOOKS,
    REVERSAL,
    SECOND_ENTRY,
    voucher,
)
from tests.given import COMMAND_ID, REGISTER, SOMEBODY, given
from tests.ledger.asking import but

SOON, MUCH_LATER = date(2024, 10, 10), date(2026, 1, 10)
PAID: Any = but(FEES_PAID, irregular=None, taken_over=None, voucher=voucher("D01"))
CASH_TAKEN = but(FAMILIES_RECEIVED, treasury=(Leg(account="530", amount=1806_00),), means=Means.CASH)
BANKED = TransferRecorded(entry=SECOND_ENTRY, **dict(DEPOSIT) | {"amount": 200_00})
LIKE: Any = but(PAID, entry=FIRST_ENTRY, voucher=voucher("D02"))
WHY = "Deux séances de cinéma au même prix"


def facts_of(*facts: Event, at: date = SOON) -> Facts:
    """Fold facts that were all recorded on one day."""
    now = datetime(at.year, at.month, at.day, 8, tzinfo=UTC)
    records = [Recorded(REGISTER, seq, now, SOMEBODY, COMMAND_ID, fact) for seq, fact in enumerate([*OPEN_BOOKS, *facts], start=1)]
    return fold(FACTS, records)


def found(*facts: Event, at: date = SOON, today: date = SOON) -> list[tuple[str, int, Severity]]:
    """Return check, place after the open books, and severity of everything that is found."""
    return [(one.notice.code(), one.seq - len(OPEN_BOOKS), one.severity) for one in examined(facts_of(*facts, at=at), today)]


def test_clean_books_give_nothing() -> None:
    assert found(FAMILIES_RECEIVED, PAID) == []


def test_two_like_expenses_are_found_until_they_are_explained_and_one_on_another_account_is_none() -> None:
    assert found(PAID, LIKE) == [("probable-duplicate", 2, Severity.WARNING)]
    assert found(PAID, LIKE, AnomalyExplained(check="probable-duplicate", entries=(FIRST_ENTRY,), reason=WHY)) == [
        ("probable-duplicate", 2, Severity.NOTE)
    ]
    other = but(LIKE, allocations=tuple(Allocation(account="6180", amount=one.amount) for one in LIKE.allocations))
    assert found(PAID, other) == []
    assert found(PAID, but(LIKE, pot="CM2")) != [("probable-duplicate", 2, Severity.WARNING)]


def test_a_duplicate_that_was_reversed_is_a_correction_and_no_duplicate() -> None:
    undone = EntryReversed(entry=REVERSAL, reverses=LIKE.entry, reason="Saisie deux fois", on=LIKE.on)
    assert found(PAID, LIKE, undone) == [("corrected", 2, Severity.NOTE)]


@pytest.mark.parametrize(("day", "kept"), [(date(2024, 9, 23), []), (date(2024, 9, 24), [("cash-kept", 1, Severity.WARNING)])])
def test_cash_is_found_on_the_fourth_day_and_not_on_the_third(day: date, kept: list[Any]) -> None:
    """The money came on 20 September; the rules of the day allow three days."""
    assert found(CASH_TAKEN, but(BANKED, on=day)) == kept
    assert found(CASH_TAKEN, at=day, today=day) == kept, "what was never banked counts until today"


def test_a_voucher_is_missing_after_a_month_comes_late_or_is_lost() -> None:
    day = date(2024, 11, 20)
    assert ("voucher-missing", 1, Severity.ALERT) in found(PAID, today=day)
    assert ("voucher-missing", 1, Severity.ALERT) not in found(PAID, today=date(2024, 10, 30))
    late = but(ATTACHED, entry=PAID.entry, on=day)
    assert found(PAID, late, today=day) == [("voucher-came-late", 1, Severity.NOTE)]
    lost = VoucherDeclaredLost(entry=PAID.entry, reason="Ticket effacé", on=day)
    assert found(PAID, lost, today=day) == [("voucher-lost", 1, Severity.NOTE)]


def test_late_undecided_and_below_zero_are_found_with_what_the_books_say() -> None:
    assert ("recorded-late", 1, Severity.WARNING) in found(PAID, at=date(2024, 12, 1))
    undecided = but(PAID, irregular="Payé avant le conseil")
    assert found(undecided) == [("without-decision", 1, Severity.ALERT)]
    assert found(but(BANKED, amount=62_41)) == [("cash-below-zero", 1, Severity.ALERT)]


def test_a_number_never_used_is_found_at_the_next_one_and_explained() -> None:
    gap = but(PAID, voucher=voucher("D03"))
    first = but(LIKE, voucher=voucher("D01"), label="Autre chose", allocations=(Allocation(account="6180", amount=405_60),))
    explained = VoucherGapExplained(year="2024-25", series="D", number=2, reason="Chèque annulé")
    assert found(first, gap) == [("voucher-gap", 2, Severity.ALERT)]
    assert found(first, gap, explained) == [("voucher-gap", 2, Severity.NOTE)]


def test_an_advance_left_after_the_year_and_a_cheque_not_yet_debited() -> None:
    regular = but(ADVANCE_GRANTED, irregular=None, taken_over=None)
    assert ("advance-not-settled", 1, Severity.ALERT) in found(regular, today=MUCH_LATER)
    assert "advance-not-settled" not in [name for name, _, _ in found(regular)]
    signed = ReconciliationSigned(
        account="512", on=date(2024, 10, 1), statement=0, book=0, outstanding=(Outstanding(entry=PAID.entry, amount=-405_60),)
    )
    assert found(PAID, signed) == [("still-outstanding", 1, Severity.NOTE)]


def test_every_sentence_is_in_both_languages_and_names_its_record() -> None:
    shown = [one.shown() for one in examined(facts_of(PAID, LIKE), SOON)]
    assert [(one["seq"], one["check"], one["fr"][:13]) for one in shown] == [(len(OPEN_BOOKS) + 2, "probable-duplicate", "Deux écriture")]
    assert shown[0]["details"]["like_seq"] == len(OPEN_BOOKS) + 1


# -- the association's list


COPIES = but(FEES, label="Contrat du photocopieur", irregular=None, taken_over=None, decision=None)
REASON = Accepted(rule="photocopieur", version="2024-25", reason="La commune rembourse")


def copies(**changes: Any) -> Any:
    return given(ENTRIES, *OPEN_BOOKS).when(but(COPIES, irregular="Urgent", **changes))


def test_a_forbidden_rule_asks_why_and_lets_the_entry_through_with_its_reason() -> None:
    with pytest.raises(RuleAsksWhy) as why:
        copies().events()
    (rule,) = why.value.details["rules"]
    assert (rule["id"], rule["source"], why.value.details["version"]) == ("photocopieur", "OCCE 51", "2024-25")
    (paid,) = copies(accepted=(REASON,)).events()
    assert isinstance(paid, ExpenseRecorded)
    assert paid.accepted == (REASON,)
    assert ("rule-met", 1, Severity.WARNING) in found(but(paid, irregular=None))


@pytest.mark.parametrize("wrong", [{"version": "2023-24"}, {"rule": "loto"}])
def test_a_reason_is_about_the_rules_of_the_day(wrong: dict[str, str]) -> None:
    with pytest.raises((RuleAsksWhy, RuleNotMet)):
        copies(accepted=(REASON.model_copy(update=wrong),)).events()
    with pytest.raises(RuleNotMet):
        copies(label="Cotisation", accepted=(REASON,)).events()


@pytest.mark.parametrize(
    ("label", "meets"), [("PHOTOCOPIES du journal", True), ("Photocopieuse", False), ("Le photocopieur.", True), ("Papier", False)]
)
def test_words_match_whole_whatever_their_case(label: str, meets: bool) -> None:
    if meets:
        with pytest.raises(RuleAsksWhy):
            copies(label=label).events()
    else:
        assert copies(label=label).events()


def test_another_rule_set_shows_what_it_would_have_flagged_and_changes_nothing() -> None:
    films = SpendingRule(id="fee", fr="Plus de cotisation", en="No more fee", use=AllowedUse.TOLERATED, verified=False, account="6281")
    facts = facts_of(PAID)
    stricter = RULES.model_copy(update={"spending": (films,)})
    assert [(one.seq - len(OPEN_BOOKS), one.notice.code(), one.notice.details["rule"]) for one in under(facts, stricter, "2025-26")] == [
        (1, "would-meet-rule", "fee")
    ]
    assert list(under(facts, RULES, "2024-25")) == []
    assert examined(facts, SOON) == []
    later: Any = but(RULES_ADOPTED, version="2025-26", valid_from=date(2025, 9, 1), content=stricter)
    assert examined(replace(facts, rules=(*facts.rules, later)), SOON) == [], "each entry is judged by the rules of its day"


# -- what may be explained


def test_only_an_entry_that_is_there_and_a_check_that_can_be_explained() -> None:
    books = given(ENTRIES, *OPEN_BOOKS, PAID, LIKE)
    explain = ExplainAnomaly(check="probable-duplicate", entries=(FIRST_ENTRY,), reason=WHY)
    books.when(explain).then(AnomalyExplained(**dict(explain)))
    books.when(but(explain, check="cash-below-zero")).refused(NothingToExplain)
    books.when(but(explain, entries=("z" * 26,))).refused(NoSuchEntry)
