"""Entries that met a rule of the association and went through with a reason; and what other rules would have flagged."""

from collections.abc import Iterator
from datetime import date

from services.governance.events.people import AllowedUse, Rules, SpendingRule
from services.ledger.checking.facts import Facts, Written
from services.ledger.checking.found import Found, Severity
from services.ledger.spending_rules import met
from shared.refusals import Notice


class RuleMet(Notice):
    """Cette écriture rencontre une règle de l'association ; la raison donnée est gardée avec elle.
    This entry meets a rule of the association; the reason given is kept with it."""


class WouldMeetRule(Notice):
    """Avec ces règles, cette écriture aurait demandé une raison. Rien n'est changé dans le registre.
    Under these rules this entry would have asked for a reason. Nothing is changed in the register."""


def found(facts: Facts, _: date) -> Iterator[Found]:
    """Find each entry that says which rule it met, the rule as it was on its day."""
    for one in facts.standing():
        for accepted in getattr(one.event, "accepted", None) or ():
            adopted = facts.rules_on(one.event.on)
            rule = next((rule for rule in (adopted.content.spending or () if adopted else ()) if rule.id == accepted.rule), None)
            notice = RuleMet(rule=accepted.rule, version=accepted.version, **_told(rule))
            yield Found(
                one.seq, Severity.WARNING if rule is None or rule.use is AllowedUse.FORBIDDEN else Severity.NOTE, notice, accepted.reason
            )


def under(facts: Facts, rules: Rules, version: str) -> Iterator[Found]:
    """Find the entries that other rules would have flagged, whatever the rules of their day said."""
    for one in facts.standing():
        for rule in _met(rules, one):
            yield Found(one.seq, Severity.NOTE, WouldMeetRule(rule=rule.id, version=version, **_told(rule)))


def _met(rules: Rules, one: Written) -> list[SpendingRule]:
    allocations = getattr(one.event, "allocations", ())
    return met(rules, getattr(one.event, "label", ""), [line.account for line in allocations]) if allocations else []


def _told(rule: SpendingRule | None) -> dict[str, object]:
    if rule is None:
        return {}
    return {"says_fr": rule.fr, "says_en": rule.en, "use": rule.use.value, "source": rule.source, "verified": rule.verified}
