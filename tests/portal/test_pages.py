"""From a record appended to the log to the portal's pages, through the real stream, in a real browser."""

import re
import time

import psycopg
import pytest

from deploy.catalogue import CODEC
from services.governance.standing import STANDING
from services.ledger.available import FUNDS, funds_shown
from shared.eventlog.reading import RegisterReader
from shared.merkle import leaf_hash
from shared.projecting import fold
from shared.views import Views
from shared.web.queries import plain
from tests.browser_fixture import Looked
from tests.examples_ledger import ADVANCE_GRANTED, FAMILIES_RECEIVED
from tests.ledger.decided import V08, decided, paid
from tests.portal.scene import BOOKS, SOON_SECONDS, YEAR, fresh_register, records_of
from tests.portal.site import Site
from tests.portal.test_api import get

NARROW, PHONE, TABLET, DESK = 320, 390, 800, 1280
LIVE_SECONDS_MAX = 2.0
# Links in a line of text are exempt (WCAG 2.5.8).
TARGETS = "button, .button, input:not([type=hidden]), select, nav a, .brand"


def sign_in(site: Site, looked: Looked, register: str) -> None:
    looked.page.context.add_cookies([site.cookie(register)])  # type: ignore[list-item]  # a plain dict is one


PATHS = (
    "/c/{r}",
    "/c/{r}?au=2024-09-25",
    "/c/{r}/verifier",
    "/c/{r}/verifier?connu_au=2024-09-10&type=ledger.pot-opened.v1",
    "/c/{r}/verifier/faits/28",
    "/c/{r}?niveau=petits&lang=en",
)


@pytest.mark.parametrize("path", PATHS)
def test_axe_the_policy_and_the_four_widths_find_nothing(site: Site, school: str, looked: Looked, path: str) -> None:
    sign_in(site, looked, school)
    looked.page.goto(site.address + path.format(r=school))
    for width in (NARROW, PHONE, TABLET, DESK):
        looked.page.set_viewport_size({"width": width, "height": 900})
        assert looked.overflow_px() == 0
        heights = looked.page.eval_on_selector_all(TARGETS, "all => all.map(one => [one.outerHTML, one.getBoundingClientRect().height])")
        assert [html for html, height in heights if height < 44] == []
        if width in {PHONE, DESK}:
            assert looked.violations() == []
    assert looked.complaints == []


def test_a_fault_in_the_page_is_noticed(site: Site, school: str, looked: Looked) -> None:
    sign_in(site, looked, school)
    looked.page.goto(f"{site.address}/c/{school}")
    # Outside the region that follows the register: what is planted there is morphed away.
    looked.page.evaluate("Object.assign(document.querySelector('h1').style, {color: '#ccc', width: '3000px'})")
    assert any(line.startswith("color-contrast") for line in looked.violations())
    assert looked.overflow_px() > 0


def test_the_home_page_shows_the_money_the_year_and_the_last_facts(site: Site, school: str, looked: Looked) -> None:
    sign_in(site, looked, school)
    looked.page.goto(site.address)
    assert looked.page.url == f"{site.address}/c/{school}"
    total = fold(FUNDS, records_of(school, YEAR)).balances.in_treasury
    shown = looked.page.locator(".figure strong").inner_text()
    assert int(re.sub(r"\D", "", shown)) == total
    assert looked.page.locator("svg#year-money").count() == 1
    assert looked.page.locator("#facts + .list li, .list li[id^=fact-]").count() == 6
    assert looked.page.locator(".stamp").inner_text().strip().startswith(f"À jour jusqu'au fait n°\u00a0{len(YEAR)}")
    assert not re.search(r"p_[a-z2-7]{26}", looked.page.locator("main").inner_text())


