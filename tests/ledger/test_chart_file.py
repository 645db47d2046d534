"""A chart of accounts brought as a file: read whole or not at all, each bad line named; its labels are those of its days."""

from datetime import date

import pytest

from services.ledger.chart_file import COLUMNS, NO_ACCOUNT, NOT_UTF8, ChartUnread, read_chart
from services.ledger.charts import OCCE, chart_on
from services.ledger.commands.books import AdoptChart
from services.ledger.deciders.checks import PeriodIsLocked
from services.ledger.deciders.year import YEAR
from services.ledger.events.books import ChartAccount, ChartAdopted, PeriodLocked
from services.ledger.projections.balances import BALANCES, is_verified, label_of, trial_balance_shown, year_shown
from shared.messages import Event
from shared.projecting import fold
from tests.examples_ledger import FAMILIES_RECEIVED, OPEN_BOOKS
from tests.given import given, recorded
from tests.ledger.asking import but
from tests.ledger.test_projections import NEXT_YEAR, SEPTEMBER_SALE

DAY = date(2025, 9, 1)
HEADING = "code;label;type;valid_from;valid_to;verified;source;pca"
LABELLED = "Ventes de l'année nouvelle"


def bad(*lines: str, heading: str = HEADING) -> list[tuple[int, str]]:
    """Return the lines and columns that a file is refused for."""
    with pytest.raises(ChartUnread) as no:
        read_chart("\n".join((heading, *lines)).encode(), DAY)
    return [(one.line, one.column) for one in no.value.lines]


def chart(version: str, valid_from: date, **labels: str) -> ChartAdopted:
    """Return a version of the shipped chart with other labels, all of its codes confirmed but the first."""
    [first, *_] = OPEN_BOOKS_CHART.content
    content = tuple(
        one.model_copy(update={"label": labels.get(f"c{one.code}", one.label), "verified": one != first})
        for one in OPEN_BOOKS_CHART.content
    )
    return OPEN_BOOKS_CHART.model_copy(update={"version": version, "valid_from": valid_from, "content": content})


OPEN_BOOKS_CHART: ChartAdopted = next(fact for fact in OPEN_BOOKS if isinstance(fact, ChartAdopted))


def test_the_shipped_chart_reads_the_same_with_semicolons_or_commas() -> None:
    shipped = OCCE.read_bytes()
    assert read_chart(shipped, DAY) == chart_on(DAY)
    assert read_chart(shipped.replace(b",", b";"), DAY) == chart_on(DAY)


def test_columns_may_be_left_out_and_a_code_is_then_not_confirmed() -> None:
    [account] = read_chart("label;type;code\nVentes;income;707\n".encode("utf-8-sig"), DAY)
    assert account == ChartAccount.model_validate({"code": "707", "label": "Ventes", "type": "income", "verified": False}, strict=False)
    [account] = read_chart(b"code;label;type;verified\n707;Ventes;income;oui\n", DAY)
    assert account.verified


def test_every_bad_line_is_named_by_its_number_and_its_column() -> None:
    lines = (
        "707;Ventes;income;2025-09-01;;non;;",
        "708;Produits;produit;;;non;;",
        ";Dons;income;;;non;;",
        "741;;income;;;non;;",
        "742;Aides;income;01/09/2025;;non;;",
        "758;Dons;income;;;peut-être;;",
        "770;Autres",
        "",
        "707;Encore;income;;;non;;",
    )
    assert bad(*lines) == [(3, "type"), (4, "code"), (5, "label"), (6, "valid_from"), (7, "verified"), (8, ""), (10, "code")]
    assert read_chart("\n".join((HEADING, lines[0])).encode(), DAY)


def test_a_file_without_its_columns_or_its_letters_or_its_accounts_is_refused() -> None:
    assert bad("707;Ventes", heading="code;label") == [(1, "type")]
    assert bad("707;Ventes;income;3", heading="code;label;type;sorte") == [(1, "sorte")]
    assert bad("707;Ventes;income;2030-01-01;;non;;") == [(1, "")]
    with pytest.raises(ChartUnread) as no:
        read_chart(HEADING.encode() + b"\n707;D\xe9p\xf4ts;income;;;non;;", DAY)
    assert no.value.lines[0].line == 2 and no.value.lines[0].fr == NOT_UTF8[0] != NO_ACCOUNT[0]
    assert {*COLUMNS} >= {"code", "label", "type"}


def test_entries_of_a_day_are_called_by_the_chart_of_that_day() -> None:
    facts: tuple[Event, ...] = (
        *OPEN_BOOKS,
        FAMILIES_RECEIVED,
        NEXT_YEAR,
        chart("2", DAY, c7070=LABELLED, c7562="Familles"),
        SEPTEMBER_SALE,
    )
    balances = fold(BALANCES, recorded(facts))
    old = next(one.label for one in OPEN_BOOKS_CHART.content if one.code == "7070")
    assert (label_of(balances, "7070", date(2025, 8, 31)), label_of(balances, "7070", DAY), label_of(balances, "7070")) == (
        old,
        LABELLED,
        LABELLED,
    )
    assert (is_verified(balances, "7070", date(2025, 8, 31)), is_verified(balances, "7070", DAY)) == (False, True)
    labels = {year: {one["account"]: one["label"] for one in year_shown(balances, year)["by_account"]} for year in balances.results}
    assert labels["2025-26"]["7070"] == LABELLED and "Familles" not in labels["2024-25"].values()
    trial = {one["account"]: one["label"] for one in trial_balance_shown(balances, "2024-25")["lines"]}
    assert trial["7562"] == labels["2024-25"]["7562"] != "Familles"


def test_an_account_that_a_later_version_leaves_out_keeps_its_label() -> None:
    fewer = but(OPEN_BOOKS_CHART, version="2", valid_from=DAY, content=OPEN_BOOKS_CHART.content[:1])
    balances = fold(BALANCES, recorded((*OPEN_BOOKS, NEXT_YEAR, fewer)))
    assert label_of(balances, "7562", DAY) == label_of(balances, "7562", date(2025, 8, 31)) != "7562"


def test_a_year_keeps_to_the_chart_that_it_follows() -> None:
    other = but(chart("1", date(2025, 1, 1), c7562="Autre plan"), chart="other")
    balances = fold(BALANCES, recorded((*OPEN_BOOKS, other)))
    assert label_of(balances, "7562", date(2025, 2, 1)) != "Autre plan" == label_of(balances, "7562")


def test_what_is_locked_keeps_its_labels() -> None:
    locked = PeriodLocked(through=date(2024, 12, 31), reason="Comptes vérifiés")
    asked = AdoptChart(chart="occe", version="2", valid_from=date(2024, 12, 31), content=OPEN_BOOKS_CHART.content)
    given(YEAR, *OPEN_BOOKS, locked).when(asked).refused(PeriodIsLocked)
    [adopted] = given(YEAR, *OPEN_BOOKS, locked).when(but(asked, valid_from=date(2025, 1, 1))).events()
    assert isinstance(adopted, ChartAdopted)
