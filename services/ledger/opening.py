"""Who may open the file of a voucher, and the file as it was put there: each opening is noted, a changed file is told."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import structlog

from services.governance.events.people import Role
from services.ledger.events.vouchers import MediaType
from services.ledger.projections.vouchers import VOUCHER_BOOK, Document, Paper, Vouchers
from shared.refusals import Corrupt, Forbidden, NotFound, Refused
from shared.values import Code, Digest, Id, Pseudonym
from shared.vault.store import Vault
from shared.web.queries import Question, Viewing

OPENS_ANY: Final = frozenset({Role.MANDATE_HOLDER, Role.VERIFIER, Role.ASSOCIATION})
WHY: Final = "ledger.voucher"  # in the log of accesses
ENDINGS: Final = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}

log = structlog.get_logger("ruche.vouchers")


class NoSuchDocument(NotFound):
    """Cette écriture n'a pas ce fichier, ou ne l'avait pas encore à la date demandée.
    This entry has no such file, or did not have it yet at the date asked for."""


class FileIsGone(NotFound):
    """Ce fichier n'est plus conservé ; le registre garde seulement la preuve qu'il a été joint.
    This file is no longer kept; the register only has the proof that it was attached."""


class NotYoursToOpen(Forbidden):
    """Cette pièce est vue par les mandataires, les vérificateurs, l'association et les responsables de la classe.
    This voucher is seen by mandate holders, verifiers, the association and those in charge of the class."""


class FileWasChanged(Refused):
    """Ce fichier n'est plus celui qui a été joint : il a été modifié hors du registre. Préviens un vérificateur.
    This file is no longer the one that was attached: it was changed outside the register. Tell a verifier."""


class Opened(NamedTuple):
    """A file, what it is, and how to call it."""

    content: bytes
    media_type: MediaType
    name: str


class Opener:
    """Opens files for those who may."""

    def __init__(self, vault: Vault, views: Viewing) -> None:
        """Take the vault and the views of the ledger."""
        self._vault, self._views = vault, views

    def may_open(self, question: Question, paper: Paper, vouchers: Vouchers, now: datetime) -> bool:
        """Tell whether the reader may open the files of an entry."""
        if question.roles & OPENS_ANY or question.actor == paper.holder:
            return True
        today = now.astimezone(ZoneInfo(vouchers.zone)).date()
        tutored = tutored_by(self._views.standing(question.register), question.actor, today)
        return bool(tutored & {vouchers.classes[pot] for pot in paper.pots if pot in vouchers.classes})

    def open(self, question: Question, entry: Id, name: Digest, now: datetime) -> Opened:
        """Return a file, as attached to an entry at the moment asked about. Raises NoSuchDocument, NotYoursToOpen, FileIsGone,
        FileWasChanged."""
        vouchers: Vouchers = self._views.of(VOUCHER_BOOK, question.register, question.cut)[0]
        paper = vouchers.papers.get(entry)
        place, document = _document(paper.documents if paper else (), name)
        if paper is None or document is None:
            raise NoSuchDocument(entry=entry)
        if not self.may_open(question, paper, vouchers, now):
            raise NotYoursToOpen(entry=entry)
        commitment = bytes.fromhex(name)
        try:
            content = self._vault.file(question.register, commitment, reader=question.actor, why=WHY, concerns=(document.attached_by,))
        except Corrupt as error:
            log.error("file-changed", register=question.register, seq=document.seq)  # noqa: TRY400 - no trace: the sentence says it
            raise FileWasChanged(entry=entry, document=name, seq=document.seq) from error
        if content is None:
            raise FileIsGone(entry=entry, document=name)
        number = f"{paper.voucher.series}{paper.voucher.number:02d}" if paper.voucher else "ordre"
        return Opened(content, document.media_type, f"{number}-{place}.{ENDINGS[document.media_type]}")


def tutored_by(standing: Any, actor: Pseudonym, today: date) -> frozenset[Code]:
    """Return the classes that a person answers for on a day."""
    grants = standing.grants.by_key.values()
    return frozenset(
        one.scope for one in grants if one.scope and one.what == Role.CLASS_TUTOR and one.holder == actor and one.holds_on(today)
    )


def _document(documents: Collection[Document], name: Digest) -> tuple[int, Document | None]:
    return next(((place, one) for place, one in enumerate(documents, start=1) if one.document == name), (0, None))
