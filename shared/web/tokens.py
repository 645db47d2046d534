"""Who is asking: a signed token says who, never what that person may do, which the register says."""

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError, MissingAlgorithmError, UnsupportedAlgorithmError
from joserfc.jwk import OKPKey
from joserfc.jws import extract_compact

from shared.refusals import Unanswered

ALGORITHM: Final = "Ed25519"  # EdDSA under its own name (RFC 9864): one signature, one curve, nothing to choose
TYPE: Final = "ruche+jwt"  # a token made for another use does not pass for this one (RFC 8725, 3.11)
ISSUER: Final = "ruche"
TOKEN_LENGTH_MAX: Final = 2_048  # characters; ours have about 400
VERIFIED_MAX: Final = 4_096  # tokens remembered as well signed: several times the people of one process, 3 MB
LINK_SECONDS: Final = 300.0  # a link made in a terminal is opened at once
LINKS_MAX: Final = 1_024  # whoever makes more has forgotten the first ones

_ACTOR = re.compile(r"p_[a-z2-7]{26}")
_REGISTER = re.compile(r"[a-z2-7]{26}")


class BadToken(Unanswered):
    """Ta carte d'accès n'est pas valable : demandes-en une autre.
    Your access card is not valid: ask for another one."""


class MissingToken(BadToken):
    """Il faut une carte d'accès pour aller plus loin.
    An access card is needed to go further."""


class MalformedToken(BadToken):
    """Ta carte d'accès est abîmée ou incomplète : demandes-en une autre.
    Your access card is damaged or incomplete: ask for another one."""


class ExpiredToken(BadToken):
    """Ta carte d'accès n'est plus valable : demandes-en une nouvelle.
    Your access card is no longer valid: ask for a new one."""


class ForgedToken(BadToken):
    """Ta carte d'accès n'a pas été faite ici : demandes-en une autre.
    Your access card was not made here: ask for another one."""


class WrongAlgorithm(BadToken):
    """Ta carte d'accès n'est pas signée comme il faut : demandes-en une autre.
    Your access card is not signed in the right way: ask for another one."""


class WrongRegister(BadToken):
    """Ta carte d'accès ouvre une autre coopérative que celle-ci.
    Your access card is for another cooperative than this one."""


class Claims(NamedTuple):
    """What a token says: the pseudonym `p_…` and its register, the code of the association it acts for if it does,
    and two moments in whole Unix seconds. Issued at 0, a token never counts as a fresh sign-in."""

    actor: str
    register: str
    association: str | None
    expires: int
    issued: int = 0


def issue(private_key: Ed25519PrivateKey, claims: Claims) -> str:
    """The token (a JWT, RFC 7519) of these claims. Raises ValueError when they could not be read back."""
    payload: dict[str, Any] = {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": claims.actor,
        "register": claims.register,
        "exp": claims.expires,
        "iat": claims.issued,
        "jti": secrets.token_urlsafe(12),
    }
    if claims.association is not None:
        payload["association"] = claims.association
    if _claims(payload) != claims:
        raise ValueError("these claims are not a token's")
    return jwt.encode({"alg": ALGORITHM, "typ": TYPE}, payload, OKPKey.import_key(private_key), [ALGORITHM])


def verify(public_key: Ed25519PublicKey, token: str | None, now: float) -> Claims:
    """What the token says, at the moment `now` (Unix seconds). Raises the BadToken that tells what is wrong with it."""
    return in_time(_signed(OKPKey.import_key(public_key), token), now)


def in_time(claims: Claims, now: float) -> Claims:
    """The same claims, unless they have expired: raises ExpiredToken from their last second on."""
    if now >= claims.expires:
        raise ExpiredToken
    return claims


def for_register(claims: Claims, register: str) -> Claims:
    """The same claims, unless they are for another register: raises WrongRegister, whether that one exists or not."""
    if claims.register != register:
        raise WrongRegister
    return claims


