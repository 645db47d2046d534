"""A class council with five voting cards as a new user tries it: a kiosk, a tablet, and HTTP; from the idea to the envelope."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from services.governance.urn.cards import code_of, key_of
from tests.governance.elections import School, election, sent
from tests.running import Running
from tests.stories.asking import Asker, opened, raw_records, with_a_teacher, with_books

PUPILS = ("E01", "E02", "E03", "E04", "E05")
TITLE, COST = "Des jeux de cour", 4550  # cents
CHOICES = ("Oui", "Oui", "Oui", "Non", "Bulletin blanc")
WAIT_MS = 30_000  # a bound for a machine with much else to do
PAGES = ("conseils", "propositions", "scrutins", "decisions", "a-faire")
QUESTIONS = ("", "/result", "/steps", "/recount", "/what-if", "/participation", "/papers.json", "/papers.cat")


@dataclass
class Council:
    """A class of five, the kiosk where its tellers sit, the tablet that goes round, and the addresses of what they make."""

    teacher: Asker
    pupil: Asker
    kiosk: Page
    tablet: Page
    places: dict[str, str] = field(default_factory=dict)
    cards: list[tuple[str, str]] = field(default_factory=list)  # the link and the code of each
    before: dict[str, str] = field(default_factory=dict)  # what was shown before the first vote

    @property
    def root(self) -> str:
        """Return the address of the register's pages."""
        return f"{self.teacher.running.http}/c/{self.teacher.register}"

    @property
    def ballot(self) -> str:
        """Return the id of the ballot."""
        return self.places["ballot"].rpartition("/")[2]

    @property
    def available(self) -> int:
        """Return what the pot that pays can still promise, in cents."""
        (pot,) = (one for one in self.teacher.look("ledger/balances").body["pots"] if one["pot"] == "ECOLE")
        cents: int = pot["available"]
        return cents


