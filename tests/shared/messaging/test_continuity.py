"""What the publisher and the consumer may do next, without any server."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from shared.messaging.arrivals import Arrival, Hole, following
from shared.messaging.continuity import LOT_BYTES, Halted, LogSeen, Row, StreamSeen, next_lot, resume_after, same_bytes
from shared.messaging.publisher_status import PublisherStatus

LOG = LogSeen("born", 10)
EMPTY = StreamSeen("COOP_1", "born", "", messages=0, first_seq=0, last_seq=0, starts=1)


def holding(first: int, last: int, *, starts: int = 1) -> StreamSeen:
    return EMPTY._replace(messages=last - first + 1, first_seq=first, last_seq=last, starts=starts)


def row(position: int, size_bytes: int = 100) -> Row:
    return Row(position, "r", position, "ledger.receipt-recorded.v1", b"x" * size_bytes, datetime.now(UTC))


@pytest.mark.parametrize(
    ("stream", "after"),
    [
        (EMPTY, 0),
        (holding(1, 7), 7),
        (holding(1, 10), 10),
        (EMPTY._replace(starts=8), 7),  # created to follow seven archived records
        (EMPTY._replace(starts=8, last_seq=7, first_seq=8), 7),
        (holding(8, 9, starts=8), 9),
    ],
)
def test_publishing_goes_on_after_the_last_message(stream: StreamSeen, after: int) -> None:
    assert resume_after(stream, LOG) == after


@pytest.mark.parametrize(
    ("stream", "why"),
    [
        (EMPTY._replace(born="other"), "another log"),
        (EMPTY._replace(born=None), "another log"),
        (EMPTY._replace(flaw="deny_delete is False"), "deny_delete"),
        (holding(1, 11), "ahead of the log: 11 messages, 10 records"),
        (EMPTY._replace(starts=12), "ahead of the log"),
        (holding(1, 7)._replace(messages=6), "holes"),  # one was lost in the middle
        (holding(3, 7), "holes"),  # its beginning was lost
        (EMPTY._replace(last_seq=7, first_seq=8), "holes"),  # everything was lost, the numbers were not
    ],
)
def test_what_is_no_prefix_of_the_log_halts(stream: StreamSeen, why: str) -> None:
    with pytest.raises(Halted, match=re.escape(why)):
        resume_after(stream, LOG)


@pytest.mark.parametrize(
    ("positions", "why"),
    [
        ([], "no record at position 4"),
        ([5], "no record at position 4"),
        ([4, 6], "no record at position 5"),
        ([3, 4], "no record at position 4"),
    ],
)
def test_a_hole_in_the_log_halts(positions: list[int], why: str) -> None:
    with pytest.raises(Halted, match=why):
        next_lot(3, 10, [row(position) for position in positions])


def test_a_log_shorter_than_what_was_published_halts() -> None:
    with pytest.raises(Halted, match="went back"):
        next_lot(3, 2, [])
    assert next_lot(3, 3, []) == []


@forall(st.lists(st.integers(1, 65_535), min_size=1, max_size=120), st.integers(0, 1_000))
def test_a_lot_is_a_non_empty_beginning_of_what_was_read_and_fits_in_its_bytes(sizes: list[int], last: int) -> None:
    rows = [row(last + 1 + index, size) for index, size in enumerate(sizes)]
    lot = next_lot(last, last + len(rows), rows)
    assert lot
    assert list(lot) == rows[: len(lot)]
    assert sum(len(one.record) for one in lot) <= LOT_BYTES
    assert len(lot) == len(rows) or sum(sizes[: len(lot) + 1]) > LOT_BYTES  # no smaller than it must be


def test_bytes_are_compared_on_both_sides() -> None:
    same_bytes([1, 2], {1: b"a", 2: b"b"}, {1: b"a", 2: b"b"})
    for published, recorded, why in (
        ({}, {1: b"a"}, "stream holds no"),
        ({1: b"a"}, {}, "log holds no"),
        ({1: b"a"}, {1: b"b"}, "other bytes"),
    ):
        with pytest.raises(Halted, match=why):
            same_bytes([1], published, recorded)


@forall(st.integers(0, 20), st.lists(st.integers(1, 30), max_size=40))
def test_only_what_follows_without_a_hole_is_taken_each_once_in_order(position: int, arrived: list[int]) -> None:
    fresh = sorted({one for one in arrived if one > position})
    arrivals = [Arrival(one, "s", "i", b"") for one in arrived]
    if fresh == list(range(position + 1, position + 1 + len(fresh))):
        assert [one.position for one in following(position, arrivals)] == fresh
    else:
        with pytest.raises(Hole):
            following(position, arrivals)


def test_the_age_of_the_oldest_unpublished_record_is_known_until_it_is_published() -> None:
    status, rows = PublisherStatus(), [row(1), row(2)]
    status.read(2, rows)
    assert status.unpublished == 2
    assert status.oldest_unpublished_seconds(rows[0].recorded_at.replace(year=rows[0].recorded_at.year + 1)) > 86_400
    before = status.snapshot()
    status.sent(rows, 0.01)
    assert (status.unpublished, status.oldest_unpublished_seconds(), before.unpublished) == (0, 0, 2)
