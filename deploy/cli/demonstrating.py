"""The demo on the command line: play, check, browse."""

import asyncio
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
import psycopg
import typer

from deploy.assembly import doors
from deploy.catalogue import CODEC
from deploy.checking import Check, checks
from deploy.checking_votes import votes_checks
from deploy.cli.ending import Exit, answering
from deploy.cli.joining import begun
from deploy.cli.running import announce, interruption, services_start
from deploy.cli.speaking import Json, Lang, Quiet, as_json, as_table, progress, results, spoken, waiting
from deploy.demo import played
from deploy.here import settings_here
from deploy.installation import Installation
from deploy.launch import Served, serving
from services.governance.sign_in import Persona
from shared.eventlog.reading import LogReader
from shared.messages import Recorded
from shared.messaging.by_sequence import fetch_range
from shared.web.tokens import issue

STEPS = 150  # about: the bar only shows that something moves
LEVEL_SECONDS_MAX = 60.0  # the portal follows within milliseconds; past this something is wrong
TOKEN_SECONDS = 600
ASK_TIMEOUT_SECONDS = 30.0


@answering
def demo(
    exit_: Annotated[bool, typer.Option("--exit", help="Play in a temporary folder, check every figure, stop; exit code 0 or 1.")] = False,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535)] = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Run everything with the sample year played in a sandbox register; choose a role and look around."""
    if exit_:
        folder = Path(tempfile.mkdtemp(prefix="ruche-"))
        folder.chmod(0o711)
        try:
            _checked(folder / "data", port, json=json, lang=lang, quiet=quiet or json)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    unwatched = quiet or json
    with begun(settings_here(port=port), lang, quiet=unwatched) as installation:
        _, personas = _played(installation, lang, quiet=unwatched)
        with waiting(services_start(lang), serving(installation, personas), quiet=unwatched) as served:
            asked = interruption()
            announce(served, json=json, lang=lang, quiet=quiet)
            asked.wait()


def _played(installation: Installation, lang: str, *, quiet: bool) -> tuple[str, list[Persona]]:
    label = spoken("L'année se joue", "Playing the year", lang)
    with doors(installation) as opened, progress(label, STEPS, quiet=quiet) as advance:
        return played(opened, installation.settings.data, date.today(), advance)  # noqa: DTZ011 - the play ends on this machine's day


def _checked(data: Path, port: int | None, *, json: bool, lang: str, quiet: bool) -> None:
    began = time.monotonic()
    checking = spoken("Les chiffres se vérifient", "Checking the figures", lang)
    with begun(settings_here(data=data, port=port or 0), lang, quiet=quiet) as installation:
        register, personas = _played(installation, lang, quiet=quiet)
        with waiting(services_start(lang), serving(installation, personas), quiet=quiet) as served, progress(checking, None, quiet=quiet):
            counts = _level(installation, register)
            fetch = _fetching(served, register, personas)
            logged, exported = _logged(installation, register), _exported(fetch)
            found = [
                *checks(lambda address, cut: orjson.loads(fetch(f"{address}?{urlencode(cut)}"))),
                *votes_checks("governance", logged),
                *votes_checks("portal", exported),
            ]
    told = {
        "ok": all(check.ok for check in found) and len(set(counts.values())) == 1,
        "checks": [{**check._asdict(), "ok": check.ok} for check in found],
        **counts,
        "seconds": round(time.monotonic() - began, 2),
    }
    if json:
        as_json(told)
    else:
        _shown(found, told, lang)
    if not told["ok"]:
        raise typer.Exit(Exit.FOUND)


def _level(installation: Installation, register: str) -> dict[str, int]:
    """Wait until stream and portal have every record, and count them in all three."""
    reader = LogReader(installation.url("ruche_reader"))
    head = reader.head(installation.settings.log_id)
    reader.close()
    deadline = time.monotonic() + LEVEL_SECONDS_MAX
    copied = 0
    while copied < head and time.monotonic() < deadline:
        time.sleep(0.05)
        with psycopg.connect(installation.url("ruche_portal")) as connection:
            connection.execute("select set_config('ruche.register', %s, true)", (register,))
            row = connection.execute("select count(*) from portal.records where register_id = %s", (register,)).fetchone()
            copied = row[0] if row else 0
    messages = len(asyncio.run(fetch_range(installation.login("portal"), installation.settings.log_id, 1, head)))
    return {"records": head, "messages": messages, "portal_records": copied}


def _logged(installation: Installation, register: str) -> list[Recorded[Any]]:
    """Return the register as the log has it."""
    reader = LogReader(installation.url("ruche_reader"))
    try:
        return [CODEC.decode(one.type, one.record) for one in reader.by_register(register)]
    finally:
        reader.close()


def _fetching(served: Served, register: str, personas: list[Persona]) -> Callable[[str], bytes]:
    verifier = next(persona for persona in personas if persona.code == "verifier")
    claims = verifier.claims._replace(expires=int(time.time()) + TOKEN_SECONDS)
    token = issue(served.installation.token_keys().private, claims)

    def fetch(address: str) -> bytes:
        url = f"{served.http}/v1/registers/{register}/{address}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=ASK_TIMEOUT_SECONDS) as answer:
            found: bytes = answer.read()
            return found

    return fetch


def _exported(fetch: Callable[[str], bytes]) -> list[Recorded[Any]]:
    """Return the register as the portal has it from the stream."""
    return [CODEC.decode(orjson.loads(line)["type"], line) for line in fetch("records").splitlines()]


def _shown(found: list[Check], told: dict[str, Any], lang: str) -> None:
    wrong = [check for check in found if not check.ok]
    rows = [(check.name, check.expected, check.found) for check in wrong]
    if rows:
        as_table(spoken("Ce qui ne tombe pas juste", "What does not add up", lang), ("", "attendu", "trouvé"), rows)
    figures = f"{told['records']} = {told['messages']} = {told['portal_records']}"
    results.print(spoken(f"Faits : journal = flux = portail : {figures}", f"Facts: log = stream = portal: {figures}", lang))
    good = len(found) - len(wrong)
    results.print(
        spoken(
            f"{good} chiffres justes sur {len(found)}, en {told['seconds']} s",
            f"{good} of {len(found)} figures right, in {told['seconds']} s",
            lang,
        )
    )
