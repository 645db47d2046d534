"""A voucher from the phone to the vault and back: cleaned, encrypted, committed to, opened by those who may, told when it was changed."""

import json
import urllib.error
import urllib.request
import uuid
from base64 import b64decode
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from deploy.installation import running as running_installation
from services.ledger.events.vouchers import FILE_BYTES_MAX
from shared.settings import read_settings
from tests.browser_fixture import Looked
from tests.ledger.files.papers import PLAIN_WORD, everything_in, invoice, photograph
from tests.running import Running
from tests.stories.asking import Answer, Asker, opened, raw_records, with_a_teacher, with_books
from tests.stories.test_council_pages import sign_in

TODAY = datetime.now(ZoneInfo("Europe/Paris")).date()
YEAR_STARTED = date(2025, 9, 1)


class Got(NamedTuple):
    """A file as it was answered."""

    status: int
    content: bytes
    headers: dict[str, str]


def expense(teacher: Asker, number: int, on: date = YEAR_STARTED) -> str:
    """Record an expense without its voucher; return the entry."""
    body = {
        "on": on.isoformat(), "voucher": {"series": "D", "number": number}, "label": f"Livres {number}", "pot": "ECOLE", "means": "card",
        "treasury": [{"account": "512", "amount": -100}], "allocations": [{"account": "6180", "amount": 100}], "irregular": "Urgent",
    }  # fmt: skip
    answer = teacher.ask("ledger/record-expense", body)
    assert answer.status == 201, answer.body
    return str(answer.body["records"][0]["data"]["entry"])


def attach(asked: Asker, entry: str, content: bytes, *, key: str | None = None, kind: str = "image/jpeg", more: str = "") -> Answer:
    """Send a file as the body of the request."""
    url = f"{asked.running.http}/v1/registers/{asked.register}/ledger/attach-voucher?entry={entry}{more}"
    headers = {"Idempotency-Key": key or str(uuid.uuid4()), "Content-Type": kind}
    return asked._sent(urllib.request.Request(url, content, headers), "")


