"""The vouchers of the sample year: an invented invoice behind each entry, and the one that came late and cannot be read."""

from datetime import date
from io import BytesIO

from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image

from deploy.player import keeper
from deploy.stage import Stage
from services.ledger.attaching import Attaching
from services.ledger.files.cleaning import cleaned
from shared.handling import Answer, Asked
from shared.messages import Command
from shared.values import Id, Sealed

CAME_LATE = {"D33": date(2025, 9, 10)}  # the voucher that was missing, and the day it was brought: a week before the verifiers sat
PAGE = (298, 420)  # of half a sheet, in points
TEXT_BYTES_MAX = 80  # of one line of that width


def attach(stage: Stage, day: date, entry: Id, content: bytes) -> Answer:
    """Attach a file to an entry on a played day, as whoever keeps the books then; a play that is repeated attaches nothing anew."""
    by = keeper(stage, day)

    def ask(command: Command, _: Asked, seals: dict[str, Sealed]) -> Answer:
        return stage.ask(day, by, command, seals)

    asked = Asked(stage.register, stage.people[by], "")  # the stage gives the command its id
    return Attaching(stage.doors.vault, ask, cleaned).attach(asked, entry, content)  # our own files, read in this process


def invoice(*lines: str) -> bytes:
    """Return a PDF of one page that says these lines."""
    shown = b"".join(b"(%s) Tj T* " % _escaped(line) for line in lines)
    with Pdf.new() as pdf:
        page = pdf.add_blank_page(page_size=PAGE)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        page.obj["/Resources"] = Dictionary(Font=Dictionary(F=font))
        page.obj["/Contents"] = Stream(pdf, b"BT /F 10 Tf 16 TL 24 380 Td " + shown + b"ET")
        written = BytesIO()
        pdf.save(written)
        return written.getvalue()


def unreadable() -> bytes:
    """Return the photograph of a till receipt that the sun has bleached."""
    written = BytesIO()
    Image.new("L", (240, 400), 245).save(written, "JPEG")
    return written.getvalue()


def _escaped(line: str) -> bytes:
    text = line.encode("cp1252", "replace")[:TEXT_BYTES_MAX]
    return text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
