"""What a command confides goes to the vault before it is decided, and stays only if it was recorded; its plain texts name nobody."""

from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sized
from typing import Any

from shared.messages import Command
from shared.values import Pseudonym, Sealed, Value
from shared.vault.checking import NameCheck
from shared.vault.people import Name
from shared.vault.sealing import seal
from shared.vault.store import Vault

KIND = "member"  # what the person is stands in the record; the vault only tells people from other subjects


class VaultConfidant:
    """Keeps the name of the person a command brings in and what a record may only hold the seal of. A crash in between leaves
    rows that the hourly purge settles."""

    def __init__(self, vault: Vault) -> None:
        """Take the vault of this installation."""
        self._vault = vault
        self._check = NameCheck(vault)

    def confide(self, register: str, person: Pseudonym, private: dict[str, str]) -> None:
        """Keep a name under its pseudonym, not yet confirmed; `private` holds the fields of `Name`."""
        self._vault.keep_person(register, person, Name(**private), KIND)

    def seal(self, register: str, values: Mapping[str, Any], about: Collection[Pseudonym], author: Pseudonym) -> dict[str, Sealed]:
        """Seal each value (a text, or a group of fields as JSON) and keep its opening, not yet confirmed."""
        return {name: self._sealed(register, _plain(value), about, author) for name, value in values.items()}

    def settle(self, register: str, person: Pseudonym | None, seals: Collection[Sealed], *, recorded: bool) -> None:
        """Confirm the name and the openings, or forget them when nothing was recorded."""
        if person is not None and recorded:
            self._vault.confirm(register, person)
        elif person is not None:
            self._vault.drop_person(register, person)
        for one in seals:
            if recorded:
                self._vault.confirm_opening(register, b64decode(one.sealed))
            else:
                self._vault.drop_opening(register, b64decode(one.sealed))

    def refuse_names(self, register: str, command: Command, people: Sized) -> None:
        """Raise NamesSomebody when a plain text of the command names one of the people that the register holds."""
        self._check.refuse_names(register, command, people)

    def _sealed(self, register: str, value: Any, about: Collection[Pseudonym], author: Pseudonym) -> Sealed:
        commitment, salt = seal(value)
        self._vault.keep_opening(register, commitment, salt, value, subjects=about, author=author)
        return Sealed(sealed=b64encode(commitment).decode())


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json", exclude_none=True) if isinstance(value, Value) else value
