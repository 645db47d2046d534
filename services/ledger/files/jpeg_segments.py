"""The photographs inside a PDF: the segments of a JPEG that say more than its pixels are cut out, the pixels stay byte for byte.

A JPEG is a list of segments, each a marker, a length and its bytes, up to the first scan (ITU-T T.81, annex B).
"""

from typing import Final

START, SCAN, COMMENT = 0xD8, 0xDA, 0xFE
APPLICATION: Final = range(0xE0, 0xF0)  # APP0 to APP15: Exif and XMP are APP1, Photoshop's data APP13
TELL_THE_COLOURS: Final = frozenset({0xE0, 0xEE})  # JFIF and Adobe's, without which the colours are read wrongly
BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length


def without_metadata(content: bytes) -> bytes | None:
    """Return a JPEG without comments and application data; None when it is not built as one, so nothing can be promised about it."""
    if content[:2] != bytes((0xFF, START)):
        return None
    kept, place = [content[:2]], 2
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            return None
        marker = content[place + 1]
        if marker == 0xFF:  # padding between segments
            place += 1
            continue
        if marker in BARE:
            kept.append(content[place : place + 2])
            place += 2
            continue
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4])
        if marker == SCAN:
            return b"".join((*kept, _scans(content[place:])))
        if end > len(content):
            return None
        if marker != COMMENT and (marker not in APPLICATION or marker in TELL_THE_COLOURS):
            kept.append(content[place:end])
        place = end
    return None


def _scans(content: bytes) -> bytes:
    """Return the scans up to the end of the image: what a camera puts behind it, such as a second picture, is no pixel of it."""
    end = content.rfind(b"\xff\xd9") if content.count(b"\xff\xd9") == 1 else content.find(b"\xff\xd9")
    return content if end < 0 else content[: end + 2]
