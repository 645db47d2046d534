"""The facts that the benches record and read: the opening of a register, and a school year's mix of entries."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from services.governance.events import CooperativeAffiliated, MandateGiven, MemberEnrolled, PersonKind
from services.ledger.events import (
    AccountType,
    Allocation,
    ChartAccount,
    ChartAdopted,
    ExpenseRecorded,
    LedgerEvent,
    Leg,
    Means,
    PotKind,
    PotOpened,
    ReceiptRecorded,
    TransferRecorded,
    TreasuryAccountOpened,
    TreasuryKind,
    Voucher,
    YearOpened,
)
from shared.messages import Event, id_from
from shared.values import Code, Pseudonym

BANK, CASH = "512", "530"
INCOME = (("756", "Cotisations et participations des familles"), ("707", "Ventes et fêtes de l'école"))
EXPENSE = (("601", "Fournitures du jardin"), ("606", "Petit matériel"), ("625", "Sorties et transports"))
POTS: tuple[Code, ...] = ("ecole", *(f"classe-{letter}" for letter in "abcdefgh"))
PROJECTS: tuple[Code, ...] = ("jardin", "journal", "classe-verte")
RECEIPTS, EXPENSES = 0.50, 0.40  # shares of the entries; the rest are transfers. A cooperative banks many small receipts
ON_A_PROJECT, IN_TWO_PARTS = 0.30, 0.15
YEAR_DAYS = 300  # entries fall between September and June


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
        entry, on, amount = id_from(b"%d/%d" % (seed, number)), starts + timedelta(days=draw.randrange(YEAR_DAYS)), draw.randrange(100, 20_000)
        kind, pot, means = draw.random(), draw.choice(POTS), draw.choice((Means.CASH, Means.CHEQUE, Means.TRANSFER))
        project = draw.choice(PROJECTS) if draw.random() < ON_A_PROJECT else None
        if kind < RECEIPTS:
            yield ReceiptRecorded(
                entry=entry, on=on, voucher=Voucher(series="R", number=number), label="Participation des familles à la sortie",
                treasury=(Leg(account=BANK, amount=amount),), allocations=_parts(amount, INCOME, draw), pot=pot, means=means, project=project,
            )  # fmt: skip
        elif kind < RECEIPTS + EXPENSES:
            yield ExpenseRecorded(
                entry=entry, on=on, voucher=Voucher(series="D", number=number), label="Graines, terreau et outils",
                treasury=(Leg(account=BANK, amount=-amount),), allocations=_parts(amount, EXPENSE, draw), pot=pot, means=means,
                signatory=signatory, project=project, irregular="Petite dépense courante",
            )  # fmt: skip
        else:
            yield TransferRecorded(
                entry=entry, on=on, voucher=Voucher(series="V", number=number), label="Dépôt d'espèces", out_of=CASH, into=BANK, amount=amount
            )


def _parts(amount: int, accounts: tuple[tuple[Code, str], ...], draw: random.Random) -> tuple[Allocation, ...]:
    first, second = draw.sample([code for code, _ in accounts], 2)
    if draw.random() >= IN_TWO_PARTS:
        return (Allocation(account=first, amount=amount),)
    return Allocation(account=first, amount=amount // 2), Allocation(account=second, amount=amount - amount // 2)
