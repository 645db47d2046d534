"""From a file that somebody sends to a record: cleaned, locked in the vault, then asked for as any command is."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from services.ledger.commands.books import AttachVoucher
from services.ledger.deciders.vouchers import DOCUMENT
from services.ledger.events.vouchers import FILE_BYTES_MAX
from services.ledger.files.accepting import Cleaned, FileTooLarge
from services.ledger.files.apart import cleaned_apart
from shared.handling import Answer, Asked
from shared.messages import Command
from shared.refusals import Forbidden, KeyReused, NotFound, Refused
from shared.values import Id, Sealed
from shared.vault.store import Vault
from shared.web.security import LargerBodies

FORM_BYTES: Final = 64 * 1024  # what a form adds around its file
TAKES_FILES: Final[Sequence[LargerBodies]] = (
    LargerBodies(re.compile(r"/v1/registers/[a-z2-7]{26}/ledger/attach-voucher"), FILE_BYTES_MAX, FileTooLarge),
    LargerBodies(re.compile(r"/c/[a-z2-7]{26}/pieces"), 2 * FILE_BYTES_MAX + FORM_BYTES, FileTooLarge),
)

Handles = Callable[[Command, Asked, dict[str, Sealed]], Answer]


class Attaching:
    """Takes files in. The vault has a file before its record is there; what no record came to hold goes again."""

    def __init__(self, vault: Vault, handle: Handles, clean: Callable[[bytes], Cleaned] = cleaned_apart) -> None:
        """Take the vault, the handling of the ledger's commands, and what makes of a file one that may be kept."""
        self._vault, self._handle, self._clean = vault, handle, clean

    def attach(self, asked: Asked, entry: Id, content: bytes, on: date | None = None) -> Answer:
        """Attach a file to an entry; the same key with the same file gives the first answer. Raises what handling does, and a refusal
        that says what is wrong with the file."""
        clean = self._clean(content)
        digest = hashlib.sha256(content).hexdigest()
        command = AttachVoucher(entry=entry, content=digest, media_type=clean.media_type, size=len(clean.content), on=on)
        commitment = self._vault.keep_file(asked.register, clean.content)
        try:
            answer = self._handle(command, asked, {DOCUMENT: Sealed(sealed=b64encode(commitment).decode())})
        except (Refused, Forbidden, NotFound, KeyReused):  # after a lost answer nobody knows: the file waits for the purge
            self._vault.drop_file(asked.register, commitment)
            raise
        if answer.records and not answer.repeated:
            self._vault.confirm_file(asked.register, commitment)
        else:
            self._vault.drop_file(asked.register, commitment)
        return answer