def test_the_home_page_shows_of_each_pot_what_the_api_says_at_the_same_fact(site: Site, looked: Looked) -> None:
    register = fresh_register()
    records = records_of(register, [*BOOKS, decided(), decided(V08, 45_00, "CM2"), ADVANCE_GRANTED, paid(86_90)])
    site.write(records)
    site.portal.views.wait_for(register, len(records), SOON_SECONDS)
    ledger = Views(CODEC, RegisterReader(site.postgres.url("ruche_writer"), site.log_id), STANDING)  # as the ledger answers: from the log
    state, seq = ledger.of(FUNDS, register)
    asked = [get(site, f"/v1/registers/{{r}}/portal/{noun}", register) for noun in ("balances", "treasury")]
    assert [answer.headers["Ruche-Seq"] for answer in asked] == [str(seq)] * 2
    assert asked[0].json() == asked[0].json() | {"pots": asked[1].json()["pots"]} == plain(funds_shown(state))
    sign_in(site, looked, register)
    looked.page.goto(f"{site.address}/c/{register}")
    assert f"fait n°\u00a0{seq}" in looked.page.locator(".stamp").inner_text()
    rows = looked.page.locator("#pots-table").locator("xpath=..").locator("tbody tr").all()
    shown = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]
    figures = {cells[0]: [cents_of(text) for text in cells[1:]] for cells in shown}
    assert figures == {one["label"]: [one["available"], one["committed"], one["held"]] for one in asked[1].json()["pots"]}
    assert figures["Classe de CM2"] == [-165_00, 45_00, 0]
    assert figures["Coopérative d'école"] == [3_809_17, 413_10, 4_222_27]
    for width in (NARROW, PHONE, TABLET, DESK):
        looked.page.set_viewport_size({"width": width, "height": 900})
        assert looked.overflow_px() == 0


def cents_of(shown: str) -> int:
    """Read an amount as a French page writes it."""
    cents = int(re.sub(r"\D", "", shown))
    return -cents if shown.strip()[0] in "-−" else cents


def test_an_open_page_changes_within_two_seconds_of_a_new_record(site: Site, looked: Looked) -> None:
    register = fresh_register()
    records = records_of(register, [*BOOKS, FAMILIES_RECEIVED])
    site.write(records[:-1])
    site.portal.views.wait_for(register, len(records) - 1, SOON_SECONDS)
    sign_in(site, looked, register)
    page = looked.page
    page.goto(f"{site.address}/c/{register}")
    page.evaluate("window.stayed = true")
    before = page.locator(".figure strong").inner_text()
    page.wait_for_timeout(300)  # the stream is open
    started = time.monotonic()
    site.write(records[-1:])
    page.locator(f"#fact-{len(records)}").wait_for(timeout=LIVE_SECONDS_MAX * 1_000)
    assert time.monotonic() - started < LIVE_SECONDS_MAX
    assert page.locator(".figure strong").inner_text() != before
    assert page.evaluate("window.stayed") is True
    assert looked.complaints == []


def test_the_past_is_framed_says_so_and_does_not_move(site: Site, school: str, looked: Looked) -> None:
    sign_in(site, looked, school)
    page = looked.page
    page.goto(f"{site.address}/c/{school}")
    page.locator("#f-au").fill("2024-09-25")
    page.get_by_role("button", name="Voir").click()
    assert "au=2024-09-25" in page.url
    assert page.locator(".past-line p").inner_text().strip() == "Tu regardes le passé\u00a0: mercredi 25 septembre 2024."
    assert page.locator(".figure strong").inner_text() == "4\u202f714,77\u00a0€"
    assert page.locator("[hx-sse\\:connect]").count() == 0
    page.get_by_role("link", name="Revenir à aujourd'hui").click()
    assert page.url == f"{site.address}/c/{school}"


