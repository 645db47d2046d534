"""How this installation is set: one frozen object, read once, passed to whatever is built.

Every setting is an environment variable with the prefix RUCHE_; an unknown one stops the start.
"""

import os
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "RUCHE_"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class UnknownSetting(Exception):
    """A variable begins with RUCHE_ and is no setting of Ruche: its name is probably misspelt."""


class Settings(BaseSettings):
    """The settings of one installation. Addresses of databases are one per login role; None means the embedded server."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Field(default=Path("data"), description="The folder of everything that lasts: database, stream, keys.")
    host: str = Field(
        default="127.0.0.1", description="The address to listen on; loopback unless a proxy with a certificate stands in front."
    )
    port: int = Field(default=8000, ge=0, le=65_535, description="The HTTP port asked for; the next free one is taken when it is in use.")
    public_origin: str | None = Field(
        default=None, pattern="^https?://[^/]+$", description="What people type in front of a proxy, such as https://ruche.example."
    )
    log_id: int = Field(default=1, ge=1, le=64, description="The log that new registers of this installation go to.")
    writer_url: SecretStr | None = Field(default=None, description="PostgreSQL as ruche_writer: append and read one register at a time.")
    reader_url: SecretStr | None = Field(default=None, description="PostgreSQL as ruche_reader: replays, tails, exports.")
    publisher_url: SecretStr | None = Field(default=None, description="PostgreSQL as ruche_publisher: reads the log by position.")
    migrator_url: SecretStr | None = Field(
        default=None, description="PostgreSQL as ruche_migrator: runs migrations, once, before anything starts."
    )
    vault_url: SecretStr | None = Field(default=None, description="PostgreSQL as ruche_vault: names and sealed texts.")
    portal_url: SecretStr | None = Field(default=None, description="PostgreSQL as ruche_portal: the portal's own copy and views.")
    nats_url: str | None = Field(default=None, description="The address of an existing nats-server with JetStream.")
    nats_monitor_url: str | None = Field(default=None, description="The monitoring address of that server, on loopback.")
    urn_url: str | None = Field(
        default=None, pattern="^http://[^/]+$", description="The address of the urn where it does not run beside the services."
    )
    failpoint: str | None = Field(
        default=None, pattern="^after-commit-before-answer$", description="For tests on loopback only: where the process kills itself."
    )
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="How much is written to standard error.")
    log_format: str = Field(default="auto", pattern="^(auto|json|console)$", description="JSON lines, or readable ones on a terminal.")

    @model_validator(mode="after")
    def _no_failpoint_in_production(self) -> Self:
        if self.failpoint is not None and self.host not in LOOPBACK:
            raise ValueError("a failpoint is for tests on loopback only: unset RUCHE_FAILPOINT")
        return self


def read_settings(**given: object) -> Settings:
    """Read the settings; raises UnknownSetting, or pydantic's ValidationError naming the faulty one."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    if unknown := sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known):
        raise UnknownSetting(", ".join(unknown))
    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]  # a command's own options
