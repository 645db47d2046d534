"""Writes what each view answers of the sample, for the OpenAPI description: python -m tests.stories.write_answers.

Long lists and tables keep their first lines: an example shows a shape. A test compares that shape with what is answered today.
"""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

from deploy.assembly import ANSWERS
from tests.running import installation
from tests.stories.asking import Asker, somebody_of

LINES, TABLE_LINES, TEXT_LENGTH = 1, 2, 200  # kept of a list, of a table whose keys are no fields, of a text
FIELDS_MAX = 30  # no answer has an object of more fields: what has more lines is a table
APART = ("/family-sheets", "/authorisations", "{order}", "{slip}")  # not for a verifier to ask, or the sample has none
ASKED = {  # what such a view must be asked
    "compare_versions": "?before=1&after=1",
    "get_chart": "?valid_from=2024-09-01",
    "get_reconciliation": "?account=512&on=2025-08-31",
}


def described(asked: Asker) -> dict[str, Any]:
    """Return the OpenAPI description."""
    with urllib.request.urlopen(f"{asked.running.http}/openapi.json", timeout=60) as answer:
        description: dict[str, Any] = json.load(answer)
    return description


def views(asked: Asker) -> Iterator[tuple[str, str]]:
    """Iterate over every view whose answer is JSON: its operation id, and an address at which the sample has something to show."""
    known = places(asked)
    for path, operations in described(asked)["paths"].items():
        operation = operations.get("get")
        if (
            operation is None
            or any(part in path for part in APART)
            or path.endswith((".pdf", "archive.zip", "papers.{form}", "exports/{form}", "{document}", "/records"))
        ):
            continue
        yield operation["operationId"], path.format(**known) + ASKED.get(operation["operationId"], "")


def places(asked: Asker) -> dict[str, str]:
    """Return something of the sample for every name that stands in an address."""
    closed = next(one for one in asked.look("governance/ballots").body["ballots"] if one["result"])
    met = next(one for one in asked.look("governance/meetings").body["meetings"] if one["state"] == "closed")
    trail = asked.look("portal/trail?types=ledger.statement-imported.v1").body["facts"]
    statement = asked.look(f"portal/trail?after={trail[0]['seq'] - 1}&limit=1").body["facts"][0]["seq"] if trail else 0
    return {
        "register": asked.register,
        "ballot": closed["ballot"],
        "meeting": met["meeting"],
        "body": met["body"],
        "proposal": asked.look("governance/proposals").body["proposals"][0]["proposal"],
        "account": "512",
        "year": "2024-25",
        "pot": "ECOLE",
        "sample": asked.look("ledger/samples").body["samples"][0]["sample"],
        "seq_of_act": asked.look("portal/trail?types=governance.mandate-handed-over.v1").body["facts"][0]["seq"],
        "entry": asked.look("ledger/journal").body["entries"][-1]["entry"],
        "decision": asked.look("ledger/commitments").body["commitments"][0]["decision"],
        "statement": statement_of(asked, statement),
        "wire": "ledger.expense-recorded.v1",
    }


def statement_of(asked: Asker, seq: int) -> str:
    """Return the id of the statement that a record brought."""
    url = f"{asked.running.http}/v1/registers/{asked.register}/records?after={seq - 1}&seq={seq}"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Bearer {asked.token}"}), timeout=20) as answer:
        found: str = json.loads(answer.readline())["data"]["statement"]
    return found


def answer_of(asked: Asker, address: str) -> Any:
    """Return what a view answers."""
    request = urllib.request.Request(asked.running.http + address, headers={"Authorization": f"Bearer {asked.token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def shortened(told: Any) -> Any:
    """Keep the first lines of what is long."""
    match told:
        case list():
            return [shortened(one) for one in told[:LINES]]
        case dict() if len(told) > FIELDS_MAX:
            return {name: shortened(one) for name, one in list(told.items())[:TABLE_LINES]}
        case dict():
            return {name: shortened(one) for name, one in told.items()}
        case str():
            return told[:TEXT_LENGTH]
        case _:
            return told


def write() -> None:
    """Play the sample and write every answer."""
    with installation() as running:
        running.start("demo", "--port", "0")
        verifier = somebody_of(running, "P01")
        answers = {name: shortened(answer_of(verifier, address)) for name, address in views(verifier)}
    ANSWERS.write_text(json.dumps(answers, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    write()
