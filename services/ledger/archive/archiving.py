"""The archive of a year, for those who may open its vouchers: the same history gives the same bytes."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path
from string import Template
from typing import Final, NamedTuple

from services.ledger.archive import verifie
from services.ledger.archive.drawn import as_json, drawn
from services.ledger.archive.history import History, history_of
from services.ledger.archive.papers import Papers, filed_in
from services.ledger.archive.zipping import Member, zipped
from services.ledger.books import Books
from services.ledger.exports.exported import EXPORTED, Exported
from services.ledger.opening import OPENS_ANY
from services.ledger.projections.vouchers import VOUCHER_BOOK
from services.ledger.telling.year_end import YEAR_END, known_year
from shared.eventlog.codec import Codec
from shared.eventlog.reading import RegisterReader
from shared.merkle import leaf_hash
from shared.projecting import fold
from shared.refusals import Forbidden
from shared.serving import MinuteBooks
from shared.values import Checkpoint, Code
from shared.vault.store import Vault
from shared.web.queries import Question

README: Final = Path(__file__).with_name("LISEZMOI.txt")
CHECKER: Final = Path(verifie.__file__)  # put in as it stands here, so that what is checked by types and tests is what is given


class NotYoursToArchive(Forbidden):
    """L'archive contient toutes les pièces : elle est faite par les mandataires, les vérificateurs et l'association.
    The archive holds every voucher: it is made by mandate holders, verifiers and the association."""


class Archive(NamedTuple):
    """An archive ready to be written: its file name, the tree over its records, its bytes, piece by piece."""

    name: str
    checkpoint: Checkpoint
    pieces: Iterator[bytes]


class Archivist:
    """Makes archives from the log and the vault."""

    def __init__(self, codec: Codec, reader: RegisterReader, vault: Vault, minute_books: MinuteBooks | None) -> None:
        """Take what reads records, the vault with the vouchers, and what tells the minute books of the councils."""
        self._codec, self._reader, self._vault, self._minute_books = codec, reader, vault, minute_books

    def archive(self, question: Question, year: Code) -> Archive:
        """Return the archive of a year, through the closing or the record that the question says. Raises NotYoursToArchive, NotFound,
        NoSuchFiscalYear, VouchersDamaged; nothing of it is written before all of it can be."""
        if not question.roles & OPENS_ANY:
            raise NotYoursToArchive(needs=sorted(OPENS_ANY))
        history = history_of(self._codec, self._reader, question.register, year, question.cut.seq)
        books = fold(YEAR_END, history.records)
        days = books.closing.days[known_year(books, year)]
        filed = filed_in(fold(VOUCHER_BOOK, history.records), days.starts, days.ends)
        papers = Papers(self._vault, question.register, question.actor, filed)
        exported = fold(EXPORTED, history.records)
        members = (_told(history, books, papers, exported), self._councils(history), papers.members())
        return Archive(f"{exported.code}-{year}-archive.zip", history.checkpoint, zipped(_summed(chain(*members))))

    def _councils(self, history: History) -> Iterator[Member]:
        books = self._minute_books(history.records, history.checkpoint) if self._minute_books else ()
        return (Member(f"deliberations/{name}", content) for name, content in books)


def _told(history: History, books: Books, papers: Papers, exported: Exported) -> Iterator[Member]:
    yield Member("LISEZMOI.txt", _readme(history, books, papers, exported))
    yield Member("verifie.py", CHECKER.read_bytes())
    yield Member("checkpoint.json", as_json(history.checkpoint))
    yield Member("records.jsonl", b"".join(record + b"\n" for record in history.stored))
    yield Member("empreintes.txt", "".join(f"{leaf_hash(record).hex()}\n" for record in history.stored).encode())
    yield from drawn(history, books, exported)


def _summed(members: Iterable[Member]) -> Iterator[Member]:
    """Iterate over members, then over the list of their digests, as `sha256sum -c` reads it."""
    sums = []
    for one in members:
        sums.append(f"{sha256(one.content).hexdigest()}  {one.name}\n")
        yield one
    yield Member("SHA256SUMS", "".join(sums).encode())


def _readme(history: History, books: Books, papers: Papers, exported: Exported) -> bytes:
    days, closed, gone = books.closing.days[history.year], books.closing.closed.get(history.year), papers.erased
    return (
        Template(README.read_text("utf-8"))
        .substitute(
            year=history.year,
            name=exported.name,
            register=history.register,
            starts=days.starts,
            ends=days.ends,
            size=history.checkpoint.size,
            root=history.checkpoint.root,
            closed_fr=f"Exercice clos le {closed.on}." if closed else "Exercice qui n'est PAS CLOS : ses comptes peuvent encore changer.",
            closed_en=f"Closed on {closed.on}." if closed else "This fiscal year is NOT CLOSED: its accounts may still change.",
            erased_fr=f"Fichiers de pièces qui ne sont plus conservés : {gone}.",
            erased_en=f"Files of vouchers that are no longer kept: {gone}.",
        )
        .encode()
    )
