"""The ledger as a file over HTTP, in each format that it can be written in."""

from typing import Annotated

from fastapi import Depends, FastAPI, Path, Query, Response

from services.ledger.api import YearQuery, span_of
from services.ledger.exports.by_format import File, Form, exported_file
from services.ledger.exports.exported import EXPORTED, Exported
from services.ledger.exports.tables import TableName
from shared.web.queries import Question, Questions, read_at

FormPath = Annotated[Form, Path(description="The format of the file.")]
TableQuery = Annotated[TableName | None, Query(description="Of csv and csv-intl: the journal when left out. Of xlsx: all when left out.")]


def routes_exports(app: FastAPI, questions: Questions) -> None:
    """Add the route of the files."""
    asked = Depends(questions.asked)
    url = "/v1/registers/{register}/ledger/exports"

    @app.get(
        f"{url}/{{form}}",
        tags=["ledger"],
        operation_id="export_ledger",
        responses={200: {"content": {"application/octet-stream": {}}, "description": "The file, with its own type and name."}},
    )
    def export(form: FormPath, question: Question = asked, year: YearQuery = None, table: TableQuery = None) -> Response:
        """The ledger for other programs: FEC (of one year, the last when left out), Beancount, hledger, GnuCash, CSV, XLSX."""
        exported, head = questions.views.of(EXPORTED, question.register, question.cut)
        file = file_asked(exported, form, year, table)
        headers = {"Content-Disposition": f'attachment; filename="{file.name}"', **read_at(head, question.cut)}
        return Response(file.content, headers=headers, media_type=file.media_type)


def file_asked(exported: Exported, form: Form, year: str | None, table: TableName | None) -> File:
    """Write the file of a year, or of all years when none is named. Raises NoSuchYear, NoYear, NotOneTable."""
    return exported_file(exported, form, None if year is None else span_of(year, exported.funds.balances), table)
