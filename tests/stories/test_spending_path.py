"""The spending path from outside: decided, ordered, approved by others on its voucher, paid once; and the way back to the vote."""

import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser_fixture import Looked
from tests.ledger.files.papers import invoice
from tests.ledger.races import raced
from tests.running import Running
from tests.stories.asking import Answer, Asker
from tests.stories.spending import School, decided, order, payment, school, told
from tests.stories.test_council_pages import sign_in
from tests.stories.test_voucher_files import attach

pytestmark = pytest.mark.shares_an_installation

PHONE, TABLET, DESK = 390, 800, 1280


@pytest.fixture(scope="module")
def one(running: Running) -> School:
    """A school whose council has voted 400 euros; its threshold is 100 euros."""
    return school(running)


def refused(answer: Answer, code: str, french: str = "") -> None:
    """Check that the answer is this no, in this sentence."""
    assert (answer.status in {403, 409}, answer.body["code"]) == (True, code), answer.body
    assert french in answer.body["fr"], answer.body


def shown(asked: Asker, name: str) -> dict[str, Any]:
    body: dict[str, Any] = asked.look(f"ledger/orders/{name}").body
    return body


def attached(asked: Asker, name: str) -> None:
    answer = attach(asked, name, invoice(), kind="application/pdf")
    assert answer.status == 201, answer.body


def test_from_the_vote_to_the_payment_and_back_each_link_in_one_step(one: School) -> None:
    available = one.teacher.look("ledger/balances").body["pots"][0]["available"]
    assert available == 500_00 - 400_00
    name = told(one.treasurer, "ledger/order-payment", order(one, 286_90))["order"]
    refused(one.teacher.ask("ledger/approve-payment", {"order": name}), "voucher-comes-first", "On approuve sur la pièce")
    refused(one.treasurer.ask("ledger/approve-payment", {"order": name}), "forbidden")
    attached(one.teacher, name)
    assert shown(one.teacher, name)["next"] | {"not": None} == {
        "act": "approve-payment", "roles": ["mandate_holder"], "not": None, "you_may": True,
    }  # fmt: skip
    refused(one.officer.ask("ledger/approve-payment", {"order": name}), "mandate-holder-first")
    told(one.teacher, "ledger/approve-payment", {"order": name})
    refused(one.teacher.ask("ledger/approve-payment", {"order": name}), "approved-once", "une personne compte une seule fois")
    again = one.officer.as_("A01")  # the same person with another token
    refused(again.ask("ledger/approve-payment", {"order": name}), "approved-once")
    refused(one.teacher.ask("ledger/record-expense", payment(286_90, 1, order=name)), "not-approved-yet", "deux personnes différentes")
    told(one.second, "ledger/approve-payment", {"order": name})
    refused(one.teacher.ask("ledger/record-expense", payment(286_91, 1, order=name)), "not-what-was-approved")
    entry = told(one.teacher, "ledger/record-expense", payment(286_90, 1, order=name))["entry"]
    refused(one.teacher.ask("ledger/record-expense", payment(286_90, 2, order=name)), "order-is-paid")
    assert one.teacher.look("ledger/balances").body["pots"][0]["available"] == available  # it fell at the vote

    thread = one.treasurer.look(f"ledger/entries/{entry}/thread").body
    assert thread["voucher"]["number"] == "D01" and thread["order"]["order"] == name
    assert [yes["by"] for yes in thread["order"]["approvals"]] == [one.teacher.actor, one.second.actor]
    assert thread["decision"]["decision"] == one.decision and thread["decision"]["count"]["ballot"] == one.ballot
    for href in (
        thread["order"]["href"],
        thread["decision"]["href"],
        thread["decision"]["count"]["href"],
        thread["voucher"]["documents"][0]["href"],
    ):
        assert opened(one.teacher, href) == 200, href
    for named in (one.decision, one.ballot):
        bought = one.treasurer.look(f"ledger/decisions/{named}").body
        assert [(one_entry["entry"], one_entry["amount"]) for one_entry in bought["entries"]] == [(entry, 286_90)]
    assert entry not in {paper["entry"] for paper in one.teacher.look("ledger/vouchers").body["missing"]}
    assert one.teacher.look("ledger/entries/" + "z" * 26 + "/thread").status == 404


