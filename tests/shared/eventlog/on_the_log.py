"""What the library's test cases need to run here: the session's server, and a log of their own."""

import unittest

import pytest

from deploy.embedded_postgres import EmbeddedPostgres

MODULE = "shared.eventlog.recorder"


class OnTheLog(unittest.TestCase):
    """Gives each test a log of its own: the cases expect ids from 1, and nothing of the log can be truncated."""

    postgres: EmbeddedPostgres

    @pytest.fixture(autouse=True)
    def _server(self, postgres: EmbeddedPostgres) -> None:
        self.postgres = postgres

    def environment(self, log_id: int) -> dict[str, str]:
        return {
            "PERSISTENCE_MODULE": MODULE,
            "LOG_WRITER_URL": self.postgres.url("ruche_writer"),
            "LOG_READER_URL": self.postgres.url("ruche_reader"),
            "LOG_ID": str(log_id),
        }
