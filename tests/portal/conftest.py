"""The portal's tables, and a scene on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import services.portal
from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.migrating import migrate
from tests.portal.scene import PortalScene

SCHEMA_FOLDER = Path(services.portal.__file__).parent / "schema"


@pytest.fixture(scope="session")
def portal_tables(postgres: EmbeddedPostgres) -> EmbeddedPostgres:
    """The server of the session, with the portal's tables."""
    migrate(postgres.url("ruche_migrator"), SCHEMA_FOLDER, "portal")
    return postgres


@pytest.fixture
def scene(portal_tables: EmbeddedPostgres) -> Iterator[PortalScene]:
    """The portal as installed: its views are live from the start."""
    opened = PortalScene(portal_tables)
    opened.level()
    yield opened
    opened.close()
