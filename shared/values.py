"""The values that facts are made of: money, identifiers, dates and declared texts.

Money is integer cents (I-JSON safe, RFC 7493). Every text says what it may hold: a *code* (identifier or
enumeration), a *checked* text (plain words that name no member) or a *sealed* one (kept in the vault, the record
holds only a salted commitment).
"""

from enum import StrEnum
from typing import Annotated, TypeVar, get_args

from immutables import Map
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.text import one_line

CENTS_MAX = 10**13  # one hundred billion euros: any sum of a register's amounts stays within the ±(2^53−1) of I-JSON
LABEL_LENGTH_MAX = 300  # characters: a line of a journal, not a page
PASSAGE_LENGTH_MAX = 4_000  # characters: what a class writes about a proposal on one page
ID_LENGTH = 26  # base32 characters: 130 random bits

_ID = rf"^[a-z2-7]{{{ID_LENGTH}}}$"


class TextClass(StrEnum):
    """What a text of a fact may hold; a house rule refuses an undeclared one."""

    CODE = "code"
    CHECKED = "checked"
    SEALED = "sealed"
    PRIVATE = "private"  # in commands only: goes to the vault before anything is decided, never into a record


Cents = Annotated[int, Field(strict=True, ge=-CENTS_MAX, le=CENTS_MAX)]
PositiveCents = Annotated[int, Field(strict=True, ge=1, le=CENTS_MAX)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Seq = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]

Id = Annotated[str, TextClass.CODE, Field(pattern=_ID)]
Register = Annotated[str, TextClass.CODE, Field(pattern=_ID)]
Pseudonym = Annotated[str, TextClass.CODE, Field(pattern=rf"^p_[a-z2-7]{{{ID_LENGTH}}}$")]
Code = Annotated[str, TextClass.CODE, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
ZoneName = Annotated[str, TextClass.CODE, Field(pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$", max_length=64)]
Digest = Annotated[str, TextClass.CODE, Field(pattern=r"^[0-9a-f]{64}$")]
Checked = Annotated[str, TextClass.CHECKED, Field(min_length=1, max_length=LABEL_LENGTH_MAX), AfterValidator(one_line)]
Passage = Annotated[str, TextClass.CHECKED, Field(min_length=1, max_length=PASSAGE_LENGTH_MAX), AfterValidator(one_line)]


Private = Annotated[str, TextClass.PRIVATE, Field(min_length=1, max_length=LABEL_LENGTH_MAX), AfterValidator(one_line)]

# In commands only: the vault keeps it, the record its commitment.
Confided = Annotated[str, TextClass.SEALED, Field(min_length=1, max_length=PASSAGE_LENGTH_MAX), AfterValidator(one_line)]


class Value(BaseModel):
    """A frozen group of fields inside a fact or a command; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Checkpoint(Value):
    """The state of a register's Merkle tree (RFC 6962): how many records, and the root over them, in hexadecimal."""

    size: Seq
    root: Digest


class Sealed(Value):
    """The salted commitment to a text kept in the vault, 32 bytes in base64."""

    sealed: Annotated[str, TextClass.SEALED, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]


class _AsDict:
    """Lets pydantic read and write a persistent map as a JSON object."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        keys, values = (handler.generate_schema(part) for part in get_args(source))
        return core_schema.no_info_after_validator_function(
            Map,
            core_schema.dict_schema(keys, values),
            serialization=core_schema.plain_serializer_function_ser_schema(dict, return_schema=core_schema.dict_schema(keys, values)),
        )


K = TypeVar("K")
V = TypeVar("V")
Table = Annotated[Map[K, V], _AsDict()]  # a persistent map: changing one key costs O(log n) and leaves the old value as it was
