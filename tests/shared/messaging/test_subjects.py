"""A subject says what a record is, and is read back exactly."""

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from shared.messaging.subjects import Named, Unnameable, durable, every_subject, message_id, parsed, stream, subject
from tests.shared.messaging.scene import fresh_register


def test_names() -> None:
    assert subject(3, "abc", "ledger.receipt-recorded.v12") == "coop.3.abc.ledger.receipt-recorded"
    assert (every_subject(3), stream(3), message_id("abc", 17), durable("portal")) == ("coop.3.>", "COOP_3", "abc/17", "portal")


@forall(
    st.integers(1, 64),
    st.sampled_from(["ledger", "governance"]),
    st.sampled_from(["vote-cast", "a1", "receipt-recorded"]),
    st.integers(1, 99),
)
def test_a_subject_is_read_back_whatever_the_version(log_id: int, service: str, fact: str, version: int) -> None:
    register = fresh_register()
    assert parsed(subject(log_id, register, f"{service}.{fact}.v{version}")) == Named(log_id, register, service, fact)


@pytest.mark.parametrize("register", ["", "a.b", "a b", "*", ">", "é", "x" * 65])
def test_a_register_that_is_not_one_token_is_refused(register: str) -> None:
    with pytest.raises(Unnameable):
        subject(1, register, "ledger.receipt-recorded.v1")


@pytest.mark.parametrize(
    "type_", ["", "ledger.v1", "ledger.receipt-recorded", "ledger.a.b.v1", "Ledger.x.v1", "ledger.x.v0", "ledger.*.v1", "ledger.x.v1\n"]
)
def test_a_type_without_service_fact_and_version_is_refused(type_: str) -> None:
    with pytest.raises(Unnameable):
        subject(1, "abc", type_)


@pytest.mark.parametrize(
    "name", ["", "coop.1.r.ledger", "coop.x.r.ledger.fact", "coop.1.r.ledger.fact.more", "other.1.r.ledger.fact", "coop.1..ledger.fact"]
)
def test_a_subject_that_is_not_ours_is_refused(name: str) -> None:
    with pytest.raises(Unnameable):
        parsed(name)


@pytest.mark.parametrize("program", ["", "a.b", "a/b", "a*", "x" * 65])
def test_a_durable_that_the_server_could_not_store_is_refused(program: str) -> None:
    with pytest.raises(Unnameable):
        durable(program)
