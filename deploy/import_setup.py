"""What a register must hold before the lines of a year: its chart, its accounts, its pots, and the year with its balances.

Only what the register lacks is asked for. Where the folder has a `cooperative.json`, it says which accounts and pots exist,
and the fiscal year; else they are taken from the lines themselves, but only where the register has none at all, so that a
pot mistyped once is a bad line and not a new pot.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from deploy.spreadsheet import LabelNamesSomebody, Names, OpeningLine, Sheets, read_opening
from deploy.table import BadLine, Row
from services.ledger.books import Books
from services.ledger.charts import OCCE, OCCE_NAME, OCCE_VERSION, chart_on
from services.ledger.commands.books import AdoptChart, OpenPot, OpenTreasuryAccount, OpenYear
from services.ledger.events.books import OpeningBalance, PotKind, TreasuryKind, Year, YearOpened
from services.ledger.events.legs import ADVANCES
from shared.messages import Command
from shared.refusals import Refused
from shared.values import Cents, Checked, Code

COOPERATIVE: Final = "cooperative.json"
OPENING: Final = "opening.csv"
SCHOOL_POT: Final = "ECOLE"  # how the sheets of cooperatives call the part of the whole school
SCHOOL_YEAR_STARTS: Final = (9, 1)  # month and day of an exercice (domain, section 7)

YEARS: Final = range(2000, 2099)  # those that a fiscal year's code can name


class NoYearNamed(Refused):
    """Aucune ligne ne dit de quel exercice il s'agit : le dossier est vide, ou ses dates sont fausses.
    No line says which fiscal year it is about: the folder is empty, or its dates are wrong."""


class UnreadableSetUp(Refused):
    """Ce fichier ne dit pas ce qu'il faut, ou le dit autrement : corrige la valeur indiquée.
    This file does not say what is needed, or says it otherwise: correct the value shown."""


class OpeningDiffers(Refused):
    """Les soldes de départ ne sont pas ceux du registre : compare-les avant d'aller plus loin.
    The opening balances are not those of the register: compare them before going on."""


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class GivenYear(_Given):
    """A fiscal year, its first and its last day."""

    year: Year
    starts: date
    ends: date


class GivenAccount(_Given):
    """A treasury account of the cooperative."""

    account: Code
    label: Checked
    kind: TreasuryKind


class GivenPot(_Given):
    """A pot of the cooperative."""

    code: Code
    label: Checked
    kind: PotKind
    class_code: Code | None = None


class GivenBalance(_Given):
    """What an account held for a pot when the year opened, in cents."""

    account: Code
    pot: Code
    amount: Cents


class GivenOpening(_Given):
    """The opening balances."""

    balances: tuple[GivenBalance, ...]


class Cooperative(_Given):
    """The part of `cooperative.json` that the importer reads; what it does not need may stand beside it."""

    fiscal_year: GivenYear | None = None
    treasury_accounts: tuple[GivenAccount, ...] = ()
    pots: tuple[GivenPot, ...] = ()
    opening: GivenOpening | None = None


class Draft(NamedTuple):
    """A command and the places it comes from: one, or the lines of the opening balances."""

    rows: tuple[Row, ...]
    command: Command


def read_cooperative(folder: Path, bad_lines: list[BadLine]) -> Cooperative:
    """Read `cooperative.json`; without it, nothing is given. What it says wrongly is added to `bad_lines`."""
    path = folder / COOPERATIVE
    if not path.exists():
        return Cooperative()
    try:
        return Cooperative.model_validate_json(path.read_bytes())
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            where = ".".join(str(step) for step in fault["loc"])
            bad_lines.append(Row(path.name, 0, {where: (where, str(fault["input"])[:80])}, whole=True).bad(UnreadableSetUp(), where))
        return Cooperative()


def names_in_labels(given: Cooperative, names: Names) -> Iterator[BadLine]:
    """Iterate over the labels of the set-up that name somebody: a pot is « CE1 », not the class of somebody."""
    labels = [(f"treasury_accounts.{index}.label", one.label) for index, one in enumerate(given.treasury_accounts)]
    labels += [(f"pots.{index}.label", one.label) for index, one in enumerate(given.pots)]
    for where, label in labels:
        if names(label):
            yield Row(COOPERATIVE, 0, {where: (where, label)}, whole=True).bad(LabelNamesSomebody(), where)


def read_balances(folder: Path, given: Cooperative, option: Path | None, bad_lines: list[BadLine]) -> tuple[OpeningLine, ...]:
    """Return the opening balances: of the file named, else of the folder's `opening.csv`, else of `cooperative.json`."""
    path = option or folder / OPENING
    if option or path.exists():
        return tuple(line for line in read_opening(path, bad_lines) if line.amount)
    balances = given.opening.balances if given.opening else ()
    return tuple(OpeningLine(Row(COOPERATIVE, 0, whole=True), one.account, one.pot, one.amount) for one in balances if one.amount)


