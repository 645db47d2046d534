"""The files of a year's vouchers as an archive holds them: each under its commitment, with the salt by which anybody checks it."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from services.ledger.archive.zipping import Member
from services.ledger.exports.csv_files import csv_of
from services.ledger.exports.tables import Column, Kind, Table
from services.ledger.opening import ENDINGS
from services.ledger.projections.vouchers import Document, Paper, Vouchers
from shared.refusals import Corrupt, Refused
from shared.values import Digest, Id, Pseudonym
from shared.vault.files import FileOpening
from shared.vault.store import Vault

WHY: Final = "ledger.archive"  # in the log of accesses
INDEX: Final = "pieces.csv"
COLUMNS: Final = (
    *(Column("Fait", "Record", Kind.NUMBER), Column("Écriture", "Entry"), Column("Date", "Date", Kind.DAY), Column("Pièce", "Voucher")),
    *(Column("Libellé", "Label"), Column("Montant", "Amount", Kind.CENTS), Column("Type", "Type"), Column("Taille", "Size", Kind.NUMBER)),
    *(Column("Fichier", "File"), Column("Empreinte", "Commitment"), Column("Sel", "Salt")),
)


class VouchersDamaged(Refused):
    """Des pièces ont été modifiées hors du registre : pas d'archive tant qu'elles ne sont pas remises ; préviens un vérificateur.
    Vouchers were changed outside the register: no archive is made until they are put back; tell a verifier."""


class Filed(NamedTuple):
    """One file of one entry."""

    paper: Paper
    document: Document

    @property
    def number(self) -> str:
        """Return the voucher's number, such as D31; what waits for its payment has none."""
        voucher = self.paper.voucher
        return f"{voucher.series}{voucher.number:02d}" if voucher else "ordre"

    @property
    def name(self) -> str:
        """Return the path of the file in the archive."""
        return f"pieces/{self.document.document}.{ENDINGS[self.document.media_type]}"


class Papers:
    """The files of some entries, opened one by one for one reader; each opening is noted."""

    def __init__(self, vault: Vault, register: Id, reader: Pseudonym, filed: tuple[Filed, ...]) -> None:
        """Open every file once. Raises VouchersDamaged with all that were changed."""
        self._vault, self._register, self._reader, self._filed = vault, register, reader, filed
        self._salts: dict[Digest, bytes] = {}
        damaged: dict[Digest, dict[str, str | int]] = {}
        for one in filed:
            try:
                opened = self._opened(one)
            except Corrupt:
                damaged[one.document.document] = {"voucher": one.number, "seq": one.document.seq, "document": one.document.document}
            else:
                if opened is not None:
                    self._salts[one.document.document] = opened.salt
        if damaged:
            raise VouchersDamaged(vouchers=list(damaged.values()))

    @property
    def erased(self) -> int:
        """Return how many files are no longer kept."""
        return len({one.document.document for one in self._filed} - self._salts.keys())

    def members(self) -> Iterator[Member]:
        """Iterate over the index and the files, each once. Raises Corrupt for one that was changed meanwhile."""
        yield Member(INDEX, csv_of(Table("Pièces", "Vouchers", COLUMNS, tuple(self._row(one) for one in self._filed))))
        once = {one.document.document: one for one in self._filed if one.document.document in self._salts}
        for _, one in sorted(once.items()):
            opened = self._opened(one)
            if opened is not None:
                yield Member(one.name, opened.content)

    def _opened(self, one: Filed) -> FileOpening | None:
        concerns = (one.document.attached_by,)
        commitment = bytes.fromhex(one.document.document)
        return self._vault.file_opening(self._register, commitment, reader=self._reader, why=WHY, concerns=concerns)

    def _row(self, one: Filed) -> tuple[str | int | date, ...]:
        paper, document, salt = one.paper, one.document, self._salts.get(one.document.document)
        about = (document.seq, paper.entry, paper.on, one.number, paper.label, paper.amount, str(document.media_type), document.size)
        return (*about, one.name if salt else "", document.document, salt.hex() if salt else "")


def filed_in(vouchers: Vouchers, starts: date, ends: date) -> tuple[Filed, ...]:
    """Return the files of the entries of a year, in the order in which the entries stand."""
    papers = sorted((one for one in vouchers.papers.values() if starts <= one.on <= ends), key=lambda one: one.seq)
    return tuple(Filed(paper, document) for paper in papers for document in paper.documents)
