"""A file of ballot papers, counted on the command line without a server."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cells import cents
from deploy.cli.ending import answering
from deploy.cli.speaking import Json, Lang, as_json, as_table, results, spoken
from services.governance.ballot_files.ballot_file import BallotFile
from services.governance.ballot_files.by_extension import read_ballots
from services.governance.events.papers import DrawKind, Method, Parameters, Step, Tallied, TieBroken, TiePolicy
from services.governance.tally.counting import CASTING_VOTE, DECLARED_ORDER, DRAW, STATUS_QUO, Counting, DrawNeeded, Ties
from services.governance.tally.methods import counting_of
from services.governance.tally.opening import fault_of_parameters
from services.governance.tally.rankings import OF_RANKINGS
from services.governance.tally.sorting import tallied
from shared.refusals import Refused

PARTED_BY = {  # how a result says which step of the policy parted equals
    STATUS_QUO: ("le statu quo", "the status quo"),
    DECLARED_ORDER: ("l'ordre déclaré", "the declared order"),
    DRAW: ("le tirage", "the draw"),
    CASTING_VOTE: ("la voix prépondérante", "the casting vote"),
}


class NoMethod(Refused):
    """Ce fichier ne dit pas comment compter : choisis une méthode avec --method.
    This file does not say how to count: choose a method with --method."""


class RuleNotSound(Refused):
    """Cette méthode ne peut pas compter ces bulletins avec ces réglages : voir la raison indiquée.
    This method cannot count these papers with these settings: see the reason shown."""


class OnlyADrawParts(Refused):
    """Ces options sont à égalité et seul un tirage les départagerait : donne un ordre de toutes les options avec --order.
    These options are equal and only a draw would part them: give an order of all options with --order."""


@answering
def tally(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Ballots: .soc .soi .toc .toi .cat .pb .blt .json")],
    method: Annotated[Method | None, typer.Option("--method", help="How to count; what the file says when left out.")] = None,
    seats: Annotated[int | None, typer.Option("--seats", min=1, help="How many are elected.")] = None,
    budget: Annotated[str | None, typer.Option("--budget", help="The envelope in euros: 1200 or 1200,50.")] = None,
    order: Annotated[str | None, typer.Option("--order", help="All options, best first, with commas: parts equals.")] = None,
    steps: Annotated[bool, typer.Option("--steps", help="Tell every step of the count.")] = False,
    json: Json = False,
    lang: Lang = "fr",
) -> None:
    """Count a file of ballot papers of any method; needs no server and records nothing."""
    box = read_ballots(file.name, file.read_bytes())
    chosen = method or box.method
    if chosen is None:
        raise NoMethod
    counting = _counting(chosen, box)
    parameters = _parameters(box, counting if method else None, seats, None if budget is None else cents(budget))
    policy = box.tie_policy or TiePolicy(draw=DrawKind.CLASS)
    if order is not None:
        policy = TiePolicy(status_quo=policy.status_quo, order=tuple(one.strip() for one in order.split(",")), draw=policy.draw)
    if fault := fault_of_parameters(chosen, box.options, parameters, policy):
        raise RuleNotSound(reason=fault, method=str(chosen))
    try:
        result, told = tallied(counting, box.options, box.piles, parameters, Ties(policy))
    except DrawNeeded as tie:
        raise OnlyADrawParts(options=", ".join(tie.options)) from tie
    if json:
        rule = {"method": chosen, "version": counting.version, "parameters": parameters.model_dump(mode="json", exclude_none=True)}
        lines = {"steps": [step.model_dump(mode="json", exclude_none=True) for step in told]} if steps else {}
        as_json({"file": file.name, **rule, "result": result.model_dump(mode="json", exclude_none=True), **lines})
        return
    if steps:
        _show_steps(told, lang)
    _show(f"{box.title or file.name} ({chosen})", box, result, lang)


def _counting(method: Method, box: BallotFile) -> Counting:
    """Return how to count; first choices where papers with rankings are counted by a method of marks."""
    ranked = any(pile.choice.ranks for pile in box.piles)
    return OF_RANKINGS[method] if ranked and method in OF_RANKINGS else counting_of(method)


def _parameters(box: BallotFile, other: Counting | None, seats: int | None, budget: int | None) -> Parameters:
    """Return what the file says and the command line says otherwise; of the file only what another method understands."""
    said = {name: value for name, value in box.parameters if value is not None}
    if other:
        said = {name: value for name, value in said.items() if name in other.needs | other.takes}
    given = {"seats": seats, "budget": budget}
    return Parameters.model_validate(said | {name: value for name, value in given.items() if value is not None})


def _show(title: str, box: BallotFile, result: Tallied, lang: str) -> None:
    places = {option: str(place) for place, option in enumerate(result.elected, 1)}
    columns = ("Option", spoken("Nombre", "Number", lang), spoken("Retenue", "Chosen", lang))
    rows = [(box.name_of(figure.of), figure.value, places.get(figure.of, "")) for figure in result.counts]
    as_table(title, columns, rows)
    void = sum(one.papers for one in result.void)
    reasons = ", ".join(f"{one.reason} {one.papers}" for one in result.void)
    heard = spoken(
        f"{result.voters} bulletins : {result.expressed} exprimés, {result.blank} blancs, {void} nuls",
        f"{result.voters} papers: {result.expressed} expressed, {result.blank} blank, {void} void",
        lang,
    )
    _say(f"{heard} ({reasons})" if reasons else heard)
    for tie in result.ties:
        _say(_parted(box, tie, lang))
    if result.spent is not None:
        _say(spoken("Dépensé", "Spent", lang) + f" : {result.spent // 100},{result.spent % 100:02} €")
    chosen = ", ".join(box.name_of(option) for option in result.elected)
    _say(spoken("Retenu : ", "Chosen: ", lang) + (chosen or spoken("rien", "nothing", lang)))


def _parted(box: BallotFile, tie: TieBroken, lang: str) -> str:
    equals = ", ".join(box.name_of(option) for option in tie.options)
    order = ", ".join(box.name_of(option) for option in tie.order)
    by = spoken(*PARTED_BY[tie.step], lang)
    return spoken(f"Ex aequo : {equals}, départagés par {by} : {order}", f"Equal: {equals}, parted by {by}: {order}", lang)


def _show_steps(steps: tuple[Step, ...], lang: str) -> None:
    rows = [
        (number, step.step, ", ".join(step.options or ()), ", ".join(f"{one.of} {one.value}" for one in step.figures or ()))
        for number, step in enumerate(steps, 1)
    ]
    as_table(
        spoken("Dépouillement", "The count", lang), ("", spoken("Étape", "Step", lang), "Options", spoken("Nombres", "Numbers", lang)), rows
    )


def _say(sentence: str) -> None:
    results.print(sentence, markup=False, soft_wrap=True)
