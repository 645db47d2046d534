"""An example of every request in the OpenAPI description: a body that the command's own class accepts, a value for each parameter.

Examples are made from the schemas, so none can be forgotten or grow old; well-known fields get a value from school life.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

ID, PERSON = "a7" * 13, "p_" + "b3" * 13
# By the name of a field, where a value tells more than its shape does; used only where the schema takes it.
TELLING: Final[Mapping[str, Any]] = {
    "account": "512",
    "allocations.account": "6068",
    "amount": 4500,
    "au": "2025-06-30",
    "association": "AD99",
    "body": "conseil-CM1",
    "class_code": "CM1",
    "connu_au": "2025-07-15",
    "chart": "occe",
    "code": "renard-12",
    "college": "eleves",
    "currency": "EUR",
    "cursor": "cDUw",
    "email": "ecole@example.org",
    "ends": "2025-08-31",
    "first_name": "Camille",
    "form": "soc",
    "label": "Vente de gâteaux",
    "last_name": "Roche",
    "level": "elementary",
    "limit": 50,
    "name": "Coopérative des Lilas",
    "on": "2024-10-03",
    "pot": "ECOLE",
    "prefer": "wait=2",
    "project": "classe-decouverte",
    "question": "Où allons-nous en classe découverte ?",
    "rate": 246,
    "reason": "Saisie deux fois",
    "rule_set": "AD99",
    "seq": 120,
    "ruche-names-because": "Le nom d'une rue",
    "ruche-names-reason": "homonym",
    "series": "D",
    "starts": "2024-09-01",
    "text": "Un bac pour trier le papier, dans la classe",
    "title": "Un bac de tri",
    "types": "ledger.expense-recorded.v1",
    "version": "2024-1",
    "wire": "ledger.expense-recorded.v1",
    "year": "2024-25",
    "zone": "Europe/Paris",
}
BY_SHAPE: Final = (
    ID, PERSON, "renard-12", "a" * 64, "CM1", "2024-25", "A", "1", "0" * 32, "A" * 43 + "=", "7b1f0c52-8d9e-4a36-b0f1-2c3d4e5f6a7b",
)  # fmt: skip
BY_FORMAT: Final[Mapping[str, str]] = {"date": "2024-10-03", "date-time": "2025-03-14T15:00:00Z", "time": "15:00:00"}

THE_FILE: Final = "(the bytes of the file)"
FILES: Final[Mapping[str, str]] = {"text/csv": "Date;Libellé;Montant\n03/10/2024;VIR COLLECTE OCTOBRE;45,00\n"}

Schema = Mapping[str, Any]


def example_of(schema: Schema, schemas: Mapping[str, Schema], name: str = "") -> Any:
    """Return a value that a JSON schema takes; `schemas` are the components that it refers to, `name` the field it is for."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example_of(next(one for one in schema[several] if one.get("type") != "null"), schemas, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return _object(schema, schemas, name)
        case "array":
            item = example_of(schema.get("items", {}), schemas, name)
            return [item] * max(1, schema.get("minItems", 1))
        case "boolean":
            return True
        case "integer" | "number":
            return _number(schema, name)
        case _:
            return _text(schema, name)


def add_examples(description: dict[str, Any], answers: Mapping[str, Any]) -> None:
    """Put an example beside every parameter, JSON body and answer of an OpenAPI description; `answers` are by operation id."""
    schemas = description["components"]["schemas"]
    for operations in description["paths"].values():
        for operation in operations.values():
            if (answer := answers.get(operation["operationId"])) is not None:
                operation["responses"]["200"]["content"]["application/json"]["example"] = answer
            for parameter in operation.get("parameters", ()):
                parameter.setdefault("example", example_of(parameter["schema"], schemas, parameter["name"].lower()))
            for kind, body in operation.get("requestBody", {}).get("content", {}).items():
                body.setdefault("example", example_of(body["schema"], schemas) if kind == "application/json" else FILES.get(kind, THE_FILE))


def _object(schema: Schema, schemas: Mapping[str, Schema], name: str) -> dict[str, Any]:
    """Fill what is required; in a table of any keys, one line."""
    fields = schema.get("properties", {})
    filled = {field: example_of(fields[field], schemas, _called(name, field)) for field in schema.get("required", ())}
    lines = schema.get("additionalProperties")
    if not fields and isinstance(lines, Mapping):
        filled["A"] = example_of(lines, schemas, name)
    return filled


def _called(name: str, field: str) -> str:
    """Return the name under which a field of a field has a value of its own, else the field's."""
    return within if (within := f"{name}.{field}") in TELLING else field


def _number(schema: Schema, name: str) -> int:
    least, most = schema.get("minimum", 0), schema.get("maximum", 2**53)
    told = TELLING.get(name)
    return told if isinstance(told, int) and least <= told <= most else max(least, 1)


def _text(schema: Schema, name: str) -> str:
    if "format" in schema and schema["format"] in BY_FORMAT:
        told = TELLING.get(name)
        return str(told) if schema["format"] == "date" and isinstance(told, str) else BY_FORMAT[schema["format"]]
    shape, least, most = schema.get("pattern"), schema.get("minLength", 0), schema.get("maxLength", 10_000)

    def fits(text: str) -> bool:
        return least <= len(text) <= most and (shape is None or re.search(shape, text) is not None)

    for candidate in (TELLING.get(name), *(BY_SHAPE if shape else ("Un exemple",))):
        if isinstance(candidate, str) and fits(candidate):
            return candidate
    raise LookupError(f"no example for {name}: {schema}")