def got(asked: Asker, entry: str, document: str, more: str = "") -> Got:
    """Open a file."""
    url = f"{asked.running.http}/v1/registers/{asked.register}/ledger/vouchers/{entry}/{document}{more}"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {asked.token}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Got(answer.status, answer.read(), dict(answer.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Got(error.code, error.read(), dict(error.headers))


def document_of(answer: Answer) -> str:
    """Return the name of the file that a record holds the commitment of."""
    return b64decode(answer.body["records"][0]["data"]["document"]["sealed"]).hex()


def missing(asked: Asker, more: str = "") -> dict[str, dict[str, Any]]:
    """Return what is missing, by entry."""
    return {one["entry"]: one for one in asked.look(f"ledger/vouchers{more}").body["missing"]}


def as_superuser(running: Running, query: str, *values: object) -> int:
    here = running_installation(read_settings(data=running.data))
    assert here is not None
    with psycopg.connect(here.url("postgres"), autocommit=True) as connection:
        return connection.execute(query.encode(), values).rowcount


@pytest.fixture(scope="module")
def officer(running: Running) -> Asker:
    """The association's officer who opened the cooperative."""
    return opened(running)


@pytest.fixture(scope="module")
def teacher(officer: Asker) -> Asker:
    """A teacher who holds the mandate, in a cooperative whose books are open."""
    holder = with_a_teacher(officer)
    with_books(holder)
    return holder


def test_a_photograph_and_a_pdf_come_back_as_stored_without_their_metadata(teacher: Asker) -> None:
    entry = expense(teacher, 1)
    for sent, kind, place in ((photograph(), "image/jpeg", 1), (invoice((photograph(),)), "application/pdf", 2)):
        answer = attach(teacher, entry, sent, kind=kind)
        assert answer.status == 201, answer.body
        record = answer.body["records"][0]["data"]
        assert set(record) == {"entry", "document", "media_type", "size"} and record["media_type"] == kind
        file = got(teacher, entry, document_of(answer))
        assert (file.status, len(file.content), file.headers["content-type"]) == (200, record["size"], kind)
        assert PLAIN_WORD in sent and PLAIN_WORD not in file.content
        ending = {"image/jpeg": "jpg", "application/pdf": "pdf"}[kind]
        assert file.headers["content-disposition"] == f'attachment; filename="D01-{place}.{ending}"'
        assert file.headers["x-content-type-options"] == "nosniff" and "sandbox" in file.headers["content-security-policy"]
    assert PLAIN_WORD not in everything_in(file.content)


def test_the_type_is_that_of_the_content_whatever_is_said(teacher: Asker) -> None:
    entry = expense(teacher, 2)
    answer = attach(teacher, entry, invoice(), kind="image/png")
    assert answer.body["records"][0]["data"]["media_type"] == "application/pdf"
    for content in (b"MZ\x90 a program", b"<html></html>", b"\x00\x00\x00\x18ftypheic"):
        refused = attach(teacher, entry, content, kind="application/pdf")
        assert (refused.status, refused.body["code"]) == (409, "wrong-kind-of-file")
    locked = attach(teacher, entry, invoice(password="secret"))
    assert (locked.status, locked.body["code"]) == (409, "locked-pdf")


def test_a_file_too_large_is_refused_before_it_is_read_and_others_get_the_usual_limit(teacher: Asker) -> None:
    entry = expense(teacher, 3)
    url = f"{teacher.running.http}/v1/registers/{teacher.register}/ledger/attach-voucher?entry={entry}"
    headers = {"Authorization": f"Bearer {teacher.token}", "Idempotency-Key": str(uuid.uuid4())}
    large = httpx.post(url, content=b"\xff\xd8\xff" + bytes(FILE_BYTES_MAX), headers=headers)
    assert (large.status_code, large.json()["code"]) == (413, "file-too-large")
    noise = BytesIO()
    Image.effect_noise((1_600, 1_200), 60).save(noise, "PNG")  # 1.5 MiB, more than any other body may have
    assert len(noise.getvalue()) > 1_000_000
    assert attach(teacher, entry, noise.getvalue()).status == 201
    usual = httpx.post(url.replace(f"attach-voucher?entry={entry}", "record-expense"), content=noise.getvalue(), headers=headers)
    assert (usual.status_code, usual.json()["code"]) == (413, "body-too-large")


def test_the_same_key_gives_the_first_answer_and_one_file(teacher: Asker) -> None:
    entry, key = expense(teacher, 4), str(uuid.uuid4())
    first, again = (attach(teacher, entry, photograph(), key=key) for _ in range(2))
    assert again.body["records"] == first.body["records"] and (first.status, again.status) == (201, 201)
    assert got(teacher, entry, document_of(again)).status == 200
    other = attach(teacher, entry, invoice(), key=key)
    assert (other.status, other.body["code"]) == (409, "key-reused")
    held = as_superuser(teacher.running, "SELECT 1 FROM vault.files WHERE confirmed_at IS NULL")
    assert held == 0  # of what was not recorded nothing is left


def test_a_missing_voucher_is_listed_with_its_age_and_holder_until_it_comes(teacher: Asker) -> None:
    entry = expense(teacher, 5)
    line = missing(teacher)[entry]
    assert (line["voucher"], line["holder"], line["age_days"]) == ("D05", teacher.actor, (TODAY - YEAR_STARTED).days)
    assert missing(teacher, "?au=2025-09-11")[entry]["age_days"] == 10
    assert entry in {one["entry"] for one in teacher.look("ledger/todo").body["vouchers"]}
    assert not teacher.as_("E01").look("ledger/todo").body["vouchers"]
    journal = {one["entry"]: one["paper"] for one in teacher.look("ledger/journal").body["entries"]}
    assert journal[entry] == "missing"
    answer = attach(teacher, entry, photograph())
    assert entry not in missing(teacher)
    before = answer.body["first_seq"] - 1
    assert entry in missing(teacher, f"?seq={before}") and entry in missing(teacher, "?au=2025-09-11")
    assert got(teacher, entry, document_of(answer), f"?seq={before}").status == 404
    assert {one["entry"]: one["paper"] for one in teacher.look("ledger/journal").body["entries"]}[entry] == "attached"


def test_a_voucher_declared_lost_is_listed_with_its_reason(teacher: Asker) -> None:
    entry = expense(teacher, 6)
    lost = {"entry": entry, "reason": "Ticket effacé par le soleil", "on": TODAY.isoformat()}
    assert teacher.ask("ledger/declare-voucher-lost", lost).status == 201
    told = teacher.look("ledger/vouchers").body
    assert entry not in {one["entry"] for one in told["missing"]}
    assert {one["entry"]: one["lost"]["reason"] for one in told["lost"]} == {entry: lost["reason"]}


def test_a_transfer_needs_no_voucher(teacher: Asker) -> None:
    moved = {"on": "2025-09-01", "voucher": {"series": "T", "number": 1}, "label": "Fonds de caisse", "out_of": "512", "into": "530"}
    answer = teacher.ask("ledger/record-transfer", moved | {"amount": 500})
    assert answer.body["records"][0]["data"]["entry"] not in missing(teacher)


def test_only_those_who_may_open_a_file_and_each_opening_is_noted(teacher: Asker, officer: Asker) -> None:
    entry = expense(teacher, 7)
    document = document_of(attach(teacher, entry, photograph()))
    pupil = teacher.as_("E01")
    parent = {"first_name": "Dominique", "last_name": "Vasseur", "source_code": "P01", "kind": "parent", "on": "2025-09-01"}
    enrolled = officer.ask("governance/enrol-member", parent).body["records"][0]["data"]["member"]
    verifier = teacher.as_("P01")
    refused = got(verifier, entry, document)
    assert (refused.status, json.loads(refused.content)["code"]) == (403, "not-yours-to-open")
    days = {"starts": (TODAY - timedelta(days=30)).isoformat(), "until": (TODAY + timedelta(days=300)).isoformat()}
    assert officer.ask("governance/assign-role", {"role": "verifier", "person": enrolled} | days).status == 201
    assert [got(one, entry, document).status for one in (teacher, officer, verifier, pupil)] == [200, 200, 200, 403]
    noted = "SELECT 1 FROM vault.access_log WHERE what = 'ledger.voucher' AND subject = %s AND who = %s"
    readers = [as_superuser(teacher.running, noted, f"file {document}", one.actor) for one in (teacher, officer, verifier, pupil)]
    assert readers == [1, 1, 1, 0]
    for somebody in (pupil, verifier):
        answer = attach(somebody, entry, photograph())
        assert (answer.status, answer.body["code"]) == (403, "forbidden")


def test_a_file_changed_in_its_row_is_told_and_one_that_is_gone_too(teacher: Asker) -> None:
    entry = expense(teacher, 8)
    document = document_of(attach(teacher, entry, photograph()))
    place = bytes.fromhex(document)
    flip = "UPDATE vault.files SET sealed = set_byte(sealed, 900, get_byte(sealed, 900) # 1) WHERE commitment = %s"
    assert got(teacher, entry, document).status == 200  # the control
    assert as_superuser(teacher.running, flip, place) == 1
    changed = got(teacher, entry, document)
    assert (changed.status, json.loads(changed.content)["code"]) == (409, "file-was-changed")
    as_superuser(teacher.running, flip, place)
    assert got(teacher, entry, document).status == 200
    as_superuser(teacher.running, "DELETE FROM vault.files WHERE commitment = %s", place)
    gone = got(teacher, entry, document)
    assert (gone.status, json.loads(gone.content)["code"]) == (404, "file-is-gone")
    assert got(teacher, entry, "0" * 64).status == 404


def test_no_record_and_no_row_holds_a_byte_of_a_file(teacher: Asker) -> None:
    entry = expense(teacher, 9)
    answer = attach(teacher, entry, invoice())
    content = got(teacher, entry, document_of(answer)).content
    piece = content[60:100]
    assert not [record for record in raw_records(teacher) if piece in record or PLAIN_WORD in record]
    assert not as_superuser(teacher.running, "SELECT 1 FROM vault.files WHERE position(%s::bytea in sealed) > 0", piece)


@pytest.fixture(scope="module")
def phone(running: Running, browser: Browser, teacher: Asker) -> Iterator[Page]:
    """The teacher's telephone, in which no script runs."""
    with browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False, locale="fr-FR") as context:
        yield sign_in(running, context.new_page(), teacher.register, "A01")


def pieces(page: Page, teacher: Asker) -> None:
    page.goto(f"{teacher.running.http}/c/{teacher.register}/pieces")


def test_a_voucher_is_attached_in_the_page_without_a_script(phone: Page, teacher: Asker) -> None:
    entry = expense(teacher, 10)
    pieces(phone, teacher)
    line = phone.locator(f"#piece-{entry}")
    assert "D10" in line.inner_text() and "Camille Roche" in line.inner_text()
    line.get_by_text("Joindre D10", exact=True).click()
    assert line.locator("input[name=photo]").get_attribute("capture") == "environment"
    line.get_by_role("button", name="Joindre la pièce").click()
    assert "Choisis une photo ou un fichier" in phone.locator("main").inner_text()
    line.locator("input[name=photo]").set_input_files({"name": "Zélie.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    line.get_by_role("button", name="Joindre la pièce").click()
    assert "C'est écrit dans le registre" in phone.locator("main").inner_text()
    assert entry not in missing(teacher)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Ouvrir D10, fichier 1", exact=True).click()
    assert download.value.suggested_filename == "D10-1.jpg"


def test_a_wrong_file_is_refused_in_the_page_and_a_lost_voucher_is_declared_there(phone: Page, teacher: Asker) -> None:
    entry = expense(teacher, 11)
    pieces(phone, teacher)
    line = phone.locator(f"#piece-{entry}")
    line.get_by_text("Joindre D11", exact=True).click()
    line.locator("input[name=file]").set_input_files({"name": "facture.pdf", "mimeType": "application/pdf", "buffer": b"not a pdf"})
    line.get_by_role("button", name="Joindre la pièce").click()
    assert "ni une photo JPEG ou PNG, ni un PDF" in line.inner_text()
    line.get_by_label("Elle est perdue ? Dis pourquoi").fill("Jamais donné par le magasin")
    line.get_by_role("button", name="Déclarer la pièce perdue").click()
    told = phone.locator("main").inner_text()
    assert "Jamais donné par le magasin" in told and entry not in missing(teacher)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_accessible_and_never_wider_than_the_window(running: Running, browser: Browser, teacher: Asker, width: int) -> None:
    expense(teacher, 20 + width % 100)
    with browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB") as context:
        page = sign_in(running, context.new_page(), teacher.register, "A01")
        looked = Looked(page)
        page.on("console", lambda message: looked.complaints.append(message.text))
        pieces(page, teacher)
        page.locator("summary").first.click()
        assert "Missing vouchers" in page.locator("main").inner_text()
        assert not looked.policy_complaints() and looked.overflow_px() == 0
        assert not looked.violations()
