"""The page of vouchers: what is missing and since when, a photograph or a PDF attached from a phone, a voucher declared lost."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from services.governance.events.people import Role
from services.ledger.api_vouchers import ID_PATTERN, allowed_to_attach
from services.ledger.attaching import Attaching
from services.ledger.commands.books import AttachVoucher, DeclareVoucherLost
from services.ledger.events.vouchers import FILE_BYTES_MAX
from services.ledger.opening import OPENS_ANY, Opener
from services.ledger.pages.desk import CONFLICT, LETTERS, MALFORMED, READS_NAMES, SEEN, SEQ, STATUSES, links, sentence_of
from services.ledger.projections.vouchers import VOUCHER_BOOK, Paper, Vouchers, paper_shown
from shared.handling import Answer, Asked, Handling
from shared.projecting import Cut
from shared.refusals import Busy, Forbidden, KeyReused, NotFound, Refused
from shared.serving import Means
from shared.values import Id, Pseudonym
from shared.vault.store import Vault
from shared.web.asking import RegisterPath
from shared.web.commands import COMMAND_ID
from shared.web.forms import fresh_key
from shared.web.pages import Frame, Pages
from shared.web.problems import Malformed
from shared.web.queries import Question, Questions

FIELDS_MAX, FILES_MAX = 10, 2  # of one form: a photograph or a file, with a few hidden fields
LAST_ATTACHED: Final = 30  # entries shown with their files; the others are in the journal
PHOTO, FILE = "photo", "file"


class NothingChosen(Refused):
    """Choisis une photo ou un fichier, puis joins-le.
    Choose a photograph or a file, then attach it."""


class Said(NamedTuple):
    """What came of a form that was refused: which entry it was about, why not, and the reason that was typed."""

    entry: str = ""
    sentence: str = ""
    reason: str = ""


class Sent(NamedTuple):
    """A form as it was sent; the file as it came."""

    do: str
    entry: str
    key: str
    reason: str
    content: bytes


@dataclass(frozen=True, slots=True)
class VoucherPage:
    """Makes the page; `routes` puts it on an app."""

    means: Means
    handling: Handling
    questions: Questions
    attaching: Attaching
    opener: Opener
    pages: Pages
    vault: Vault

    def routes(self, app: FastAPI) -> None:
        """Add the page and its forms."""
        here, asked = "/c/{register}/pieces", Depends(self.asked)
        allowed = Depends(allowed_to_attach(self.questions, self.means.askers))

        async def sent(request: Request, question: Question = allowed) -> tuple[Question, Sent]:
            return question, await sent_by(request)

        @app.get(here, include_in_schema=False)
        def vouchers(request: Request, question: Question = asked, fait: str = "") -> Response:
            return self.show(request, question, written=int(fait) if SEQ.fullmatch(fait) else None)

        form = Depends(sent)

        @app.post(here, include_in_schema=False)
        def settle(request: Request, submitted: tuple[Question, Sent] = form) -> Response:
            return self.settle(request, *submitted)

    def asked(self, request: Request, register: RegisterPath) -> Question:
        """Read who looks. Raises BadToken, NotFound."""
        return self.questions.admitted(self.means.askers.of(request, register), Cut())

    def settle(self, request: Request, question: Question, sent: Sent) -> Response:
        """Attach a file or declare a voucher lost; go on to the page, or show it again with what is in the way."""
        badge = self.means.askers.of(request, question.register).association
        try:
            answer = self._done(Asked(question.register, question.actor, sent.key, badge), sent)
        except ValidationError:
            return self.show(request, question, Said(sent.entry, sentence_of(request, Malformed), sent.reason), MALFORMED)
        except (Refused, Forbidden, NotFound, KeyReused, Busy) as no:
            status = next((code for kind, code in STATUSES if isinstance(no, kind)), CONFLICT)
            return self.show(request, question, Said(sent.entry, sentence_of(request, type(no)), sent.reason), status)
        return RedirectResponse(f"/c/{question.register}/pieces?fait={answer.last_seq}", SEEN)

    def _done(self, asked: Asked, sent: Sent) -> Answer:
        if not re.fullmatch(ID_PATTERN, sent.entry) or not re.fullmatch(COMMAND_ID, sent.key):
            raise NotFound
        if sent.do == "attach":
            if not sent.content:
                raise NothingChosen
            return self.attaching.attach(asked, sent.entry, sent.content)
        today = self._now(asked.register).date()
        return self.handling.handle(DeclareVoucherLost(entry=sent.entry, reason=sent.reason, on=today), asked)

    def show(self, request: Request, question: Question, said: Said = Said(), status: int = 200, written: int | None = None) -> Response:  # noqa: B008 - frozen
        """Draw the page."""
        state, seq = self.questions.views.of(VOUCHER_BOOK, question.register)
        standing, now = self.questions.views.standing(question.register), self._now(question.register)
        papers = sorted(state.papers.values(), key=lambda one: (one.on, one.seq), reverse=True)
        shown = [*state.missing(), *(one for one in papers if one.lost and not one.reversed_by)]
        frame = Frame(
            name=standing.name or "Ruche",
            home=f"/c/{question.register}",
            links=links(f"/c/{question.register}", accounts=True),
            seq=seq,
            export_href=f"/v1/registers/{question.register}/records",
            leave_href="/sortir",
            exercise=standing.sandbox,
            zone=ZoneInfo(standing.zone),
        )
        return self.pages.render(
            request,
            "ledger/vouchers.html",
            status=status,
            home=f"/c/{question.register}",
            part="vouchers",
            frame=frame,
            post_href=f"/c/{question.register}/pieces",
            files_href=f"/v1/registers/{question.register}/ledger/vouchers",
            facts_href=f"/c/{question.register}/verifier/faits",
            missing=[paper_shown(one, now.date()) for one in state.missing()],
            lost=[paper_shown(one, now.date()) for one in papers if one.lost and not one.reversed_by],
            attached=[paper_shown(one, now.date()) for one in self._openable(question, state, papers, now)],
            may={one.entry: self._may_attach(question, one) for one in shown},
            loses=Role.MANDATE_HOLDER in question.roles,
            who=self._names(question, {one.holder for one in shown}),
            key=fresh_key,
            most_mib=FILE_BYTES_MAX // 1024**2,
            said=said,
            written=written,
        )

    def _openable(self, question: Question, state: Vouchers, papers: list[Paper], now: datetime) -> list[Paper]:
        every = [one for one in papers if one.documents]
        mine = every if question.roles & OPENS_ANY else [one for one in every if self.opener.may_open(question, one, state, now)]
        return mine[:LAST_ATTACHED]

    def _may_attach(self, question: Question, paper: Paper) -> bool:
        holder = paper.holder == question.actor and bool(question.roles & AttachVoucher.may)
        return holder or Role.MANDATE_HOLDER in question.roles

    def _names(self, question: Question, people: set[Pseudonym]) -> dict[Pseudonym, str]:
        called = {one: f"({one[LETTERS]})" for one in people}
        if not question.roles & READS_NAMES or not people:
            return called
        found = self.vault.names(question.register, people, reader=question.actor, why="page.vouchers")
        return called | {person: f"{name.first_name} {name.last_name}" for person, name in found.items()}

    def _now(self, register: Id) -> datetime:
        return self.means.clock().astimezone(ZoneInfo(self.questions.views.standing(register).zone))


async def sent_by(request: Request) -> Sent:
    """Read a form with its file, which stays in memory: a voucher is never on a disk unencrypted. Raises NothingChosen for no form."""
    parser = MultiPartParser(request.headers, request.stream(), max_files=FILES_MAX, max_fields=FIELDS_MAX)
    parser.spool_max_size = 2 * FILE_BYTES_MAX + 1
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise NothingChosen from error
    do, entry, key, reason = (str(form.get(name) or "").strip() for name in ("do", "entry", "key", "reason"))
    content = await _content(form, PHOTO) or await _content(form, FILE)
    await form.close()
    return Sent(do, entry, key, reason, content)


async def _content(form: FormData, name: str) -> bytes:
    sent = form.get(name)
    return await sent.read(FILE_BYTES_MAX + 1) if isinstance(sent, UploadFile) else b""
