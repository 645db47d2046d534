"""Which rows of the association's list an entry meets: allowed, tolerated or forbidden spending and income (domain, section 9).

Nothing is ever blocked: an entry that meets a tolerated or a forbidden rule asks for a reason, which it then carries with the rule and
its version. A rule is recognised by an account, by words of the label, or by both; words match whole, whatever their case and accents.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from services.governance.events.people import AllowedUse, Rules, RulesAdopted, SpendingRule
from services.ledger.events.entries import Accepted, Allocation
from shared.refusals import Refused
from shared.values import Code


class RuleAsksWhy(Refused):
    """Cette écriture rencontre une règle de l'association : dis pourquoi elle est faite, ta raison sera gardée avec elle.
    This entry meets a rule of the association: say why it is made, your reason will be kept with it."""


class RuleNotMet(Refused):
    """Une raison est donnée pour une règle que cette écriture ne rencontre pas, ou pour une autre version des règles.
    A reason is given for a rule that this entry does not meet, or for another version of the rules."""


def met(rules: Rules, label: str, accounts: Iterable[Code]) -> list[SpendingRule]:
    """Return the tolerated and forbidden rules that an entry of this label on these accounts meets, in the order of the list."""
    words, touched = _plain(label), frozenset(accounts)
    return [rule for rule in rules.spending or () if rule.use is not AllowedUse.ALLOWED and _meets(rule, words, touched)]


def accepted(rules: RulesAdopted | None, label: str, allocations: Iterable[Allocation], given: Sequence[Accepted]) -> tuple[Accepted, ...]:
    """Return the rules that an entry meets, each with the reason given for it.

    Raises RuleAsksWhy with those that have none, RuleNotMet for a reason about a rule that the entry does not meet on its day.
    """
    found = met(rules.content, label, [one.account for one in allocations]) if rules else []
    version = rules.version if rules else None
    reasons = {one.rule: one for one in given if one.version == version}
    if without := [rule for rule in found if rule.id not in reasons]:
        raise RuleAsksWhy(version=version, rules=[rule.model_dump(mode="json", exclude_none=True) for rule in without])
    if beside := [one.rule for one in given if one.version != version or one.rule not in {rule.id for rule in found}]:
        raise RuleNotMet(rules=beside, version=version)
    return tuple(reasons[rule.id] for rule in found)


def _meets(rule: SpendingRule, words: str, accounts: frozenset[Code]) -> bool:
    if rule.account is None and not rule.words:
        return False
    on_account = rule.account is None or any(account.startswith(rule.account) for account in accounts)
    said = not rule.words or any(re.search(rf"\b{re.escape(_plain(word))}\b", words) for word in rule.words)
    return on_account and said


def _plain(text: str) -> str:
    marked = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in marked if not unicodedata.combining(one))
