"""What each family was asked and gave lives in the vault alone: mandate holders read and write it, each opening noted, nobody else ever.

The register holds totals and numbers of families on its receipts; a sheet is in no record, so it can be corrected and deleted.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Final, NamedTuple

import orjson
from pydantic import Field

from services.governance.events.people import PersonKind, Role
from services.ledger.events.books import Year
from services.ledger.events.entries import Means
from services.ledger.projections.contributions import Contributions
from shared.refusals import Forbidden, NotFound, Refused, Stale
from shared.values import Id, PositiveCents, Private, Pseudonym, Value
from shared.vault import sheets
from shared.vault.sheets import ChangedMeanwhile, NobodyKept, OnAnotherSheet, Sheet
from shared.vault.store import Vault
from shared.web.queries import Question, Viewing

CHILDREN_MAX: Final = 12  # of one family in one school: more than any has
GIFTS_MAX: Final = 60  # of one family in a year: one a week, with room
READ, LISTED, COUNTED = "ledger.family-sheet", "ledger.family-sheets", "ledger.family-total"  # in the vault's log of accesses
WRITTEN, DELETED = "ledger.family-sheet.written", "ledger.family-sheet.deleted"


class NotYoursToSee(Forbidden):
    """Ce que les familles donnent n'est vu que par les mandataires : la contribution est volontaire, et personne d'autre n'a à savoir.
    What families give is seen by mandate holders alone: the contribution is voluntary, and nobody else has to know."""


class NoSuchFamilySheet(NotFound):
    """Cette fiche de famille n'existe pas, ou n'existe plus.
    This family sheet does not exist, or no longer does."""


class NotAPupilHere(Refused):
    """Une fiche est faite pour des élèves de cette coopérative, dont le nom est encore connu : choisis-les dans la liste.
    A sheet is made for pupils of this cooperative whose name is still known: choose them in the list."""


class ChildOnAnotherSheet(Refused):
    """Un de ces enfants a déjà une fiche pour cet exercice : complète celle-là.
    One of these children already has a sheet for this fiscal year: complete that one."""


class Gift(Value):
    """What a family gave: cents, the day, how."""

    amount: PositiveCents
    on: date
    means: Means


class FamilySheet(Value):
    """One family in one fiscal year: its children (pseudonyms), the cents that were suggested, what it gave, a note."""

    year: Year
    children: Annotated[tuple[Pseudonym, ...], Field(min_length=1, max_length=CHILDREN_MAX)]
    asked: PositiveCents | None = None
    gifts: Annotated[tuple[Gift, ...], Field(max_length=GIFTS_MAX)] = ()
    note: Private | None = None

    @property
    def given(self) -> int:
        """Return the cents that the family gave."""
        return sum(one.amount for one in self.gifts)


class KeptSheet(Value):
    """A family sheet as it is kept: its id, and its version, which a correction must name."""

    sheet: Id
    version: int
    family: FamilySheet


class KeptSheets(Value):
    """Every family sheet that was asked for."""

    sheets: tuple[KeptSheet, ...]


class OnSheets(Value):
    """What the sheets add up to: cents, gifts, families that gave."""

    amount: int
    gifts: int
    families: int


class OnReceipts(Value):
    """What the receipts on account 7562 add up to: cents, receipts, the families they say, and receipts that say no number."""

    amount: int
    receipts: int
    families: int
    without_families: int


class Compared(Value):
    """The sheets of some days, both included, against the books; `difference` is sheets less receipts, in cents."""

    starts: date
    ends: date
    sheets: OnSheets
    receipts: OnReceipts
    difference: int


class Reader(NamedTuple):
    """Who asks, of which register, in which roles today."""

    register: Id
    actor: Pseudonym
    roles: frozenset[str]


class FamilySheets:
    """Keeps the sheets of families. Every method raises NotYoursToSee to whoever holds no mandate, whatever else they are."""

    def __init__(self, vault: Vault, views: Viewing) -> None:
        """Take the vault, and the views that know who is a pupil."""
        self._vault, self._views = vault, views

    def let_in(self, reader: Reader) -> None:
        """Let a mandate holder pass; every other method asks it first."""
        if Role.MANDATE_HOLDER not in reader.roles:
            raise NotYoursToSee(needs=[Role.MANDATE_HOLDER])

    def put(self, reader: Reader, sheet: Id, family: FamilySheet, version: int = 0) -> KeptSheet:
        """Record a sheet, or correct the version that was read; the same content again changes nothing. Raises NotAPupilHere,
        ChildOnAnotherSheet, Stale."""
        self.let_in(reader)
        standing = self._views.standing(reader.register)
        if any(standing.kind(child) is not PersonKind.PUPIL for child in family.children):
            raise NotAPupilHere
        value = family.model_dump(mode="json", exclude={"year", "children"})
        asked = Sheet(sheet, family.year, tuple(sorted(set(family.children))), value, version)
        try:
            with self._vault.keyring(reader.register) as keys:
                return _kept(sheets.put(keys, asked, who=reader.actor, why=WRITTEN))
        except NobodyKept as error:
            raise NotAPupilHere from error
        except OnAnotherSheet as error:
            raise ChildOnAnotherSheet from error
        except ChangedMeanwhile as error:
            raise Stale from error

    def found(self, reader: Reader, sheet: Id, why: str = READ) -> KeptSheet:
        """Return one sheet. Raises NoSuchFamilySheet."""
        self.let_in(reader)
        with self._vault.keyring(reader.register) as keys:
            found = sheets.found(keys, sheet, who=reader.actor, why=why)
        if found is None:
            raise NoSuchFamilySheet
        return _kept(found)

    def listed(self, reader: Reader, year: str | None) -> tuple[KeptSheet, ...]:
        """Return the sheets of a fiscal year, or all of them, in no order that says anything."""
        return self._all(reader, year, LISTED)

    def drop(self, reader: Reader, sheet: Id) -> None:
        """Delete one sheet. Raises NoSuchFamilySheet."""
        self.let_in(reader)
        with self._vault.keyring(reader.register) as keys:
            if not sheets.drop(keys, sheet, who=reader.actor, why=DELETED):
                raise NoSuchFamilySheet

    def compared(self, reader: Reader, contributions: Contributions, starts: date, ends: date) -> Compared:
        """Return what the sheets say of some days, both included, against the receipts of the same days."""
        on_sheets = _on_sheets(self._all(reader, None, COUNTED), starts, ends)
        received = list(contributions.between(starts, ends))
        on_receipts = OnReceipts(
            amount=sum(one.amount for one in received),
            receipts=len(received),
            families=sum(one.families or 0 for one in received),
            without_families=sum(1 for one in received if one.families is None),
        )
        difference = on_sheets.amount - on_receipts.amount
        return Compared(starts=starts, ends=ends, sheets=on_sheets, receipts=on_receipts, difference=difference)

    def _all(self, reader: Reader, year: str | None, why: str) -> tuple[KeptSheet, ...]:
        self.let_in(reader)
        with self._vault.keyring(reader.register) as keys:
            return tuple(_kept(one) for one in sheets.in_binder(keys, year, who=reader.actor, why=why))


def reader_of(question: Question) -> Reader:
    """Return who asks a question, without the moment it is about: sheets have no past."""
    return Reader(question.register, question.actor, question.roles)


def _on_sheets(kept: Iterable[KeptSheet], starts: date, ends: date) -> OnSheets:
    given = [[gift.amount for gift in one.family.gifts if starts <= gift.on <= ends] for one in kept]
    every = [amount for gifts in given for amount in gifts]
    return OnSheets(amount=sum(every), gifts=len(every), families=sum(1 for gifts in given if gifts))


def _kept(one: Sheet) -> KeptSheet:
    told: dict[str, Any] = {"year": one.binder, "children": one.subjects, **one.value}
    return KeptSheet(sheet=one.sheet, version=one.version, family=FamilySheet.model_validate_json(orjson.dumps(told)))
