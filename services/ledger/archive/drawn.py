"""What an archive draws from its records for people and other programs: tables, the FEC, the year's documents, charts and rules."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from services.governance.events.people import RulesAdopted
from services.ledger.archive.history import History
from services.ledger.archive.zipping import Member
from services.ledger.books import Books
from services.ledger.events.books import ChartAdopted
from services.ledger.exports.by_format import Form, exported_file, fec_file
from services.ledger.exports.exported import Exported
from services.ledger.exports.tables import TableName
from services.ledger.projections.balances import YearSpan
from services.ledger.projections.membership import MEMBERSHIPS, memberships_shown
from services.ledger.telling.activity import ACTIVITY, activity_report
from services.ledger.telling.blocks import Block
from services.ledger.telling.documents_of import activity_blocks, attestation_blocks, discharge_blocks, financial_report_blocks
from services.ledger.telling.printing import Origin, printed
from services.ledger.telling.registers import journal_blocks, ledger_blocks
from services.ledger.telling.year_end import discharge_shown, report_shown
from shared.eventlog.record import parsed
from shared.messages import Event
from shared.projecting import fold
from shared.web.queries import plain

TABLES: Final = {
    TableName.JOURNAL: "journal",
    TableName.GENERAL_LEDGER: "grand-livre",
    TableName.TRIAL_BALANCE: "balance",
    TableName.POTS: "pots",
    TableName.BALANCES: "soldes",
}
ADOPTED: Final[tuple[tuple[str, type[Event]], ...]] = (("plans-comptables", ChartAdopted), ("regles", RulesAdopted))


def drawn(history: History, books: Books, exported: Exported) -> Iterator[Member]:
    """Iterate over the files drawn from a history; `books` and `exported` are folded from the same records."""
    span = next(one for one in exported.funds.balances.years if one.year == history.year)
    yield from _tables(exported, span)
    yield from _documents(history, books, exported)
    for name, kind in ADOPTED:
        numbers = [record.seq for record in history.records if isinstance(record.event, kind)]
        yield Member(f"regles/{name}.json", as_json([parsed(history.stored[seq - 1]) for seq in numbers]))


def as_json(value: Any) -> bytes:
    """Return JSON that people can read too, its names in one order."""
    return orjson.dumps(plain(value), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _tables(exported: Exported, span: YearSpan) -> Iterator[Member]:
    for table, name in TABLES.items():
        yield Member(f"comptes/{name}.csv", exported_file(exported, Form.CSV, span, table).content)
    for form in (Form.FEC, Form.FEC_DESCRIPTION):
        file = fec_file(exported, form, span)
        yield Member(f"comptes/{file.name}", file.content)
    for form in (Form.BEANCOUNT, Form.HLEDGER):
        file = exported_file(exported, form, span)
        yield Member(f"comptes/{file.name}", file.content)


def _documents(history: History, books: Books, exported: Exported) -> Iterator[Member]:
    year, days = history.year, books.closing.days[history.year]
    origin = Origin(exported.name, history.register, history.checkpoint, history.at)

    def pdf(name: str, title: str, blocks: list[Block]) -> Member:
        return Member(f"documents/{name}.pdf", printed(f"{title} {year}", blocks, origin))

    report, discharge = plain(report_shown(books, year)), plain(discharge_shown(books, year))
    activity = plain(activity_report(fold(ACTIVITY, history.records), year))
    told = [
        ("compte-rendu-financier", "Compte rendu financier", report, financial_report_blocks),
        ("compte-rendu-d-activite", "Compte rendu d'activité", activity, activity_blocks),
        ("quitus", "Quitus", discharge, discharge_blocks),
    ]
    declared = memberships_shown(fold(MEMBERSHIPS, history.records))["memberships"]
    told += [
        ("adhesion", "Attestation d'adhésion", plain({"membership": one}), attestation_blocks) for one in declared if one["year"] == year
    ]
    for name, title, shown, blocks in told:
        yield Member(f"documents/{name}.json", as_json(shown))
        yield pdf(name, title, blocks(shown))
    yield pdf("journal", "Journal", journal_blocks(exported.journal, days))
    yield pdf("grand-livre", "Grand livre", ledger_blocks(exported.journal, days))
