"""The portal's tables, a scene on them, and a whole portal behind a port."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import services.portal
from deploy.embedded_nats import EmbeddedNats
from deploy.embedded_postgres import EmbeddedPostgres
from shared.eventlog.migrating import migrate
from tests.portal.scene import SOON_SECONDS, YEAR, PortalScene, fresh_register, records_of
from tests.portal.site import Site
from tests.postgres_fixture import fresh_log

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


@pytest.fixture(scope="module")
def site(portal_tables: EmbeddedPostgres) -> Iterator[Site]:
    """The portal behind a port, following a log of its own."""
    log_id, folder = fresh_log(portal_tables), Path(tempfile.mkdtemp(prefix="ruche-nats-"))
    with EmbeddedNats(folder, logs=(log_id,)) as nats, Site(portal_tables, nats, log_id).running() as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def school(site: Site) -> str:
    """A register with a whole story, arrived."""
    register = fresh_register()
    site.write(records_of(register, YEAR))
    site.portal.views.wait_for(register, len(YEAR), SOON_SECONDS)
    return register
