"""The layout in a real browser: readable by all, within the policy, on a phone and on paper, with and without scripts."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Request, expect

from shared.web.reader import Reader
from tests.browser_fixture import Looked
from tests.shared.web.demo import Demo
from tests.web_server import served

PHONE, TABLET, DESK, NARROW = 390, 800, 1280, 320
HTML_BYTES_MAX, FIRST_VISIT_BYTES_MAX, TARGET_PX_MIN = 60_000, 100_000, 44
# Links in a line of text are exempt (WCAG 2.5.8); what is a button, a field or a link of the frame is not.
TARGETS = "button, .button, input:not([type=hidden]), select, nav a, .reading a, .brand, .bottom a"


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[Demo, str]]:
    """The demo site and its address."""
    site = Demo()
    with served(site.app) as address:
        yield site, address


@pytest.mark.parametrize(
    ("path", "width"),
    [
        ("/", PHONE),
        ("/", DESK),
        ("/?lang=en&niveau=petits", PHONE),
        ("/past", PHONE),
        ("/past", DESK),
        ("/wrong", DESK),
        ("/refused", PHONE),
    ],
)
def test_axe_and_the_policy_find_nothing(looked: Looked, demo: tuple[Demo, str], path: str, width: int) -> None:
    looked.page.set_viewport_size({"width": width, "height": 900})
    looked.page.goto(demo[1] + path)
    assert looked.violations() == []
    refused_by_the_server = [text for text in looked.complaints if "status of 409" in text]
    assert looked.complaints == refused_by_the_server


def test_axe_and_the_policy_catch_a_planted_fault(looked: Looked, demo: tuple[Demo, str]) -> None:
    looked.page.goto(demo[1] + "/faults")
    found = " ".join(looked.violations())
    for rule in ("html-has-lang", "image-alt", "label", "document-title", "landmark-one-main"):
        assert rule in found
    assert len(looked.policy_complaints()) == 2  # the style attribute and the onclick


def test_a_grey_on_white_is_caught(looked: Looked, demo: tuple[Demo, str]) -> None:
    looked.page.goto(demo[1] + "/")
    looked.page.evaluate("document.querySelector('.lead').style.color = '#bbb'")
    assert any(line.startswith("color-contrast") for line in looked.violations())


@pytest.mark.parametrize("path", ["/", "/past?niveau=petits", "/refused"])
def test_no_page_is_wider_than_the_window_and_targets_are_large(looked: Looked, demo: tuple[Demo, str], path: str) -> None:
    looked.page.goto(demo[1] + path)
    for width in (NARROW, PHONE, TABLET, DESK):
        looked.page.set_viewport_size({"width": width, "height": 900})
        assert looked.overflow_px() == 0
        heights = looked.page.eval_on_selector_all(TARGETS, "all => all.map(one => [one.outerHTML, one.getBoundingClientRect().height])")
        assert [html for html, height in heights if height < TARGET_PX_MIN] == []


def test_text_at_twice_its_size_still_fits(looked: Looked, demo: tuple[Demo, str]) -> None:
    looked.page.goto(demo[1] + "/")
    looked.page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert looked.overflow_px() == 0


def test_a_window_too_small_for_a_wide_thing_is_noticed(looked: Looked, demo: tuple[Demo, str]) -> None:
    looked.page.goto(demo[1] + "/")
    looked.page.evaluate("document.querySelector('.lead').style.width = '3000px'")
    assert looked.overflow_px() > 0


def test_the_frame_has_the_links_the_stamp_and_the_title(looked: Looked, demo: tuple[Demo, str]) -> None:
    page = looked.page
    page.goto(demo[1] + "/")
    assert page.title() == "Accueil · Coop’ Jules-Verne"
    assert page.locator("nav a").all_inner_texts() == ["Accueil", "Conseil", "Projets", "Comptes", "Vérifier"]
    assert page.locator("nav [aria-current=page]").inner_text() == "Accueil"
    assert page.locator(".stamp").inner_text().strip() == "À jour jusqu'au fait n°\u00a01\u202f284 (3 avril 2026 à 14:05)"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_past_says_so_and_offers_no_form(looked: Looked, demo: tuple[Demo, str]) -> None:
    looked.page.goto(demo[1] + "/past")
    said = looked.page.locator(".past-line p").inner_text().strip()
    assert said == "Tu regardes le passé\u00a0: dimanche 1er mars 2026. Tel qu'on le connaissait le vendredi 20 mars 2026."
    assert looked.page.locator("form").count() == 0
    assert looked.page.locator(".past-line a").get_attribute("href") == "/"


def test_language_and_level_are_kept_from_one_page_to_the_next(looked: Looked, demo: tuple[Demo, str]) -> None:
    page = looked.page
    page.goto(demo[1] + "/")
    assert page.locator(".figure strong").inner_text() == "4\u202f406,60\u00a0€"
    page.get_by_text("English").click()
    page.get_by_text("Younger").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto(demo[1] + "/past")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(".figure strong").inner_text() == "€4,406"


def test_a_live_region_changes_in_the_open_page_and_says_so(looked: Looked, demo: tuple[Demo, str]) -> None:
    site, address = demo
    site.ballots = 55
    looked.page.goto(address + "/")
    expect(looked.page.locator("#turnout")).to_contain_text("55 bulletins")
    while not site.hub.clients:
        looked.page.wait_for_timeout(20)
    looked.page.locator("#f-amount").focus()
    site.ballots = 56
    assert site.hub.publish("turnout/fr", 2, lambda: site.turnout(Reader("fr"))) == 1
    # Not by wait_for_function: its polling evaluates text, which the page's own policy forbids.
    expect(looked.page.locator("#turnout")).to_contain_text("56 bulletins", timeout=3_000)
    expect(looked.page.locator("#said")).to_have_text("La page vient de changer.", timeout=8_000)
    assert looked.page.evaluate("document.activeElement.id") == "f-amount"
    assert looked.complaints == []


def test_twelve_taps_send_once(looked: Looked, demo: tuple[Demo, str]) -> None:
    site, address = demo
    site.sent.clear()
    looked.page.goto(address + "/")
    looked.page.fill("#f-amount", "12,50")
    looked.page.evaluate("for (let tap = 0; tap < 12; tap++) document.querySelector('main form button').click()")
    looked.page.wait_for_url(address + "/")
    looked.page.wait_for_timeout(200)
    assert site.sent == ["12,50"]


def test_without_scripts_the_page_shows_and_the_form_sends(browser: Browser, demo: tuple[Demo, str]) -> None:
    site, address = demo
    site.sent.clear()
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + "/?lang=fr")
        page.fill("#f-amount", "7")
        page.click("main form button")
        assert page.locator("h1").inner_text() == "Le fil de notre année"
    assert site.sent == ["7"]


def test_a_first_visit_is_light_and_fetches_nothing_from_outside(looked: Looked, demo: tuple[Demo, str]) -> None:
    sizes: dict[str, int] = {}

    def count(request: Request) -> None:
        sizes[request.url] = request.sizes()["responseBodySize"]

    looked.page.on("requestfinished", count)
    answer = looked.page.goto(demo[1] + "/")
    assert answer is not None
    html_bytes = len(answer.body())
    looked.page.wait_for_timeout(300)
    assert {urlsplit(url).netloc for url in sizes} == {urlsplit(demo[1]).netloc}
    assert html_bytes <= HTML_BYTES_MAX
    assert sum(sizes.values()) <= FIRST_VISIT_BYTES_MAX
    assert any(url.endswith(".js") or ".js?" in url for url in sizes)


def test_on_paper_no_button_and_no_menu(looked: Looked, demo: tuple[Demo, str]) -> None:
    looked.page.goto(demo[1] + "/")
    looked.page.emulate_media(media="print")
    looked.page.set_viewport_size({"width": 680, "height": 960})  # A4 between its margins
    for hidden in ("nav", ".reading", "main form"):
        assert not looked.page.locator(hidden).first.is_visible()
    assert looked.page.locator("#staircase").is_visible()
    assert looked.page.locator(".stamp").is_visible()


def test_the_chart_leaves_the_phone_to_the_figures(looked: Looked, demo: tuple[Demo, str]) -> None:
    looked.page.set_viewport_size({"width": PHONE, "height": 900})
    looked.page.goto(demo[1] + "/")
    assert not looked.page.locator("#staircase").is_visible()
    assert looked.page.locator(".figure strong").is_visible()
