"""The sheets of families over HTTP, for mandate holders alone: recorded, corrected, deleted, printed, held against the books.

They are in no record: a PUT writes one under an id that the asker draws, and a correction names the version that was read.
"""

from datetime import date
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import orjson
from fastapi import Depends, FastAPI, Path, Query, Request, Response

from services.ledger.family_sheets import Compared, FamilySheet, FamilySheets, KeptSheet, KeptSheets, Reader, reader_of
from services.ledger.projections.contributions import CONTRIBUTIONS
from services.ledger.telling.family_sheet import NamedFamily, printed_family
from services.ledger.telling.printing import MEDIA_TYPE
from shared.clock import Clock
from shared.projecting import Cut
from shared.values import ID_LENGTH, Value
from shared.vault.store import Vault
from shared.web.asking import Askers, RegisterPath
from shared.web.commands import COMMAND_ANSWERS
from shared.web.queries import Questions

NAMED_ON: Final = "ledger.family-sheet.print"  # in the vault's log of accesses
SheetPath = Annotated[str, Path(pattern=rf"^[a-z2-7]{{{ID_LENGTH}}}$", description="The sheet: 26 base32 characters that the asker drew.")]
VersionQuery = Annotated[int, Query(ge=0, le=1_000_000, description="The version that was read; 0 for a new sheet.")]
YearQuery = Annotated[str | None, Query(pattern=r"^20[0-9]{2}-[0-9]{2}$", description="A fiscal year such as 2024-25; all when left out.")]
StartsQuery = Annotated[date, Query(description="The first day that counts.")]
EndsQuery = Annotated[date, Query(description="The last day that counts.")]
NO_STORE: Final = {"Cache-Control": "no-store"}
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {code: COMMAND_ANSWERS[code] for code in (401, 403, 404, 409, 422, 503)}
PROBLEMS[412] = {**COMMAND_ANSWERS[409], "description": "Somebody corrected the sheet since it was read."}
PDF: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {MEDIA_TYPE: {}}, "description": "The sheet to print."}}
BODY: Final = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{FamilySheet.__name__}"}}}}
}


def routes_families(app: FastAPI, families: FamilySheets, vault: Vault, questions: Questions, askers: Askers, clock: Clock) -> None:
    """Add the routes."""
    url = "/v1/registers/{register}/ledger/family-sheets"

    def reading(request: Request, register: RegisterPath) -> Reader:
        return reader_of(questions.admitted(askers.of(request, register), Cut()))

    reads = Depends(reading)

    async def sending(request: Request, reader: Reader = reads) -> tuple[Reader, bytes]:
        families.let_in(reader)  # nothing of what a stranger sends is even read
        return reader, await request.body()

    sends = Depends(sending)

    @app.get(url, tags=["ledger"], operation_id="list_family_sheets", responses=_answers(KeptSheets))
    def listed(reader: Reader = reads, year: YearQuery = None) -> Response:
        """The sheets of families: for mandate holders alone, each opening noted."""
        return _told(KeptSheets(sheets=families.listed(reader, year)))

    @app.get(f"{url}-total", tags=["ledger"], operation_id="compare_family_sheets", responses=_answers(Compared))
    def compared(starts: StartsQuery, ends: EndsQuery, reader: Reader = reads) -> Response:
        """What the sheets of some days add up to, against the receipts on account 7562 of the same days: for mandate holders alone."""
        contributions, _ = questions.views.of(CONTRIBUTIONS, reader.register)
        return _told(families.compared(reader, contributions, starts, ends))

    @app.get(f"{url}/{{sheet}}", tags=["ledger"], operation_id="get_family_sheet", responses=_answers(KeptSheet))
    def found(sheet: SheetPath, reader: Reader = reads) -> Response:
        """One sheet: for mandate holders alone, the opening noted."""
        return _told(families.found(reader, sheet))

    @app.put(f"{url}/{{sheet}}", tags=["ledger"], operation_id="put_family_sheet", responses=_answers(KeptSheet), openapi_extra=BODY)
    def put(sheet: SheetPath, sent: tuple[Reader, bytes] = sends, version: VersionQuery = 0) -> Response:
        """Record a sheet, or correct the version that was read; again, it changes nothing."""
        reader, body = sent
        return _told(families.put(reader, sheet, FamilySheet.model_validate_json(body), version))

    @app.delete(f"{url}/{{sheet}}", tags=["ledger"], operation_id="delete_family_sheet", status_code=204, responses=PROBLEMS)
    def delete(sheet: SheetPath, reader: Reader = reads) -> Response:
        """Delete a sheet; nothing of it is left but who deleted it."""
        families.drop(reader, sheet)
        return Response(status_code=204, headers=NO_STORE)

    @app.get(f"{url}/{{sheet}}/print.pdf", tags=["ledger"], operation_id="print_family_sheet", responses=PDF)
    def printed(sheet: SheetPath, reader: Reader = reads) -> Response:
        """One sheet to print and give to the family, with the names of its children: for mandate holders alone."""
        kept, standing = families.found(reader, sheet, NAMED_ON), questions.views.standing(reader.register)
        names = vault.names(reader.register, kept.family.children, reader=reader.actor, why=NAMED_ON)
        children = {person: f"{name.first_name} {name.last_name}" for person, name in names.items()}
        now = clock().astimezone(ZoneInfo(standing.zone))
        content = printed_family(NamedFamily(kept.family, sorted(children.values()), standing.name, now))
        headers = NO_STORE | {"Content-Disposition": 'inline; filename="fiche.pdf"'}
        return Response(content, headers=headers, media_type=MEDIA_TYPE)


def _answers(model: type[Value]) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model, "description": "As it is kept now."}, **PROBLEMS}


def _told(value: Value) -> Response:
    return Response(orjson.dumps(value.model_dump(mode="json")), headers=NO_STORE, media_type="application/json")