@pytest.fixture(scope="module")
def council(running: Running, browser: Browser) -> Iterator[Council]:
    """The class and its teacher, signed in at the kiosk; a pupil signed in on the tablet."""
    officer = opened(running)
    teacher = with_a_teacher(officer)
    with_books(teacher)
    for number, code in enumerate(PUPILS[1:], start=2):
        pupil = {"first_name": f"Élève{number}", "last_name": "Martin", "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
        assert officer.ask("governance/enrol-member", pupil | {"source_code": code}).status == 201
    carried = browser.new_context(locale="fr-FR", viewport={"width": 800, "height": 1280})
    with browser.new_context(locale="fr-FR") as kiosk, carried as tablet:
        made = Council(teacher, officer.as_("E02"), kiosk.new_page(), tablet.new_page())
        for page, who in ((made.kiosk, "A01"), (made.tablet, "E01")):
            page.set_default_timeout(WAIT_MS)
            page.goto(json.loads(running.ruche("token", who, "--register", teacher.register, "--open", "--json"))["link"])
        yield made


def submit(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).first.click()


def said(page: Page) -> str:
    return page.locator("main").inner_text()


def address(page: Page) -> str:
    return page.url.partition("?")[0].partition("#")[0]


def shown(council: Council) -> dict[str, str]:
    """Return all that pages and answers say of the ballot, every number masked: times and turnout may move."""
    teller, ballot = council.kiosk, council.ballot
    found = {}
    visited = [f"{council.root}/{one}" for one in PAGES] + [council.places[one] for one in ("meeting", "proposal", "ballot")]
    for at in (*visited, f"{council.places['ballot']}/cartes"):
        teller.goto(at)
        found[at] = said(teller)
    for question in QUESTIONS:
        for who, asker in (("teacher", council.teacher), ("pupil", council.pupil)):
            answer = asker.look(f"governance/ballots/{ballot}{question}")
            found[f"{who}{question}"] = json.dumps([answer.status, answer.body])
    found["facts"] = json.dumps([json.loads(line)["type"] for line in raw_records(council.teacher)])
    return {what: re.sub(r"bulletins?|minutes?", "…", re.sub(r"\d+", "#", text)) for what, text in found.items()}


def test_an_idea_goes_from_the_box_to_the_agenda(council: Council) -> None:
    page = council.kiosk
    page.goto(f"{council.root}/conseils")
    page.get_by_text("CM1", exact=True).click()
    submit(page, "Former")
    council.tablet.goto(f"{council.root}/conseils")
    council.tablet.get_by_label("Mon idée").fill("Des jeux pour la cour")
    submit(council.tablet, "Déposer")
    page.goto(f"{council.root}/conseils")
    page.get_by_label("Idée : Des jeux pour la cour").check()
    submit(page, "Convoquer")
    council.places["meeting"] = address(page)
    assert "Des jeux pour la cour" in page.locator(".points").inner_text()


def test_the_idea_becomes_a_proposal_with_its_cost_in_its_place_on_the_agenda(council: Council) -> None:
    page = council.tablet
    page.goto(council.places["meeting"])
    page.get_by_role("link", name="En faire une proposition").click()
    page.get_by_label("Titre").fill(TITLE)
    page.get_by_label("Coût en euros").fill("45,50")
    page.get_by_label("Payé par le pot").select_option("ECOLE")
    submit(page, "Proposer")
    council.places["proposal"] = address(page)
    assert "45,50" in said(page)
    page = council.kiosk
    page.goto(council.places["meeting"])
    page.get_by_text("Changer l'ordre du jour").first.click()
    page.get_by_label("Enlever : Des jeux pour la cour").check()
    page.get_by_label(f"Ajouter : {TITLE}").check()
    submit(page, "Changer l'ordre du jour")
    assert page.locator(".points strong").all_inner_texts() == [TITLE]


def test_a_list_of_five_papers_is_not_offered_and_the_counts_are_allowed(council: Council) -> None:
    page = council.kiosk
    page.goto(council.places["meeting"])
    submit(page, "Ouvrir la réunion")
    assert "6 personnes présentes" in said(page)
    page.locator(".points").get_by_role("link", name="Ouvrir un scrutin").click()
    page.get_by_label("Comment vote-t-on ?").select_option("cards")
    submit(page, "Choisir")
    page.get_by_label("Premier scrutateur").select_option(label="Camille Roche")
    page.get_by_label("Second scrutateur").select_option(label="Sacha Lune")
    published = page.get_by_label("Ce qui est montré après")
    assert "Vous êtes 5 à voter" in said(page)
    assert published.locator("option").evaluate_all("all => all.map(one => one.value)") == ["outcome", "counts"]
    assert published.input_value() == "outcome"
    published.select_option("counts")
    submit(page, "Ouvrir le scrutin")
    council.places["ballot"] = address(page)
    assert page.locator("h1").inner_text() == TITLE
    assert "les totaux" in said(page)


def test_five_cards_are_printed_drawn_and_marked_at_the_kiosk(council: Council) -> None:
    page = council.kiosk
    page.get_by_role("link", name="Aller au guichet des cartes").click()
    council.places["counter"] = address(page)
    page.get_by_label("Combien de cartes ?").fill(str(len(PUPILS)))
    submit(page, "Fabriquer les cartes")
    expect(page.locator(".voting-card")).to_have_count(len(PUPILS), timeout=WAIT_MS)
    drawn: list[list[str]] = page.locator(".voting-card").evaluate_all("all => all.map(one => [one.dataset.link, one.dataset.code])")
    council.cards = [(link, code) for link, code in drawn]
    for link, code in council.cards:
        base, _, token = link.partition("#")
        assert base == f"{council.teacher.running.http}/vote/{council.ballot}"
        assert code == code_of(key_of(council.ballot, token), len(PUPILS))
    submit(page, "Les cartes sont imprimées")
    for marked in range(1, len(PUPILS) + 1):
        page.locator("form[data-command=mark-voter] button").first.click()
        expect(page.locator("form[data-command=unmark-voter]")).to_have_count(marked, timeout=WAIT_MS)
    submit(page, "Clore la liste")
    submit(page, "Ouvrir l'urne")
    expect(page.locator("#turnout")).to_have_text("0 bulletin dans l'urne", timeout=WAIT_MS)


def vote(page: Page, link: str, choice: str) -> None:
    """Open the link of a card as the camera of the tablet does, choose, look again, put the paper in."""
    page.goto("about:blank")
    page.goto(link)
    page.get_by_label(choice, exact=True).check()
    submit(page, "Vérifier mon bulletin")
    expect(page.locator("#my-paper")).to_contain_text(choice, timeout=WAIT_MS)
    submit(page, "Mettre dans l'urne")


def test_five_votes_on_the_tablet_without_a_session(council: Council) -> None:
    council.before = shown(council)
    page = council.tablet
    page.goto(council.root)
    submit(page, "Je m'en vais")
    for (link, _), choice in zip(council.cards, CHOICES, strict=True):
        vote(page, link, choice)
        expect(page.get_by_role("heading", name="Ton bulletin est dans l'urne")).to_be_visible(timeout=WAIT_MS)
        assert "#" not in page.url
        submit(page, "Au suivant")
    assert page.context.cookies() == []


def test_a_card_used_twice_is_refused_on_the_page(council: Council) -> None:
    page = council.tablet
    vote(page, council.cards[3][0], "Oui")
    expect(page.locator("#trouble")).to_contain_text("Carte déjà utilisée", timeout=WAIT_MS)
    expect(page.get_by_role("heading", name="Ton bulletin est dans l'urne")).to_be_hidden()
    council.kiosk.goto(council.places["counter"])
    expect(council.kiosk.locator("#turnout")).to_have_text("5 bulletins dans l'urne", timeout=WAIT_MS)


def test_nothing_of_the_result_is_on_a_page_or_in_an_answer_before_closing(council: Council) -> None:
    assert shown(council) == council.before
    for question, code in (("/recount", "not-declared-yet"), ("/what-if", "not-declared-yet"), ("/papers.json", "not-declared-yet")):
        answer = council.teacher.look(f"governance/ballots/{council.ballot}{question}")
        assert (answer.status, answer.body["code"]) == (409, code)
    urn = json.dumps(sent(f"{council.teacher.running.http}/urn/{council.ballot}").body)
    told = urn + b"".join(raw_records(council.teacher)).decode()
    assert not [link for link, _ in council.cards if link.partition("#")[2] in told]
    assert council.available == 50_000


def test_the_tellers_close_with_the_number_they_counted(council: Council) -> None:
    page = council.kiosk
    page.goto(council.places["counter"])
    page.get_by_label("Combien de votants avez-vous comptés ?").fill(str(len(PUPILS)))
    submit(page, "Clore et dépouiller")
    page.get_by_role("link", name="Voir le résultat").click()
    assert address(page) == council.places["ballot"]
    assert "adopté" in page.locator(".lead").first.inner_text()
    rows = [[cell.strip() for cell in row.split("\t")] for row in page.locator("table:has(#figures) tbody tr").all_inner_texts()]
    assert rows == [["Pour", "3"], ["Contre", "1"], ["Je m'abstiens", "0"]]
    assert page.get_by_role("link", name="Retrouver sa carte dans la liste").count() == 0
    page.goto(f"{council.places['ballot']}/cartes")
    assert "n'est pas publiée" in said(page)
    after = shown(council)
    changed = {what for what, text in after.items() if text != council.before[what]}
    assert {council.places["ballot"], council.places["proposal"], "pupil/result", "pupil/steps", "facts"} <= changed  # so the look has eyes


def test_the_result_is_the_same_over_http(council: Council) -> None:
    for asker in (council.teacher, council.pupil):
        result = asker.look(f"governance/ballots/{council.ballot}/result").body
        assert (result["verdict"], result["registered"], result["voters"], result["tallied"]["blank"]) == ("adopted", 5, 5, 1)
        assert {one["of"]: one["value"] for one in result["tallied"]["counts"]} == {"yes": "3", "no": "1", "abstain": "0"}
    late = sent(f"{council.teacher.running.http}/urn/{council.ballot}/cast", {"t": "0" * 32, "paper": "{}"})
    assert late.body["code"] == "box-closed"
    papers = council.teacher.look(f"governance/ballots/{council.ballot}/papers.json")
    assert (papers.status, papers.body["code"]) == (409, "papers-not-published")


def test_of_four_papers_only_the_outcome_is_told(council: Council) -> None:
    people = council.teacher.look("governance/members").body["people"]
    pupils = sorted(one for one, about in people.items() if about["kind"] == "pupil")
    body = council.teacher.look(f"governance/ballots/{council.ballot}").body["settings"]["body"]
    meeting = council.places["meeting"].rpartition("/")[2]
    held = election(School(council.teacher, council.teacher, pupils, body), publish="counts", question="Un goûter ?", meeting=meeting)
    council.places["few"] = held.ballot
    held.printed(len(pupils))
    held.drawn(len(pupils))
    for number, mark in enumerate(("yes", "yes", "yes", "no")):
        assert held.cast(number, mark).status == 200
    assert held.closed(4).status == 201
    result = council.pupil.look(f"governance/ballots/{held.ballot}/result").body
    assert (result["verdict"], result["voters"], result["tallied"]["counts"]) == ("adopted", 4, [])
    assert council.pupil.look(f"governance/ballots/{held.ballot}/steps").body["steps"] == []
    council.kiosk.goto(f"{council.root}/scrutins/{held.ballot}")
    assert "adopté" in council.kiosk.locator(".lead").first.inner_text()
    assert council.kiosk.locator("table:has(#figures) tbody tr").count() == 0


def test_the_minutes_name_the_decision_and_the_counts(council: Council) -> None:
    page = council.kiosk
    page.goto(council.places["meeting"])
    submit(page, "Terminer la réunion")
    href = page.get_by_role("link", name="Lire le procès-verbal (PDF)").get_attribute("href")
    answer = page.request.get(f"{council.teacher.running.http}{href}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    meeting = council.places["meeting"].rpartition("/")[2]
    minutes: dict[str, Any] = council.pupil.look(f"governance/meetings/{meeting}/minutes").body["minutes"]
    (point,) = (one for one in minutes["points"] if one["title"] == TITLE)
    (ballot,), (decision,) = point["ballots"], point["decisions"]
    assert (decision["title"], decision["adopted"]) == (TITLE, True)
    assert {one["of"]: one["value"] for one in ballot["result"]["tallied"]["counts"]} == {"yes": "3", "no": "1", "abstain": "0"}
    (few,) = minutes["beside"]["ballots"]
    assert (few["ballot"], few["result"]["verdict"], few["result"]["tallied"]["counts"]) == (council.places["few"], "adopted", [])
    assert not [link for link, _ in council.cards if link.partition("#")[2] in json.dumps(minutes)]


def test_the_envelope_is_in_the_ledger_and_lowers_what_is_available(council: Council) -> None:
    page = council.kiosk
    page.goto(f"{council.root}/decisions")
    assert [one.replace("\xa0", " ") for one in page.locator(".sums dd").all_inner_texts()] == ["45,50 €", "0,00 €", "45,50 €"]
    found = json.dumps(council.teacher.look("ledger/commitments").body)
    assert str(COST) in found
    assert council.available == 50_000 - COST
