"""The photographs inside a PDF: the segments of a JPEG that say more than its pixels are cut out, the pixels stay byte for byte.

A JPEG is a list of segments, each a marker, a length and its bytes, and scans of pixels (ITU-T T.81, annex B).
"""

import re
from typing import Final

START, END, SCAN, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
APPLICATION: Final = range(0xE0, 0xF0)  # APP0 to APP15: Exif and XMP are APP1, Photoshop's data APP13
TELL_THE_COLOURS: Final = frozenset({0xE0, 0xEE})  # JFIF and Adobe's, without which the colours are read wrongly
BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # inside a scan FF is followed by 00 or by a restart marker


def without_metadata(content: bytes) -> bytes | None:
    """Return a JPEG without comments and application data, up to its end; None when it is not built as one.

    What a camera puts behind the end, such as a second picture, is no pixel of it.
    """
    if content[:2] != bytes((0xFF, START)):
        return None
    kept, place = [content[:2]], 2
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            return None
        marker = content[place + 1]
        if marker == END:
            break
        if marker == 0xFF:  # padding between segments
            place += 1
            continue
        end = place + 2 if marker in BARE else place + 2 + int.from_bytes(content[place + 2 : place + 4])
        if end > len(content):
            return None
        if marker == SCAN:
            following = AFTER_SCAN.search(content, end)
            end = following.start() if following else len(content)
        if marker != COMMENT and (marker not in APPLICATION or marker in TELL_THE_COLOURS):
            kept.append(content[place:end])
        place = end
    return b"".join((*kept, bytes((0xFF, END))))
