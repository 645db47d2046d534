"""A register folded again from its first record: its balances, and whether every view shows what the records say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from deploy.catalogue import CODEC
from deploy.cli.comparing import Compared, compared, portal_views
from deploy.cli.ending import Exit, answering
from deploy.cli.joining import joined
from deploy.cli.people import only_register
from deploy.cli.speaking import Json, Lang, Quiet, as_json, as_table, progress, results, spoken
from deploy.installation import Installation
from services.governance.standing import STANDING
from services.ledger.available import FUNDS, funds_shown
from shared.eventlog.reading import LogReader
from shared.merkle import Frontier
from shared.messages import Recorded
from shared.projecting import Cut, fold
from shared.refusals import NotFound
from shared.web import formats
from shared.web.queries import plain

PROGRESS_RECORDS_MIN = 10_000  # fewer are folded in well under two seconds
PROGRESS_RECORDS = 500  # between two moves of the bar: it costs as much as a record

RegisterArgument = Annotated[str | None, typer.Argument(help="The register; the only one here when left out.")]
Au = Annotated[datetime | None, typer.Option("--au", formats=["%Y-%m-%d"], help="As of this business date.")]
ConnuAu = Annotated[datetime | None, typer.Option("--connu-au", formats=["%Y-%m-%d"], help="As known on this date.")]
UpTo = Annotated[int | None, typer.Option("--seq", min=0, help="Up to this record.")]
Compare = Annotated[
    bool,
    typer.Option(
        "--compare",
        help="Fold every view as well and compare it with the portal's, at the same record: the stored one, or, for a view that is not"
        " stored and for another moment, the one it folds from its own copy.",
    ),
]


@answering
def replay(
    register: RegisterArgument = None,
    au: Au = None,
    connu_au: ConnuAu = None,
    seq: UpTo = None,
    compare: Compare = False,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Fold a register from its first record and show its balances, today or as of another moment."""
    quiet = quiet or json
    with joined(lang, quiet=quiet) as installation:
        chosen = register or only_register(installation)
        cut = Cut(_day(au), _day(connu_au), seq)
        reader = LogReader(installation.url("ruche_reader"))
        try:
            replayed = _Replay(reader, chosen, cut, lang, quiet=quiet)
            told = replayed.balances()
            views = replayed.compared_with(installation) if compare else []
        finally:
            reader.close()
    differing = [view for view in views if not view.identical]
    if json:
        as_json(told | ({"compared": _compared_plain(views)} if compare else {}))
    else:
        _show(told, lang)
        if compare:
            _show_compared(views, lang)
    if differing:
        raise typer.Exit(Exit.FOUND)


class _Replay:
    """One register, read from the log."""

    def __init__(self, reader: LogReader, register: str, cut: Cut, lang: str, *, quiet: bool) -> None:
        head = next((head for _, name, head in reader.registers() if name == register), None)
        if head is None:
            raise NotFound(register=register)
        first = next(iter(reader.by_register(register, upto=1)), None)
        opened = STANDING.evolve(STANDING.initial, CODEC.decode(first.type, first.record)) if first else STANDING.initial
        self._reader, self._register = reader, register
        self._cut = replace(cut, zone=ZoneInfo(opened.zone))
        self._head = head if cut.seq is None else min(head, cut.seq)
        self._lang, self._quiet = lang, quiet or head < PROGRESS_RECORDS_MIN

    def balances(self) -> dict[str, Any]:
        """Return how many records were read, the root over them, and the balances they make."""
        frontier, seen = Frontier(), 0

        def records() -> Iterator[Recorded[Any]]:
            nonlocal frontier, seen
            for stored, record in self._records(self._head, "Relecture", "Replaying"):
                frontier, seen = frontier.grown([stored]), seen + 1
                yield record

        funds = fold(FUNDS, replace(self._cut, seq=None).over(records()))
        told = {"register": self._register, "records": seen, "root": frontier.root().hex(), "balances": plain(funds_shown(funds))}
        return told | {name: day.isoformat() for name, day in (("au", self._cut.au), ("connu_au", self._cut.connu_au)) if day}

    def compared_with(self, installation: Installation) -> list[Compared]:
        """Compare every view with the portal's."""
        with portal_views(installation, self._register, self._cut) as live:
            upto = max(one.seq for one in live)  # the portal may have gone on since
            return compared(live, (record for _, record in self._records(upto, "Comparaison", "Comparing")), self._cut)

    def _records(self, upto: int, french: str, english: str) -> Iterator[tuple[bytes, Recorded[Any]]]:
        label = spoken(french, english, self._lang)
        with progress(label, upto, quiet=self._quiet) as advance:
            for number, stored in enumerate(self._reader.by_register(self._register, upto=upto), start=1):
                if number % PROGRESS_RECORDS == 0:
                    advance(PROGRESS_RECORDS)
                yield stored.record, CODEC.decode(stored.type, stored.record)


def _show(told: dict[str, Any], lang: str) -> None:
    register = told["register"]
    results.print(
        spoken(f"Registre {register}, {told['records']} faits relus", f"Register {register}, {told['records']} facts replayed", lang)
    )
    money = "fr" if not lang.startswith("en") else "en"
    rows = [(one["label"], formats.money(one["balance"], money)) for one in told["balances"]["accounts"]]
    rows += [(one["label"], formats.money(one["held"], money)) for one in told["balances"]["pots"]]
    as_table(spoken("Soldes", "Balances", lang), (spoken("Où", "Where", lang), spoken("Montant", "Amount", lang)), rows)
    root = told["root"]
    results.print(spoken(f"Racine de ces faits (RFC 6962) : {root}", f"Root over these facts (RFC 6962): {root}", lang), soft_wrap=True)


def _compared_plain(views: list[Compared]) -> dict[str, Any]:
    return {"views": len(views), "identical": sum(view.identical for view in views), "each": [view.plain() for view in views]}


def _show_compared(views: list[Compared], lang: str) -> None:
    same = sum(view.identical for view in views)
    results.print(
        spoken(
            f"Vues identiques à celles du portail : {same} sur {len(views)}",
            f"Views identical to those of the portal: {same} of {len(views)}",
            lang,
        )
    )
    for view in views:
        if view.difference is not None:
            at = spoken(f"{view.name} diffère au fait {view.seq}", f"{view.name} differs at record {view.seq}", lang)
            live, folded = spoken("montré", "shown", lang), spoken("refait", "folded again", lang)
            found = view.difference
            results.print(f"{at}, {found.path} : {live} {found.live}, {folded} {found.folded}", markup=False, soft_wrap=True)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
