"""The archive of a year over HTTP: one zip, for those who may open every voucher."""

from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse

from services.ledger.api_year_end import YearPath
from services.ledger.archive.archiving import Archivist
from shared.projecting import Cut
from shared.web.asking import Askers, RegisterPath
from shared.web.queries import Question, Questions, UpTo

MEDIA_TYPE = "application/zip"


def routes_archive(app: FastAPI, archivist: Archivist, questions: Questions, askers: Askers) -> None:
    """Add the route."""

    def asked(request: Request, register: RegisterPath, seq: UpTo = None) -> Question:
        return questions.admitted(askers.of(request, register), Cut(seq=seq))

    question_asked, url = Depends(asked), "/v1/registers/{register}/ledger"

    @app.get(
        f"{url}/years/{{year}}/archive.zip",
        tags=["ledger"],
        operation_id="get_year_archive",
        response_class=StreamingResponse,
        responses={200: {"content": {MEDIA_TYPE: {}}, "description": "The archive; `Ruche-Seq` is its last record."}},
    )
    def archive(year: YearPath, question: Question = question_asked) -> StreamingResponse:
        """The ten-year archive of a year, in open formats, with the files of its vouchers: through its closing, or through `seq`."""
        made = archivist.archive(question, year)
        headers = {
            "Content-Disposition": f'attachment; filename="{made.name}"',
            "Ruche-Seq": str(made.checkpoint.size),
            "Cache-Control": "no-store",
        }
        return StreamingResponse(made.pieces, headers=headers, media_type=MEDIA_TYPE)
