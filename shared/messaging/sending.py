"""How records are put on the stream at exactly their positions, or not at all.

Each message states the last sequence it expects, so a repeat, a late arrival or a second publisher is refused by the server (10071).
An error never means *not stored*: whoever gets a Doubt asks the stream where it stands.
"""

import asyncio
import json
import uuid
from collections.abc import Sequence
from typing import NoReturn

import nats.errors
from nats.aio.client import Client
from nats.js.api import Header, PubAck
from nats.js.errors import APIError

from shared.messaging.continuity import SINGLES_MAX, Halted, Row
from shared.messaging.subjects import Unnameable, message_id, stream, subject

PUBLISH_SECONDS = 5.0
CONTENT_TYPE = "application/cloudevents+json"


class Doubt(Exception):
    """It is not known what the stream holds now; `code` is the server's error number or a word, for the metrics."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


async def send(client: Client, log_id: int, lot: Sequence[Row]) -> None:
    """Publishes rows that follow each other. Raises Doubt, or Halted when a record cannot be named on NATS."""
    try:
        subjects = [subject(log_id, row.register, row.type) for row in lot]
    except Unnameable as why:
        raise Halted(f"a record from position {lot[0].position} on cannot be published: {why}") from why
    try:
        if len(lot) <= SINGLES_MAX:
            await _singles(client, log_id, lot, subjects)
        else:
            await _batch(client, log_id, lot, subjects)
    except APIError as refused:
        raise Doubt(str(refused.err_code or refused.code), str(refused)) from refused
    except (nats.errors.Error, OSError) as trouble:
        raise Doubt(type(trouble).__name__, str(trouble)) from trouble


async def _singles(client: Client, log_id: int, lot: Sequence[Row], subjects: Sequence[str]) -> None:
    """Sends all without waiting, then reads every answer; gather keeps the order in which they are sent."""
    js = client.jetstream()
    answers = await asyncio.gather(
        *(
            js.publish(name, row.record, timeout=PUBLISH_SECONDS, headers=_headers(row) | _expecting(log_id, row.position - 1))
            for name, row in zip(subjects, lot, strict=True)
        ),
        return_exceptions=True,  # all must have ended before anything else is tried
    )
    for row, answer in zip(lot, answers, strict=True):
        if isinstance(answer, BaseException):
            raise answer
        _check(answer, row.position)


async def _batch(client: Client, log_id: int, lot: Sequence[Row], subjects: Sequence[str]) -> None:
    """One atomic batch (ADR-50): the first and the last are requests, only the first carries the expectations; all is stored or nothing."""
    batch = {Header.BATCH_ID.value: uuid.uuid4().hex}

    def headers(number: int) -> dict[str, str]:
        return _headers(lot[number - 1]) | batch | {Header.BATCH_SEQUENCE.value: str(number)}

    first = headers(1) | _expecting(log_id, lot[0].position - 1)
    begun = await client.request(subjects[0], lot[0].record, timeout=PUBLISH_SECONDS, headers=first)
    if begun.data:  # a batch that began well is answered with nothing
        _refused(begun.data)
    for number in range(2, len(lot)):
        await client.publish(subjects[number - 1], lot[number - 1].record, headers=headers(number))
    last = headers(len(lot)) | {Header.BATCH_COMMIT.value: "1"}
    ended = await client.request(subjects[-1], lot[-1].record, timeout=PUBLISH_SECONDS, headers=last)
    answer = json.loads(ended.data or b"{}")
    if "error" in answer or "seq" not in answer:
        _refused(ended.data)
    ack = PubAck.from_response(answer)
    if ack.batch_size != len(lot):
        raise Doubt("count", f"{ack.batch_size} of {len(lot)} messages stored")
    _check(ack, lot[-1].position)


def _check(ack: PubAck, position: int) -> None:
    if ack.duplicate or ack.seq != position:
        raise Doubt("duplicate" if ack.duplicate else "sequence", f"position {position} was answered with sequence {ack.seq}")


def _refused(data: bytes) -> NoReturn:
    error = json.loads(data or b"{}").get("error")
    if error:
        raise APIError(**error)
    raise Doubt("answer", f"the batch was answered with {data[:200]!r}")


def _headers(row: Row) -> dict[str, str]:
    """What every message carries; each header more is read by every consumer, once a record."""
    return {"Content-Type": CONTENT_TYPE, Header.MSG_ID.value: message_id(row.register, row.seq)}


def _expecting(log_id: int, last: int) -> dict[str, str]:
    return {Header.EXPECTED_STREAM.value: stream(log_id), Header.EXPECTED_LAST_SEQUENCE.value: str(last)}
