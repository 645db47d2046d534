"""Every result of a register counted again from its records: with the version of its day, and with today's."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from deploy.catalogue import CODEC
from deploy.cli.ending import CheckFailed, answering
from deploy.cli.joining import joined
from deploy.cli.speaking import Json, Lang, Quiet, as_json, as_table, results, spoken
from services.governance.api.recounts import again_shown
from services.governance.projections.ballots import BALLOTS, Polls
from services.governance.standing import STANDING
from services.governance.telling.recounting import ResultAgain, all_recounted
from shared.eventlog.reading import LogReader
from shared.projecting import Cut, fold
from shared.refusals import NotFound


@answering
def recount(
    register: Annotated[str, typer.Argument(help="The register.")],
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Count every declared result again with the version of its day and with today's; list each difference with what explains it."""
    with joined(lang, quiet=quiet or json) as installation:
        reader = LogReader(installation.url("ruche_reader"))
        try:
            polls = _polls(reader, register)
        finally:
            reader.close()
    found = all_recounted(polls)
    wrong = [one.ballot for one in found if one.recounted and not one.as_declared]
    if json:
        as_json({"register": register, "results": [again_shown(one) for one in found], "not_as_declared": wrong})
    elif not quiet:
        _show(found, lang)
    if wrong and json:
        raise typer.Exit(1)
    if wrong:
        raise CheckFailed(
            spoken("Ce qui fut déclaré ne se retrouve pas : ", "What was declared is not found again: ", lang) + ", ".join(wrong)
        )


def _polls(reader: LogReader, register: str) -> Polls:
    """Return the ballots of a register. Raises NotFound."""
    records = [CODEC.decode(stored.type, stored.record) for stored in reader.by_register(register)]
    if not records:
        raise NotFound(register=register)
    zone = ZoneInfo(STANDING.evolve(STANDING.initial, records[0]).zone)
    return fold(BALLOTS, records, Cut(zone=zone))


def _show(found: tuple[ResultAgain, ...], lang: str) -> None:
    columns = (
        spoken("Fait", "Fact", lang),
        spoken("Question", "Question", lang),
        spoken("Méthode", "Method", lang),
        spoken("Son jour", "Its day", lang),
        spoken("Aujourd'hui", "Today", lang),
    )
    as_table(spoken("Les résultats recomptés", "The results counted again", lang), columns, [_row(one, lang) for one in found])
    for one in found:
        for change in one.changes:
            told = spoken(change.fr, change.en, lang)
            results.print(f"{one.question} : {', '.join(one.differs)} — {told}", markup=False, soft_wrap=True)


def _row(one: ResultAgain, lang: str) -> tuple[Any, ...]:
    method = f"{one.method} v{one.version}" + (f" / v{one.version_today}" if one.version_today != one.version else "")
    if one.recounted is None:
        unknown = spoken("bulletins non publiés", "papers not published", lang)
        return (str(one.seq), one.question, method, unknown, unknown)
    then, now = one.recounted.then.tallied, one.recounted.now.tallied
    same = spoken("identique", "the same", lang) if one.as_declared else spoken("AUTRE", "OTHER", lang)
    other = ", ".join(now.elected) if now and one.differs else spoken("identique", "the same", lang)
    return (str(one.seq), one.question, method, f"{', '.join(then.elected) if then else '–'} ({same})", other)
