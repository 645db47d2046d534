"""One installation: its folder, its two servers and its keys, whether they are its own or existing ones."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import orjson

from deploy.embedded_nats import EmbeddedNats
from deploy.embedded_postgres import DATABASE, EmbeddedPostgres, is_alive
from shared.eventlog import safety as log_safety
from shared.eventlog.migrating import migrate
from shared.messaging import safety as stream_safety
from shared.messaging.connecting import Login
from shared.secret_files import make_once, read_secret
from shared.settings import Settings
from shared.signing_keys import KeyPair, key_pair
from shared.vault.keys import kek_from

PACKAGES = Path(__file__).parent.parent
SCHEMAS = {"vault": PACKAGES / "shared/vault/schema", "portal": PACKAGES / "services/portal/schema"}
FINGERPRINT_BYTES = 32
RUNNING = "running.json"  # where the installation that runs on a folder can be reached, for the other commands


class NotReachable(Exception):
    """The database or NATS cannot be reached; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What commands need of an installation that is up. `postgres` and `nats` are the embedded servers this process started."""

    settings: Settings
    sockets: str | None
    nats_url: str
    nats_monitor_url: str
    http: str | None = None
    postgres: EmbeddedPostgres | None = None
    nats: EmbeddedNats | None = None

    def url(self, role: str) -> str:
        """Return the address of the database for one login role; raises NotReachable when none is set."""
        given = getattr(self.settings, f"{role.removeprefix('ruche_')}_url", None)
        if given is not None:
            return str(given.get_secret_value())
        if self.sockets is None:
            raise NotReachable(f"no database address for {role}: set RUCHE_{role.removeprefix('ruche_').upper()}_URL")
        return f"postgresql://{role}@/{DATABASE}?host={quote(self.sockets, safe='')}"

    def login(self, user: str) -> Login:
        """Return the address of NATS and the key of one of its users."""
        path = self.settings.data / "nats" / "keys" / f"{user}.nk"
        return Login(self.nats_url, user, path.read_text("ascii").strip())

    @property
    def keys(self) -> Path:
        """The folder of this installation's keys."""
        return self.settings.data / "keys"

    def token_keys(self) -> KeyPair:
        """Return the pair that signs and verifies tokens, made at first use."""
        return key_pair(self.keys, "token")

    def vault_key(self) -> bytes:
        """Return the key-encryption key of the vault, made at first use."""
        return kek_from(self.keys / "vault.key")

    def fingerprint_key(self) -> bytes:
        """Return the key that fingerprints command bodies, made at first use."""
        path = self.keys / "fingerprint.key"
        make_once(path, secrets.token_bytes(FINGERPRINT_BYTES))
        return read_secret(path)

    def announced(self, http: str) -> None:
        """Tell the other commands of this machine where this installation can be reached."""
        path = self.settings.data / RUNNING
        told = {
            "pid": os.getpid(),
            "sockets": self.sockets,
            "nats_url": self.nats_url,
            "nats_monitor_url": self.nats_monitor_url,
            "http": http,
        }
        draft = path.with_suffix(".new")
        draft.write_bytes(orjson.dumps(told))
        draft.chmod(0o600)
        draft.replace(path)

    def check_safe(self) -> None:
        """Refuse servers that would lose records; raises Unsafe naming the setting."""
        log_safety.check(self.url("ruche_writer"))
        stream_safety.refuse_unsafe(self.nats_monitor_url)


def running(settings: Settings) -> Installation | None:
    """Return the installation that runs on this folder now, None when there is none."""
    try:
        told = orjson.loads((settings.data / RUNNING).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    if not is_alive(told["pid"]):
        return None
    return Installation(settings, told["sockets"], told["nats_url"], told["nats_monitor_url"], told["http"])


@contextmanager
def started(settings: Settings) -> Iterator[Installation]:
    """Start what is embedded, migrate, check; everything that was started stops at the end."""
    log_safety.refuse_unlocked_functions()
    settings.data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        sockets, postgres = None, None
        if settings.writer_url is None:
            postgres = stack.enter_context(EmbeddedPostgres(settings.data / "postgres"))
            sockets = str(postgres.sockets)
        nats, nats_url, monitor_url = None, settings.nats_url or "", settings.nats_monitor_url or ""
        if settings.nats_url is None:
            nats = stack.enter_context(EmbeddedNats(settings.data / "nats", logs=(settings.log_id,)))
            nats_url, monitor_url = nats.url, nats.monitor_url
        installation = Installation(settings, sockets, nats_url, monitor_url, postgres=postgres, nats=nats)
        migrated(installation)
        installation.check_safe()
        stack.callback((settings.data / RUNNING).unlink, missing_ok=True)
        yield installation


@contextmanager
def reached(settings: Settings) -> Iterator[Installation]:
    """Join the installation that runs on this folder, or start its servers for the time of one command."""
    if already := running(settings):
        yield already
    else:
        with started(settings) as installation:
            yield installation


def migrated(installation: Installation) -> list[str]:
    """Bring every schema up to date; return the migrations applied."""
    url = installation.url("ruche_migrator")
    applied = migrate(url)
    for schema, folder in SCHEMAS.items():
        applied += migrate(url, folder, schema)
    return applied
