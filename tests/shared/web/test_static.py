"""What is vendored is what was published, and static files are served once and kept for a year."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from starlette.requests import Request

from shared.web.drawings import Icons
from shared.web.static_files import ASK_AGAIN, FOR_EVER, SHARED_FOLDER, StaticFiles

LOCK = json.loads((SHARED_FOLDER / "vendor.lock.json").read_text())
VENDORED_FOLDERS = ("vendor", "fonts")
ADDRESS = re.compile(rb"https?://[^\s\"'<>)]+")
# Names of a licence and of the SVG language: nothing is ever fetched from them.
NAMES_NOT_ADDRESSES = {b"http://scripts.sil.org/OFL", b"http://www.w3.org/2000/svg"}


def altered(folder: Path) -> list[str]:
    """The locked files that are missing or are not what was locked, and the files nobody locked."""
    wrong = [
        entry["file"]
        for entry in LOCK
        if not (folder / entry["file"]).exists() or hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() != entry["sha256"]
    ]
    present = {path.relative_to(folder).as_posix() for name in VENDORED_FOLDERS for path in (folder / name).rglob("*") if path.is_file()}
    return wrong + sorted(present - {entry["file"] for entry in LOCK})


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": raw})


def test_vendored_files_are_the_locked_ones() -> None:
    assert altered(SHARED_FOLDER) == []


def test_a_changed_or_an_added_vendored_file_is_noticed(tmp_path: Path) -> None:
    for entry in LOCK:
        copy = tmp_path / entry["file"]
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((SHARED_FOLDER / entry["file"]).read_bytes())
    assert altered(tmp_path) == []
    script = tmp_path / "vendor/htmx.org/htmx.min.js"
    script.write_bytes(script.read_bytes() + b" ")
    (tmp_path / "vendor/extra.js").write_text("1")
    (tmp_path / "fonts/andika-latin-700.woff2").unlink()
    assert altered(tmp_path) == ["vendor/htmx.org/htmx.min.js", "fonts/andika-latin-700.woff2", "vendor/extra.js"]


def test_every_locked_file_says_where_it_comes_from_and_under_which_licence() -> None:
    for entry in LOCK:
        assert set(entry) == {"file", "name", "version", "path", "sha256", "licence"}
        assert entry["licence"] in {"0BSD", "OFL-1.1", "ISC"}


def test_no_static_file_holds_an_address_to_fetch_from() -> None:
    found = {address for path in SHARED_FOLDER.rglob("*") if path.is_file() for address in ADDRESS.findall(path.read_bytes())}
    assert found <= NAMES_NOT_ADDRESSES


def test_a_file_asked_by_its_version_is_kept_for_a_year_and_any_other_is_asked_again() -> None:
    static = StaticFiles()
    name, _, version = static.url("app.css").removeprefix("/static/").partition("?v=")
    assert static.answer(name, version, request()).headers["cache-control"] == FOR_EVER
    assert static.answer(name, "older", request()).headers["cache-control"] == ASK_AGAIN
    assert static.answer(name, version, request(if_none_match=f'"{version}"')).status_code == 304
    assert static.answer("../pages.py", "", request()).status_code == 404


def test_text_is_zipped_for_who_can_read_it_and_fonts_are_not() -> None:
    static = StaticFiles()
    zipped = static.answer("app.css", "", request(accept_encoding="gzip, br"))
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(bytes(zipped.body)) == bytes(static.answer("app.css", "", request()).body)
    assert "content-encoding" not in static.answer("fonts/andika-latin-400.woff2", "", request(accept_encoding="gzip")).headers


def test_style_names_fonts_by_their_version() -> None:
    static = StaticFiles()
    addresses = re.findall(r'url\("([^"]+)"\)', static.text("app.css"))
    assert addresses == [static.url("fonts/andika-latin-400.woff2"), static.url("fonts/andika-latin-700.woff2")]


def test_a_service_may_not_hide_a_shared_file(tmp_path: Path) -> None:
    (tmp_path / "app.css").write_text("")
    with pytest.raises(ValueError, match=r"app\.css"):
        StaticFiles(tmp_path)


def test_the_scripts_and_the_style_are_light() -> None:
    static = StaticFiles()
    scripts = [static.files[name] for name in ("page.js", "vendor/htmx.org/htmx.min.js", "vendor/htmx.org/hx-sse.min.js")]
    assert sum(len(file.zipped or file.body) for file in scripts) <= 20_000
    assert len(static.files["app.css"].zipped or b"") <= 6_000


def test_every_sign_is_drawn_and_speaks_only_when_asked() -> None:
    icon = Icons(StaticFiles())
    for entry in LOCK:
        if entry["file"].endswith(".svg"):
            assert re.search("<(path|circle|rect|line|polygon) ", icon(Path(entry["file"]).stem))
    assert 'aria-hidden="true"' in icon("vote")
    assert 'role="img" aria-label="&lt;Vote&gt;"' in icon("vote", "<Vote>")
    with pytest.raises(KeyError):
        icon("nowhere")
