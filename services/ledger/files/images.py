"""A photograph written anew from its pixels, so that nothing the camera or a program added to it is left."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from services.ledger.events.vouchers import MediaType
from services.ledger.files.accepting import PIXELS_MAX, TooManyPixels, UnreadableFile

QUALITY: Final = 88  # of a JPEG: the small print of a till receipt stays as readable as it was
PLAIN: Final = {MediaType.JPEG: ("RGB", "L"), MediaType.PNG: ("RGB", "L", "RGBA", "LA", "1")}  # modes kept as they are


def cleaned_image(content: bytes, kind: MediaType) -> bytes:
    """Return the pixels of a JPEG or PNG, upright, in a file of the same kind with nothing else in it.

    Raises TooManyPixels before any is decoded, UnreadableFile.
    """
    name = kind.name
    try:
        with Image.open(BytesIO(content), formats=[name]) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise TooManyPixels(width=opened.width, height=opened.height)
            upright = ImageOps.exif_transpose(opened)
            kept = upright if upright.mode in PLAIN[kind] else upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            if kept.mode not in PLAIN[kind]:
                kept = kept.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise UnreadableFile from error
    kept.info.clear()  # what a file would be given besides its pixels: comments, profiles, XMP, texts
    written = BytesIO()
    kept.save(written, name, **({"quality": QUALITY, "optimize": True} if kind is MediaType.JPEG else {"optimize": False}))
    return written.getvalue()
