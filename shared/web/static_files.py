"""The style, scripts, fonts and drawings the pages need: served from memory, named by their hash, kept for a year."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

SHARED_FOLDER = Path(__file__).parent / "static"
# The hash stands in the address, so an address never changes its content: a year is the longest a cache is asked to keep.
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
VERSION_CHARACTERS = 12
# Under this size the gzip header costs as much as it saves.
GZIP_FROM_BYTES = 512
COMPRESSED_ALREADY = frozenset({".woff2", ".png", ".jpg", ".pdf"})
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
SERVED = frozenset({*CONTENT_TYPES, *COMPRESSED_ALREADY})
CSS_ADDRESS = re.compile(rb'url\("([^":]+)"\)')


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file in memory; `zipped` is None where gzip gains nothing."""

    body: bytes
    zipped: bytes | None
    content_type: str
    version: str


class StaticFiles:
    """Every file of some folders, read once at the start. A later folder may not hide a file of an earlier one (ValueError)."""

    def __init__(self, *folders: Path) -> None:
        self.files: dict[str, StaticFile] = {}
        found: dict[str, bytes] = {}
        for folder in (SHARED_FOLDER, *folders):
            for path in sorted(folder.rglob("*")):
                if path.suffix not in SERVED:
                    continue
                name = path.relative_to(folder).as_posix()
                if name in found:
                    message = f"two static files are named {name}"
                    raise ValueError(message)
                found[name] = path.read_bytes()
        for name in sorted(found, key=lambda name: name.endswith(".css")):  # style last: it names the versions of the fonts
            body = self._versioned(found[name]) if name.endswith(".css") else found[name]
            self.files[name] = _file(name, body)

    def url(self, name: str) -> str:
        """The address of a file, with its version; KeyError for a file that is not there."""
        return f"/static/{name}?v={self.files[name].version}"

    def text(self, name: str) -> str:
        """The content of a text file, to be drawn inside a page."""
        return self.files[name].body.decode()

    def routes(self, app: FastAPI) -> None:
        """Serve the files under /static/."""

        @app.get("/static/{name:path}", include_in_schema=False)
        async def static_file(name: str, request: Request, v: str = "") -> Response:
            return self.answer(name, v, request)

    def answer(self, name: str, version: str, request: Request) -> Response:
        """The file, for ever if its version was asked for; 304 if the browser has it, 404 if we have not."""
        file = self.files.get(name)
        if file is None:
            return Response(status_code=404)
        headers = {
            "Cache-Control": FOR_EVER if version == file.version else ASK_AGAIN,
            "ETag": f'"{file.version}"',
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if file.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.zipped, media_type=file.content_type, headers=headers | {"Content-Encoding": "gzip"})
        return Response(file.body, media_type=file.content_type, headers=headers)

    def _versioned(self, css: bytes) -> bytes:
        """Style names its fonts relative to the static folder; their version goes in, so that they too are kept for a year."""
        return CSS_ADDRESS.sub(lambda found: b'url("' + self.url(found[1].decode()).encode() + b'")', css)


def _file(name: str, body: bytes) -> StaticFile:
    suffix = Path(name).suffix
    zipped = None
    if suffix not in COMPRESSED_ALREADY and len(body) >= GZIP_FROM_BYTES:
        zipped = gzip.compress(body, compresslevel=9, mtime=0)
    content_type = CONTENT_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return StaticFile(body, zipped, content_type, hashlib.sha256(body).hexdigest()[:VERSION_CHARACTERS])
