"""A person erased from the command line: the vault's rows and key, then the fact in the register."""

from enum import StrEnum
from typing import Annotated

import typer

from deploy.assembly import doors
from deploy.cli.ending import answering
from deploy.cli.importing import actor_of
from deploy.cli.joining import joined
from deploy.cli.people import person_of
from deploy.cli.speaking import Json, Lang, Quiet, as_json, results, spoken
from services.governance.commands.privacy import ErasePerson
from services.governance.events.privacy import ErasureReason
from services.governance.main import GOVERNANCE
from shared.handling import Asked
from shared.messages import id_from


class Reason(StrEnum):
    """Why somebody is erased, as the command line says it."""

    DEPARTURE = ErasureReason.DEPARTURE.value
    REQUEST = ErasureReason.REQUEST.value


@answering
def erase_person(
    register: Annotated[str, typer.Argument(help="The register.")],
    person: Annotated[str, typer.Argument(help="Who has left: a pseudonym p_…, or the code a list gave (E024).")],
    reason: Annotated[Reason, typer.Option("--reason", help="Why: departure or request.")] = Reason.DEPARTURE,
    by: Annotated[str | None, typer.Option("--by", help="Who erases: a pseudonym or a code; the mandate holder when left out.")] = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Erase somebody who has left: name, key and texts go; no record, count or proof changes. Asked again it finishes what was begun."""
    with joined(lang, quiet=quiet or json) as installation, doors(installation) as opened:
        who, actor = person_of(opened, register, person), actor_of(opened, register, by)
        command = ErasePerson(person=who, reason=ErasureReason(reason))
        asked = Asked(register, actor, id_from(f"erase-person {register} {actor} {who} {reason}".encode()))
        answer = opened.means.handling(GOVERNANCE).handle(command, asked)
    recorded = bool(answer.records) and not answer.repeated
    if json:
        as_json({"register": register, "person": who, "recorded": recorded, "seq": answer.last_seq})
    elif not quiet:
        french = "Effacé : le nom, la clé et les textes n'existent plus" if recorded else "Rien à écrire : personne déjà effacée"
        english = "Erased: the name, the key and the texts no longer exist" if recorded else "Nothing to write: already erased"
        results.print(spoken(f"{french}.", f"{english}.", lang), markup=False, soft_wrap=True)
