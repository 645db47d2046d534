"""A client made of nothing but the OpenAPI description: it calls operations by their id and checks what it sends and gets.

It knows no address, no field and no header of ours: all of that is read from the description.
"""

import json
import re
import urllib.error
import urllib.request
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from jsonschema_rs import validator_for

IN_PLACE = re.compile(r"\{(\w+)\}")


class Operation(NamedTuple):
    """One operation of the description."""

    method: str
    path: str
    told: dict[str, Any]


class DoesNotFit(Exception):
    """What was to be sent is not what the description asks for."""


class Refused(Exception):
    """The answer was a problem, as the description says one looks."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem)
        self.problem = problem


class Client:
    """Calls the operations of one server, as somebody with a token."""

    def __init__(self, server: str, description: dict[str, Any], token: str, **always: str) -> None:
        """`always` are parameters that every call carries where its operation has them."""
        self.server, self.description, self._token, self._always = server, description, token, always
        self.operations = {
            told["operationId"]: Operation(method, path, told)
            for path, methods in description["paths"].items()
            for method, told in methods.items()
        }

    def checks(self, value: Any, schema: dict[str, Any]) -> None:
        """Raise DoesNotFit for a value that a schema of the description does not take."""
        whole = {"components": self.description["components"]} | schema
        if not validator_for(whole).is_valid(value):
            raise DoesNotFit([error.message for error in validator_for(whole).iter_errors(value)])

    def __call__(self, operation_id: str, body: dict[str, Any] | None = None, **given: str) -> Any:
        """Call one operation; raises DoesNotFit before anything is sent, Refused for a problem."""
        operation = self.operations[operation_id]
        request = urllib.request.Request(self._address(operation, given), method=operation.method.upper())
        request.add_header("Authorization", f"Bearer {self._token}")
        for parameter in self._of(operation, "header", given):
            request.add_header(parameter, given[parameter])
        if "requestBody" in operation.told:
            self.checks(body, operation.told["requestBody"]["content"]["application/json"]["schema"])
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert str(answer.status) in operation.told["responses"]
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                problem = json.load(error)
            self.checks(problem, operation.told["responses"][str(error.code)]["content"]["application/problem+json"]["schema"])
            raise Refused(problem) from error

    def _of(self, operation: Operation, place: str, given: dict[str, str]) -> list[str]:
        """Return the names of the parameters given for one place; raises DoesNotFit for one that is missing."""
        told = [one for one in operation.told.get("parameters", ()) if one["in"] == place]
        for one in told:
            if one["name"] not in given and one["name"] in self._always:
                given[one["name"]] = self._always[one["name"]]
            if one.get("required") and one["name"] not in given:
                raise DoesNotFit([f"{one['name']} is missing"])
            if one["name"] in given and one["schema"].get("type") == "string":
                self.checks(given[one["name"]], one["schema"])
        return [one["name"] for one in told if one["name"] in given]

    def _address(self, operation: Operation, given: dict[str, str]) -> str:
        self._of(operation, "path", given)
        path = IN_PLACE.sub(lambda found: quote(given[found.group(1)]), operation.path)
        query = urlencode({name: given[name] for name in self._of(operation, "query", given)})
        return f"{self.server}{path}" + (f"?{query}" if query else "")
