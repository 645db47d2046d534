"""Each step of a count as a sentence, in French and in English, that a person of ten can follow with the papers in hand.

The step words are those of `tally/`; a sentence names options by their labels and numbers as they are: 23, or 3/2.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from services.governance.events.papers import Method, Parameters, Step
from shared.values import Code

# of one step word: French, English. {options}: the options; {figures}: each with its number; {name}: the number of that name.
SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "beats": ("{first} bat : {others}.", "{first} beats: {others}."),
    "best": ("Le meilleur total est {total} ; toujours dedans : {options}.", "The best total is {total}; always in it: {options}."),
    "condorcet": ("{options} gagne chacun de ses duels.", "{options} wins each of its duels."),
    "drawn": ("Le sort désigne : {options}.", "The draw names: {options}."),
    "dropped": ("On retire {options} ; ces bulletins passent à : {figures}.", "{options} leaves; these papers go to: {figures}."),
    "elected": ("Retenu : {options}.", "Chosen: {options}."),
    "elected-stv": (
        "{options} est élu avec {votes} voix ; {surplus} de plus que nécessaire.",
        "{options} is elected with {votes} votes; {surplus} more than needed.",
    ),
    "equal": ("Rien ne sépare {options}.", "Nothing parts {options}."),
    "filled": ("Les dernières places vont à : {figures}.", "The last seats go to: {figures}."),
    "fits": ("{options} entre encore dans l'enveloppe ({figures}).", "{options} still fits in the envelope ({figures})."),
    "funded": ("{options} est financé ({figures}).", "{options} is funded ({figures})."),
    "grades": ("{options} : combien de fois chaque mention : {figures}.", "{options}: how many times each grade: {figures}."),
    "half": ("{expressed} bulletins choisissent ; il en faut {needed}.", "{expressed} papers choose; {needed} are needed."),
    "little-known": (
        "Moins de la moitié des bulletins notent {options} : on les classe après les autres ({figures}).",
        "Fewer than half of the papers score {options}: they come after the others ({figures}).",
    ),
    "majority-grade": ("La mention majoritaire de chacun : {figures}.", "The majority grade of each: {figures}."),
    "pairs": ("{options} est préféré : {figures}.", "{options} is preferred: {figures}."),
    "parted": ("{options} : la suite des mentions les sépare ({figures}).", "{options}: the sequence of grades parts them ({figures})."),
    "passed": ("C'est adopté.", "It is adopted."),
    "paths": ("Le plus fort chemin depuis {options} vers : {figures}.", "The strongest path from {options} to: {figures}."),
    "points": (
        "{options} : combien de bulletins pour chaque nombre de points : {figures}.",
        "{options}: papers for each number of points: {figures}.",
    ),
    "price": ("Ce que chaque soutien paierait : {figures}.", "What each supporter would pay: {figures}."),
    "quota": ("{papers} bulletins, {seats} places : il faut {quota} voix.", "{papers} papers, {seats} seats: {quota} votes are needed."),
    "rejected": ("C'est rejeté.", "It is rejected."),
    "round": ("Un tour : {figures}.", "A round: {figures}."),
    "scores": ("{options} : combien de fois chaque note : {figures}.", "{options}: how many times each score: {figures}."),
    "second-round": (
        "Personne n'a plus de la moitié : second tour entre {options}.",
        "Nobody has more than half: second round between {options}.",
    ),
    "share": (
        "L'enveloppe se partage entre {voters} votants : {share} centimes chacun.",
        "The envelope is shared by {voters} voters: {share} cents each.",
    ),
    "short": (
        "{options} coûte {cost} centimes, ses soutiens n'en ont plus que {have}.",
        "{options} costs {cost} cents, its supporters have {have} left.",
    ),
    "steps-left-out": (
        "Ce compte a trop d'étapes pour être gardé ici : recomptez-le depuis les bulletins.",
        "This count has too many steps to be kept here: count it again from the papers.",
    ),
    "threshold": ("{yes} pour ; il en faut {needed}.", "{yes} in favour; {needed} are needed."),
    "tied": ("Ex aequo, départagés dans cet ordre : {options}.", "Equal, parted in this order: {options}."),
    "too-dear": ("{options} n'entre plus dans l'enveloppe ({figures}).", "{options} no longer fits in the envelope ({figures})."),
    "top-scores": ("Ex aequo ; les meilleures notes de chacun : {figures}.", "Equal; the top scores of each: {figures}."),
    "totals": ("Le total de chacun : {figures}.", "The total of each: {figures}."),
    "transferred": ("Ce que {options} a de trop passe à : {figures}.", "What {options} does not need goes to: {figures}."),
    "unbeaten": ("Personne ne bat : {options}.", "Nobody beats: {options}."),
    "votes": ("Les voix : {figures}.", "The votes: {figures}."),
    "worth": ("Ce qu'apporte chaque projet : {figures}.", "What each project adds: {figures}."),
}
OF_GRADES: Final = frozenset({"majority-grade", "parted"})  # steps whose numbers are places of grades
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "yes": ("oui", "yes"),
    "no": ("non", "no"),
    "abstain": ("je m'abstiens", "I abstain"),
    "exhausted": ("plus personne", "nobody left"),
    "left": ("reste", "left"),
    "price": ("prix", "price"),
    "supporters": ("soutiens", "supporters"),
    "paid-most": ("au plus par votant", "most by one voter"),
    "spent": ("dépensé", "spent"),
    "taken": ("mentions retirées", "grades taken off"),
    "weight": ("chaque voix vaut", "each vote is worth"),
    "cost": ("coût", "cost"),
    "votes": ("voix", "votes"),
}


class _Fields(dict[str, str]):
    """The fields of a sentence; a number that a step does not tell is a nought."""

    def __missing__(self, name: str) -> str:
        return "0"


class Sentence(NamedTuple):
    """One step told in two languages."""

    fr: str
    en: str


def told(steps: Sequence[Step], method: Method, parameters: Parameters, labels: Mapping[Code, str]) -> tuple[Sentence, ...]:
    """Return the sentence of each step; `labels` name the options (an option without one goes by its code)."""
    return tuple(Sentence(*(_told(step, method, parameters, labels, language) for language in (0, 1))) for step in steps)


def _told(step: Step, method: Method, parameters: Parameters, labels: Mapping[Code, str], language: int) -> str:
    def named(code: Code) -> str:
        if code not in labels and step.step == "grades" and parameters.grades and code.isdecimal():
            return f"« {parameters.grades[int(code)]} »" if language == 0 else f"“{parameters.grades[int(code)]}”"
        return labels.get(code) or (WORDS[code][language] if code in WORDS else code)

    numbers = {one.of: _graded(step, one.of, one.value, parameters, labels) for one in step.figures or ()}
    word = "elected-stv" if step.step == "elected" and method is Method.STV and numbers else step.step
    chosen = step.options or ()
    fields = numbers | {
        "options": _listed(chosen, named),
        "first": _listed(chosen[:1], named),
        "others": _listed(chosen[1:], named) or "–",
        "figures": ", ".join(f"{named(code)} {value}" for code, value in numbers.items()),
    }
    return SENTENCES[word][language].format_map(_Fields(fields))


def _graded(step: Step, of: Code, value: str, parameters: Parameters, labels: Mapping[Code, str]) -> str:
    """Write a grade by its name where the number is its place."""
    if step.step in OF_GRADES and of in labels and parameters.grades and value.isdecimal() and int(value) < len(parameters.grades):
        return parameters.grades[int(value)]
    return value


def _listed(options: Sequence[Code], named: Callable[[Code], str]) -> str:
    return ", ".join(named(one) for one in options)
