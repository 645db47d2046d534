"""The money of the classes in the sample's year: each pot alone on its page, the advances back to zero, the year carried into the next."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page

from tests.stories.asking import Asker, somebody_of
from tests.stories.test_council_pages import sign_in
from tests.stories.test_entry_pages import at, said
from tests.stories.test_sample_year import balance

pytestmark = pytest.mark.alters_the_sample

POTS = {"ECOLE", "CP", "CE1", "CE1CE2", "CE2CM1", "CM1", "CM2"}
CUTS = ("", "?au=2025-03-01", "?au=2025-03-01&connu_au=2025-03-01", "?seq=300")


@pytest.fixture(scope="module")
def page(verifier: Asker, browser: Browser) -> Any:
    """The verifier's browser, which runs no script."""
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        yield sign_in(verifier.running, context.new_page(), verifier.register, "P01")


def written(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", " ") + f",{cents % 100:02d} €"


def test_each_class_page_shows_its_own_pot_and_nothing_of_the_others(verifier: Asker, page: Page) -> None:
    for cut in CUTS:
        pots = {one["pot"]: one for one in verifier.look(f"ledger/balances{cut}").body["pots"]}
        assert set(pots) == POTS
        told = {pot: verifier.look(f"ledger/pots/{pot}{cut}").body for pot in pots}
        for pot, one in told.items():
            assert {name: one[name] for name in pots[pot]} == pots[pot]
            assert sum(entry["change"] for entry in one["entries"]) == one["held"] == (one["entries"] or [{"balance": 0}])[-1]["balance"]
            assert one["available"] == one["held"] - one["committed"] - one["entrusted"]
            assert sum(advance["left"] for advance in one["advances"]) == one["entrusted"]
        of_classes = [{entry["entry"] for entry in told[pot]["entries"]} for pot in ("CE1", "CM1")]
        assert not any(of_classes) or of_classes[0] - of_classes[1], "each class has entries of its own"
        at(page, verifier, f"comptes/pots/CE1{cut}")
        figures = page.locator(".figure strong").all_inner_texts()
        shown = [one.replace("\u202f", " ").replace("\xa0", " ") for one in figures]
        assert shown == [written(told["CE1"][name]) for name in ("available", "held", "committed", "entrusted")]
        assert page.locator("#entries-table ~ tbody tr").count() == len(told["CE1"]["entries"])
        assert page.get_by_role("region", name="Tu regardes le passé").count() == bool(cut)
    assert verifier.look("ledger/pots/AUTRE").status == 404


def test_at_every_cut_the_pots_make_the_treasury(verifier: Asker) -> None:
    for seq in (100, 200, 300, 400):
        body = verifier.look(f"ledger/balances?seq={seq}").body
        of_pages = [verifier.look(f"ledger/pots/{one['pot']}?seq={seq}").body["held"] for one in body["pots"]]
        assert sum(of_pages) == sum(one["balance"] for one in body["accounts"]) == body["treasury"]


def test_the_advances_of_the_sample_come_back_to_zero_and_151_euros_ask_for_a_reason(verifier: Asker) -> None:
    advances = verifier.look("ledger/advances?au=2025-08-31").body
    assert (advances["granted"], advances["justified"], advances["returned"]) == (72000, 64314, 7686)
    assert all(one["left"] == 0 for one in advances["advances"])
    keeper = next(one for code in range(1, 8) if may_write(one := somebody_of(verifier.running, f"A0{code}")))
    asked = {
        "on": datetime.now(ZoneInfo("Europe/Paris")).date().isoformat(),
        "voucher": {"series": "D", "number": 901}, "pot": "CE1", "holder": keeper.actor, "out_of": "512",
        "amount": 15100, "irregular": "Avant le conseil de rentrée",
    }  # fmt: skip
    refused = keeper.ask("ledger/grant-advance", asked)
    assert (refused.status, refused.body["code"]) == (409, "above-the-cap"), refused.body
    given = keeper.ask("ledger/grant-advance", asked | {"cap_reason": "Classe découverte"})
    assert given.status == 201, given.body
    assert given.body["records"][0]["data"]["accepted"][0]["reason"] == "Classe découverte"


def may_write(asked: Asker) -> bool:
    """Tell whether somebody keeps the books today: they may explain a number, though none of that year is missing."""
    gap = {"year": "2001-02", "voucher": {"series": "D", "number": 1}, "reason": "Essai"}
    return asked.ask("ledger/explain-voucher-gap", gap).status == 409


def test_the_next_year_opens_with_what_the_sample_left(verifier: Asker, page: Page) -> None:
    opened = verifier.look("ledger/balances?au=2025-09-01").body
    assert (balance(opened, "512"), balance(opened, "530")) == (291256, 10090)
    at(page, verifier, "comptes?au=2025-09-01")
    assert "2 912,56 €" in said(page) and "100,90 €" in said(page)