def test_the_trail_is_filtered_and_paged_by_links_without_scripts(site: Site, looked: Looked) -> None:
    register = fresh_register()
    site.write(records_of(register, [*BOOKS, *[FAMILIES_RECEIVED] * 60]))
    site.portal.views.wait_for(register, len(BOOKS) + 60, SOON_SECONDS)
    with looked.page.context.browser.new_context(java_script_enabled=False, locale="fr-FR") as plain_context:  # type: ignore[union-attr]
        plain_context.add_cookies([site.cookie(register)])  # type: ignore[list-item]
        page = plain_context.new_page()
        page.goto(f"{site.address}/c/{register}/verifier")
        numbers = page.locator("tbody a").all_inner_texts()
        page.get_by_role("link", name="Plus anciens").click()
        numbers += page.locator("tbody a").all_inner_texts()
        assert [int(one) for one in numbers] == list(range(len(BOOKS) + 60, 0, -1))
        page.locator("#f-type").select_option("ledger.expense-recorded.v1")
        page.get_by_role("button", name="Voir").click()
        assert page.locator("tbody a").all_inner_texts() == ["29"]
        page.locator("tbody a").click()
        assert page.url.endswith("/verifier/faits/29")


def test_one_fact_shows_its_exact_bytes_and_their_hash(site: Site, school: str, looked: Looked) -> None:
    sign_in(site, looked, school)
    record = CODEC.encode(*records_of(school, YEAR)[27])
    looked.page.goto(f"{site.address}/c/{school}/verifier/faits/28")
    assert looked.page.locator("#raw").text_content() == record.decode()
    assert looked.page.locator("#leaf").inner_text() == leaf_hash(record).hex()
    looked.page.get_by_role("link", name="Fait n°\u00a029").click()
    assert looked.page.url.endswith("/faits/29")


def test_a_page_says_that_the_reader_s_own_fact_is_on_its_way(site: Site, school: str, looked: Looked) -> None:
    sign_in(site, looked, school)
    looked.page.goto(f"{site.address}/c/{school}?apres={len(YEAR)}")
    assert looked.page.locator(".notice").count() == 0
    looked.page.goto(f"{site.address}/c/{school}?apres=999")
    assert "Le fait n°\u00a0999 arrive" in looked.page.locator(".notice").inner_text()


def test_the_trail_is_filtered_by_short_titles(site: Site, looked: Looked, school: str) -> None:
    sign_in(site, looked, school)
    looked.page.goto(f"{site.address}/c/{school}/verifier")
    offered = looked.page.locator("select[name=type] option").all_inner_texts()
    assert {"Recette", "Avance confiée", "Classe ouverte"} <= set(offered)
    assert offered[1:] == sorted(offered[1:], key=str.casefold)
    looked.page.goto(f"{site.address}/c/{school}/verifier?lang=en")
    assert "Receipt recorded" in looked.page.locator("select[name=type] option").all_inner_texts()


def test_a_page_says_since_when_it_is_not_up_to_date(site: Site, looked: Looked) -> None:
    register = fresh_register()
    site.write(records_of(register, BOOKS))
    site.portal.views.wait_for(register, len(BOOKS), SOON_SECONDS)
    with psycopg.connect(site.postgres.url("ruche_migrator"), autocommit=True) as connection:
        connection.execute("set role ruche_owner")
        connection.execute(
            "insert into portal.parked (register_id, name, version, seq, reason) values (%s, %s, %s, 12, 'planted')",
            (register, FUNDS.name, FUNDS.version),
        )
    sign_in(site, looked, register)
    looked.page.goto(f"{site.address}/c/{register}")
    assert "pas à jour depuis le fait n°\u00a012" in looked.page.locator(".notice.warning").inner_text()
    site.portal.rebuild(FUNDS.name, register)
    looked.page.reload()
    assert looked.page.locator(".notice.warning").count() == 0


def test_a_register_without_money_says_what_will_appear(site: Site, looked: Looked) -> None:
    register = fresh_register()
    site.write(records_of(register, BOOKS[:16]))
    site.portal.views.wait_for(register, 16, SOON_SECONDS)
    sign_in(site, looked, register)
    looked.page.goto(f"{site.address}/c/{register}")
    assert "apparaîtra ici quand le premier exercice sera ouvert" in looked.page.locator(".empty").inner_text()
    assert looked.violations() == []


def test_whoever_is_not_signed_in_is_shown_the_way_in(site: Site, looked: Looked) -> None:
    looked.page.goto(site.address)
    assert looked.page.get_by_role("link", name="Entrer").get_attribute("href") == "/entrer"
    assert looked.violations() == []
