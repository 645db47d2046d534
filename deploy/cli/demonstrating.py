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
from deploy.checking import Check, checks
from deploy.cli.running import announce, wait_for_interrupt
from deploy.cli.speaking import Exit, Json, Lang, Quiet, answering, as_json, as_table, progress, results, spoken
from deploy.demo import played
from deploy.here import settings_here
from deploy.installation import Installation, started
from deploy.launch import Served, serving
from services.governance.sign_in import Persona
from shared.eventlog.reading import LogReader
from shared.messaging.by_sequence import fetch_range
from shared.web.tokens import issue

STEPS = 90  # about: the bar only shows that something moves
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
            _checked(folder / "data", port, json=json, lang=lang, quiet=quiet)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    with started(settings_here(port=port)) as installation:
        _, personas = _played(installation, lang, quiet=quiet or json)
        with serving(installation, personas) as served:
            announce(served, json=json, lang=lang, quiet=quiet)
            wait_for_interrupt()


def _played(installation: Installation, lang: str, *, quiet: bool) -> tuple[str, list[Persona]]:
    label = spoken("L'année se joue", "Playing the year", lang)
    with doors(installation) as opened, progress(label, STEPS, quiet=quiet) as advance:
        return played(opened, installation.settings.data, date.today(), advance)  # noqa: DTZ011 - the play ends on this machine's day


def _checked(data: Path, port: int | None, *, json: bool, lang: str, quiet: bool) -> None:
    began = time.monotonic()
    with started(settings_here(data=data, port=port or 0)) as installation:
        register, personas = _played(installation, lang, quiet=quiet or json)
        with serving(installation, personas) as served:
            counts = _level(installation, register)
            found = list(checks(_asking(served, register, personas)))
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


def _asking(served: Served, register: str, personas: list[Persona]) -> Callable[[str, dict[str, str]], dict[str, Any]]:
    verifier = next(persona for persona in personas if persona.code == "verifier")
    claims = verifier.claims._replace(expires=int(time.time()) + TOKEN_SECONDS)
    token = issue(served.installation.token_keys().private, claims)

    def ask(address: str, cut: dict[str, str]) -> dict[str, Any]:
        url = f"{served.http}/v1/registers/{register}/{address}?{urlencode(cut)}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=ASK_TIMEOUT_SECONDS) as answer:
            told: dict[str, Any] = orjson.loads(answer.read())
            return told

    return ask


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
