"""A file of ballot papers, counted on the command line without a server."""

import re
from pathlib import Path
from typing import Annotated, Final

import typer

from deploy.cells import cents
from deploy.cli.ending import WrongUsage, answering
from deploy.cli.speaking import Json, Lang, as_json, as_table, results, spoken
from services.governance.ballot_files.ballot_file import BallotFile
from services.governance.ballot_files.by_extension import read_ballots
from services.governance.events.papers import DrawKind, Method, Parameters, Step, Tallied, TieBroken, TiePolicy
from services.governance.tally.counting import CASTING_VOTE, DECLARED_ORDER, DRAW, STATUS_QUO, Counting, DrawNeeded, Ties
from services.governance.tally.draw import drawn_order
from services.governance.tally.methods import counting_of
from services.governance.tally.opening import fault_of_parameters
from services.governance.tally.rankings import OF_RANKINGS
from services.governance.tally.sorting import tallied
from shared.refusals import Refused
from shared.values import Code

ROOT: Final = re.compile(r"[0-9a-f]{64}")
PARTED_BY = {  # how a result says which step of the policy parted equals
    STATUS_QUO: ("le statu quo", "the status quo"),
    DECLARED_ORDER: ("l'ordre déclaré", "the declared order"),
    DRAW: ("le tirage", "the draw"),
    CASTING_VOTE: ("la voix prépondérante", "the casting vote"),
}


class NoMethod(Refused):
    """Ce fichier ne dit pas comment compter : choisis une méthode avec --method.
    This file does not say how to count: choose a method with --method."""


class NoSuchDraw(WrongUsage):
    """Un tirage suit de la racine (64 chiffres hexadécimaux) et de l'identifiant du scrutin : il faut les deux, avec --root et --ballot.
    A draw follows from the root (64 hexadecimal digits) and the ballot's id: both are needed, with --root and --ballot."""


class RuleNotSound(Refused):
    """Cette méthode ne peut pas compter ces bulletins avec ces réglages : voir la raison indiquée.
    This method cannot count these papers with these settings: see the reason shown."""


class OnlyADrawParts(Refused):
    """Seul un tirage départagerait ces options : donne leur ordre avec --order, ou --root et --ballot comme le résultat les nomme.
    Only a draw would part these options: give their order with --order, or --root and --ballot as the result names them."""


@answering
def tally(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Ballots: .soc .soi .toc .toi .cat .pb .blt .json")],
    method: Annotated[Method | None, typer.Option("--method", help="How to count; what the file says when left out.")] = None,
    seats: Annotated[int | None, typer.Option("--seats", min=1, help="How many are elected.")] = None,
    budget: Annotated[str | None, typer.Option("--budget", help="The envelope in euros: 1200 or 1200,50.")] = None,
    order: Annotated[str | None, typer.Option("--order", help="All options, best first, with commas: parts equals.")] = None,
    root: Annotated[str | None, typer.Option("--root", help="The tree's root that the result names: the draw follows from it.")] = None,
    ballot: Annotated[str | None, typer.Option("--ballot", help="The ballot's id, which the draw needs beside the root.")] = None,
    steps: Annotated[bool, typer.Option("--steps", help="Tell every step of the count.")] = False,
    json: Json = False,
    lang: Lang = "fr",
) -> None:
    """Count a file of ballot papers of any method; needs no server and records nothing."""
    box = read_ballots(file.name, file.read_bytes())
    chosen = method or box.method
    if chosen is None:
        raise NoMethod
    counting = _counting(chosen, box, None if method else box.method_version)
    parameters = _parameters(box, counting if method else None, seats, None if budget is None else cents(budget))
    policy = box.tie_policy or TiePolicy(draw=DrawKind.CLASS)
    if order is not None:
        policy = TiePolicy(status_quo=policy.status_quo, order=tuple(one.strip() for one in order.split(",")), draw=policy.draw)
    if fault := fault_of_parameters(chosen, box.options, parameters, policy):
        raise RuleNotSound(reason=fault, method=str(chosen))
    try:
        result, told = tallied(
            counting, box.options, box.piles, parameters, Ties(policy, _drawn(box, root, ballot), box.casting), _set_aside(box)
        )
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


def _counting(method: Method, box: BallotFile, version: int | None) -> Counting:
    """Return how to count: by the version of the file's day, else today's; first choices of rankings by a method of marks."""
    ranked = any(pile.choice.ranks for pile in box.piles)
    return OF_RANKINGS[method] if ranked and method in OF_RANKINGS else counting_of(method, version)


def _drawn(box: BallotFile, root: str | None, ballot: str | None) -> tuple[Code, ...] | None:
    """Return the order of the draw: the one held in class, or what follows from the root and the ballot's id. Raises NoSuchDraw."""
    root, ballot = root or box.draw_root, ballot or box.ballot
    if root is None:
        return box.drawn
    if ballot is None or not ROOT.fullmatch(root):
        raise NoSuchDraw(root=root, ballot=ballot or "")
    return drawn_order(box.options, bytes.fromhex(root), ballot)


def _set_aside(box: BallotFile) -> dict[Code, int]:
    return {one.reason: one.papers for one in box.set_aside or ()}


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
