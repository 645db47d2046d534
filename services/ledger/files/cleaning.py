"""From a file as it was sent to one that may be kept."""

from services.ledger.events.vouchers import MediaType
from services.ledger.files.accepting import Cleaned, kind_of
from services.ledger.files.images import cleaned_image
from services.ledger.files.pdfs import cleaned_pdf


def cleaned(content: bytes) -> Cleaned:
    """Return a file without its metadata, scripts and attachments. Raises one of `accepting.REFUSALS`."""
    kind = kind_of(content)
    clean = cleaned_pdf(content) if kind is MediaType.PDF else cleaned_image(content, kind)
    return Cleaned(clean, kind_of(clean))  # what was written may be larger than what was sent
