"""Charts of accounts are data: what is shipped is exactly what was decided, and a bad file is named by its line."""

import hashlib
from datetime import date
from pathlib import Path

import orjson
import pytest

from services.ledger.charts import OCCE, OCCE_VERSION, BadChart, chart_on
from services.ledger.events.books import AccountType
from services.ledger.events.legs import ADVANCES, BETWEEN_POTS, CARRIED_FORWARD

DAY = date(2024, 9, 1)
HEADING = "code,label,type,valid_from,valid_to,verified,source,pca\n"
CONFIRMED = {"6281", "62810008", "6168", "61681008", "6800", "68000008", "7562", "75620008", "512", "514", "761"}
SAMPLE_ACCOUNTS = {"6070", "6168", "6180", "6181", "627", "6281", "6580", "6800", "7070", "7080", "7410", "7420", "7562", "7700"}


def written(folder: Path, *lines: str, heading: str = HEADING) -> Path:
    path = folder / "chart.csv"
    path.write_text(heading + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_code_is_verified_only_where_a_public_source_prints_it() -> None:
    assert {account.code for account in chart_on(DAY) if account.verified} == CONFIRMED


def test_whatever_is_verified_says_by_whom() -> None:
    assert all(account.source for account in chart_on(DAY) if account.verified)


def test_the_type_of_an_account_follows_its_class() -> None:
    chart = {account.code: account.type for account in chart_on(DAY)}
    by_class = {
        "1": AccountType.EQUITY,
        "4": AccountType.ADVANCE,
        "5": AccountType.TREASURY,
        "6": AccountType.EXPENSE,
        "7": AccountType.INCOME,
    }
    assert all(kind is by_class[code[0]] for code, kind in chart.items())
    assert chart.keys() >= {ADVANCES, BETWEEN_POTS, CARRIED_FORWARD, *SAMPLE_ACCOUNTS}


def test_a_short_code_says_the_same_as_the_long_one_it_abridges() -> None:
    chart = {account.code: account for account in chart_on(DAY)}
    for abridged, whole in (("6281", "62810008"), ("6168", "61681008"), ("6800", "68000008"), ("7562", "75620008")):
        short, long = chart[abridged], chart[whole]
        assert (short.label, short.type, short.pca) == (long.label, long.type, long.pca)


def test_another_content_must_take_another_version() -> None:
    content = [account.model_dump(mode="json", exclude_none=True) for account in chart_on(DAY)]
    digest = hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    assert (OCCE_VERSION, digest[:16]) == ("1", "0a12d9063358c4cc")


def test_an_account_is_in_force_between_its_dates_both_included(tmp_path: Path) -> None:
    path = written(tmp_path, "707,Ventes,income,2024-09-01,2025-08-31,false,,", "707,Ventes de biens,income,2025-09-01,,true,AD 99,707")
    labels = [
        [account.label for account in chart_on(date.fromisoformat(day), path)]
        for day in ("2024-08-31", "2024-09-01", "2025-08-31", "2025-09-01")
    ]
    assert labels == [[], ["Ventes"], ["Ventes"], ["Ventes de biens"]]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["707,Ventes,income,,,perhaps,,"], "line 2"),
        (["627,Frais,expense,,,true,,", "707,Ventes,revenue,,,true,,"], "line 3"),
        (["707,Ventes,income,hier,,true,,"], "line 2"),
        (["707,,income,,,true,,"], "line 2"),
        (["7 07,Ventes,income,,,true,,"], "line 2"),
        (["707,Ventes"], "line 2"),
        (["707,Ventes,income,,,true,,", "707,Ventes,income,,,true,,"], "707 stands twice"),
    ],
)
def test_a_bad_chart_is_refused_and_the_line_named(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(BadChart, match=said):
        chart_on(DAY, written(tmp_path, *lines))


def test_a_chart_without_its_headings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadChart, match="line 1"):
        chart_on(DAY, written(tmp_path, "707,Ventes,income", heading="code,label,type\n"))


def test_the_shipped_file_travels_inside_the_package() -> None:
    assert OCCE.parent.parent.name == "ledger"
    assert OCCE.read_bytes().startswith(b"code,label,type,valid_from,valid_to,verified,source,pca\n")
