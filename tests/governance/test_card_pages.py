"""The pages of a vote with cards in a real browser: cards drawn and printed at the counter, voters who vote, the list of the codes."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, BrowserContext, Page, expect

from services.governance.pages.cards import STATIC
from services.governance.urn.cards import code_of, key_of
from shared.web.asking import COOKIE
from tests.browser_fixture import Looked
from tests.governance.elections import Election, School, election, kill_the_urn, opened, school
from tests.running import Running, installation

PX_PER_MM = 96 / 25.4
FULL = (14, 26, 42, 62, 84, 106, 122, 152, 180)  # bytes that fill a code of versions 1 to 9 at level M, where nobody pads


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with installation() as started:
        started.start()
        yield started


@pytest.fixture(scope="module")
def council(running: Running) -> School:
    return school(opened(running), pupils=12)


def counter(looked: Looked, held: Election) -> Page:
    """Open the tellers' page, signed in as the teacher."""
    cookie = {"name": COOKIE, "value": held.school.teacher.token, "url": held.http}
    looked.page.context.add_cookies([cookie])  # type: ignore[list-item]
    looked.page.goto(f"{held.http}/c/{held.school.teacher.register}/scrutins/{held.ballot}/guichet")
    return looked.page


def printed(page: Page, cards: int) -> list[tuple[str, str]]:
    """Make cards on the counter; return their links and codes."""
    page.get_by_label("Combien de cartes ?").fill(str(cards))
    page.get_by_role("button", name="Fabriquer les cartes").click()
    expect(page.locator(".voting-card")).to_have_count(cards)
    found = page.locator(".voting-card").evaluate_all("all => all.map(one => [one.dataset.link, one.dataset.code])")
    return [(link, code) for link, code in found]


def drawn(page: Page, held: Election, voters: int, cards: list[tuple[str, str]]) -> None:
    """Mark voters on the counter, close the roll with the cards left, open the urn."""
    page.get_by_role("button", name="Les cartes sont imprimées").click()
    for _ in range(voters):
        before = page.locator("form[data-command=unmark-voter]").count()
        page.locator("form[data-command=mark-voter] button").first.click()
        expect(page.locator("form[data-command=unmark-voter]")).to_have_count(before + 1)
    said = ", ".join(code.replace("-", " ").upper() for _, code in cards[voters:])
    page.get_by_label("Codes des cartes restées").fill(said)
    page.get_by_role("button", name="Clore la liste").click()
    page.get_by_role("button", name="Ouvrir l'urne").click()
    expect(page.locator("#turnout")).to_contain_text("0 bulletin")


def votes(context: BrowserContext, link: str, choice: str) -> Page:
    """Vote as somebody whose camera opened the link of a card."""
    page = context.new_page()
    page.goto(link)
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Vérifier mon bulletin").click()
    expect(page.locator("#my-paper")).to_contain_text(choice)
    page.get_by_role("button", name="Mettre dans l'urne").click()
    expect(page.get_by_role("heading", name="Ton bulletin est dans l'urne")).to_be_visible()
    return page


def test_five_cards_are_printed_drawn_and_voted_with(browser: Browser, looked: Looked, council: School) -> None:
    held = election(council)
    page = counter(looked, held)
    assert looked.violations() == []
    cards = printed(page, 8)
    for link, code in cards:
        base, _, token = link.partition("#")
        assert base == f"{held.http}/vote/{held.ballot}"
        assert code_of(key_of(held.ballot, token), 8) == code
    drawn(page, held, 5, cards)
    assert looked.violations() == []
    with browser.new_context(locale="fr-FR") as voters:
        for link, choice in zip((link for link, _ in cards[:5]), ("Oui", "Oui", "Oui", "Non", "Bulletin blanc"), strict=True):
            voter = votes(voters, link, choice)
            assert "#" not in voter.url
            assert "#" not in voter.evaluate("performance.getEntriesByType('navigation')[0].name + location.href").split("vote/")[-1]
            voter.close()
        assert voters.cookies() == []
    expect(page.locator("#turnout")).to_have_text("5 bulletins dans l'urne")
    page.get_by_label("Combien de votants avez-vous comptés ?").fill("5")
    page.get_by_role("button", name="Clore et dépouiller").click()
    page.get_by_role("link", name="Voir la liste des cartes").click()
    lines = dict(page.locator("tbody tr").evaluate_all("all => all.map(one => [...one.children].map(cell => cell.textContent.trim()))"))
    assert lines == {code: said for (_, code), said in zip(cards, ("Oui", "Oui", "Oui", "Non", "Bulletin blanc"), strict=False)}
    assert looked.violations() == []
    assert looked.policy_complaints() == []


