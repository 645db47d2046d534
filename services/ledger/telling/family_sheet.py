"""A family's sheet as PDF, to print and hand over: that giving is voluntary comes before any sum; the names go in as it is made.

The mandate holder's note is not printed, and nothing comes from the register: the fonts are those inside typst, whose version is pinned.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
import typst

from services.ledger.events.entries import Means
from services.ledger.family_sheets import FamilySheet
from services.ledger.telling.blocks import day, euros
from services.ledger.telling.printing import STANDARDS

SOURCE: Final = Path(__file__).with_name("documents") / "family_sheet.typ"
BY: Final[Mapping[Means, str]] = {
    Means.CHEQUE: "chèque",
    Means.CASH: "espèces",
    Means.TRANSFER: "virement",
    Means.CARD: "carte bancaire",
    Means.DIRECT_DEBIT: "prélèvement",
    Means.OTHER: "autre moyen",
}
TITLE: Final = "Fiche de contribution volontaire"
SAID: Final = (
    "La contribution des familles à la coopérative est volontaire : chaque famille choisit de donner ou non, et combien.",
    "Ne pas payer ne prive jamais un enfant d'une activité.",
    "Cette fiche n'est connue que de votre famille et des mandataires de la coopérative.",
)


class NamedFamily(NamedTuple):
    """A family's sheet, how its children are called, in which cooperative, and the moment of printing on its clock."""

    family: FamilySheet
    children: Sequence[str]
    cooperative: str
    at: datetime


def printed_family(named: NamedFamily) -> bytes:
    """Return the sheet as PDF."""
    inputs = {"given": orjson.dumps(family_told(named)).decode()}
    compiler = typst.Compiler(SOURCE.read_bytes(), ignore_system_fonts=True, sys_inputs=inputs)
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(named.at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made


def family_told(named: NamedFamily) -> dict[str, Any]:
    """Return what is printed, word for word."""
    family = named.family
    gifts = sorted(family.gifts, key=lambda one: (one.on, one.amount))
    suggested = f"Contribution suggérée, sans obligation : {euros(family.asked)}." if family.asked else ""
    return {
        "title": TITLE,
        "said": SAID,
        "cooperative": named.cooperative,
        "year": f"Exercice {family.year}",
        "children": list(named.children),
        "suggested": suggested,
        "gifts": [[day(one.on), BY[one.means], euros(one.amount)] for one in gifts],
        "total": euros(family.given),
        "printed": f"Imprimé le {day(named.at.date())}",
    }
