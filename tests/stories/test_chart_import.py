"""A chart of accounts brought as a file on its page: bad lines named, new labels from its day on, those of before as they were."""

import csv
import io
import urllib.request

import pytest
from playwright.sync_api import Browser, Page

from tests.running import Running
from tests.stories.asking import Asker
from tests.stories.test_council_pages import sign_in, submit
from tests.stories.test_entry_pages import at, fill, said, with_two_years

pytestmark = pytest.mark.shares_an_installation

COLUMNS = "code;label;type;valid_from;valid_to;verified;source;pca"
NEW = ("512;Banque;treasury;;;oui;;512", "7580;Dons des amis de l'école;income;;;oui;Association;754", "6180;Sorties;expense;;;non;;")


def send(page: Page, teacher: Asker, version: str, *lines: str, valid_from: str = "2025-09-01") -> str:
    """Send a file on the page of the chart; return what the page then says."""
    at(page, teacher, "comptes/plan")
    fill(page, version=version, valid_from=valid_from)
    content = "\n".join((COLUMNS, *lines)).encode()
    page.locator("[name=file]").set_input_files({"name": "plan.csv", "mimeType": "text/csv", "buffer": content})
    submit(page, "Adopter")
    return said(page)


def labels_in_journal(teacher: Asker, year: str) -> set[str]:
    """Return how the exported journal of a year calls 7580."""
    url = f"{teacher.running.http}/v1/registers/{teacher.register}/ledger/exports/csv?table=journal&year={year}"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Bearer {teacher.token}"}), timeout=20) as answer:
        rows = list(csv.DictReader(io.StringIO(answer.read().decode("utf-8-sig")), delimiter=";"))
    return {row["Libellé du compte"] for row in rows if row["Compte"] == "7580"}


def test_a_chart_brought_as_csv_serves_from_its_day_on_and_the_year_before_keeps_its_labels(running: Running, browser: Browser) -> None:
    teacher = with_two_years(running)
    before = labels_in_journal(teacher, "2024-25")
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        page = sign_in(running, context.new_page(), teacher.register, "A01")
        told = send(page, teacher, "2", *NEW, "708;Produits;produit;;;non;;", "741;Aides;income;hier;;non;;")
        assert "rien n'est adopté" in told and "ligne 5, type" in told and "ligne 6, valid_from" in told
        assert page.locator("[name=version]").input_value() == "2"
        assert len(teacher.look("ledger/journal").body["entries"]) == 2  # the opening and one receipt: nothing was recorded
        assert "fait n°" in send(page, teacher, "2", *NEW) and "Dons des amis de l'école" in said(page)
        at(page, teacher, "comptes/saisir?quoi=recette")
        fill(page, on="2025-10-01", amount="8", label="Don d'octobre", account_0="7580")
        submit(page, "Enregistrer")
        assert "7580 Dons des amis de l'école" in said(page) and "7580 Dons des amis de l'école à confirmer" not in said(page)
        for year, new in (("2024-25", False), ("2025-26", True)):
            for path in (f"comptes/journal?annee={year}", f"comptes?annee={year}"):
                at(page, teacher, path)
                assert ("Dons des amis de l'école" in said(page)) is new and "7580" in said(page), path
    assert labels_in_journal(teacher, "2024-25") == before == {"Dons"}
    assert labels_in_journal(teacher, "2025-26") == {"Dons des amis de l'école"}
    years = {one["year"]: one["by_account"] for one in teacher.look("ledger/balances").body["years"]}
    assert [years[year][0]["label"] for year in ("2024-25", "2025-26")] == ["Dons", "Dons des amis de l'école"]
    trial = teacher.look("ledger/trial-balance?year=2024-25").body["lines"]
    assert next(one["label"] for one in trial if one["account"] == "7580") == "Dons"