def year_of(given: Cooperative, days: Iterable[date]) -> GivenYear | None:
    """Return the fiscal year to take over: as given, else the school year of most lines; None where no line has a day of one."""
    if given.fiscal_year:
        return given.fiscal_year
    starts = Counter(day.year if (day.month, day.day) >= SCHOOL_YEAR_STARTS else day.year - 1 for day in days)
    likely = [first for first, _ in starts.most_common() if first in YEARS]
    if not likely:
        return None
    first = likely[0]
    return GivenYear(year=f"{first}-{(first + 1) % 100:02d}", starts=date(first, 9, 1), ends=date(first + 1, 8, 31))


def lacking(given: Cooperative, sheets: Sheets, opening: tuple[OpeningLine, ...], year: GivenYear, books: Books) -> Iterator[Draft]:
    """Iterate over the commands that give the register what it lacks; the year comes last, and closes the set-up."""
    chart = books.chart_on(year.starts)
    if chart is None:
        taken = any((one.name, one.version) == (OCCE_NAME, OCCE_VERSION) for one in books.charts)  # from a later day on
        version = f"{OCCE_VERSION}.{year.year}" if taken else OCCE_VERSION
        content = chart_on(year.starts)
        row = Row(OCCE.name, 0, whole=True)
        yield Draft((row,), AdoptChart(chart=OCCE_NAME, version=version, valid_from=year.starts, content=content))
    bare = not books.years  # until then nothing of the register says which accounts and pots are meant
    from_lines = Row("journal.csv", 0, whole=True)
    for one in given.treasury_accounts or (_accounts_of(sheets, opening) if bare else ()):
        if one.account not in books.treasuries:
            row = Row(COOPERATIVE, 0, whole=True) if given.treasury_accounts else from_lines
            yield Draft((row,), OpenTreasuryAccount(account=one.account, kind=one.kind, label=one.label, on=year.starts))
    for pot in given.pots or (_pots_of(sheets, opening) if bare else ()):
        if pot.code not in books.pots:
            row = Row(COOPERATIVE, 0, whole=True) if given.pots else from_lines
            open_class = pot.class_code if pot.class_code and books.is_class(pot.class_code) else None  # one of long ago may be closed
            yield Draft((row,), OpenPot(pot=pot.code, label=pot.label, kind=pot.kind, on=year.starts, class_code=open_class))
    if year.year not in books.years:
        balances = tuple(OpeningBalance(account=one.account, pot=one.pot, amount=one.amount) for one in opening)
        rows = tuple(one.row for one in opening) or (Row(COOPERATIVE, 0, whole=True) if given.fiscal_year else from_lines,)
        name = chart.name if chart else OCCE_NAME
        command = OpenYear(year=year.year, starts=year.starts, ends=year.ends, chart=name, opening=(balances or None) if bare else None)
        yield Draft(rows, command)


def opening_fault(opening: tuple[OpeningLine, ...], year: GivenYear, books: Books, opened: YearOpened | None) -> BadLine | None:
    """Compare the balances of the sheets with those of a register that has its own; None where nothing contradicts.

    `opened` is the register's record of this year, if it is open. A year that follows another carries its balances forward.
    """
    if not opening or not books.years:
        return None
    if opened is not None:
        if opened.opening is None:  # it follows another year: what it carried forward has moved since
            return None
        known = {(one.account, one.pot): one.amount for one in opened.opening if one.amount}
        given = {(one.account, one.pot): one.amount for one in opening}
        return None if known == given else opening[0].row.bad(OpeningDiffers(year=year.year))
    sides = (books.accounts, [(one.account, one.amount) for one in opening]), (books.held, [(one.pot, one.amount) for one in opening])
    for held, amounts in sides:
        for code, amount in _sums(amounts).items():
            if held.get(code, 0) != amount:
                return opening[0].row.bad(OpeningDiffers(year=year.year, code=code, given=amount, book=held.get(code, 0)))
    return None


def _sums(amounts: Iterable[tuple[Code, int]]) -> Counter[Code]:
    sums: Counter[Code] = Counter()
    for code, amount in amounts:
        sums[code] += amount
    return sums


def _accounts_of(sheets: Sheets, opening: tuple[OpeningLine, ...]) -> list[GivenAccount]:
    headings = dict.fromkeys(one.account for one in opening) | sheets.treasury
    return [
        GivenAccount(account=account, label=_account_label(account, heading), kind=_kind_of(account))
        for account, heading in sorted(headings.items())
        if account != ADVANCES
    ]


def _account_label(account: Code, heading: str | None) -> str:
    word = (heading or account).replace(account, "").strip(" _-()")
    return word[:1].upper() + word[1:] or account


def _kind_of(account: Code) -> TreasuryKind:
    kinds = {"53": TreasuryKind.CASH, "514": TreasuryKind.POSTAL}
    return next((kind for start, kind in kinds.items() if account.startswith(start)), TreasuryKind.BANK)


def _pots_of(sheets: Sheets, opening: tuple[OpeningLine, ...]) -> list[GivenPot]:
    codes = [one.pot for one in opening] + [one.pot for one in sheets.operations if one.pot]
    codes += [code for move in sheets.moves for code in (move.out_of, move.into)]
    return [
        GivenPot(code=code, label=code, kind=PotKind.SCHOOL)
        if code.upper() == SCHOOL_POT
        else GivenPot(code=code, label=code, kind=PotKind.CLASS, class_code=code)
        for code in dict.fromkeys(codes)
    ]
