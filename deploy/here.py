"""The settings of the command that runs here, and the data folder when nobody chose one."""

import hashlib
from pathlib import Path

from deploy.server_account import Account, closed_parent, server_account
from shared.settings import Settings, read_settings

SYSTEM_DATA = Path("/var/lib/ruche")  # where root's installations lie that stand in a folder closed to the server's account


def settings_here(*, port: int | None = None, data: Path | None = None) -> Settings:
    """Read the settings. Without a data folder it is `data` here, or for root, where PostgreSQL's account may not enter, a folder
    of its own under /var/lib/ruche, the same at each start. Raises what `read_settings` raises."""
    settings = read_settings(port=port, data=data)
    if "data" in settings.model_fields_set or settings.writer_url is not None:
        return settings
    return read_settings(port=port, data=open_folder(settings.data, server_account()))


def open_folder(wanted: Path, account: Account) -> Path:
    """Return the folder wanted, or the one that stands in for it where the server's account may not enter."""
    here = wanted.absolute()
    return wanted if closed_parent(here, account) is None else SYSTEM_DATA / hashlib.sha256(str(here).encode()).hexdigest()[:12]