def test_cards_print_ten_on_a_sheet_of_a4(looked: Looked, council: School, tmp_path: Path) -> None:
    page = counter(looked, election(council))
    printed(page, 12)
    sheet = page.pdf(prefer_css_page_size=True, path=tmp_path / "cards.pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 2
    (box,) = set(re.findall(rb"/MediaBox\s*\[([^\]]+)\]", sheet))
    assert [round(float(number) / 72 * 25.4) for number in box.split()] == [0, 0, 210, 297]
    page.emulate_media(media="print")
    sizes = page.locator(".voting-card").evaluate_all("all => all.map(one => [one.offsetWidth, one.offsetHeight])")
    assert {(round(width / PX_PER_MM), round(height / PX_PER_MM)) for width, height in sizes} == {(90, 52)}
    assert page.locator("header.top").is_hidden()
    assert page.locator("#counter").is_hidden()
    overflowing = "all => all.filter(one => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1).length"
    assert page.locator(".voting-card").evaluate_all(overflowing) == 0


def test_the_server_never_sees_a_token_before_the_urn_does(looked: Looked, council: School) -> None:
    held, sent = election(council), []
    looked.page.on("request", lambda request: sent.append(f"{request.url} {request.headers} {request.post_data or ''}"))
    page = counter(looked, held)
    tokens = [link.partition("#")[2] for link, _ in printed(page, 6)]
    page.get_by_role("button", name="Les cartes sont imprimées").click()
    page.wait_for_load_state()
    assert not [token for token in tokens if any(token in one for one in sent)]
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
    looked.page.goto(f"{held.http}/vote/{held.ballot}#{tokens[0]}")
    expect(looked.page.locator("#not-open")).to_be_visible()
    assert not [token for token in tokens if any(token in one for one in sent)]


def test_cards_survive_a_page_loaded_again_until_they_are_printed(looked: Looked, council: School) -> None:
    page = counter(looked, election(council))
    cards = printed(page, 6)
    page.reload()
    expect(page.locator(".voting-card")).to_have_count(6)
    again = page.locator(".voting-card").evaluate_all("all => all.map(one => [one.dataset.link, one.dataset.code])")
    assert [tuple(one) for one in again] == cards


def test_a_refusal_is_shown_in_its_words(looked: Looked, council: School) -> None:
    page = counter(looked, election(council))
    printed(page, 6)
    page.get_by_role("button", name="Les cartes sont imprimées").click()
    page.get_by_role("button", name="Clore la liste").click()
    expect(page.locator("#trouble")).to_contain_text("Les cartes tirées ne sont pas autant que les émargements")


def test_only_tellers_see_the_counter(looked: Looked, council: School) -> None:
    held = election(council)
    pupil = council.officer.as_("E05")
    cookie = {"name": COOKIE, "value": pupil.token, "url": held.http}
    looked.page.context.add_cookies([cookie])  # type: ignore[list-item]
    answer = looked.page.goto(f"{held.http}/c/{council.teacher.register}/scrutins/{held.ballot}/guichet")
    assert answer is not None
    assert answer.status == 403


def test_a_card_that_voted_is_told_so(browser: Browser, looked: Looked, council: School) -> None:
    held = election(council)
    held.printed(6)
    held.drawn(6)
    held.cast(0, "yes")
    looked.page.goto(f"{held.http}/vote/{held.ballot}#{held.tokens[0]}")
    looked.page.get_by_label("Non", exact=True).check()
    looked.page.get_by_role("button", name="Vérifier mon bulletin").click()
    looked.page.get_by_role("button", name="Mettre dans l'urne").click()
    expect(looked.page.locator("#trouble")).to_contain_text("Carte déjà utilisée")


def wait_for(seen: Callable[[], bool]) -> None:
    """Return once something is so."""
    until = time.monotonic() + 15.0
    while not seen():
        assert time.monotonic() < until
        time.sleep(0.2)


METHODS = [
    ("approval", {}, ["Ail", "Chou"], {"marks": ["ail", "chou"]}),
    ("schulze", {}, ["Chou", "Ail"], {"ranks": [["chou"], ["ail"]]}),
    ("dots", {"dots": 5}, {"Ail": "3", "Chou": "2"}, {"points": [{"option": "ail", "points": 3}, {"option": "chou", "points": 2}]}),
    (
        "majority-judgment",
        {"grades": ["Mauvais", "Bon", "Excellent"]},
        {"Ail": "Bon", "Chou": "Excellent", "Blette": "Mauvais"},
        {"points": [{"option": "ail", "points": 1}, {"option": "blette", "points": 0}, {"option": "chou", "points": 2}]},
    ),
]


@pytest.mark.parametrize(("method", "parameters", "chosen", "expected"), METHODS)
def test_every_kind_of_paper_is_written_with_the_keyboard_alone(
    looked: Looked, council: School, method: str, parameters: object, chosen: object, expected: object
) -> None:
    options = [{"option": name.lower(), "label": name} for name in ("Ail", "Blette", "Chou")]
    held = election(council, method=method, parameters=parameters, options=options, question="Que planter ?", publish="list")
    held.printed(8)
    held.drawn(8)
    page = looked.page
    page.goto(f"{held.http}/vote/{held.ballot}#{held.tokens[0]}")
    expect(page.locator("#choose")).to_be_visible()
    if isinstance(chosen, dict):
        for label, value in chosen.items():
            field = page.get_by_label(label)
            field.focus()
            if field.evaluate("one => one.tagName") == "SELECT":
                field.press("ArrowDown")
                while field.evaluate("one => one.selectedOptions[0].textContent") != value:
                    field.press("ArrowDown")
            else:
                page.keyboard.type(value)
    elif method == "schulze":
        for label in chosen:  # type: ignore[attr-defined]
            page.get_by_role("button", name=f"Ajouter au classement : {label}").press("Enter")
    else:
        for label in chosen:  # type: ignore[attr-defined]
            page.get_by_label(label).press("Space")
    page.get_by_role("button", name="Vérifier mon bulletin").press("Enter")
    assert looked.violations() == []
    page.get_by_role("button", name="Mettre dans l'urne").press("Enter")
    expect(page.get_by_role("heading", name="Ton bulletin est dans l'urne")).to_be_focused()
    for number in range(1, 8):
        held.cast(number)
    board = next(one["data"] for one in held.closed(8).body["records"] if one["type"] == "governance.box-opened.v1")
    (mine,) = (line["choice"] for line in board["papers"] if line["tracker"] == held.tokens[0])
    assert mine == expected
    assert looked.policy_complaints() == []


def test_too_many_dots_are_said_before_the_urn(looked: Looked, council: School) -> None:
    options = [{"option": name.lower(), "label": name} for name in ("Ail", "Chou")]
    held = election(council, method="dots", parameters={"dots": 5}, options=options, question="Que planter ?")
    held.printed(8)
    held.drawn(8)
    page = looked.page
    page.goto(f"{held.http}/vote/{held.ballot}#{held.tokens[0]}")
    page.get_by_label("Ail").fill("4")
    page.get_by_label("Chou").fill("2")
    page.get_by_role("button", name="Vérifier mon bulletin").click()
    expect(page.locator("#trouble")).to_contain_text("Tu as 5 points en tout")


def test_a_device_gives_its_papers_again_to_an_urn_that_restarted(looked: Looked, council: School) -> None:
    held = election(council)
    held.printed(6)
    held.drawn(6)
    with looked.page.context.browser.new_context(locale="fr-FR") as tablet:  # type: ignore[union-attr]
        page = votes(tablet, f"{held.http}/vote/{held.ballot}#{held.tokens[0]}", "Oui")
        page.get_by_role("button", name="Au suivant").click()
        kill_the_urn(held)
        held.ask("start-voting")
        wait_for(lambda: held.seen().body["papers"] == 1)
        for number in range(1, 6):
            held.cast(number, "no")
        assert held.closed(6).body["records"][0]["data"]["received"] == 6
        wait_for(lambda: page.evaluate("Object.keys(sessionStorage).length") == 0)


@pytest.mark.parametrize("bytes_", FULL)
def test_a_code_is_the_one_that_another_program_draws(bytes_: int) -> None:
    text = "é".ljust(bytes_ - 1, "q")
    for mask in range(8):
        program = (
            STATIC / "qr.js"
        ).read_text() + f"\nconsole.log(JSON.stringify(qr.matrix({json.dumps(text)}, {mask}).map(r => r.map(Number))))"
        drawn_here = json.loads(subprocess.run(["node", "-e", program], capture_output=True, check=True).stdout)
        version = (len(drawn_here) - 17) // 4
        theirs = segno.make(text.encode(), version=version, error="m", mask=mask, mode="byte", boost_error=False, micro=False)
        assert drawn_here == [[int(bool(cell)) for cell in row] for row in theirs.matrix]
