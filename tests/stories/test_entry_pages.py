"""Entries written on the pages without a script: typed the French way, refused with what was typed kept, shown in the journal."""

import csv
import io
import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser_fixture import Looked
from tests.running import Running
from tests.stories.asking import ACCOUNTS, AFFILIATION, Asker, opened, raw_records
from tests.stories.test_council_pages import DESK, PHONE, TABLET, sign_in, submit

pytestmark = pytest.mark.shares_an_installation

ARRIVAL_SECONDS_MAX = 10.0  # of a record in the portal's copy, on a busy machine


@pytest.fixture(scope="module")
def page(running: Running, browser: Browser, teacher: Asker) -> Iterator[Page]:
    """The teacher's browser, which runs no script."""
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        yield sign_in(running, context.new_page(), teacher.register, "A01")


def at(page: Page, asked: Asker, path: str) -> Page:
    page.goto(f"{asked.running.http}/c/{asked.register}/{path}")
    return page


def said(page: Page) -> str:
    return page.locator("main").inner_text().replace("\u202f", " ").replace("\xa0", " ")


def fill(page: Page, **values: str) -> None:
    """Fill fields by the names they are sent under."""
    for name, value in values.items():
        field = page.locator(f"[name={name.replace('_', '-')}], [name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def entry_of(page: Page) -> str:
    return page.url.split("/ecritures/")[1].split("?")[0]


def record_of(asked: Asker, entry: str) -> dict[str, Any]:
    """Return the record of an entry from the bytes that the portal exports, once they have arrived."""
    deadline = time.monotonic() + ARRIVAL_SECONDS_MAX
    while time.monotonic() < deadline:
        for line in raw_records(asked):
            record: dict[str, Any] = json.loads(line)
            if record["data"].get("entry") == entry:
                return record
        time.sleep(0.05)
    raise AssertionError(f"no record of {entry}")


def row_of(page: Page, seq: int) -> list[str]:
    """Return the cells of one line of the journal."""
    cells = page.locator(f"#fait-{seq} td").all_inner_texts()
    return [cell.replace("\u202f", " ").replace("\xa0", " ") for cell in cells]


def test_a_new_cooperative_records_d01_at_once_and_sees_what_no_association_confirmed(page: Page, teacher: Asker) -> None:
    at(page, teacher, "comptes/saisir?quoi=depense")
    assert page.locator("[name=number]").input_value() == "1"
    options = {one.split(" ")[0]: one for one in page.locator("#f-account-0 option").all_inner_texts() if one}
    assert options["6281"] == "6281 Cotisation OCCE"
    assert options["6180"] == "6180 Activités éducatives (à confirmer)"
    fill(page, on="2025-09-30", amount="45,60 €", label="Sortie au musée", account_0="6180", irregular="Avant le premier conseil")
    submit(page, "Enregistrer")
    assert "D01 · Sortie au musée" in said(page) and "6180 Activités éducatives à confirmer" in said(page)
    export = f"{teacher.running.http}/v1/registers/{teacher.register}/ledger/exports/csv?table="
    for table in ("journal", "general-ledger", "trial-balance"):
        request = urllib.request.Request(export + table, headers={"Authorization": f"Bearer {teacher.token}"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            rows = list(csv.DictReader(io.StringIO(answer.read().decode("utf-8-sig")), delimiter=";"))
        marked = {row["Compte"]: row["Code confirmé"] for row in rows}
        assert marked["6180"] != marked["512"], marked


def test_receipt_on_the_page_and_expense_by_the_api_stand_in_the_journal_as_in_their_records(page: Page, teacher: Asker) -> None:
    at(page, teacher, "comptes/saisir?quoi=recette")
    fill(page, on="2025-10-03", amount="1 234,56", label="Vente de gâteaux", account_0="7080", project="fete", families="12")
    submit(page, "Enregistrer")
    assert "C'est écrit dans le registre" in said(page) and "R01 · Vente de gâteaux" in said(page)
    receipt = record_of(teacher, entry_of(page))
    expense = teacher.ask(
        "ledger/record-expense",
        {
            "on": "2025-10-04", "voucher": {"series": "D", "number": 2}, "label": "Farine et œufs", "pot": "ECOLE", "means": "cash",
            "treasury": [{"account": "530", "amount": -2050}], "allocations": [{"account": "6070", "amount": 2050}], "irregular": "Urgent",
        },
    )  # fmt: skip
    assert expense.status == 201
    [given] = expense.body["records"]
    assert record_of(teacher, given["data"]["entry"]) == given
    at(page, teacher, "comptes/journal?annee=2025-26")
    for record, column, amount, number in ((receipt, 3, "1 234,56 €", "R01"), (given, 4, "20,50 €", "D02")):
        cells, data = row_of(page, int(record["sequence"])), record["data"]
        day = "/".join(reversed(data["on"].split("-")))
        assert (cells[0], cells[1], cells[column]) == (day, number, amount)
        assert data["label"] in cells[2] and f"{data['voucher']['series']}{data['voucher']['number']:02d}" == number
        assert sum(one["amount"] for one in data["allocations"]) == {"R01": 123456, "D02": 2050}[number]
        assert cells[5] == "mandataire (Camille Roche)" and (data.get("signatory") or record["actor"]) == teacher.actor


def test_a_line_is_added_without_a_script_and_a_refusal_keeps_what_was_typed(page: Page, teacher: Asker) -> None:
    at(page, teacher, "comptes/saisir?quoi=recette")
    fill(page, on="2025-10-10", amount="100", label="Photos et dons", account_0="7070", share_0="60,00", pot="ECOLE", means="transfer")
    submit(page, "Ajouter une ligne")
    assert page.locator("[name=label]").input_value() == "Photos et dons" and page.locator("[name=means]").input_value() == "transfer"
    fill(page, account_1="7580", share_1="39,99")
    submit(page, "Enregistrer")
    assert "La ventilation ne fait pas le compte" in page.locator("[role=alert]").inner_text() and "écart : 0,01" in said(page)
    assert page.locator("[name=share-1]").input_value() == "39,99" and page.locator("[name=account-0]").input_value() == "7070"
    fill(page, share_1="quarante")
    submit(page, "Enregistrer")
    assert "Ce montant ne se lit pas" in said(page) and page.locator("[name=share-1]").get_attribute("aria-invalid") == "true"
    fill(page, share_1="40,00")
    submit(page, "Enregistrer")
    allocations = record_of(teacher, entry_of(page))["data"]["allocations"]
    assert [(one["account"], one["amount"]) for one in allocations] == [("7070", 6000), ("7580", 4000)]


def test_a_voucher_number_is_proposed_another_accepted_and_one_used_twice_refused(page: Page, teacher: Asker) -> None:
    used = {one["voucher"] for one in teacher.look("ledger/journal?limit=500").body["entries"]}
    at(page, teacher, "comptes/saisir?quoi=recette")
    proposed = int(page.locator("[name=number]").input_value())
    assert f"R{proposed:02d}" not in used and f"R{proposed - 1:02d}" in used | {"R00"}
    fill(page, on="2025-11-02", amount="5", label="Tombola", account_0="7080", number=str(proposed + 4))
    submit(page, "Enregistrer")
    assert f"R{proposed + 4:02d} · Tombola" in said(page)
    at(page, teacher, "comptes/saisir?quoi=recette")
    assert page.locator("[name=number]").input_value() == str(proposed + 5)
    fill(page, on="2025-11-03", amount="6", label="Tombola encore", account_0="7080", number=str(proposed + 4))
    submit(page, "Enregistrer")
    assert "Ce numéro de pièce a déjà servi" in said(page) and f"prochain numéro : {proposed + 5}" in said(page)


def test_an_expense_without_decision_asks_why_and_stays_marked(page: Page, teacher: Asker) -> None:
    at(page, teacher, "comptes/saisir?quoi=depense")
    fill(page, on="2025-11-05", amount="12", label="Timbres", account_0="6288")
    submit(page, "Enregistrer")
    assert "Aucune décision ne porte cette dépense" in page.locator("[role=alert]").inner_text()
    fill(page, irregular="Courrier urgent à la mairie")
    submit(page, "Enregistrer")
    assert "sans décision" in said(page) and "Courrier urgent à la mairie" in said(page)
    assert "reste signalée" in said(page)  # the warning of the fact just recorded


def test_cash_is_taken_to_the_bank_and_a_wrong_entry_is_reversed_then_replaced(page: Page, teacher: Asker) -> None:
    at(page, teacher, "comptes/saisir?quoi=virement")
    fill(page, on="2025-11-06", amount="30", label="Retrait", out_of="512", into="530")
    submit(page, "Enregistrer")
    wrong = entry_of(page)
    assert "T01 · Retrait" in said(page) and "-30,00" in said(page).replace("−", "-")
    fill(page, reason="Ce n'était pas 30 mais 40 euros", on="2025-11-07")
    submit(page, "Contre-passer")
    undone = record_of(teacher, entry_of(page))
    assert undone["data"]["reverses"] == wrong and "contre-passation" in said(page)
    at(page, teacher, f"comptes/ecritures/{wrong}")
    assert "contre-passée" in said(page) and page.get_by_role("button", name="Contre-passer").count() == 0
    page.get_by_role("link", name="Saisir l'écriture qui la remplace").click()
    assert page.locator("[name=label]").input_value() == "Retrait" and page.locator("[name=number]").input_value() == "1"
    assert (page.locator("[name=out_of]").input_value(), page.locator("[name=into]").input_value()) == ("512", "530")
    fill(page, amount="40,00")
    submit(page, "Enregistrer")
    assert record_of(teacher, entry_of(page))["data"]["replaces"] == wrong and "T01 · Retrait" in said(page)
    at(page, teacher, f"comptes/ecritures/{wrong}")
    assert page.get_by_role("link", name="Saisir l'écriture qui la remplace").count() == 0


def test_the_same_form_sent_twice_is_one_entry(looked: Looked, running: Running, teacher: Asker) -> None:
    page = sign_in(running, looked.page, teacher.register, "A01")
    at(page, teacher, "comptes/saisir?quoi=recette")
    fill(page, on="2025-12-01", amount="7", label="Une seule fois", account_0="7080")
    send = "form => fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form))}).then(answer => answer.url)"
    first, second = (page.locator("form.ask").evaluate(send) for _ in range(2))
    assert first == second and "/ecritures/" in first
    entries = teacher.look("ledger/journal?limit=500").body["entries"]
    assert [one["label"] for one in entries].count("Une seule fois") == 1


def test_a_pupil_reads_the_journal_and_is_told_who_writes_in_it(running: Running, browser: Browser, teacher: Asker) -> None:
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        page = sign_in(running, context.new_page(), teacher.register, "E01")
        at(page, teacher, "comptes/saisir")
        assert "une personne mandatée enregistre" in said(page) and page.get_by_role("button", name="Enregistrer").count() == 0
        answer = page.request.post(
            f"{running.http}/c/{teacher.register}/comptes/saisir",
            form={"what": "recette", "key": "a" * 26, "on": "2025-12-02", "series": "R", "amount": "5", "label": "Moi",
                  "place": "512", "means": "cash", "pot": "ECOLE", "account-0": "7080"},
            headers={"Origin": running.http},
        )  # fmt: skip
        assert answer.status == 403 and "ne fait pas partie de tes rôles" in answer.text()
        at(page, teacher, "comptes/journal")
        assert "Vente de gâteaux" in said(page) and "Camille" not in said(page) and "mandataire (" in said(page)


def test_two_years_take_entries_numbers_start_at_1_and_what_was_left_is_carried(running: Running, browser: Browser) -> None:
    teacher = with_two_years(running)
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        page = sign_in(running, context.new_page(), teacher.register, "A01")
        at(page, teacher, "comptes/saisir?quoi=recette")
        assert "Prochaine pièce de 2024-25 : R02." in said(page) and "Prochaine pièce de 2025-26 : R01." in said(page)
        for day, number in (("2025-09-01", "R01"), ("2025-08-31", "R02")):  # the number left as proposed becomes that of the year
            at(page, teacher, "comptes/saisir?quoi=recette")
            fill(page, on=day, amount="10", label=f"Don du {day}", account_0="7580")
            submit(page, "Enregistrer")
            assert f"{number} · Don du {day}" in said(page)
        at(page, teacher, "comptes/journal?annee=2025-26")
        assert "Don du 2025-09-01" in said(page) and "Don du 2025-08-31" not in said(page)
        at(page, teacher, "comptes/journal?annee=2024-25")
        assert "Don du 2025-08-31" in said(page) and "Don du 2025-09-01" not in said(page)
    accounts = {one["account"]: one["balance"] for one in teacher.look("ledger/trial-balance?year=2025-26").body["lines"]}
    assert (accounts["512"], accounts["7580"], accounts["110"]) == (50000 + 300 + 1000 + 1000, -1000, -50000 - 300 - 1000)


def with_two_years(running: Running) -> Asker:
    """Open a cooperative in 2024, with 500 euros and a receipt of 3 euros, then the year after."""
    told = json.loads(running.ruche("token", "--association", "AD99", "--json"))
    officer = Asker(running, told["token"], told["register"], told["actor"])
    begun = "2024-09-01"
    person = {"first_name": "Camille", "last_name": "Roche", "source_code": "A01", "kind": "staff", "on": begun}
    assert officer.ask("governance/affiliate-cooperative", AFFILIATION | {"on": begun}).status == 201
    member = officer.ask("governance/enrol-member", person).body["records"][0]["data"]["member"]
    assert officer.ask("governance/give-mandate", {"holder": member, "starts": begun}).status == 201
    teacher = officer.as_("A01")
    with urllib.request.urlopen(f"{running.http}/v1/charts/occe?valid_from={begun}", timeout=20) as chart:
        assert teacher.ask("ledger/adopt-chart", chart.read()).status == 201
    assert teacher.ask("ledger/open-treasury-account", ACCOUNTS[0] | {"on": begun}).status == 201
    assert teacher.ask("ledger/open-pot", {"pot": "ECOLE", "label": "École", "kind": "school", "on": begun}).status == 201
    for year in (2024, 2025):
        span = {"year": f"{year}-{year - 1999}", "starts": f"{year}-09-01", "ends": f"{year + 1}-08-31", "chart": "occe"}
        opening = {"opening": [{"account": "512", "pot": "ECOLE", "amount": 50000}]} if year == 2024 else {}
        assert teacher.ask("ledger/open-year", span | opening).status == 201
    receipt = {
        "on": "2024-10-01", "voucher": {"series": "R", "number": 1}, "label": "Don", "pot": "ECOLE", "means": "cheque",
        "treasury": [{"account": "512", "amount": 300}], "allocations": [{"account": "7580", "amount": 300}],
    }  # fmt: skip
    assert teacher.ask("ledger/record-receipt", receipt).status == 201
    return teacher


def test_the_pages_fit_every_width_and_everybody(looked: Looked, running: Running, teacher: Asker) -> None:
    page = sign_in(running, looked.page, teacher.register, "A01")
    for path in ("comptes", "comptes/saisir?quoi=depense", "comptes/journal", "comptes/plan", "comptes/pots/ECOLE", "pieces"):
        at(page, teacher, path)
        for width in (DESK, TABLET, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            assert looked.overflow_px() <= 0, (path, width)
        assert not looked.violations(), path
    at(page, teacher, "comptes/saisir?lang=en")
    assert page.locator("h1").inner_text() == "Record a receipt"
    assert not looked.policy_complaints()


def test_a_cooperative_without_books_says_what_will_appear(running: Running, browser: Browser) -> None:
    officer = opened(running)
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        page = context.new_page()
        context.add_cookies([{"name": "ruche", "value": officer.token, "url": running.http}])
        for path, words in (
            ("comptes", "Aucun pot n'est encore ouvert"),
            ("comptes/journal", "apparaîtront ici"),
            ("comptes/plan", "Aucun plan"),
        ):
            at(page, officer, path)
            assert words in said(page)
