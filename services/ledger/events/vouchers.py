"""What happened to the paper of an entry: a file of it was attached, or it was declared lost."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from shared.messages import Event
from shared.values import Checked, Id, Sealed

FILE_BYTES_MAX: Final = 10 * 1024 * 1024  # a photograph of a phone has 2 to 6 MiB

FileSize = Annotated[int, Field(strict=True, ge=1, le=FILE_BYTES_MAX)]


class MediaType(StrEnum):
    """What a file can be: what every device reads and what can be cleaned of its metadata."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


class VoucherAttached(
    Event,
    name="ledger.voucher-attached.v1",
    fr="Une pièce est jointe à une écriture",
    en="A voucher is attached to an entry",
):
    """Une pièce a été jointe à une écriture ; le fichier est dans le coffre, `size` est en octets.
    A voucher was attached to an entry; the file is in the vault, `size` is in bytes."""

    entry: Id
    document: Sealed
    media_type: MediaType
    size: FileSize
    on: date | None = None


class VoucherDeclaredLost(
    Event,
    name="ledger.voucher-declared-lost.v1",
    fr="La pièce d'une écriture est déclarée perdue : {reason}",
    en="The voucher of an entry is declared lost: {reason}",
):
    """La pièce d'une écriture ne viendra pas, et on a dit pourquoi.
    The voucher of an entry will not come, and somebody said why."""

    entry: Id
    reason: Checked
    on: date
