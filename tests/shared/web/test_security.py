"""Every answer carries the policy, and a request another site made, or a huge body, reaches no route."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from shared.refusals import Sentence
from shared.web.security import BODY_BYTES_MAX, LargerBodies, Security
from tests.web_server import served

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HERE = "http://coop.test"


class FarTooLarge(Sentence):
    """Ce fichier est trop gros.
    This file is too large."""


FILES = LargerBodies(re.compile("/file"), 3 * BODY_BYTES_MAX, FarTooLarge)


def application(public_origin: str | None = None) -> tuple[Security, list[int]]:
    """A site with one form, and the sizes of what it received."""
    site, received = FastAPI(), list[int]()

    @site.get("/")
    def home() -> str:
        return "home"

    @site.post("/")
    async def form(request: Request) -> str:
        received.append(len(await request.body()))
        return "done"

    @site.post("/file")
    async def file(request: Request) -> str:
        received.append(len(await request.body()))
        return "done"

    @site.post("/json")
    def json(body: dict[str, Any]) -> str:
        received.append(len(body))
        return "done"

    @site.get("/broken")
    def broken() -> str:
        message = "our own fault"
        raise RuntimeError(message)

    return Security(site, public_origin, larger=[FILES]), received


def ask(app: Security, method: str, path: str = "/", headers: Mapping[str, str] | None = None, content: Any = None) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            return await client.request(method, path, headers=headers, content=content)

    return asyncio.run(go())


async def chunks(size_bytes: int) -> AsyncIterator[bytes]:
    """A body that does not say its length."""
    for _ in range(size_bytes // 4_096):
        yield b" " * 4_096


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 200), ("GET", "/nowhere", 404), ("GET", "/broken", 500), ("POST", "/", 200)]
)
def test_every_answer_carries_the_headers_verbatim(method: str, path: str, status: int) -> None:
    answer = ask(application()[0], method, path)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["permissions-policy"] == "camera=(), microphone=(), geolocation=()"
    assert "strict-transport-security" not in answer.headers


def test_a_public_origin_under_tls_asks_for_tls_from_then_on() -> None:
    assert ask(application("https://coop.test")[0], "GET").headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": HERE}, False),
        ({"Origin": HERE}, True),
        ({"Origin": HERE, "Cookie": "a=b"}, True),
        ({"Origin": "http://coop.test.evil.test"}, False),
        ({"Origin": "https://coop.test"}, False),
        ({"Origin": "null"}, False),
        ({"Cookie": "a=b"}, False),
        ({}, True),
        ({"Authorization": "Bearer x"}, True),
    ],
)
def test_a_request_that_changes_something_comes_from_our_own_pages(headers: Mapping[str, str], allowed: bool) -> None:
    app, received = application()
    answer = ask(app, "POST", headers=headers)
    assert (answer.status_code == 200) is allowed
    assert bool(received) is allowed
    if not allowed:
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "cross-site-request"
        assert answer.headers["content-security-policy"] == POLICY


def test_behind_a_proxy_the_configured_origin_counts_and_not_the_host_header() -> None:
    app, _ = application("https://coop.example")
    assert ask(app, "POST", headers={"Origin": "https://coop.example"}).status_code == 200
    assert ask(app, "POST", headers={"Origin": HERE}).status_code == 403


def test_reading_is_open_to_links_from_other_sites() -> None:
    assert ask(application()[0], "GET", headers={"Sec-Fetch-Site": "cross-site", "Cookie": "a=b"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/json"])
@pytest.mark.parametrize(("size", "status"), [(BODY_BYTES_MAX + 4_096, 413), (10 * BODY_BYTES_MAX, 413)])
def test_a_huge_body_is_refused_whether_or_not_it_says_its_length(path: str, size: int, status: int) -> None:
    app, received = application()
    for content in (b" " * size, chunks(size)):
        answer = ask(app, "POST", path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == status
        assert answer.json()["code"] == "body-too-large"
        assert answer.headers["content-security-policy"] == POLICY
    assert received == []


def test_a_body_at_the_limit_passes_whether_or_not_it_says_its_length() -> None:
    app, received = application()
    for content in (b" " * BODY_BYTES_MAX, chunks(BODY_BYTES_MAX)):
        assert ask(app, "POST", content=content).status_code == 200
    assert received == [BODY_BYTES_MAX, BODY_BYTES_MAX]


def test_an_address_that_takes_files_has_a_limit_of_its_own() -> None:
    app, received = application()
    for content in (b" " * FILES.bytes_max, chunks(FILES.bytes_max)):
        assert ask(app, "POST", "/file", content=content).status_code == 200
    for content in (b" " * (FILES.bytes_max + 1), chunks(FILES.bytes_max + 4_096)):
        answer = ask(app, "POST", "/file", content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "far-too-large")
    for path in ("/file/", "/files", "/x/file"):
        assert ask(app, "POST", path, content=b" " * (BODY_BYTES_MAX + 1)).status_code == 413
    assert received == [FILES.bytes_max] * 2


def test_on_a_real_server_the_huge_body_is_refused_before_it_is_read() -> None:
    app, received = application()
    with served(app) as address:
        answer = httpx.post(address, content=b" " * (BODY_BYTES_MAX + 1))
        assert answer.status_code == 413
        assert httpx.post(address, content=b"small").status_code == 200
    assert received == [5]
