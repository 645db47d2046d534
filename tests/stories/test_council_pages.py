"""A class council as a new user tries it, page by page: idea, agenda, proposal, vote counted by two tellers, result, minutes, envelope."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.browser_fixture import Looked
from tests.running import Running
from tests.stories.asking import Asker, opened, with_a_teacher, with_books

pytestmark = pytest.mark.shares_an_installation
PHONE, TABLET, DESK = 390, 800, 1280
PUPILS = ("E01", "E02", "E03", "E04", "E05")
TARGETS = "main button, main .button, main input:not([type=hidden], [type=checkbox], [type=radio]), main select, main nav a, main summary"


@dataclass
class Council:
    """The people of a class, each in a browser of their own, and the addresses of what they make."""

    teacher: Asker
    pages: dict[str, Page] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """Return the address of the register's pages."""
        return f"{self.teacher.running.http}/c/{self.teacher.register}"

    def at(self, who: str, path: str) -> Page:
        """Return the page of somebody, gone to a path of the register."""
        page = self.pages[who]
        page.goto(path if path.startswith("http") else f"{self.root}/{path}")
        return page


def sign_in(running: Running, page: Page, register: str, member: str) -> Page:
    page.goto(json.loads(running.ruche("token", member, "--register", register, "--open", "--json"))["link"])
    return page