def opened(asked: Asker, href: str) -> int:
    """Follow a link; return the status."""
    request = urllib.request.Request(f"{asked.running.http}{href}", headers={"Authorization": f"Bearer {asked.token}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        status: int = answer.status
    return status


def test_an_order_is_refused_without_a_decision_beyond_it_and_to_whoever_may_not(one: School) -> None:
    refused(one.treasurer.ask("ledger/order-payment", order(one, 113_11)), "beyond-the-decision", "l'enveloppe décidée")
    refused(one.treasurer.ask("ledger/order-payment", order(one, 1, decision="z" * 26)), "order-needs-a-decision")
    refused(one.treasurer.as_("E02").ask("ledger/order-payment", order(one, 1)), "forbidden")
    name = told(one.teacher, "ledger/order-payment", order(one, 50_00, label="Affiches"))["order"]
    refused(one.treasurer.ask("ledger/order-payment", order(one, 63_11)), "beyond-the-decision")
    attached(one.teacher, name)
    refused(one.teacher.ask("ledger/approve-payment", {"order": name}), "own-order", "une autre personne doit l'approuver")
    told(one.second, "ledger/refuse-payment", {"order": name, "reason": "La facture n'est pas à notre nom"})
    refused(one.second.ask("ledger/approve-payment", {"order": name}), "order-is-refused")
    assert shown(one.teacher, name)["state"] == "refused"


def test_two_payments_of_one_order_at_once_pay_it_once(one: School) -> None:
    name = told(one.treasurer, "ledger/order-payment", order(one, 30_00, label="Goûter"))["order"]
    attached(one.teacher, name)
    told(one.second, "ledger/approve-payment", {"order": name})  # under the threshold one is enough
    with ThreadPoolExecutor(2) as pool:
        came = list(pool.map(lambda number: one.teacher.ask("ledger/record-expense", payment(30_00, number, order=name)), (21, 22)))
    assert sorted(answer.status for answer in came) == [201, 409]
    assert next(answer.body["code"] for answer in came if answer.status == 409) == "order-is-paid"


def test_a_payment_made_without_all_that_is_recorded_with_its_reason_and_stays_listed(one: School) -> None:
    refused(one.teacher.ask("ledger/record-expense", payment(5_00, 30)), "no-decision-no-reason")
    entry = told(one.teacher, "ledger/record-expense", payment(5_00, 30, irregular="Le chèque était déjà parti"))["entry"]
    thread = one.teacher.look(f"ledger/entries/{entry}/thread").body
    assert (thread["order"], thread["decision"], thread["entry"]["irregular"]) == (None, None, "Le chèque était déjà parti")
    assert "without-decision" in {anomaly["code"] for anomaly in one.teacher.look("ledger/anomalies").body["anomalies"]}


def test_what_a_pupil_prepares_moves_no_figure_until_an_adult_confirms_or_declines_it(one: School) -> None:
    before = one.teacher.look("ledger/balances").body
    receipt = {
        "kind": "receipt", "on": "2025-09-12", "label": "Vente de gâteaux", "pot": "ECOLE", "means": "cash",
        "treasury": [{"account": "530", "amount": 24_50}], "allocations": [{"account": "7080", "amount": 24_50}],
    }  # fmt: skip
    kept, dropped = (told(one.treasurer, "ledger/prepare-entry", receipt)["draft"] for _ in range(2))
    refused(one.treasurer.ask("ledger/decline-entry", {"draft": dropped, "reason": "Non"}), "forbidden")
    told(one.teacher, "ledger/decline-entry", {"draft": dropped, "reason": "Déjà compté"})
    assert one.teacher.look("ledger/balances").body == before
    body = {name: value for name, value in receipt.items() if name != "kind"} | {"voucher": {"series": "R", "number": 1}, "draft": kept}
    entry = told(one.teacher, "ledger/record-receipt", body)["entry"]
    assert one.teacher.look("ledger/balances").body["treasury"] == before["treasury"] + 24_50
    drafts = {draft["draft"]: draft for draft in one.treasurer.look("ledger/drafts").body["drafts"]}
    assert (drafts[kept]["state"], drafts[kept]["entry"]) == ("confirmed", entry)
    assert (drafts[dropped]["state"], drafts[dropped]["declined"]) == ("declined", "Déjà compté")


def test_of_two_orders_raced_for_one_envelope_exactly_one_is_taken(one: School) -> None:
    pupils = [one.treasurer.actor, *(one.treasurer.as_(f"E0{number}").actor for number in (2, 3, 4))]
    _, decision = decided(one.teacher, one.treasurer, pupils, 60_00)
    assert sum(raced(School(one.officer, one.teacher, one.second, one.treasurer, decision, ""), 25, 60_00)) == 25


@pytest.fixture
def pages(running: Running, browser: Browser, one: School) -> Iterator[dict[str, Page]]:
    """The pages of the teacher, of the second mandate holder and of the pupil treasurer, who runs no script."""
    contexts = {who: browser.new_context(java_script_enabled=who != "E01", locale="fr-FR") for who in ("A01", "A02", "E01")}
    made = {who: sign_in(running, context.new_page(), one.teacher.register, who) for who, context in contexts.items()}
    for page in made.values():
        page.goto(f"{running.http}/c/{one.teacher.register}/comptes/ordres")
    yield made
    for context in contexts.values():
        context.close()


def test_the_page_takes_an_order_from_the_pupil_to_the_payment(pages: dict[str, Page], one: School) -> None:
    pupil, teacher, second = pages["E01"], pages["A01"], pages["A02"]
    asking = pupil.locator("form", has=pupil.get_by_role("button", name="Demander ce paiement"))
    asking.get_by_label("C'est pour acheter quoi ?").fill("Décors")
    asking.get_by_label("Montant en euros").fill("12,90")
    asking.get_by_label("Pot").select_option("ECOLE")
    asking.get_by_label("Décision du conseil").select_option(one.decision)
    asking.get_by_role("button", name="Demander ce paiement").click()
    expect(pupil.get_by_text("C'est écrit dans le registre")).to_be_visible()
    name = one.teacher.look("ledger/orders").body["orders"][0]["order"]
    attached(one.teacher, name)
    pupil.reload()
    expect(pupil.locator(f"#ordre-{name}")).to_contain_text("une autre personne doit l'approuver")
    teacher.reload()
    teacher.locator(f"#ordre-{name}").get_by_role("button", name="J'ai vu la pièce, j'approuve").click()
    second.reload()
    line = second.locator(f"#ordre-{name}")
    line.get_by_text("Payer", exact=True).click()
    line.get_by_label("Numéro de pièce").fill("40")
    line.get_by_label("Compte de dépense").select_option("6180")
    line.get_by_role("button", name="Enregistrer le paiement").click()
    expect(second.locator(f"#ordre-{name}")).to_contain_text("payé")
    (paid,) = [told_ for told_ in one.teacher.look("ledger/orders").body["orders"] if told_["order"] == name]
    assert paid["state"] == "paid"
    for width in (PHONE, TABLET, DESK):
        second.set_viewport_size({"width": width, "height": 900})
        look = Looked(second)
        assert (look.overflow_px(), look.violations()) == (0, []), width


def test_the_page_lets_a_pupil_prepare_and_an_adult_confirm_or_say_why_not(pages: dict[str, Page], one: School) -> None:
    pupil, teacher = pages["E01"], pages["A01"]
    preparing = pupil.locator("form", has=pupil.get_by_role("button", name="Préparer"))
    preparing.get_by_label("C'est pour quoi ?").fill("Colle et ciseaux")
    preparing.get_by_label("Montant en euros").fill("quatre euros")
    preparing.get_by_role("button", name="Préparer").click()
    expect(pupil.get_by_role("alert")).to_contain_text("Ce montant ne se lit pas")
    preparing = pupil.locator("form", has=pupil.get_by_role("button", name="Préparer"))
    expect(preparing.get_by_label("C'est pour quoi ?")).to_have_value("Colle et ciseaux")
    preparing.get_by_label("Montant en euros").fill("4")
    preparing.get_by_label("Compte, si c'est une dépense").select_option("6180")
    preparing.get_by_role("button", name="Préparer").click()
    draft = one.teacher.look("ledger/drafts").body["drafts"][0]["draft"]
    teacher.reload()
    line = teacher.locator(f"#brouillon-{draft}")
    line.get_by_text("Confirmer", exact=True).click()
    line.get_by_label("Numéro de pièce").fill("41")
    line.get_by_role("button", name="Confirmer cette écriture").click()
    expect(teacher.get_by_role("alert")).to_contain_text("Aucune décision ne porte cette dépense")
    line.get_by_label("Ou pourquoi sans décision").fill("Petit achat urgent")
    line.get_by_role("button", name="Confirmer cette écriture").click()
    expect(teacher.locator(f"#brouillon-{draft}")).to_contain_text("confirmée")
