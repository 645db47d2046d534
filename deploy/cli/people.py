"""Tokens: who may ask, for how long."""

import re
import secrets
import time
import urllib.request
from typing import Annotated

import orjson
import typer

from deploy.assembly import Doors, doors
from deploy.catalogue import CODEC
from deploy.cli.ending import answering
from deploy.cli.joining import joined
from deploy.cli.speaking import Json, Lang, as_json, results, spoken
from deploy.installation import Installation, NotReachable
from services.governance.standing import STANDING
from shared.eventlog.reading import LogReader
from shared.messages import id_from
from shared.refusals import NotFound, Refused
from shared.values import ID_LENGTH
from shared.views import Views
from shared.web.tokens import Claims, issue

REGISTER = re.compile(rf"[a-z2-7]{{{ID_LENGTH}}}")
HOURS = 12.0  # a school day
HOURS_MAX = 24.0 * 31
LINK_TIMEOUT_SECONDS = 5.0


class WhichRegister(Refused):
    """Plusieurs registres existent ici : dis lequel avec --register.
    Several registers exist here: say which one with --register."""


class NoSuchRegister(NotFound):
    """Ce n'est pas un registre : 26 lettres minuscules et chiffres de 2 à 7.
    This is no register: 26 lower-case letters and digits from 2 to 7."""


class NoSuchMember(NotFound):
    """Personne ne porte ce pseudonyme ni ce code dans ce registre.
    Nobody has this pseudonym or this code in this register."""


Member = Annotated[
    str | None, typer.Argument(help="A pseudonym p_…, or the code a list gave (A03, E030). Left out for a new association officer.")
]
RegisterOption = Annotated[
    str | None, typer.Option("--register", help="The register; the only one here when left out, a new one for an association.")
]


@answering
def token(
    member: Member = None,
    register: RegisterOption = None,
    association: Annotated[str | None, typer.Option("--association", help="The association the token acts for, such as AD99.")] = None,
    hours: Annotated[float, typer.Option("--hours", min=0.01, max=HOURS_MAX, help="How long it lasts.")] = HOURS,
    open_link: Annotated[bool, typer.Option("--open", help="Print a one-use link that signs a browser in, on this machine.")] = False,
    env: Annotated[bool, typer.Option("--env", help="Print shell assignments: TOKEN, ACTOR, REGISTER, HTTP.")] = False,
    json: Json = False,
    lang: Lang = "fr",
) -> None:
    """Print a signed token for a member, or for an association that opens a cooperative."""
    with joined(lang, quiet=json or env) as installation:
        if register is not None and not REGISTER.fullmatch(register):
            raise NoSuchRegister(register=register)
        where = register or (id_from(secrets.token_bytes(32)) if association and member is None else only_register(installation))
        actor = _actor(installation, where, member)
        now = int(time.time())
        claims = Claims(actor, where, association, now + int(hours * 3600), now)
        signed = issue(installation.token_keys().private, claims)
        told = {"token": signed, "actor": actor, "register": where, "expires": claims.expires, "http": installation.http}
        if open_link:
            told["link"] = _link(installation, signed, lang)
    if json:
        as_json(told)
    elif env:
        names = ("token", "actor", "register", "http")
        results.print("\n".join(f"{name.upper()}={told[name] or ''}" for name in names), soft_wrap=True)
    else:
        results.print(told.get("link") or "\n".join(f"{name}: {value}" for name, value in told.items()), soft_wrap=True)


def only_register(installation: Installation) -> str:
    """Return the only register of an installation; raises WhichRegister when there are several, NotFound when none."""
    reader = LogReader(installation.url("ruche_reader"))
    try:
        registers = reader.registers()
    finally:
        reader.close()
    if not registers:
        raise NotFound
    if len(registers) > 1:
        raise WhichRegister(registers=len(registers))
    return registers[0][1]


def _actor(installation: Installation, register: str, member: str | None) -> str:
    if member is None:
        return "p_" + id_from(secrets.token_bytes(32))
    with doors(installation) as opened:
        return person_of(opened, register, member)


def person_of(opened: Doors, register: str, member: str) -> str:
    """Return the pseudonym of somebody of a register, named by it or by the code of a list; raises NoSuchMember."""
    found = member if member.startswith("p_") else opened.vault.person_by_code(register, member)
    if found is None or found not in Views(CODEC, opened.means.reader, STANDING).standing(register).people:
        raise NoSuchMember(member=member)
    return found


def _link(installation: Installation, signed: str, lang: str) -> str:
    if installation.http is None:
        raise NotReachable(
            spoken("Ruche ne tourne pas : lance d'abord « ruche up ».", "Ruche is not running: start “ruche up” first.", lang)
        )
    request = urllib.request.Request(f"{installation.http}/v1/sign-in-links", method="POST", headers={"Authorization": f"Bearer {signed}"})
    with urllib.request.urlopen(request, timeout=LINK_TIMEOUT_SECONDS) as answer:
        return f"{installation.http}{orjson.loads(answer.read())['path']}"
