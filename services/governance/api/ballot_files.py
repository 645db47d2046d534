"""The papers of a closed ballot as a file that other programs count: PrefLib, Pabulib, BLT, or our own JSON."""

from typing import Annotated

from fastapi import Depends, FastAPI, Path, Response

from services.governance.api.ballots import BallotPath, poll_of
from services.governance.ballot_files.ballot_file import BallotFile
from services.governance.ballot_files.by_extension import FORMATS, write_ballots
from services.governance.events.papers import VoidPapers
from services.governance.projections.ballots import BALLOTS, Poll
from services.governance.telling.what_if import NotDeclaredYet, PapersNotPublished, casting_of, set_aside_of
from shared.web.queries import Question, Questions, read_at

FormatPath = Annotated[str, Path(max_length=5, description=f"One of: {', '.join(FORMATS)}.")]


def routes_ballot_files(app: FastAPI, questions: Questions) -> None:
    """Add the route of the files."""
    asked = Depends(questions.asked)

    url = "/v1/registers/{register}/governance/ballots"

    @app.get(
        f"{url}/{{ballot}}/papers.{{form}}",
        tags=["governance"],
        operation_id="get_papers_file",
        responses={200: {"content": {"text/plain": {}}, "description": "The papers as a file."}},
    )
    def papers(ballot: BallotPath, form: FormatPath, question: Question = asked) -> Response:
        """The papers of a closed ballot whose papers are published, in the format that the extension names."""
        polls, head = questions.views.of(BALLOTS, question.register, question.cut)
        name = f"{ballot}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', **read_at(head, question.cut)}
        return Response(write_ballots(name, file_of(poll_of(polls, ballot))), headers=headers, media_type="text/plain")


def file_of(poll: Poll) -> BallotFile:
    """Return what a file says of a ballot. Raises NotDeclaredYet or PapersNotPublished."""
    if poll.result is None:
        raise NotDeclaredYet
    if poll.shown is None or poll.shown.sums is not None:
        raise PapersNotPublished
    opened = poll.opened
    options = tuple(one.option for one in opened.options)
    return BallotFile(
        options=options,
        piles=poll.shown.piles,
        names=tuple(one.label or one.option for one in opened.options),
        title=opened.question,
        method=opened.method,
        parameters=opened.parameters,
        tie_policy=opened.tie_policy,
        method_version=poll.result.method_version,
        ballot=opened.ballot,
        draw_root=poll.result.draw_root,
        drawn=poll.drawn,
        casting=casting_of(poll),
        set_aside=tuple(VoidPapers(reason=reason, papers=number) for reason, number in set_aside_of(poll).items()) or None,
    )
