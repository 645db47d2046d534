"""What a year leaves behind: advances not at zero after its end, cheques the bank did not have yet when the books were reconciled."""

from collections.abc import Iterator
from datetime import date

from services.ledger.checking.facts import Facts
from services.ledger.checking.found import Found, Severity
from services.ledger.events.bank import ReconciliationSigned
from shared.refusals import Notice


class AdvanceNotSettled(Notice):
    """Cette avance n'est pas revenue à zéro à la fin de son exercice.
    This advance was not back at zero at the end of its fiscal year."""


class StillOutstanding(Notice):
    """La banque n'avait pas encore cette écriture quand les comptes ont été rapprochés.
    The bank did not have this entry yet when the accounts were reconciled."""


def found(facts: Facts, today: date) -> Iterator[Found]:
    """Find advances left over from a year that has ended, and what the last signed reconciliation of each account calls outstanding."""
    for name, advance in facts.advances.by_id.items():
        ended = next((year.ends for year in facts.years if year.starts <= advance.on <= year.ends), None)
        if advance.left and ended is not None and ended < today:
            notice = AdvanceNotSettled(advance=name, left=advance.left, ended=ended.isoformat())
            yield Found(facts.entries[name].seq, Severity.ALERT, notice)
    signed = {one.event.account: one for one in facts.told if isinstance(one.event, ReconciliationSigned)}
    for one in signed.values():
        for rest in one.event.outstanding:
            written = facts.entries.get(rest.entry)
            about = {"entry": rest.entry, "amount": rest.amount, "reconciled_on": one.event.on.isoformat()}
            yield Found(written.seq if written else one.seq, Severity.NOTE, StillOutstanding(**about))
