"""Headcounts declared at another rate than that of the rules of the day."""

from collections.abc import Iterator
from datetime import date

from services.ledger.checking.facts import Facts
from services.ledger.checking.found import Found, Severity
from services.ledger.events.books import MembershipDeclared
from services.ledger.watch import other_rate


def found(facts: Facts, _: date) -> Iterator[Found]:
    """Find declarations at another year's rate; one that a later declaration of the same year put right is told as settled."""
    declared = [one for one in facts.told if isinstance(one.event, MembershipDeclared)]
    last = {one.event.year: one.seq for one in declared}
    for one in declared:
        rules = facts.rules_on(one.event.on)
        for notice in other_rate(one.event, rules.content if rules else None):
            stands = last[one.event.year] == one.seq
            yield Found(one.seq, Severity.WARNING if stands else Severity.NOTE, notice)
