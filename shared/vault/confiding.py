"""The private fields of a command go to the vault before it is decided, and stay only if it was recorded."""

from shared.values import Pseudonym
from shared.vault.people import Name
from shared.vault.store import Vault

KIND = "member"  # what the person is stands in the record; the vault only tells people from other subjects


class VaultConfidant:
    """Keeps the name of the person a command brings in. A crash in between leaves a row that the hourly purge removes."""

    def __init__(self, vault: Vault) -> None:
        """Take the vault of this installation."""
        self._vault = vault

    def confide(self, register: str, person: Pseudonym, private: dict[str, str], author: Pseudonym) -> None:  # noqa: ARG002 - a name is its own person's, whoever writes it down
        """Keep a name under its pseudonym, not yet confirmed; `private` holds the fields of `Name`."""
        self._vault.keep_person(register, person, Name(**private), KIND)

    def settle(self, register: str, person: Pseudonym, *, recorded: bool) -> None:
        """Confirm the name, or forget it when nothing was recorded."""
        if recorded:
            self._vault.confirm(register, person)
        else:
            self._vault.drop_person(register, person)
