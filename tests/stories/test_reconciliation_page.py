"""The bank on its page, without a script: a statement is imported, its lines are accepted or not, and only what is explained is signed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser_fixture import Looked
from tests.ledger.statements.writing import FORMS
from tests.running import Running
from tests.stories.asking import Asker, raw_records
from tests.stories.test_bank import FAMILY, LAST_DAY, SEPTEMBER, entry, reconciliation, school
from tests.stories.test_council_pages import sign_in, submit

pytestmark = pytest.mark.shares_an_installation

STATEMENT = FORMS["camt053"](SEPTEMBER)


@pytest.fixture(scope="module")
def keeper(running: Running) -> Asker:
    """A teacher with three entries that the bank has, one that looks like another, and a cheque that it does not have yet."""
    teacher, _ = school(running)
    entry(teacher, "record-expense", 3, "2025-09-29", 7_46, means="cheque", cheque="4520102", irregular="Urgent")
    entry(teacher, "record-expense", 4, "2025-09-09", 12_50, means="card", irregular="Urgent", label="Librairie, second livre")
    return teacher


@pytest.fixture(scope="module")
def page(running: Running, browser: Browser, keeper: Asker) -> Iterator[Page]:
    """The teacher's browser, which runs no script."""
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        yield sign_in(running, context.new_page(), keeper.register, "A01")


def at(page: Page, asked: Asker, path: str = "") -> Page:
    page.goto(f"{asked.running.http}/c/{asked.register}/comptes/banque{path}")
    return page


def said(page: Page) -> str:
    return page.locator("main").inner_text().replace("\u202f", " ").replace("\xa0", " ")


def bring(page: Page, content: bytes, name: str = "septembre.xml") -> None:
    page.locator("[name=file]").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    submit(page, "Importer")


def can_sign(page: Page) -> bool:
    return page.get_by_role("button", name="Signer le rapprochement").count() == 1


def test_a_bad_file_is_told_with_its_line_and_a_large_one_is_refused(page: Page, keeper: Asker) -> None:
    at(page, keeper)
    assert "Aucun relevé ne couvre ce jour" in said(page) and not can_sign(page)
    bad = FORMS["caisse_epargne_before"](SEPTEMBER).replace(b"09/09/2025", b"39/09/2025").replace(b"09/09/25", b"39/09/25")
    bring(page, bad, "septembre.csv")
    assert "ceci n'en est pas une. (ligne 7 du fichier)" in said(page)
    bring(page, b"x" * 5_000_001)
    assert "5 Mo" in said(page)
    assert reconciliation(keeper)["statement"] is None


def test_a_statement_is_imported_once_and_shows_what_its_lines_may_be(page: Page, keeper: Asker) -> None:
    bring(at(page, keeper), STATEMENT)
    assert page.url.split("?")[0].endswith(f"/comptes/banque/512/{LAST_DAY}")
    assert "3 lignes du relevé ne sont pas reconnues" in said(page) and "457,50 €" in said(page) and not can_sign(page)
    ticked = page.locator("fieldset").evaluate_all("all => all.map(one => one.querySelector('input:checked').value !== '')")
    assert ticked == [True, False, True]  # two entries may be the second line: nobody chose for whoever keeps the books
    assert FAMILY in said(page) and "Le numéro du chèque et la somme sont les mêmes" in said(page)
    before = len(raw_records(keeper))
    bring(page, STATEMENT)
    assert "déjà importé : rien n'a été écrit" in said(page) and len(raw_records(keeper)) == before


def test_the_page_is_accessible_and_never_wider_than_the_window(running: Running, browser: Browser, keeper: Asker) -> None:
    with browser.new_context(locale="en-GB") as context:
        looked = Looked(sign_in(running, context.new_page(), keeper.register, "A01"))
        looked.page.on("console", lambda message: looked.complaints.append(message.text))
        at(looked.page, keeper)
        assert "Lines to recognise" in said(looked.page) and "The sum is the same" in said(looked.page)
        for width in (1280, 800, 390):
            looked.page.set_viewport_size({"width": width, "height": 900})
            assert looked.overflow_px() == 0, width
        assert not looked.policy_complaints() and not looked.violations()


def test_a_pupil_sees_what_is_left_to_explain_and_no_text_of_the_bank(running: Running, browser: Browser, keeper: Asker) -> None:
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        pupil = at(sign_in(running, context.new_page(), keeper.register, "E01"), keeper)
        assert "457,50 €" in said(pupil) and "les mandataires et les vérificateurs les lisent ici" in said(pupil)
        assert FAMILY not in said(pupil) and pupil.locator("main button").all_inner_texts() == ["Voir ce jour"]


def test_what_is_ticked_is_accepted_what_is_not_waits_and_only_the_whole_is_signed(page: Page, keeper: Asker) -> None:
    at(page, keeper)
    submit(page, "Accepter ce qui est coché")
    assert "1 ligne du relevé n'est pas reconnue" in said(page) and not can_sign(page)
    submit(page, "Accepter ce qui est coché")
    assert "Choisis une écriture pour au moins une ligne" in said(page)
    page.get_by_label("D02 · Librairie du parc").check()
    submit(page, "Accepter ce qui est coché")
    told = reconciliation(keeper)
    assert (told["statement"], told["book"], told["difference"], told["unexplained"]) == (457_50, 437_54, 0, [])
    outstanding = page.locator("table:has(#outstanding-table)").inner_text()
    assert "D03" in outstanding and "4520102" in outstanding and "D04" in outstanding and "D01" not in outstanding
    assert "Chaque centime est expliqué" in said(page)
    page.get_by_role("button", name="Signer le rapprochement").click()
    assert "30 septembre 2025 est signé, et rien n'a changé depuis" in said(page) and not can_sign(page)
    assert [one["holds"] for one in reconciliation(keeper)["signed"]] == [True]


def test_a_recognition_is_undone_with_its_reason_and_the_signature_no_longer_holds(page: Page, keeper: Asker) -> None:
    at(page, keeper, f"/512/{LAST_DAY}")
    line = page.locator("li:has(summary)", has_text="12,50")
    line.get_by_text("Défaire", exact=True).click()
    line.get_by_label("Pourquoi ?").fill("C'était l'autre livre")
    line.get_by_role("button").click()
    assert "1 ligne du relevé n'est pas reconnue" in said(page) and "a changé depuis" in said(page) and not can_sign(page)
    assert [one["holds"] for one in reconciliation(keeper)["signed"]] == [False]
