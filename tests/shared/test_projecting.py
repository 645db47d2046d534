"""Which records a cut shows, and that a view is the fold of those."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given as forall
from hypothesis import strategies as st

from shared.messages import Event, Recorded
from shared.projecting import Cut, Projection, fold
from tests.given import COMMAND_ID, PARIS, REGISTER, SOMEBODY

DAYS = [date(2025, 2, 26) + timedelta(days=number) for number in range(5)]
days = st.sampled_from(DAYS)
cuts = st.builds(Cut, au=st.none() | days, connu_au=st.none() | days, seq=st.none() | st.integers(0, 12), zone=st.just(PARIS))


class Seen(Event, name="test.seen.v1", fr="Vu le {on}", en="Seen on {on}"):
    on: date


class Noted(Event, name="test.noted.v1", fr="Noté", en="Noted"):
    """A fact without a business date."""


def record(seq: int, written: datetime, event: Event) -> Recorded[Any]:
    return Recorded(REGISTER, seq, written, SOMEBODY, COMMAND_ID, event)


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@st.composite
def registers(draw: st.DrawFn) -> list[Recorded[Any]]:
    """Draw a register: facts written one after the other, dated before or after the day they were written."""
    written = sorted(draw(st.lists(days, max_size=12)))
    events = [draw(st.builds(Seen, on=days) | st.just(Noted())) for _ in written]
    return [record(seq, at_noon(day), event) for seq, (day, event) in enumerate(zip(written, events, strict=True), start=1)]


def and_seq(seqs: tuple[int, ...], one: Recorded[Any]) -> tuple[int, ...]:
    return (*seqs, one.seq)


SEQS: Projection[tuple[int, ...]] = Projection("test.seqs", 1, (), and_seq)


def test_the_whole_cut_shows_everything() -> None:
    assert Cut().whole
    assert not Cut(seq=0).whole
    assert fold(SEQS, [record(1, at_noon(DAYS[0]), Noted())]) == (1,)
    assert fold(SEQS, [record(1, at_noon(DAYS[0]), Noted())], Cut()) == (1,)


def test_as_of_a_date_selects_by_the_business_date() -> None:
    late = record(1, at_noon(DAYS[4]), Seen(on=DAYS[0]))
    assert Cut(au=DAYS[0]).shows(late)
    assert not Cut(connu_au=DAYS[0]).shows(late)
    assert not Cut(au=DAYS[0], connu_au=DAYS[3]).shows(late)
    assert Cut(au=DAYS[0], connu_au=DAYS[4]).shows(late)


def test_a_fact_without_a_business_date_counts_on_the_day_it_was_written() -> None:
    noted = record(1, at_noon(DAYS[2]), Noted())
    assert [Cut(au=day).shows(noted) for day in DAYS] == [False, False, True, True, True]


def test_days_are_those_of_the_zone() -> None:
    after_midnight_in_paris = record(1, datetime(2025, 2, 26, 23, 30, tzinfo=UTC), Noted())
    assert Cut(connu_au=DAYS[0]).shows(after_midnight_in_paris)
    assert not Cut(connu_au=DAYS[0], zone=PARIS).shows(after_midnight_in_paris)
    assert not Cut(au=DAYS[0], zone=PARIS).shows(after_midnight_in_paris)
    assert Cut(au=DAYS[1], zone=PARIS).shows(after_midnight_in_paris)


def test_reading_stops_where_no_later_record_can_be_shown() -> None:
    read: list[int] = []

    def endless() -> Any:
        for seq in range(1, 1_000_000):
            read.append(seq)
            yield record(seq, at_noon(DAYS[0]), Noted())

    assert fold(SEQS, endless(), Cut(seq=2)) == (1, 2)
    assert read == [1, 2, 3]


@forall(registers(), cuts)
def test_a_view_is_the_fold_of_the_records_its_cut_shows(records: list[Recorded[Any]], cut: Cut) -> None:
    shown = fold(SEQS, records, cut)
    assert shown == tuple(one.seq for one in records if _shown(one, cut))


@forall(registers(), cuts)
def test_what_was_known_and_a_seq_are_prefixes(records: list[Recorded[Any]], cut: Cut) -> None:
    seqs = fold(SEQS, records, Cut(connu_au=cut.connu_au, seq=cut.seq, zone=PARIS))
    assert seqs == tuple(range(1, len(seqs) + 1))


@forall(registers(), days, days)
def test_a_later_date_hides_nothing_that_an_earlier_one_shows(records: list[Recorded[Any]], one: date, other: date) -> None:
    earlier, later = (fold(SEQS, records, Cut(au=day, zone=PARIS)) for day in sorted((one, other)))
    assert set(earlier) <= set(later)


def _shown(one: Recorded[Any], cut: Cut) -> bool:
    written = one.time.astimezone(cut.zone).date()
    dated = one.event.on if isinstance(one.event, Seen) else written
    return (
        (cut.seq is None or one.seq <= cut.seq)
        and (cut.connu_au is None or written <= cut.connu_au)
        and (cut.au is None or dated <= cut.au)
    )