@pytest.fixture(scope="module")
def council(running: Running, browser: Browser) -> Iterator[Council]:
    """A class of five pupils and their teacher; the browsers of two pupils run no script."""
    officer = opened(running)
    teacher = with_a_teacher(officer)
    with_books(teacher)
    for number, code in enumerate(PUPILS[1:], start=2):
        pupil = {"first_name": f"Élève{number}", "last_name": "Martin", "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
        assert officer.ask("governance/enrol-member", pupil | {"source_code": code}).status == 201
    with ExitStack() as stack:
        made = Council(teacher)
        for who, scripts in (("A01", True), ("E01", True), ("E02", False), ("E03", False)):
            context = stack.enter_context(browser.new_context(java_script_enabled=scripts, locale="fr-FR"))
            made.pages[who] = sign_in(running, context.new_page(), teacher.register, who)
        yield made


def submit(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).first.click()


def said(page: Page) -> str:
    return page.locator("main").inner_text()


def test_the_council_of_a_class_is_formed_in_its_page(council: Council) -> None:
    page = council.at("A01", "conseils")
    page.get_by_text("CM1", exact=True).click()
    submit(page, "Former")
    assert page.locator("h1").inner_text() == "Conseil des CM1"
    assert "C'est écrit dans le registre" in said(page)


def test_an_idea_that_names_somebody_is_refused_in_the_page_with_what_was_typed(council: Council) -> None:
    page = council.at("E02", "conseils")
    page.get_by_label("Je félicite").check()
    page.get_by_label("Mon idée").fill("Un merci à Sacha pour le goûter")
    submit(page, "Déposer")
    assert "Ce texte nomme quelqu'un" in page.locator("[role=alert]").inner_text()
    assert page.get_by_label("Mon idée").input_value() == "Un merci à Sacha pour le goûter"
    assert page.get_by_label("Je félicite").is_checked()
    assert "La boîte est vide" in said(page)


def test_an_idea_sent_twice_is_in_the_box_once(council: Council) -> None:
    page = council.at("E01", "conseils")
    page.get_by_label("Mon idée").fill("Des jeux pour la cour")
    send = "form => fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form))}).then(answer => answer.status)"
    assert [page.locator("#submit-idea").evaluate(send) for _ in range(2)] == [200, 200]
    page.reload()
    assert page.get_by_text("Des jeux pour la cour").count() == 1


def test_a_remark_about_a_person_is_read_by_its_author_and_who_leads(council: Council) -> None:
    page = council.at("E02", "conseils")
    page.get_by_label("Je critique").check()
    page.get_by_label("Mon idée").fill("Sacha prend toujours le ballon")
    page.get_by_label("Ma carte parle d'une personne").check()
    submit(page, "Déposer")
    assert "prend toujours le ballon" in said(page)
    assert "prend toujours le ballon" in said(council.at("A01", "conseils"))
    assert "prend toujours le ballon" not in said(council.at("E01", "conseils"))


def test_an_idea_becomes_a_proposal_with_its_cost(council: Council) -> None:
    page = council.at("E01", "conseils")
    page.get_by_role("link", name="En faire une proposition").click()
    page.get_by_label("Titre").fill("Des jeux de cour")
    page.get_by_label("Coût en euros").fill("quarante")
    page.get_by_label("Payé par le pot").select_option("ECOLE")
    submit(page, "Proposer")
    assert "Ce montant ne se lit pas" in page.locator("[role=alert]").inner_text()
    assert page.get_by_label("Titre").input_value() == "Des jeux de cour"
    page.get_by_label("Coût en euros").fill("45,50")
    submit(page, "Proposer")
    council.places["proposal"] = page.url.partition("?")[0]
    assert page.locator("h1").inner_text() == "Des jeux de cour"
    assert "45,50" in said(page)


def test_an_amendment_is_compared_accepted_and_makes_version_two(council: Council) -> None:
    page = council.at("E02", council.places["proposal"])
    submit(page, "Je soutiens")
    assert "1 soutien" in said(page)
    page.get_by_text("Proposer une autre rédaction").click()
    form = page.locator("#propose-amendment")
    form.get_by_label("Texte").fill("Des jeux et des cordes pour la cour")
    form.get_by_label("Pourquoi ?").fill("Il manque des cordes")
    form.get_by_role("button").click()
    page = council.at("E01", council.places["proposal"])
    assert page.locator("#amendments ~ .list ins").first.inner_text().endswith("et des cordes")
    submit(page, "Accepter")
    assert "Texte, version 2" in said(page)


def test_the_adult_sets_a_limit_that_the_page_shows(council: Council) -> None:
    page = council.at("A01", council.places["proposal"])
    page.get_by_text("Poser une limite").click()
    page.get_by_label("Limite").fill("Rien de plus haut que la barrière")
    page.locator("#state-frame").get_by_label("Raison, que les votants liront").fill("La sécurité")
    submit(page, "Poser la limite")
    assert "Rien de plus haut que la barrière" in said(council.at("E02", council.places["proposal"]))


def test_a_meeting_is_called_and_opened_with_those_present(council: Council) -> None:
    page = council.at("A01", "conseils")
    page.get_by_label("Proposition : Des jeux de cour").check()
    page.get_by_label("Autre point").first.fill("Le carnaval")
    submit(page, "Convoquer")
    council.places["meeting"] = page.url.partition("?")[0]
    assert "45 minutes" in said(page)
    assert "Sacha Lune" in said(page)
    page.locator("#open-meeting").get_by_label("Présidence").select_option(label="Sacha Lune")
    submit(page, "Ouvrir la réunion")
    assert "6 personnes présentes" in said(page)
    assert "Sacha Lune" in page.locator("#there ~ .inline").inner_text()


def test_two_tellers_count_apart_until_they_agree(council: Council) -> None:
    page = council.at("A01", council.places["meeting"])
    page.get_by_role("link", name="Ouvrir un scrutin").first.click()
    page.get_by_label("Premier scrutateur").select_option(label="Camille Roche")
    page.get_by_label("Second scrutateur").select_option(label="Élève2 Martin")
    submit(page, "Ouvrir le scrutin")
    council.places["ballot"] = page.url.partition("?")[0]
    count(council, "A01", yes=4, no=1)
    assert "1 comptage entré sur 2" in said(council.at("E02", council.places["ballot"]))
    count(council, "E02", yes=3, no=2)
    assert "chacun recompte" in said(council.pages["E02"])
    assert council.pages["E02"].locator("#figures").count() == 0
    count(council, "A01", yes=4, no=1)
    count(council, "E02", yes=4, no=1)
    page = council.pages["E02"]
    assert page.locator("h1").inner_text() == "Des jeux de cour"
    assert "adopté" in page.locator(".lead").first.inner_text()
    rows = [[cell.strip() for cell in row.split("\t")] for row in page.locator("table:has(#figures) tbody tr").all_inner_texts()]
    assert rows == [["Pour", "4"], ["Contre", "1"], ["Je m'abstiens", "0"]]


def count(council: Council, teller: str, *, yes: int, no: int) -> None:
    page = council.at(teller, council.places["ballot"])
    for label, number in (
        ("Personnes présentes", 5),
        ("Papiers trouvés, ou votes comptés", 5),
        ("Pour", yes),
        ("Contre", no),
        ("Je m'abstiens", 0),
    ):
        page.locator("#enter-hand-count").get_by_label(label, exact=True).first.fill(str(number))
    page.locator("#enter-hand-count").get_by_role("button").click()


def test_the_count_is_told_step_by_step_without_scripts(council: Council) -> None:
    page = council.at("E02", council.places["ballot"])
    page.get_by_role("link", name="Commencer").click()
    told = [page.locator(".text strong").inner_text()]
    while page.get_by_role("link", name="Pas suivant").count():
        page.get_by_role("link", name="Pas suivant").click()
        told.append(page.locator(".text strong").inner_text())
    assert told[0].startswith("Les voix")
    assert told[-1] == "C'est adopté."
    page.get_by_role("link", name="Pas précédent").click()
    assert page.locator(".text strong").inner_text() == told[-2]


def test_the_meeting_ends_and_its_minutes_are_printed_and_approved(council: Council) -> None:
    page = council.at("A01", council.places["meeting"])
    page.locator("#close-meeting").get_by_label("Le carnaval").select_option("")
    submit(page, "Terminer la réunion")
    assert "Il manque l'issue d'un point" in page.locator("[role=alert]").inner_text()
    page.locator("#close-meeting").get_by_label("Le carnaval").select_option("postponed")
    submit(page, "Terminer la réunion")
    href = page.get_by_role("link", name="Lire le procès-verbal (PDF)").get_attribute("href")
    answer = page.request.get(f"{council.teacher.running.http}{href}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    submit(page, "Approuver le procès-verbal")
    assert "Approuvé, tel qu'il s'écrit" in said(page)


def test_the_envelope_is_on_the_page_and_in_the_ledger(council: Council) -> None:
    page = council.at("A01", "decisions")
    assert [one.replace("\xa0", " ") for one in page.locator(".sums dd").all_inner_texts()] == ["45,50 €", "0,00 €", "45,50 €"]
    answer = council.teacher.look("ledger/commitments")
    assert answer.status == 200
    assert "4550" in json.dumps(answer.body)


def test_the_decision_waits_and_comes_first_at_the_next_council(council: Council) -> None:
    page = council.at("A01", "a-faire")
    assert page.get_by_role("link", name="Des jeux de cour").count() == 1
    page = council.at("A01", "conseils")
    submit(page, "Convoquer")
    assert page.locator(".points li").first.locator("strong").inner_text() == "Des jeux de cour"
    submit(page, "Ouvrir la réunion")
    form = page.locator("form:has([name=do][value=follow-decision])")
    form.get_by_label("Où en est-on ?").select_option("not-carried-out")
    form.get_by_role("button").click()
    assert "Dis pourquoi" in page.locator("[role=alert]").inner_text()
    form.get_by_label("Pourquoi, ou ce qui a été dit").fill("Le magasin est fermé")
    form.get_by_role("button").click()
    assert "Le magasin est fermé" in said(page)
    council.places["second"] = page.url.partition("?")[0]


def test_a_named_vote_by_grades_is_sealed_until_it_is_closed(council: Council) -> None:
    page = council.at("A01", "scrutins/nouveau?methode=majority-judgment&facon=named")
    page.get_by_label("Question").fill("Quel jeu d'abord ?")
    page.get_by_label("Options, une par ligne").fill("Des échasses\nDes cordes")
    page.get_by_label("Mentions, de la pire à la meilleure").fill("À rejeter\nPassable\nBien")
    submit(page, "Ouvrir le scrutin")
    council.places["named"] = page.url.partition("?")[0]
    votes = (("E01", "Bien", "Passable"), ("E02", "À rejeter", "Bien"), ("E02", "Passable", "À rejeter"), ("E03", "Bien", "Bien"))
    for who, stilts, ropes in votes:
        page = council.at(who, council.places["named"])
        page.get_by_label("Des échasses").select_option(label=stilts)
        page.get_by_label("Des cordes").select_option(label=ropes)
        submit(page, "Voter")
        assert "enregistré et scellé" in said(page)
        assert page.locator("#figures").count() == 0
    assert "3 sur 5 ont voté" in said(council.at("A01", council.places["named"]))
    submit(council.pages["A01"], "Clore et déclarer le résultat")
    assert "Retenu : Des échasses" in said(council.pages["A01"])
    papers = council.pages["A01"].get_by_text("Les bulletins, ceux qui disent la même chose ensemble")
    papers.click()
    assert "1 × Des échasses : Passable, Des cordes : À rejeter" in said(council.pages["A01"])
    council.pages["A01"].get_by_role("link", name="Comparer").click()
    assert "hypothétique" in said(council.pages["A01"])


PATHS = ("conseils", "propositions", "scrutins", "scrutins/nouveau?methode=majority-judgment&facon=named", "decisions", "a-faire")
PLACES = ("meeting", "second", "proposal", "ballot", "named")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_axe_the_policy_and_the_widths_find_nothing(council: Council, looked: Looked, lang: str) -> None:
    page = sign_in(council.teacher.running, looked.page, council.teacher.register, "A01")
    addresses = [*(f"{council.root}/{path}" for path in PATHS), *(council.places[name] for name in PLACES)]
    addresses += [f"{council.places['ballot']}?pas=2", f"{council.places['ballot']}?comparer=oui"]
    for address in addresses:
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        assert page.locator("h1").count() == 1, address
        for width in (PHONE, TABLET, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            assert looked.overflow_px() == 0, (address, width)
            heights = page.eval_on_selector_all(TARGETS, "all => all.map(one => [one.outerHTML, one.getBoundingClientRect().height])")
            assert [html for html, height in heights if 0 < height < 44] == [], (address, width)
            if width == {"fr": PHONE, "en": DESK}[lang]:
                assert looked.violations() == [], (address, width)
    assert looked.complaints == []


def test_somebody_of_another_register_is_told_nothing(council: Council, looked: Looked) -> None:
    looked.page.goto(f"{council.root}/conseils")
    assert "Carte d'accès" in looked.page.locator("h1").inner_text()
