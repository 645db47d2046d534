"""Tokens: what is said is what was signed, for as long as it was signed for, and a link works once."""

import base64
import hmac
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given as forall
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.web.tokens import (
    BadToken,
    Claims,
    ExpiredToken,
    ForgedToken,
    MalformedToken,
    MissingToken,
    OneUseLinks,
    Verifier,
    WrongAlgorithm,
    WrongRegister,
    for_register,
    issue,
    verify,
)

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key()
REGISTER = "a" * 26
CLAIMS = Claims("p_" + "z" * 26, REGISTER, None, expires=2_000, issued=1_000)
NOW = 1_500.0
PAYLOAD = {"iss": "ruche", "aud": "ruche", "sub": CLAIMS.actor, "register": REGISTER, "exp": 2_000, "iat": 1_000, "jti": "x"}
HEADER = {"alg": "Ed25519", "typ": "ruche+jwt"}


def part(value: object) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(header: object, payload: object, key: Ed25519PrivateKey = KEY) -> str:
    """A token with a right signature over any header and payload."""
    said = f"{part(header)}.{part(payload)}"
    return said + "." + base64.urlsafe_b64encode(key.sign(said.encode())).rstrip(b"=").decode()


def shared_secret(secret: bytes, name: str) -> str:
    """A token signed with a secret that both sides know (HS256 and its kind)."""
    said = f"{part({**HEADER, 'alg': name})}.{part(PAYLOAD)}"
    code = hmac.digest(secret, said.encode(), f"sha{name[2:]}")
    return said + "." + base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def test_the_hand_made_token_of_these_tests_is_accepted() -> None:
    assert verify(PUBLIC, signed(HEADER, PAYLOAD), NOW) == CLAIMS


@pytest.mark.parametrize("association", [None, "AD99"])
def test_what_is_said_is_what_was_signed(association: str | None) -> None:
    claims = CLAIMS._replace(association=association)
    token = issue(KEY, claims)
    assert verify(PUBLIC, token, NOW) == Verifier(PUBLIC).verify(token, NOW) == claims
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert header == HEADER


def test_two_tokens_of_one_person_differ() -> None:
    assert issue(KEY, CLAIMS) != issue(KEY, CLAIMS)


@pytest.mark.parametrize("token", [None, ""])
def test_no_token_is_missing(token: str | None) -> None:
    with pytest.raises(MissingToken):
        verify(PUBLIC, token, NOW)


def test_a_token_ends_on_its_last_second_remembered_or_not() -> None:
    token, verifier = issue(KEY, CLAIMS), Verifier(PUBLIC)
    assert verifier.verify(token, 1_999.9) == verify(PUBLIC, token, 1_999.9) == CLAIMS
    for judge in (verifier.verify, lambda token, now: verify(PUBLIC, token, now)):
        for now in (2_000, 2_000.5, 9e9):
            with pytest.raises(ExpiredToken):
                judge(token, now)
    assert verifier.verify(token, NOW) == CLAIMS


def test_a_token_for_another_register_is_refused() -> None:
    claims = verify(PUBLIC, issue(KEY, CLAIMS), NOW)
    assert for_register(claims, REGISTER) == claims
    with pytest.raises(WrongRegister):
        for_register(claims, "b" * 26)


def test_another_key_or_a_changed_byte_is_forged() -> None:
    with pytest.raises(ForgedToken):
        verify(PUBLIC, issue(Ed25519PrivateKey.generate(), CLAIMS), NOW)
    head, body, _ = signed(HEADER, PAYLOAD).split(".")
    elsewhere = signed(HEADER, {**PAYLOAD, "register": "b" * 26}).split(".")
    for token in (f"{head}.{elsewhere[1]}.{_}", f"{head}.{body}.{elsewhere[2]}", f"{head}.{body}.", f"{head}.{body}.AAAA"):
        with pytest.raises(ForgedToken):
            verify(PUBLIC, token, NOW)


def test_no_other_algorithm_is_accepted_however_well_it_is_signed() -> None:
    public_pem = PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    said = f"{part({**HEADER, 'alg': 'none'})}.{part(PAYLOAD)}"
    forgeries = [said + ".", said + "." + signed(HEADER, PAYLOAD).split(".")[2]]
    for secret in (public_pem, PUBLIC.public_bytes_raw()):  # the public key taken for a shared secret
        forgeries += [shared_secret(secret, name) for name in ("HS256", "HS384", "HS512")]
    forgeries += [signed({**HEADER, "alg": alg}, PAYLOAD) for alg in ("EdDSA", "ed25519", "Ed448", "RS256", "", 7, None, ["Ed25519"])]
    forgeries.append(signed({"typ": "ruche+jwt"}, PAYLOAD))
    for token in forgeries:
        for judge in (Verifier(PUBLIC).verify, lambda token, now: verify(PUBLIC, token, now)):
            with pytest.raises(WrongAlgorithm):
                judge(token, NOW)


@pytest.mark.parametrize(
    "more",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"kid": "1"},
        {"crit": ["b64"], "b64": False},
        {"b64": True},
        {"jwk": {"kty": "OKP"}},
        {"jku": "https://x"},
    ],
)
def test_a_header_that_says_anything_else_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(MalformedToken):
        verify(PUBLIC, signed({**HEADER, **more}, PAYLOAD), NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iss", "elsewhere"), ("aud", "elsewhere"), ("aud", ["ruche"]), ("sub", "Zélie"), ("sub", "p_" + "z" * 25), ("sub", 7),
        ("sub", "p_" + "z" * 26 + "\n"), ("register", "A" * 26), ("register", None), ("register", "a" * 27), ("exp", "2000"),
        ("exp", 2000.5), ("exp", True), ("exp", None), ("iat", 1e3), ("iat", None), ("association", ""), ("association", 99),
        ("association", ["AD99"]),
    ],
)  # fmt: skip
def test_a_well_signed_token_of_another_shape_is_malformed(field: str, value: object) -> None:
    with pytest.raises(MalformedToken):
        verify(PUBLIC, signed(HEADER, {**PAYLOAD, field: value}), NOW)


