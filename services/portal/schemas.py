"""The shape of every kind of record, as JSON Schema: what a program that reads the stream may rely on.

A kind never changes its meaning: a field that comes later is optional, anything else is a new kind. Unknown fields are to
be ignored by whoever reads; `sequence` is a whole number written as text.
"""

from typing import Any

from fastapi import FastAPI

from shared.eventlog.codec import Codec
from shared.messages import Event
from shared.refusals import NotFound
from shared.values import ID_LENGTH

DRAFT = "https://json-schema.org/draft/2020-12/schema"
REGISTER = f"[a-z2-7]{{{ID_LENGTH}}}"


def routes(app: FastAPI, codec: Codec) -> None:
    """Add the list of kinds, and the schema of each."""

    @app.get("/schemas", tags=["portal"], operation_id="list_schemas")
    def kinds() -> dict[str, list[dict[str, str]]]:
        """Every kind of record, with what it says in French and in English, and where its schema is."""
        return {"types": [_described(wire, event) for wire, event in sorted(codec.types.items())]}

    @app.get("/schemas/{wire}.json", tags=["portal"], operation_id="get_schema")
    def schema(wire: str) -> dict[str, Any]:
        """The JSON Schema of one kind of record: a CloudEvents 1.0 document and its data."""
        event = codec.types.get(wire)
        if event is None:
            raise NotFound(type=wire)
        return schema_of(wire, event)


def schema_of(wire: str, event: type[Event]) -> dict[str, Any]:
    """Return the schema of a record of this kind."""
    data = event.model_json_schema()
    definitions = data.pop("$defs", {})
    text = {"type": "string"}
    properties = {
        "specversion": {"const": "1.0"},
        "type": {"const": wire},
        "datacontenttype": {"const": "application/json"},
        "id": {"type": "string", "pattern": f"^{REGISTER}/[1-9][0-9]*$"},
        "sequence": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "source": {"type": "string", "pattern": f"^/registers/{REGISTER}$"},
        "time": {"type": "string", "format": "date-time"},
        "actor": {"type": "string", "pattern": f"^p_{REGISTER}$"},
        "command": text,
        "data": data,
    }
    required = list(properties)
    optional = {"causation": text, "traceparent": text}
    return {
        "$schema": DRAFT,
        "title": wire,
        "type": "object",
        "required": required,
        "properties": properties | optional,
        "$defs": definitions,
    }


def _described(wire: str, event: type[Event]) -> dict[str, str]:
    french, _, english = (event.__doc__ or "").strip().partition("\n")
    return {"type": wire, "fr": french.strip(), "en": english.strip(), "schema": f"/schemas/{wire}.json"}
