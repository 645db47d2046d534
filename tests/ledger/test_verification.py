"""Samples that anyone draws again, findings that are never deleted, answers beside them."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from services.ledger.commands.year_end import AnswerFinding, DrawSample, RecordFinding
from services.ledger.deciders.checks import NoSuchFinding, NoSuchYearHere
from services.ledger.deciders.verification import VERIFICATION, NoSuchSample, NoSuchSubject, NothingToDraw
from services.ledger.events.entries import EntryReversed
from services.ledger.events.verification import FindingAnswered, FindingKind, FindingRecorded, SampleDrawn, SampleMethod, SampleParameters
from services.ledger.rules.sampling import candidates
from services.ledger.telling.year_end import drawn_again, findings_shown, sample_shown
from services.ledger.verifying import Candidate, drawn
from shared.messages import Recorded, id_from
from tests.examples_governance import GARNIER, HADDAD, SUMMER
from tests.examples_ledger import FIRST_ENTRY, SECOND_ENTRY
from tests.given import COMMAND_ID, NOW, REGISTER, Given
from tests.ledger.asking import fresh
from tests.ledger.ending import AFTER, KEPT, NEXT, YEAR, Fact, books_of, history

SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)
SEED_A, SEED_B = "ab" * 32, "cd" * 32
MANY = tuple(Candidate(id_from(b"%d" % number), 1 + number * 10, number % 4 == 0) for number in range(40))
METHODS = st.sampled_from(SampleMethod)
DRAW = DrawSample(year=YEAR, method=SampleMethod.RANDOM, parameters=SampleParameters(size=5))
FIND = RecordFinding(subject=FIRST_ENTRY, kind=FindingKind.QUESTION, text="Où est la liste ?")
FOUND = FindingRecorded(finding="d" * 26, **dict(FIND))


def after(*facts: Fact) -> Given:
    return Given(VERIFICATION, history(facts))


@forall(SEEDS, METHODS, st.integers(1, 60), st.randoms(use_true_random=False))
def test_a_draw_depends_on_the_entries_the_method_and_the_seed_alone(seed: str, method: SampleMethod, size: int, mixed: object) -> None:
    shuffled = list(MANY)
    mixed.shuffle(shuffled)  # type: ignore[attr-defined]
    one = drawn(MANY, method, size, seed)
    assert drawn(shuffled, method, size, seed) == one
    assert len(one) == len(set(one)) == min(size, len(MANY))
    assert drawn(MANY, method, 3, seed) == one[:3] or size < 3


def test_another_seed_draws_others_and_each_method_does_what_its_name_says() -> None:
    assert drawn(MANY, SampleMethod.RANDOM, 5, SEED_A) != drawn(MANY, SampleMethod.RANDOM, 5, SEED_B)
    cash = {one.entry for one in MANY if one.cash}
    assert set(drawn(MANY, SampleMethod.CASH_HEAVY, len(cash), SEED_A)) == cash
    assert not set(drawn(MANY, SampleMethod.CASH_HEAVY, len(cash) + 5, SEED_A)) <= cash
    first = Counter(by_amount(number) for number in range(400))
    half = {one.entry for one in sorted(MANY, key=lambda one: one.amount)[len(MANY) // 2 :]}  # three quarters of the cents
    assert 0.65 < sum(first[entry] for entry in half) / 400 < 0.85


def by_amount(number: int) -> str:
    return drawn(MANY, SampleMethod.BY_AMOUNT, 1, f"{number:064x}")[0]


def test_a_sample_is_drawn_from_the_entries_that_stand_with_the_root_of_the_tree_as_its_seed() -> None:
    asked = after(*KEPT).when(DRAW, by=HADDAD, on=AFTER)
    (sample,) = asked.events()
    assert isinstance(sample, SampleDrawn)
    assert (sample.seed, sample.through_seq) == (asked.given.checkpoint.root, asked.given.checkpoint.size)
    assert set(sample.entries) == {FIRST_ENTRY, SECOND_ENTRY}
    undone = EntryReversed(entry=fresh(5), reverses=FIRST_ENTRY, reason="Erreur", on=SUMMER)
    (fewer,) = after(*KEPT, undone).when(DRAW, by=HADDAD, on=AFTER).events()
    assert isinstance(fewer, SampleDrawn)
    assert fewer.entries == (SECOND_ENTRY,)
    after(*KEPT).when(but_year(NEXT), by=HADDAD, on=AFTER).refused(NothingToDraw)
    after(*KEPT).when(but_year("2030-31"), by=HADDAD, on=AFTER).refused(NoSuchYearHere)


def but_year(year: str) -> DrawSample:
    return DrawSample(**dict(DRAW) | {"year": year})


def test_a_second_person_draws_the_same_entries_and_a_changed_sample_is_seen() -> None:
    (sample,) = after(*KEPT).when(DRAW, by=HADDAD, on=AFTER).events()
    assert isinstance(sample, SampleDrawn)
    then = books_of(KEPT)
    now = books_of((*KEPT, sample))
    assert drawn_again(then, now, sample.sample) == {"entries": list(sample.entries), "same": True}
    changed = SampleDrawn(**dict(sample) | {"entries": (SECOND_ENTRY,)})
    assert drawn_again(then, books_of((*KEPT, changed)), sample.sample)["same"] is False


def test_each_entry_of_a_sample_has_its_checklist_and_what_the_register_knows() -> None:
    (sample,) = after(*KEPT).when(DRAW, by=HADDAD, on=AFTER).events()
    assert isinstance(sample, SampleDrawn)
    entries = {one["entry"]: one for one in sample_shown(books_of((*KEPT, sample)), sample.sample)["entries"]}
    fees = entries[SECOND_ENTRY]
    assert (fees["voucher"], fees["amount"], fees["paper"], fees["on_statement"]) == ("D01", 405_60, "attached", True)
    assert len(fees["checks"]) >= 6
    assert {one.entry: one.amount for one in candidates(books_of(KEPT), YEAR)} == {FIRST_ENTRY: 1_806_00, SECOND_ENTRY: 405_60}


def test_a_finding_is_about_an_entry_or_a_year_and_stands_with_its_answers() -> None:
    assert after(*KEPT).when(FIND, by=HADDAD, on=AFTER).events()[0] == FindingRecorded(finding=fresh(), **dict(FIND))
    for subject, sample, why in (("z" * 26, None, NoSuchSubject), ("2030-31", None, NoSuchSubject), (YEAR, "z" * 26, NoSuchSample)):
        after(*KEPT).when(RecordFinding(**dict(FIND) | {"subject": subject, "sample": sample}), on=AFTER).refused(why)
    answer = AnswerFinding(finding="d" * 26, text="Dans le classeur bleu.")
    answered = FindingAnswered(**dict(answer))
    after(*KEPT, FOUND).when(answer, by=GARNIER, on=AFTER).then(answered)
    after(*KEPT, FOUND, answered).when(answer, by=GARNIER, on=AFTER).then()
    after(*KEPT).when(answer, by=GARNIER, on=AFTER).refused(NoSuchFinding)
    (shown,) = findings_shown(books_of((*KEPT, (HADDAD, FOUND), answered)))["findings"]
    assert (shown["by"], shown["year"], shown["voucher"]) == (HADDAD, YEAR, "R01")
    assert [one["text"] for one in shown["answers"]] == ["Dans le classeur bleu."]


@pytest.mark.parametrize("hidden", [0, 1])
def test_what_a_cut_hides_changes_nothing(hidden: int) -> None:
    told: Sequence[Recorded[object]] = [
        Recorded(REGISTER, 1, NOW, HADDAD, COMMAND_ID, FOUND),
        Recorded(REGISTER, 2, NOW, GARNIER, COMMAND_ID, FindingAnswered(finding="d" * 26, text="Oui")),
    ]
    facts = [(record.actor, record.event) for place, record in enumerate(told) if place != hidden]
    assert len(findings_shown(books_of(facts))["findings"]) == hidden  # type: ignore[arg-type]
