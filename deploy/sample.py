"""The sample year as its files say it: the set-up of the cooperative, its people, its spreadsheet."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from deploy.spreadsheet import Sheets, read_sheets

LES_TILLEULS = Path(__file__).parent / "samples" / "les-tilleuls"
KINDS = {"eleve": "pupil", "adulte": "staff", "parent": "parent"}


@dataclass(frozen=True, slots=True)
class Someone:
    """One person of the sample; `roles` are the words of its list."""

    code: str
    first_name: str
    last_name: str
    kind: str
    class_code: str | None
    roles: tuple[str, ...]
    title: str | None = None


class Sample:
    """One folder of the shape of `samples/les-tilleuls`."""

    def __init__(self, folder: Path = LES_TILLEULS) -> None:
        """Read the set-up; the other files are read when asked for."""
        self.folder = folder
        self.setup: dict[str, Any] = orjson.loads((folder / "cooperative.json").read_bytes())

    @cached_property
    def people(self) -> dict[str, Someone]:
        """Everybody by code: the list of members, completed by what the set-up says of the adults."""
        with (self.folder / "membres.csv").open(encoding="utf-8", newline="") as file:
            listed = [_someone(row) for row in csv.DictReader(file, delimiter=";")]
        people = {one.code: one for one in listed if one.kind == "pupil"}
        for told in [*self.setup["adults"], *self.setup["parents"], self.setup["association"]["officer"]]:
            people[told["code"]] = Someone(told["code"], told["first_name"], told["last_name"], told["kind"], None, (), told["title"])
        for move in self.setup["movements"]:
            if move["what"] == "enrolled":
                people[move["member"]] = Someone(
                    move["member"], move["first_name"], move["last_name"], move["kind"], move["class_code"], ()
                )
        return people

    @cached_property
    def sheets(self) -> Sheets:
        """The journal and the transfers between pots; raises ValueError when a line cannot be read."""
        sheets = read_sheets(self.folder)
        if sheets.bad_lines:
            raise ValueError(f"{self.folder.name}: {sheets.bad_lines[0]}")
        return sheets


def _someone(row: dict[str, str]) -> Someone:
    roles = tuple(role.strip() for role in row["role"].split(",") if role.strip())
    return Someone(row["code"], row["prenom"], row["nom"], KINDS[row["type"]], row["classe"] or None, roles)
