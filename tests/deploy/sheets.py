"""The sample's sheets, as they are, with one fault in them, or written in another way; and a register to take them over."""

import csv
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from deploy.catalogue import CODEC
from deploy.import_plan import History, Plan, Who, plan_of
from deploy.spreadsheet import Names, nobody
from deploy.table import BadLine
from services.governance.events.people import MandateGiven
from services.ledger.main import LEDGER
from shared.messages import Command, Event, Recorded, id_from
from tests.examples_governance import (
    AFFILIATED,
    FIRST_MANDATE,
    GARNIER,
    GARNIER_JOINED,
    LEFEVRE_JOINED,
    LEFEVRE_TUTORS_CM2,
    OFFICER,
    OFFICER_JOINED,
    RENTREE,
)

SAMPLE = Path(__file__).parents[2] / "deploy" / "samples" / "les-tilleuls"
OPENED = datetime(2025, 9, 10, 8, tzinfo=UTC)  # the register is younger than the year it takes over
NOW = datetime(2025, 9, 10, 9, 30, tzinfo=UTC)
SCHOOL: tuple[Event, ...] = (
    AFFILIATED,
    OFFICER_JOINED,
    GARNIER_JOINED,
    LEFEVRE_JOINED,
    LEFEVRE_TUTORS_CM2,
    MandateGiven(mandate=FIRST_MANDATE, holder=GARNIER, starts=RENTREE),
)


def somewhere() -> Who:
    """A register that nobody has used, and the mandate holder of its school."""
    return Who(id_from(uuid4().bytes), GARNIER)


def history_of(who: Who, events: Sequence[Event] = SCHOOL, opened: datetime = OPENED) -> History:
    """A school with a mandate holder and a class tutor, and whatever else happened."""
    state, records = LEDGER.initial, []
    for seq, event in enumerate(events, start=1):
        record = Recorded(who.register, seq, opened, OFFICER, id_from(f"school {seq}".encode()), event)
        records.append(record)
        state = LEDGER.evolve(state, record)
    return History(tuple(records), state)


def stored(history: History) -> list[tuple[str, bytes]]:
    """The same records as the log takes them."""
    return [(record.event.wire, CODEC.encode(*record)) for record in history.records]


def planned(
    folder: Path = SAMPLE, events: Sequence[Event] = SCHOOL, *, names: Names = nobody, now: datetime = NOW, opening: Path | None = None
) -> Plan:
    """What the import of a folder into that school would record."""
    who = somewhere()
    return plan_of(folder, history_of(who, events, min(now, OPENED)), LEDGER, who, now, opening=opening, names=names)


def copied(folder: Path, *, without: Sequence[str] = ()) -> Path:
    """The sheets and the set-up of the sample, to be altered."""
    for name in ("journal.csv", "transferts.csv", "cooperative.json"):
        if name not in without:
            shutil.copyfile(SAMPLE / name, folder / name)
    return folder


def with_fault(folder: Path, file: str, good: str, bad: str) -> Path:
    """The sample with one place of one file written otherwise."""
    path = copied(folder) / file
    text = path.read_bytes().decode("utf-8")
    assert text.count(good) == 1, f"{good!r} stands {text.count(good)} times in {file}"
    path.write_bytes(text.replace(good, bad).encode("utf-8"))
    return folder


@dataclass(frozen=True, slots=True)
class Style:
    """A way of writing sheets: the cells of amounts and dates, the separator, the encoding, the headings."""

    separator: str = ";"
    encoding: str = "utf-8"
    amount: Callable[[str], str] = str
    day: Callable[[str], str] = str
    heading: Callable[[str], str] = str
    turned: bool = False  # columns from right to left
    ending: str = "\r\n"


AMOUNTS = {"banque_512", "caisse_530", "regies_467", "montant"}


def rewritten(folder: Path, style: Style) -> Path:
    """The sample's two sheets in another style, beside its set-up."""
    copied(folder)
    for name in ("journal.csv", "transferts.csv"):
        with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter=";"))
        titles = rows[0]
        table = [[style.heading(title) for title in titles]]
        table += [[_cell(title, text, style) for title, text in zip(titles, row, strict=True)] for row in rows[1:]]
        with (folder / name).open("w", encoding=style.encoding, newline="") as file:
            writer = csv.writer(file, delimiter=style.separator, lineterminator=style.ending)
            writer.writerows(row[::-1] if style.turned else row for row in table)
    return folder


def _cell(title: str, text: str, style: Style) -> str:
    if title == "date":
        return style.day(text)
    if title in AMOUNTS:
        return style.amount(text) if text else text
    if title == "ventilation" and text:
        pairs = (part.split(":") for part in text.split(" + "))
        return " + ".join(f"{account}:{style.amount(amount)}" for account, amount in pairs)
    return text


def grouped(text: str, separator: str, mark: str) -> str:
    """An amount with marks between thousands and another decimal mark."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    euros, cents = digits.split(",")
    return sign + f"{int(euros):,}".replace(",", separator) + mark + cents


HEADING = "date;piece;libelle;banque_512;caisse_530;regies_467;ventilation;pot;projet"
Bad = tuple[str, int, str, str]
C = TypeVar("C", bound=Command)


def only_journal(folder: Path, *lines: str) -> Path:
    """A folder with a journal alone."""
    (folder / "journal.csv").write_text("\n".join([HEADING, *lines]) + "\n", encoding="utf-8")
    return folder


def named(bad_lines: Sequence[BadLine]) -> list[Bad]:
    return [(bad.file, bad.line, bad.column, bad.reason) for bad in bad_lines]


def asked(plan: Plan) -> list[tuple[str, Command | None]]:
    return [(step.command_id, step.command) for step in plan.steps]


def commands(plan: Plan, kind: type[C]) -> list[C]:
    return [step.command for step in plan.steps if isinstance(step.command, kind)]


def happened(plan: Plan) -> list[Event]:
    return [record.event for record in plan.records]
