"""The sample year as its files say it: the set-up of the cooperative, its people, its spreadsheet."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from deploy.spreadsheet import Sheets, read_sheets

LES_TILLEULS = Path(__file__).parent / "samples" / "les-tilleuls"
KINDS = {"eleve": "pupil", "adulte": "staff", "parent": "parent"}
FOR_THE_CHECKER = {"expected", "what_if", "spent"}  # what must come out of a vote: never played, only compared


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
    def votes(self) -> dict[str, dict[str, Any]]:
        """The votes of the year by their id: what was put in, without what must come out."""
        told = orjson.loads((self.folder / "votes.json").read_bytes())["votes"]
        return {one["id"]: _put_in(one) for one in told}

    @cached_property
    def paid_by(self) -> dict[str, str]:
        """The vote that decided each expense that one decided, by the number of its voucher."""
        told = orjson.loads((self.folder / "votes.json").read_bytes())["commitments"]
        return {piece: vote for vote, _, pieces in told for piece in pieces.split(", ")}

    def pupils_on(self, day: date, class_code: str | None = None) -> list[str]:
        """Return the codes of the pupils of a day, of one class or of all."""
        moved = {move["member"]: move for move in self.setup["movements"]}
        gone = {code for code, move in moved.items() if move["what"] == "left" and move["on"] < day.isoformat()}
        late = {code for code, move in moved.items() if move["what"] == "enrolled" and move["on"] > day.isoformat()}
        pupils = (code for code, one in self.people.items() if one.kind == "pupil" and class_code in {None, one.class_code})
        return sorted(code for code in pupils if code not in gone | late)

    def elected(self, word: str, class_code: str | None = None) -> list[str]:
        """Return the codes of the pupils whom a class elected to what a word of its list says."""
        return sorted(code for code, one in self.people.items() if word in one.roles and class_code in {None, one.class_code})

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


def _put_in(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _put_in(value) for name, value in told.items() if name not in FOR_THE_CHECKER}
    return [_put_in(one) for one in told] if isinstance(told, list) else told
