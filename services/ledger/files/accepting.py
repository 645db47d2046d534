"""Which files are taken, judged by what is in them and not by their name; and why one is not."""

from typing import Final, NamedTuple

from services.ledger.events.vouchers import FILE_BYTES_MAX, MediaType
from shared.refusals import Refused

PDF_STARTS_WITHIN_BYTES: Final = 1024  # where readers look for the header of a PDF (ISO 32000-1, implementation note 13)
PIXELS_MAX: Final = 40_000_000  # the largest photograph of a usual phone has 12 to 50 million; an invoice is read with 2
PAGES_MAX: Final = 100  # of one voucher; the rules of an insurance have fifty


class Cleaned(NamedTuple):
    """A file as it will be kept."""

    content: bytes
    media_type: MediaType


class WrongKindOfFile(Refused):
    """Ce fichier n'est ni une photo JPEG ou PNG, ni un PDF : refais la photo en JPEG, ou exporte le document en PDF.
    This file is neither a JPEG or PNG photograph nor a PDF: take the photograph again as JPEG, or export the document as PDF."""


class FileTooLarge(Refused):
    """Ce fichier dépasse 10 Mio : refais la photo en plus petit, ou sépare les pages.
    This file is larger than 10 MiB: take a smaller photograph, or separate the pages."""


class TooManyPixels(Refused):
    """Cette photo dépasse 40 millions de points : refais-la en plus petit.
    This photograph has more than 40 million pixels: take a smaller one."""


class TooManyPages(Refused):
    """Ce PDF dépasse 100 pages : ne joins que celles de la pièce.
    This PDF has more than 100 pages: attach those of the voucher alone."""


class UnreadableFile(Refused):
    """Ce fichier est abîmé ou incomplet : refais la photo, ou exporte le document à nouveau.
    This file is damaged or incomplete: take the photograph again, or export the document again."""


class LockedPdf(Refused):
    """Ce PDF est protégé par un mot de passe : enregistre-le sans protection, puis joins-le.
    This PDF is protected by a password: save it without protection, then attach it."""


REFUSALS: Final = (WrongKindOfFile, FileTooLarge, TooManyPixels, TooManyPages, UnreadableFile, LockedPdf)


def kind_of(content: bytes) -> MediaType:
    """Return what a file is by its first bytes. Raises WrongKindOfFile, FileTooLarge."""
    if len(content) > FILE_BYTES_MAX:
        raise FileTooLarge(size=len(content), most=FILE_BYTES_MAX)
    if content.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if b"%PDF-" in content[:PDF_STARTS_WITHIN_BYTES]:
        return MediaType.PDF
    raise WrongKindOfFile