@pytest.mark.parametrize("field", ["iss", "aud", "sub", "register", "exp", "iat"])
def test_a_well_signed_token_without_a_field_is_malformed(field: str) -> None:
    with pytest.raises(MalformedToken):
        verify(PUBLIC, signed(HEADER, {name: value for name, value in PAYLOAD.items() if name != field}), NOW)


@pytest.mark.parametrize(
    "token",
    ["x", "a.b", "a.b.c", "a.b.c.d", "..", "é.b.c", "\ud800", f"{part(7)}.{part({})}.AA", f"{part(None)}.e.e",
     f"{part(HEADER)}.e30.{'A' * 4000}", "A" * 100_000, signed(HEADER, []), signed(HEADER, "x"), signed(HEADER, None)],
)  # fmt: skip
def test_what_is_no_token_is_malformed(token: str) -> None:
    with pytest.raises(MalformedToken):
        verify(PUBLIC, token, NOW)


@forall(
    st.text(max_size=80)
    | st.builds(lambda a, b, c: f"{part(a)}.{part(b)}.{c}", st.dictionaries(st.text(), st.text() | st.none()), st.none(), st.text())
)
def test_any_text_is_refused_by_a_bad_token_and_nothing_else(token: str) -> None:
    with pytest.raises(BadToken):
        verify(PUBLIC, token, NOW)


@forall(st.integers(0, 500), st.integers(0, 7))
def test_no_flipped_bit_gives_other_claims(at: int, bit: int) -> None:
    token = issue(KEY, CLAIMS)
    at %= len(token)
    flipped = token[:at] + chr(ord(token[at]) ^ 1 << bit) + token[at + 1 :]
    try:
        assert verify(PUBLIC, flipped, NOW) == CLAIMS  # the last character's unused bits may change, and what is said does not
    except BadToken:
        return


def test_claims_that_no_token_could_say_are_not_issued() -> None:
    for wrong in (CLAIMS._replace(actor="Zélie"), CLAIMS._replace(register="x"), CLAIMS._replace(association="")):
        with pytest.raises(ValueError, match="not a token's"):
            issue(KEY, wrong)


def test_each_refusal_has_a_sentence_in_both_languages() -> None:
    for refusal in (BadToken, MissingToken, MalformedToken, ExpiredToken, ForgedToken, WrongAlgorithm, WrongRegister):
        french, english = refusal.sentences()
        assert french.endswith(".") and english.endswith(".") and "access card" in english


def test_a_repeat_verifies_no_signature_and_the_memory_is_bounded() -> None:
    verifier = Verifier(PUBLIC)
    token = issue(KEY, CLAIMS)
    verifier.verify(token, NOW)
    verifier._key = OKPKey.import_key(Ed25519PrivateKey.generate().public_key())  # no signature of ours passes any more
    assert verifier.verify(token, NOW) == CLAIMS
    with pytest.raises(ForgedToken):
        verifier.verify(issue(KEY, CLAIMS), NOW)
    small = Verifier(PUBLIC, remembered_max=8)
    many = [issue(KEY, CLAIMS) for _ in range(40)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda one: small.verify(one, NOW), many * 3)) == [CLAIMS] * 120
    assert len(small._signed) == 8


def test_what_is_refused_is_not_remembered() -> None:
    verifier = Verifier(PUBLIC)
    forged = issue(Ed25519PrivateKey.generate(), CLAIMS)
    for _ in range(2):
        with pytest.raises(ForgedToken):
            verifier.verify(forged, NOW)
    assert not verifier._signed


def test_a_library_reads_our_token_and_we_read_the_library_s() -> None:
    assert jwt.decode(issue(KEY, CLAIMS), OKPKey.import_key(PUBLIC), ["Ed25519"]).claims["sub"] == CLAIMS.actor
    assert verify(PUBLIC, jwt.encode(HEADER, PAYLOAD, OKPKey.import_key(KEY), ["Ed25519"]), NOW) == CLAIMS


def test_a_link_works_once() -> None:
    links = OneUseLinks()
    code, other = links.make(CLAIMS), links.make(CLAIMS)
    assert code != other and len(code) >= 43
    assert links.take(code) == CLAIMS
    assert links.take(code) is None and links.take("") is None and links.take(code + "x") is None
    assert links.take(other) == CLAIMS


def test_a_link_ends_after_five_minutes() -> None:
    now = [0.0]
    links = OneUseLinks(clock=lambda: now[0])
    early, late = links.make(CLAIMS), links.make(CLAIMS)
    now[0] = 299.9
    assert links.take(early) == CLAIMS
    now[0] = 300.0
    assert links.take(late) is None


def test_links_that_wait_are_bounded_and_the_oldest_goes() -> None:
    links = OneUseLinks(waiting_max=4)
    codes = [links.make(CLAIMS) for _ in range(6)]
    assert [links.take(code) for code in codes] == [None, None, CLAIMS, CLAIMS, CLAIMS, CLAIMS]


def test_of_many_who_take_one_link_at_once_one_gets_it() -> None:
    links, together = OneUseLinks(), threading.Barrier(8)
    for _ in range(200):
        code = links.make(CLAIMS)

        def take(_: int, code: str = code) -> Claims | None:
            together.wait()
            return links.take(code)

        with ThreadPoolExecutor(8) as threads:
            assert sorted(claims is not None for claims in threads.map(take, range(8))) == [False] * 7 + [True]
