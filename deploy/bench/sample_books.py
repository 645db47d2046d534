"""The facts that the benches record and read: the opening of a register, and a school year's mix of entries."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from deploy.catalogue import CODEC
from services.governance.events.people import CooperativeAffiliated, MandateGiven, MemberEnrolled, PersonKind
from services.ledger.events.books import (
    AccountType,
    ChartAccount,
    ChartAdopted,
    PotKind,
    PotOpened,
    TreasuryAccountOpened,
    TreasuryKind,
    YearOpened,
)
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import Allocation, ExpenseRecorded, Leg, Means, ReceiptRecorded, TransferRecorded, Voucher
from shared.eventlog.append import LogWriter
from shared.eventlog.batch import Append, Appended
from shared.messages import Event, id_from
from shared.values import Code, Pseudonym, Register

APPEND_RECORDS = 500  # at once, as the importer does
ACTOR: Pseudonym = "p_" + id_from(b"bench")
BANK, CASH = "512", "530"
INCOME = (("756", "Cotisations et participations des familles"), ("707", "Ventes et fêtes de l'école"))
EXPENSE = (("601", "Fournitures du jardin"), ("606", "Petit matériel"), ("625", "Sorties et transports"))
POTS: tuple[Code, ...] = ("ecole", *(f"classe-{letter}" for letter in "abcdefgh"))
PROJECTS: tuple[Code, ...] = ("jardin", "journal", "classe-verte")
RECEIPTS, EXPENSES = 0.50, 0.40  # shares of the entries; the rest are transfers. A cooperative banks many small receipts
ON_A_PROJECT, IN_TWO_PARTS = 0.30, 0.15
YEAR_DAYS = 300  # entries fall between September and June


class NotRecorded(Exception):
    """The log did not take the facts of a bench."""


def school_year(today: date) -> tuple[str, date, date]:
    """Return the fiscal year of a day: its name, first and last day."""
    begins = today.year if today.month >= 9 else today.year - 1
    return f"{begins}-{(begins + 1) % 100:02d}", date(begins, 9, 1), date(begins + 1, 8, 31)


def opening(actor: Pseudonym, today: date) -> list[Event]:
    """Return the facts after which `actor` may record receipts and expenses."""
    year, starts, ends = school_year(today)
    chart = [ChartAccount(code=code, label=label, type=AccountType.INCOME, verified=False) for code, label in INCOME]
    chart += [ChartAccount(code=code, label=label, type=AccountType.EXPENSE, verified=False) for code, label in EXPENSE]
    return [
        CooperativeAffiliated(
            association="bench", number="1", name="École du banc d'essai", level="primary", on=starts, zone="Europe/Paris", sandbox=False
        ),
        MemberEnrolled(member=actor, kind=PersonKind.STAFF, on=starts),
        MandateGiven(mandate=id_from(b"mandate"), holder=actor, starts=starts),
        YearOpened(year=year, starts=starts, ends=ends, chart="bench"),
        ChartAdopted(chart="bench", version="1", valid_from=starts, content=tuple(chart), digest="0" * 64),
        TreasuryAccountOpened(account=BANK, kind=TreasuryKind.BANK, label="Banque", on=starts),
        TreasuryAccountOpened(account=CASH, kind=TreasuryKind.CASH, label="Caisse", on=starts),
        *(PotOpened(pot=pot, label=f"Pot {pot}", kind=PotKind.SCHOOL if pot == POTS[0] else PotKind.CLASS, on=starts) for pot in POTS),
    ]


def entries(count: int, starts: date, signatory: Pseudonym, seed: int = 0) -> Iterator[LedgerEvent]:
    """Return receipts, expenses and transfers as a cooperative has them; the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - spreads accounts and amounts, guards nothing
    for number in range(1, count + 1):
        entry, on = id_from(b"%d/%d" % (seed, number)), starts + timedelta(days=draw.randrange(YEAR_DAYS))
        amount, kind, pot = draw.randrange(100, 20_000), draw.random(), draw.choice(POTS)
        means = draw.choice((Means.CASH, Means.CHEQUE, Means.TRANSFER))
        project = draw.choice(PROJECTS) if draw.random() < ON_A_PROJECT else None
        if kind < RECEIPTS:
            yield ReceiptRecorded(
                entry=entry,
                on=on,
                voucher=Voucher(series="R", number=number),
                label="Participation des familles à la sortie",
                treasury=(Leg(account=BANK, amount=amount),),
                allocations=_parts(amount, INCOME, draw),
                pot=pot,
                means=means,
                project=project,
            )
        elif kind < RECEIPTS + EXPENSES:
            yield ExpenseRecorded(
                entry=entry,
                on=on,
                voucher=Voucher(series="D", number=number),
                label="Graines, terreau et outils",
                treasury=(Leg(account=BANK, amount=-amount),),
                allocations=_parts(amount, EXPENSE, draw),
                pot=pot,
                means=means,
                signatory=signatory,
                project=project,
                irregular="Petite dépense courante",
            )
        else:
            voucher = Voucher(series="V", number=number)
            yield TransferRecorded(entry=entry, on=on, voucher=voucher, label="Dépôt d'espèces", out_of=CASH, into=BANK, amount=amount)


def record_all(writer: LogWriter, register: Register, facts: Sequence[Event], now: datetime) -> Register:
    """Record facts in a new register, some hundreds at once; return the register. Raises NotRecorded."""
    for first in range(0, len(facts), APPEND_RECORDS):
        batch = tuple(
            (fact.wire, CODEC.encode(register, seq, now.astimezone(UTC), ACTOR, "bench", fact))
            for seq, fact in enumerate(facts[first : first + APPEND_RECORDS], first + 1)
        )
        answer = writer.submit(Append(register, first, batch))
        if not isinstance(answer, Appended):
            raise NotRecorded(f"{register}: {answer}")
    return register


def _parts(amount: int, accounts: tuple[tuple[Code, str], ...], draw: random.Random) -> tuple[Allocation, ...]:
    first, second = draw.sample([code for code, _ in accounts], 2)
    if draw.random() >= IN_TWO_PARTS:
        return (Allocation(account=first, amount=amount),)
    return Allocation(account=first, amount=amount // 2), Allocation(account=second, amount=amount - amount // 2)
