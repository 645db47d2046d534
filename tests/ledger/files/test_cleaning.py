"""What comes out of a file that was sent: the same picture or pages, and nothing else."""

import contextlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Pdf
from PIL import Image

from services.ledger.events.vouchers import FILE_BYTES_MAX, MediaType
from services.ledger.files.accepting import (
    FileTooLarge,
    LockedPdf,
    TooManyPages,
    TooManyPixels,
    UnreadableFile,
    WrongKindOfFile,
)
from services.ledger.files.apart import cleaned_apart
from services.ledger.files.cleaning import cleaned
from services.ledger.files.jpeg_segments import without_metadata
from shared.refusals import Refused
from tests.ledger.files.papers import HIGH, PLAIN_WORD, TURNED, WIDE, everything_in, invoice, photograph, picture, screenshot

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(100)


def opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as image:
        image.load()
        return image


def test_a_photograph_keeps_its_pixels_and_loses_place_camera_comment_and_what_is_behind_its_end() -> None:
    sent = photograph()
    assert sent.count(PLAIN_WORD) >= 4 and opened(sent).getexif().get_ifd(0x8825)  # the control: it is all there
    clean = cleaned(sent)
    assert clean.media_type is MediaType.JPEG
    assert PLAIN_WORD not in clean.content and b"Exif" not in clean.content
    kept = opened(clean.content)
    assert not dict(kept.getexif()) and kept.size == (WIDE, HIGH)
    for place in ((20, 150), (20, 20), (250, 150)):
        near = zip(kept.getpixel(place), picture().getpixel(place), strict=True)  # type: ignore[arg-type]  # three colours each
        assert all(abs(one - other) < 12 for one, other in near), place


def test_a_photograph_taken_upright_stays_upright() -> None:
    assert opened(cleaned(photograph(TURNED)).content).size == (HIGH, WIDE)


def test_a_png_loses_its_texts() -> None:
    assert PLAIN_WORD in screenshot()
    clean = cleaned(screenshot())
    assert clean.media_type is MediaType.PNG
    assert PLAIN_WORD not in clean.content and opened(clean.content).info == {}
    assert opened(clean.content).convert("RGB").tobytes() == picture().tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_a_picture_of_any_sort_of_colours_is_kept(mode: str) -> None:
    written, name = BytesIO(), "JPEG" if mode == "CMYK" else "PNG"
    (picture().convert("I").convert("I;16") if mode == "I;16" else picture().convert(mode)).save(written, name)
    assert opened(cleaned(written.getvalue()).content).size == (WIDE, HIGH)


def test_a_pdf_keeps_its_pages_and_loses_properties_scripts_attachments_and_the_data_of_its_photographs() -> None:
    sent = invoice((photograph(),), pages=2)
    assert everything_in(sent).count(PLAIN_WORD) >= 7  # the control
    clean = cleaned(sent)
    assert clean.media_type is MediaType.PDF
    told = everything_in(clean.content)
    assert PLAIN_WORD not in told
    assert not [key for key in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/Metadata", b"/PieceInfo", b"Exif") if key in told]
    with Pdf.open(BytesIO(clean.content)) as pdf:
        assert len(pdf.pages) == 2 and not pdf.attachments and "/Info" not in pdf.trailer
        drawn = pdf.pages[0].Resources.XObject.P.read_raw_bytes()
    assert opened(drawn).tobytes() == opened(photograph()).tobytes()


def test_a_pdf_is_cleaned_to_the_same_bytes_each_time() -> None:
    assert cleaned(invoice((photograph(),))) == cleaned(invoice((photograph(),)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (HEIC, WrongKindOfFile),
        (WEBP, WrongKindOfFile),
        (b"", WrongKindOfFile),
        (b"facture.pdf", WrongKindOfFile),
        (b"<html><script>alert(1)</script></html>", WrongKindOfFile),
        (b"\xff\xd8\xff" + bytes(FILE_BYTES_MAX), FileTooLarge),
        (b"\xff\xd8\xff\xe0 no photograph", UnreadableFile),
        (b"%PDF-1.7 no pdf", UnreadableFile),
        (screenshot()[:400], UnreadableFile),
        (b"\xff\xd8\xff" + screenshot(), UnreadableFile),  # one kind that pretends to be another
    ],
)
def test_a_file_is_judged_by_what_is_in_it(content: bytes, why: type[Refused]) -> None:
    for way in (cleaned, cleaned_apart):
        with pytest.raises(why) as no:
            way(content)
        assert type(no.value) is why


def test_a_photograph_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    written = BytesIO()
    Image.new("1", (8_000, 5_001)).save(written, "PNG")
    assert len(written.getvalue()) < 50_000  # small on the wire
    with pytest.raises(TooManyPixels):
        cleaned(written.getvalue())
    Image.new("1", (8_000, 5_000)).save(exactly := BytesIO(), "PNG")
    assert cleaned(exactly.getvalue()).media_type is MediaType.PNG


def test_a_pdf_with_a_password_or_too_many_pages_is_refused() -> None:
    with pytest.raises(LockedPdf):
        cleaned(invoice(password="secret"))
    with pytest.raises(TooManyPages):
        cleaned(invoice(pages=101))
    assert cleaned(invoice(pages=100)).media_type is MediaType.PDF


def test_another_process_gives_the_same_file() -> None:
    assert cleaned_apart(invoice((photograph(),))) == cleaned(invoice((photograph(),)))
    assert cleaned_apart(photograph()) == cleaned(photograph())


@given(st.data())
def test_a_damaged_file_is_refused_or_read_and_nothing_else(data: st.DataObject) -> None:
    sent = bytearray(data.draw(st.sampled_from([photograph(width=40, height=30), screenshot(), invoice((photograph(),))])))
    for _ in range(data.draw(st.integers(1, 6))):
        sent[data.draw(st.integers(8, len(sent) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Refused):
        cleaned(bytes(sent[: data.draw(st.integers(9, len(sent)))]))


@given(st.binary(max_size=300))
def test_segments_of_anything_are_walked_to_their_end(tail: bytes) -> None:
    clean = without_metadata(b"\xff\xd8" + tail)
    assert clean is None or clean.endswith(b"\xff\xd9")