class Verifier:
    """`verify`, remembering the last `remembered_max` tokens it found well signed, so that a repeat costs a look-up. Only
    the signature is remembered: expiry is judged each time. Safe to share between threads."""

    def __init__(self, public_key: Ed25519PublicKey, remembered_max: int = VERIFIED_MAX) -> None:
        self._key, self._remembered_max = OKPKey.import_key(public_key), remembered_max
        self._signed: dict[str, Claims] = {}
        self._lock = threading.Lock()

    def verify(self, token: str | None, now: float) -> Claims:
        """As the function `verify`."""
        known = self._signed.get(token) if token else None
        return in_time(known or self._remember(token), now)

    def _remember(self, token: str | None) -> Claims:
        claims = _signed(self._key, token)
        if token:
            with self._lock:
                self._signed.pop(token, None)  # another thread may have remembered it meanwhile
                while len(self._signed) >= self._remembered_max:
                    del self._signed[next(iter(self._signed))]  # the oldest: it is verified again if it comes back
                self._signed[token] = claims
        return claims


def _signed(key: OKPKey, token: str | None) -> Claims:
    """The claims of a well signed token, expired or not."""
    if not token:
        raise MissingToken
    if len(token) > TOKEN_LENGTH_MAX or not token.isascii():
        raise MalformedToken
    try:
        header = extract_compact(token.encode()).headers()
        if header.get("alg") != ALGORITHM:
            raise WrongAlgorithm
        if header != {"alg": ALGORITHM, "typ": TYPE}:  # no "crit", no "b64", no key of its own
            raise MalformedToken
        decoded = jwt.decode(token, key, [ALGORITHM])
    except BadSignatureError as error:
        raise ForgedToken from error
    except (UnsupportedAlgorithmError, MissingAlgorithmError) as error:
        raise WrongAlgorithm from error
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:  # JSON of any shape in the header
        raise MalformedToken from error
    claims = _claims(decoded.claims)
    if claims is None:
        raise MalformedToken
    return claims


def _claims(payload: dict[str, Any]) -> Claims | None:
    """The claims of a payload, or None when one is missing or of another shape."""
    actor, register, expires, issued = (payload.get(name, "") for name in ("sub", "register", "exp", "iat"))
    found = Claims(actor, register, payload.get("association"), expires, issued)
    shaped = (
        payload.get("iss") == payload.get("aud") == ISSUER
        and isinstance(found.actor, str)
        and _ACTOR.fullmatch(found.actor)
        and isinstance(found.register, str)
        and _REGISTER.fullmatch(found.register)
        and (found.association is None or (isinstance(found.association, str) and found.association))
        and type(found.expires) is type(found.issued) is int  # neither a float nor true
    )
    return found if shaped else None


class OneUseLinks:
    """Codes that stand for claims once, for LINK_SECONDS, in the memory of this process: what `ruche token --open`
    puts in a link, so that no token stands in an address. Only their digests are kept. Safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, waiting_max: int = LINKS_MAX) -> None:
        self._clock, self._waiting_max = clock, waiting_max
        self._waiting: dict[bytes, tuple[float, Claims]] = {}  # oldest first
        self._lock = threading.Lock()

    def make(self, claims: Claims) -> str:
        """A code of 256 random bits. Past `waiting_max`, the oldest is forgotten."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            now = self._clock()
            while self._waiting and (len(self._waiting) >= self._waiting_max or next(iter(self._waiting.values()))[0] <= now):
                del self._waiting[next(iter(self._waiting))]
            self._waiting[_digest(code)] = (now + LINK_SECONDS, claims)
        return code

    def take(self, code: str) -> Claims | None:
        """The claims of a code, to the first caller only; None to the others, and after LINK_SECONDS."""
        with self._lock:
            until, claims = self._waiting.pop(_digest(code), (0.0, None))
            return claims if claims is not None and self._clock() < until else None


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
