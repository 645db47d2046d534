"""Photographs and PDFs as phones and shops make them, with a word planted wherever a file can hold one besides what it shows."""

from collections.abc import Sequence
from io import BytesIO

from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Stream
from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLAIN_WORD = b"ZelieQuintefeuille"
TURNED = 6  # Exif: the camera was held upright, the pixels lie on their side
WIDE, HIGH = 300, 200


def picture(width: int = WIDE, height: int = HIGH) -> Image.Image:
    """Return a picture in three colours, so that its sides are told apart."""
    image = Image.new("RGB", (width, height), "white")
    image.paste((200, 30, 30), (0, 0, width // 3, height))
    image.paste((30, 30, 200), (0, 0, width, height // 4))
    return image


def exif(orientation: int = 1) -> Image.Exif:
    """Return what a camera adds: who made it, and where it was taken."""
    made = Image.Exif()
    made[0x010F], made[0x9C9D], made[0x0112] = PLAIN_WORD.decode(), PLAIN_WORD, orientation
    place = made.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (48.0, 51.0, 24.0), "E", (2.0, 21.0, 7.0)
    return made


def photograph(orientation: int = 1, width: int = WIDE, height: int = HIGH) -> bytes:
    """Return a JPEG with Exif, a place, a comment, XMP and something behind its end."""
    written = BytesIO()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + PLAIN_WORD + b"</x:xmpmeta>"
    picture(width, height).save(written, "JPEG", exif=exif(orientation), comment=PLAIN_WORD, xmp=xmp, quality=90)
    return written.getvalue() + PLAIN_WORD


def screenshot() -> bytes:
    """Return a PNG with texts and Exif."""
    written, texts = BytesIO(), PngInfo()
    texts.add_text("Author", PLAIN_WORD.decode())
    texts.add_itxt("XML:com.adobe.xmp", PLAIN_WORD.decode())
    picture().save(written, "PNG", pnginfo=texts, exif=exif())
    return written.getvalue()


def invoice(photographs: Sequence[bytes] = (), pages: int = 1, password: str = "") -> bytes:
    """Return a PDF with properties, XMP, a script, an attachment, a note, and photographs in its pages."""
    with Pdf.new() as pdf:
        for number in range(pages):
            page = pdf.add_blank_page(page_size=(WIDE, HIGH))
            page.obj["/PieceInfo"] = Dictionary(Maker=Dictionary(Private=PLAIN_WORD.decode()))
            page.obj["/AA"] = Dictionary(O=Dictionary(S=Name.JavaScript, JS=PLAIN_WORD.decode()))
            note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 10, 10], Contents="Payé", T=PLAIN_WORD.decode())
            away = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch, F=PLAIN_WORD.decode()))
            page.obj["/Annots"] = Array([pdf.make_indirect(note), away])
            page.obj["/Contents"] = Stream(pdf, b"0 0 m 10 10 l S" if number >= len(photographs) else b"q 300 0 0 200 0 0 cm /P Do Q")
            if number < len(photographs):
                page.obj["/Resources"] = Dictionary(XObject=Dictionary(P=pdf.make_indirect(_drawn(pdf, photographs[number]))))
        pdf.docinfo["/Author"] = PLAIN_WORD.decode()
        with pdf.open_metadata() as metadata:
            metadata["dc:creator"] = [PLAIN_WORD.decode()]
        pdf.Root["/OpenAction"] = Dictionary(S=Name.JavaScript, JS=PLAIN_WORD.decode())
        pdf.attachments["liste.txt"] = PLAIN_WORD
        written = BytesIO()
        pdf.save(written, encryption=Encryption(owner=password, user=password) if password else False)
        return written.getvalue()


def _drawn(pdf: Pdf, photograph: bytes) -> Stream:
    drawn = Stream(pdf, b"")
    drawn.write(photograph, filter=Name.DCTDecode, decode_parms=None)
    parts = {"Type": Name.XObject, "Subtype": Name.Image, "Width": WIDE, "Height": HIGH, "ColorSpace": Name.DeviceRGB}
    for key, value in {**parts, "BitsPerComponent": 8}.items():
        drawn[f"/{key}"] = value
    return drawn


def everything_in(pdf: bytes) -> bytes:
    """Return every object of a PDF with its streams unpacked, where a word would show."""
    with Pdf.open(BytesIO(pdf)) as opened:
        found = [pdf, opened.trailer.unparse()]
        for one in opened.objects:
            if isinstance(one, Stream):
                found += [one.read_raw_bytes(), Dictionary(dict(one.items())).unparse(resolved=False)]
                found += [] if "DCTDecode" in repr(one.get("/Filter")) else [one.read_bytes()]
            else:
                found.append(one.unparse(resolved=False))
        return b"\n".join(found)
