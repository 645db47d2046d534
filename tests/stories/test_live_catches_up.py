"""What one person records shows on another's open page within two seconds, and a page that lost its connection catches up alone."""

import json
import time

from tests.browser_fixture import Looked
from tests.stories.asking import Asker
from tests.stories.test_mistakes import RECEIPT

LIVE_SECONDS_MAX = 2.0
BACK_SECONDS_MAX = 30.0  # the promise: ready again within half a minute


def receipt(teacher: Asker, number: int) -> int:
    """Record one receipt as somebody else than the page's reader; return its place in the register."""
    answer = teacher.ask("ledger/record-receipt", RECEIPT | {"voucher": {"series": "L", "number": number}, "label": f"Vente {number}"})
    assert answer.status == 201, answer.body
    seq: int = answer.body["last_seq"]
    return seq


def shown(looked: Looked) -> list[int]:
    """Return the numbers of the facts that the open page lists, the first of them first."""
    return sorted(
        int(one.removeprefix("fact-")) for one in looked.page.eval_on_selector_all("[id^=fact-]", "all => all.map(one => one.id)")
    )


def total(looked: Looked) -> str:
    return looked.page.locator(".figure strong").inner_text()


def open_home(teacher: Asker, looked: Looked) -> None:
    told = json.loads(teacher.running.ruche("token", "E01", "--register", teacher.register, "--open", "--json"))
    looked.page.goto(told["link"])
    looked.page.goto(f"{teacher.running.http}/c/{teacher.register}")
    looked.page.evaluate("window.stayed = true")
    looked.page.wait_for_timeout(500)  # the stream is open


def test_an_entry_shows_on_the_open_page_of_somebody_else_within_two_seconds(teacher: Asker, looked: Looked) -> None:
    open_home(teacher, looked)
    before, began = total(looked), time.monotonic()
    seq = receipt(teacher, 1)
    looked.page.locator(f"#fact-{seq}").wait_for(timeout=LIVE_SECONDS_MAX * 1_000)
    assert time.monotonic() - began < LIVE_SECONDS_MAX
    assert total(looked) != before
    assert looked.page.evaluate("window.stayed") is True


def test_a_page_whose_server_stopped_and_came_back_catches_up_without_a_gap_or_a_reload(teacher: Asker, looked: Looked) -> None:
    open_home(teacher, looked)
    port = teacher.running.http.rpartition(":")[2]
    first = receipt(teacher, 10)
    looked.page.locator(f"#fact-{first}").wait_for(timeout=BACK_SECONDS_MAX * 1_000)
    teacher.running.stop()
    looked.page.wait_for_timeout(1_000)  # the page has lost its stream, and tries again
    teacher.running.start("up", "--port", port)
    missed = [receipt(teacher, number) for number in (11, 12, 13)]  # some of them before the page is back
    looked.page.locator(f"#fact-{missed[-1]}").wait_for(timeout=BACK_SECONDS_MAX * 1_000)
    listed = shown(looked)
    assert listed == list(range(listed[0], missed[-1] + 1))
    assert set(missed) <= set(listed)
    assert looked.page.evaluate("window.stayed") is True
    after = receipt(teacher, 14)  # and it is live again
    looked.page.locator(f"#fact-{after}").wait_for(timeout=LIVE_SECONDS_MAX * 1_000)
    assert looked.page.evaluate("window.stayed") is True


def test_a_page_of_the_past_is_not_followed_and_does_not_move(teacher: Asker, looked: Looked) -> None:
    open_home(teacher, looked)
    looked.page.goto(f"{teacher.running.http}/c/{teacher.register}?au=2025-09-30")
    before = total(looked)
    seq = receipt(teacher, 20)
    looked.page.wait_for_timeout(LIVE_SECONDS_MAX * 1_000)
    assert looked.page.locator(f"#fact-{seq}").count() == 0
    assert total(looked) == before
