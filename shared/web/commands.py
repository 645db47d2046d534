"""One URL per command, named by its class: POST /v1/registers/{register}/{service}/record-receipt.

The body is the command; `Idempotency-Key` is its id for ever. The answer carries the very bytes that were recorded.
"""

from collections.abc import Callable, Collection
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import unquote

import orjson
from fastapi import Depends, FastAPI, Header, Request, Response
from pydantic import TypeAdapter

from shared.handling import Answer, Asked, Handling, NameReason
from shared.messages import Command
from shared.refusals import Notice
from shared.values import Private
from shared.web.asking import Askers, RegisterPath, command_name
from shared.web.tokens import Claims

COMMAND_ID = r"^([a-z2-7]{26}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
EXPLANATION: Final[TypeAdapter[str]] = TypeAdapter(Private)
SUMMARY_LENGTH_MAX = 120  # characters in the OpenAPI list

IdempotencyKey = Annotated[
    str,
    Header(alias="Idempotency-Key", pattern=COMMAND_ID, description="A UUID or 26 base32 characters; the same key gives the first answer."),
]


NamesReason = Annotated[
    str | None,
    Header(
        alias="Ruche-Names-Reason",
        pattern=r"^[a-z-]{1,40}$",
        description="Why an adult lets a text stand that names somebody: homonym, public-person or other.",
    ),
]
NamesBecause = Annotated[
    str | None,
    Header(
        alias="Ruche-Names-Because",
        max_length=900,
        description="With the reason `other`: the explanation in UTF-8, percent-encoded; it goes to the vault.",
    ),
]


class Submission(NamedTuple):
    """What came in: who asks, the raw body, and the command id."""

    claims: Claims
    body: bytes


def submission(askers: Askers) -> Callable[..., Any]:
    """Return the dependency that reads token and body; the body is parsed by the endpoint's own command class."""

    async def read(request: Request, register: RegisterPath) -> Submission:
        return Submission(askers.of(request, register), await request.body())

    return read


def mount_commands(app: FastAPI, service: str, handling: Handling, askers: Askers, apart: Collection[type[Command]] = frozenset()) -> None:
    """Add one route per command of a service, but for those that come in another way than as JSON."""
    read = Depends(submission(askers))
    for command in handling.rulebook.commands:
        if command not in apart:
            _mount(app, service, command, handling, read)


def _mount(app: FastAPI, service: str, command: type[Command], handling: Handling, read: Any) -> None:
    def endpoint(
        register: RegisterPath, key: IdempotencyKey, submitted: Submission = read, names: NamesReason = None, because: NamesBecause = None
    ) -> Response:
        reason = NameReason(names, _one_line(because)) if names else None
        asked = Asked(register, submitted.claims.actor, key, submitted.claims.association, reason)
        return answered(register, handling.handle(command.model_validate_json(submitted.body), asked))

    french, english = (command.__doc__ or "").strip().split("\n", 1)
    app.post(
        f"/v1/registers/{{register}}/{service}/{command.slug()}",
        status_code=201,
        operation_id=command_name(command),
        tags=[service],
        summary=english.strip()[:SUMMARY_LENGTH_MAX],
        description=f"{french.strip()}\n\n{english.strip()}\n\nRoles: {', '.join(sorted(command.may))}.",
        responses=COMMAND_ANSWERS,
        openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": _reference(command)}}}}},
    )(endpoint)


def _one_line(encoded: str | None) -> str | None:
    """Return a percent-encoded explanation as one line of recordable text. Raises ValidationError."""
    return EXPLANATION.validate_python(unquote(encoded)) if encoded else None


def answered(register: str, answer: Answer) -> Response:
    """Write an answer: 201 with the records as stored, 200 when nothing new was recorded."""
    warnings = orjson.dumps([said(warning) for warning in answer.warnings])
    body = (
        b'{"register":"%s","first_seq":%d,"last_seq":%d,"records":[%s],"warnings":%s}'
        % (register.encode(), answer.first_seq, answer.last_seq, b",".join(answer.records), warnings)
    )  # fmt: skip
    headers = {"Ruche-Seq": str(answer.last_seq)}
    if answer.repeated:
        headers["Idempotency-Replayed"] = "true"
    return Response(body, 201 if answer.records else 200, headers, "application/json")


def said(notice: Notice) -> dict[str, Any]:
    """Return a notice as JSON: its code, its sentence in both languages, its figures."""
    french, english = notice.sentences()
    return {"code": notice.code(), "fr": french, "en": english, "details": notice.details}


def command_schemas(commands: list[type[Command]]) -> dict[str, Any]:
    """Return the JSON schemas of commands, for the components of the OpenAPI description."""
    schemas: dict[str, Any] = {}
    for command in commands:
        schema = command.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[command.__name__] = schema
    return schemas


def _reference(command: type[Command]) -> str:
    return f"#/components/schemas/{command.__name__}"


_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
COMMAND_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Nothing new to record."},
    201: {"description": "Recorded and flushed; `records` are the stored bytes."},
    401: {"description": "No valid token.", **_PROBLEM},
    403: {"description": "Not in the actor's roles today.", **_PROBLEM},
    404: {"description": "No such register, or not yours to know of.", **_PROBLEM},
    409: {"description": "A rule says no, or the key was used for another request.", **_PROBLEM},
    413: {"description": "The body is too large.", **_PROBLEM},
    422: {"description": "Malformed.", **_PROBLEM},
    503: {"description": "Busy or away; the same key may be sent again.", **_PROBLEM},
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "fr": {"type": "string"},
        "en": {"type": "string"},
        "details": {"type": "object"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
