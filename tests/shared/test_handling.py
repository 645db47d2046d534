"""From a request to a record: asked once or ten times, alone or in a race, with the first answer for ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as forall

from deploy.embedded_postgres import EmbeddedPostgres
from services.governance.commands.people import AffiliateCooperative, EnrolMember
from services.governance.events.people import PersonKind
from services.governance.main import GOVERNANCE
from services.ledger.commands.books import LockPeriod, OpenPot, UnlockPeriod
from services.ledger.deciders.checks import NoSuchPot, VoucherTaken
from services.ledger.events.books import PotKind
from services.ledger.events.entries import Allocation, Leg
from shared.eventlog.migrating import migrate
from shared.handling import Answer, SandboxOnly
from shared.refusals import Busy, Forbidden, KeyReused, NotFound, Refused
from shared.vault.confiding import VaultConfidant
from shared.vault.store import Vault
from tests.examples_governance import AFFILIATED, GARNIER, OFFICER, RENTREE, ROUSSEAU, RUN_SCHOOL, STRANGER
from tests.examples_ledger import DEPOSIT, FAMILIES, FEES, OPEN_BOOKS, SET_UP, voucher
from tests.ledger.asking import but
from tests.ledger.playing import PLANS, Plan, asked, left_after
from tests.postgres_fixture import LogUnderTest
from tests.shared.on_the_register import Desk, desks, fresh_id, opened, written

VAULT_SCHEMA = Path(__file__).parents[2] / "shared" / "vault" / "schema"
AFFILIATE = AffiliateCooperative(**dict(AFFILIATED))
OPEN_GS = OpenPot(pot="GS", label="Grande section", kind=PotKind.CLASS, on=RENTREE)
LOCK = LockPeriod(through=date(2024, 9, 10), reason="Rapprochement signé")
BACK = UnlockPeriod(through=date(2024, 9, 5), reason="Une recette manquait")
MANY = 8  # askers at once: more than the two processors, few enough for a short test


@pytest.fixture
def register(log: LogUnderTest) -> str:
    return opened(log)


@pytest.fixture
def desk(log: LogUnderTest, register: str) -> Iterator[Desk]:
    with desks(log, register=register) as (one,):
        yield one


@pytest.fixture
def two(log: LogUnderTest, register: str) -> Iterator[list[Desk]]:
    with desks(log, 2, register=register) as both:
        yield both


@pytest.fixture(scope="module")
def vault(postgres: EmbeddedPostgres) -> Iterator[Vault]:
    migrate(postgres.url("ruche_migrator"), VAULT_SCHEMA, "vault")
    with Vault(postgres.url("ruche_vault"), bytes(32)) as opened_vault:
        yield opened_vault


@pytest.fixture
def enrolling(log: LogUnderTest, vault: Vault) -> Iterator[Desk]:
    with desks(log, register=opened(log, RUN_SCHOOL), rulebook=GOVERNANCE, confidant=VaultConfidant(vault)) as (one,):
        yield one


def test_what_is_answered_is_what_is_stored(log: LogUnderTest, desk: Desk) -> None:
    key = fresh_id()
    answer = desk.ask(FAMILIES, key)
    (stored,) = log.registers.through(desk.register, after=len(OPEN_BOOKS))
    assert (answer.first_seq, answer.last_seq, answer.records, answer.repeated) == (stored.seq, stored.seq, (stored.record,), False)
    record = written(log, desk.register)[-1]
    assert (record.actor, record.command, record.time) == (GARNIER, key, desk.clock.at)


def test_the_same_key_again_is_the_first_answer_again(log: LogUnderTest, two: list[Desk]) -> None:
    key = fresh_id()
    first = two[0].ask(FEES, key)
    assert [warning.code() for warning in first.warnings] == ["without-decision"]
    for desk in (*two, *two):
        desk.handling.warm.drop()
        again = desk.ask(FEES, key)
        assert again.repeated
        assert (again.first_seq, again.last_seq, again.records) == (first.first_seq, first.last_seq, first.records)
        assert [(one.code(), one.details) for one in again.warnings] == [(one.code(), one.details) for one in first.warnings]
    assert len(written(log, two[0].register)) == len(OPEN_BOOKS) + 1


def test_a_repeat_keeps_its_first_warnings_whatever_happened_since(desk: Desk) -> None:
    """The cash was below zero when it was said; it is no more."""
    key, overdrawn = fresh_id(), but(DEPOSIT, amount=100_00)
    assert [warning.details for warning in desk.ask(overdrawn, key).warnings] == [{"account": "530", "balance": -37_60}]
    cash = but(FAMILIES, treasury=(Leg(account="530", amount=500_00),), allocations=(Allocation(account="7562", amount=500_00),))
    assert desk.ask(cash).warnings == ()
    assert [warning.details for warning in desk.ask(overdrawn, key).warnings] == [{"account": "530", "balance": -37_60}]


def test_asked_many_times_at_once_it_is_recorded_once(log: LogUnderTest, two: list[Desk]) -> None:
    key = fresh_id()
    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(lambda number: two[number % 2].ask(FAMILIES, key), range(MANY)))
    assert [answer.repeated for answer in answers].count(False) == 1
    assert len({answer.records for answer in answers}) == 1
    assert len(written(log, two[0].register)) == len(OPEN_BOOKS) + 1


def test_a_key_serves_one_request_only(log: LogUnderTest, desk: Desk) -> None:
    key = fresh_id()
    desk.ask(FAMILIES, key)
    for another in (but(FAMILIES, label="Autre chose"), but(FAMILIES, voucher=voucher("R02")), FEES, but(FAMILIES, pot="CM3")):
        with pytest.raises(KeyReused):
            desk.ask(another, key)
    with pytest.raises(KeyReused):
        desk.ask(FAMILIES, key, by=ROUSSEAU)
    with pytest.raises(KeyReused):
        desk.ask(FAMILIES, key, by=STRANGER)
    assert len(written(log, desk.register)) == len(OPEN_BOOKS) + 1


def test_two_processes_that_did_not_know_of_each_other_both_record(log: LogUnderTest, two: list[Desk]) -> None:
    for number in range(1, 6):
        two[number % 2].ask(but(FAMILIES, voucher=voucher(f"R{number:02d}")))
    assert log.writer.conflicts == 3  # from the third on, each was behind by the other's record
    numbers = [record.event.voucher.number for record in written(log, two[0].register)[len(OPEN_BOOKS) :]]
    assert numbers == [1, 2, 3, 4, 5]


def test_a_no_is_said_on_the_register_as_it_stands(two: list[Desk]) -> None:
    one, other = two
    into_gs = but(FAMILIES, pot="GS")
    with pytest.raises(NoSuchPot):
        other.ask(into_gs)
    one.ask(OPEN_GS)
    assert other.ask(into_gs).records


def test_a_yes_decided_on_an_old_state_is_judged_again(two: list[Desk]) -> None:
    one, other = two
    other.ask(OPEN_GS)
    one.ask(FAMILIES)
    with pytest.raises(VoucherTaken):
        other.ask(but(FAMILIES, label="Le même numéro"))


def test_in_a_race_for_the_same_numbers_each_number_serves_once(log: LogUnderTest, two: list[Desk]) -> None:
    def race(number: int) -> bool:
        try:
            return bool(two[number % 2].ask(but(FAMILIES, voucher=voucher(f"R{number // 4 + 1:02d}"), label=f"Course {number}")).records)
        except VoucherTaken:
            return False

    with ThreadPoolExecutor(MANY) as pool:
        won = list(pool.map(race, range(4 * MANY)))
    records = written(log, two[0].register)
    assert [record.seq for record in records] == list(range(1, len(OPEN_BOOKS) + MANY + 1))
    assert won.count(True) == len({record.event.voucher.number for record in records[len(OPEN_BOOKS) :]}) == MANY


def test_what_is_so_already_records_nothing(log: LogUnderTest, desk: Desk) -> None:
    first = desk.ask(LOCK)
    again = desk.ask(LOCK)
    assert first.records
    assert again == Answer(first.last_seq + 1, first.last_seq)
    assert len(written(log, desk.register)) == len(OPEN_BOOKS) + 1


def test_time_never_goes_back_in_a_register(log: LogUnderTest, two: list[Desk]) -> None:
    one, other = two
    one.ask(FAMILIES)
    last = one.clock.at
    other.clock.at = last - timedelta(minutes=5)
    other.ask(but(FAMILIES, voucher=voucher("R02")))
    other.clock.at = last + timedelta(seconds=1)
    other.ask(but(FAMILIES, voucher=voucher("R03")))
    assert [record.time for record in written(log, one.register)[-3:]] == [last, last, last + timedelta(seconds=1)]


def test_a_played_clock_serves_in_a_sandbox_only(log: LogUnderTest) -> None:
    real = but(AFFILIATED, sandbox=False)
    for facts, allowed in (((real, *RUN_SCHOOL[1:], *SET_UP), False), (OPEN_BOOKS, True)):
        with desks(log, register=opened(log, facts), sandbox_only=True) as (desk,):
            if allowed:
                assert desk.ask(FAMILIES).records
            else:
                with pytest.raises(SandboxOnly):
                    desk.ask(FAMILIES)
                assert len(written(log, desk.register)) == len(facts)


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_played_clock_opens_a_sandbox_and_nothing_else(log: LogUnderTest, sandbox: bool) -> None:
    with desks(log, register=fresh_id(), rulebook=GOVERNANCE, sandbox_only=True) as (desk,):
        if sandbox:
            assert len(desk.ask(AFFILIATE, by=OFFICER, badge="AD99").records) == 2
        else:
            with pytest.raises(SandboxOnly):
                desk.ask(but(AFFILIATE, sandbox=False), by=OFFICER, badge="AD99")
            assert written(log, desk.register) == []


def test_a_register_that_was_never_opened_is_not_there(log: LogUnderTest, desk: Desk) -> None:
    with desks(log, register=fresh_id()) as (nowhere,), pytest.raises(NotFound):
        nowhere.ask(FAMILIES)
    with pytest.raises(Forbidden):
        desk.ask(FAMILIES, by=STRANGER)


def test_a_frozen_register_is_busy_and_says_so(log: LogUnderTest, desk: Desk) -> None:
    desk.ask(FAMILIES)
    with psycopg.connect(log.postgres.url("ruche_migrator")) as connection:
        connection.execute("set role ruche_owner")
        connection.execute("update eventlog.registers set state = 'frozen' where register_id = %s", (desk.register,))
    with pytest.raises(Busy) as no:
        desk.ask(but(FAMILIES, voucher=voucher("R02")))
    assert no.value.details == {"register_state": "frozen"}


ENROL = EnrolMember(first_name="Zélie", last_name="Quintefeuille", kind=PersonKind.STAFF, on=RENTREE, source_code="E030")


def test_a_name_goes_to_the_vault_and_not_into_the_record(log: LogUnderTest, vault: Vault, enrolling: Desk) -> None:
    answer = enrolling.ask(ENROL)
    assert not any(name.encode() in record for record in answer.records for name in ("Zélie", "Quintefeuille", "E030"))
    (person,) = vault.members(enrolling.register)
    assert (person.person, person.confirmed) == (written(log, enrolling.register)[-1].event.member, True)
    name = vault.names(enrolling.register, [person.person], reader=OFFICER, why="test")[person.person]
    assert (name.first_name, name.last_name, name.source_code) == ("Zélie", "Quintefeuille", "E030")


def test_the_name_of_somebody_who_was_not_enrolled_is_dropped(vault: Vault, enrolling: Desk) -> None:
    with pytest.raises(Refused):
        enrolling.ask(but(ENROL, kind=PersonKind.PUPIL, class_code="CM3"))
    with pytest.raises(Forbidden):
        enrolling.ask(ENROL, by=STRANGER)
    assert vault.members(enrolling.register) == ()


def test_somebody_enrolled_twice_under_one_key_is_one_person(vault: Vault, enrolling: Desk) -> None:
    key = fresh_id()
    enrolling.ask(ENROL, key)
    assert enrolling.ask(ENROL, key).repeated
    with pytest.raises(KeyReused):
        enrolling.ask(but(ENROL, first_name="Prune"), key)
    (person,) = vault.members(enrolling.register)
    assert person.confirmed


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@forall(PLANS)
def test_whatever_is_asked_twice_is_recorded_once(log: LogUnderTest, plans: list[Plan]) -> None:
    with desks(log, 2, register=opened(log)) as (one, other):
        entries: list[str] = []
        left: dict[str, int] = {}
        now, count = datetime(2024, 10, 14, 8, tzinfo=UTC), len(OPEN_BOOKS)
        for number, plan in enumerate(plans):
            one.clock.at = now = now + timedelta(days=plan.days_on)
            command = asked(plan, (now - timedelta(days=plan.days_back)).date(), number, entries, left)
            key = fresh_id()
            first, second = one.outcome(command, key), other.outcome(command, key)
            assert first == second
            for record in written(log, one.register)[count:]:
                count += 1
                entries.extend(getattr(record.event, field) for field in ("entry", "transfer") if hasattr(record.event, field))
                left_after(left, record.event)
            assert len(first) == 1 or len(first[0]) == sum(record.command == key for record in written(log, one.register))


def test_nothing_new_is_said_on_the_register_as_it_stands(two: list[Desk]) -> None:
    one, other = two
    one.ask(LOCK)
    assert other.ask(LOCK).records == ()
    one.ask(BACK)
    assert other.ask(LOCK).records
