"""A PDF without what it says beyond its pages: properties, scripts, attachments, and the data of cameras in its photographs."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, PasswordError, Pdf, PdfError, Stream

from services.ledger.files.accepting import PAGES_MAX, LockedPdf, TooManyPages, UnreadableFile
from services.ledger.files.jpeg_segments import without_metadata

# Keys of dictionaries (ISO 32000-1) that no page needs in order to be read, wherever they stand.
SAYS_MORE: Final = (
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AA", "/OpenAction", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AF",
    "/Collection", "/XFA", "/SpiderInfo", "/WebCapture",
)  # fmt: skip
HARMFUL_ACTIONS: Final = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Sound", "/Movie", "/RichMediaExecute"}
)
HOLDS_A_FILE: Final = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})  # annotations
BY_SOMEBODY: Final = ("/T", "/M", "/CreationDate", "/NM", "/RC")  # of an annotation: who wrote it, when
NESTING_MAX: Final = 50  # dictionaries inside one another in one object; real ones have three or four


def cleaned_pdf(content: bytes) -> bytes:
    """Return the same pages in a PDF written anew. Raises LockedPdf, TooManyPages, UnreadableFile."""
    try:
        with Pdf.open(BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise LockedPdf
            if len(pdf.pages) > PAGES_MAX:
                raise TooManyPages(pages=len(pdf.pages), most=PAGES_MAX)
            if not len(pdf.pages):
                raise UnreadableFile
            _clean(pdf)
            written = BytesIO()
            pdf.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.5")
            return written.getvalue()
    except PasswordError as error:
        raise LockedPdf from error
    except (PdfError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnreadableFile from error


def _clean(pdf: Pdf) -> None:
    for key in ("/Info", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    for page in pdf.pages:
        _drop_annotations(page.obj)
    for found in pdf.objects:
        for one in _dictionaries(found, 0):
            _drop_keys(one)
        if isinstance(found, Stream):
            _clean_photograph(found)


def _drop_annotations(page: Any) -> None:
    annotations = page.get("/Annots")
    if not isinstance(annotations, Array):
        return
    kept = [one for one in annotations if isinstance(one, Dictionary) and str(one.get("/Subtype", "")) not in HOLDS_A_FILE]
    for one in kept:
        for key in BY_SOMEBODY:
            if key in one and str(one.get("/Subtype")) != "/Widget":
                del one[key]
    page["/Annots"] = Array(kept)


def _dictionaries(found: Any, depth: int) -> Iterator[Any]:
    """Iterate over a dictionary and those inside it, not over what it only refers to: that is an object of its own."""
    if depth > NESTING_MAX:
        raise UnreadableFile
    if isinstance(found, Dictionary | Stream):
        yield found
        values = [found[key] for key in found.keys()]  # noqa: SIM118 - a stream is iterated by its keys alone
    elif isinstance(found, Array):
        values = list(found)
    else:
        return
    for value in values:
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _dictionaries(value, depth + 1)


def _drop_keys(one: Any) -> None:
    for key in SAYS_MORE:
        if key in one:
            del one[key]
    if "/S" in one and isinstance(one["/S"], Name) and str(one["/S"]) in HARMFUL_ACTIONS:
        for key in list(one.keys()):
            del one[key]
    action = one.get("/A")
    if isinstance(action, Dictionary) and str(action.get("/S", "")) in HARMFUL_ACTIONS:
        del one["/A"]


def _clean_photograph(found: Stream) -> None:
    """Cut the camera's data out of a photograph. Raises UnreadableFile for one that cannot be read as such."""
    filters = found.get("/Filter")
    names = [str(filters)] if isinstance(filters, Name) else [str(one) for one in filters] if isinstance(filters, Array) else []
    if "/DCTDecode" not in names and "/DCT" not in names:
        return
    packed = len(names) > 1  # once more around the photograph: what is around it is unpacked, the pixels stay
    raw = found.read_bytes(pikepdf.StreamDecodeLevel.generalized) if packed else found.read_raw_bytes()
    clean = without_metadata(raw)
    if clean is None:
        raise UnreadableFile
    found.write(clean, filter=Name.DCTDecode, decode_parms=None)
