"""The words of codes and figures as the ledger's pages say them: French sentences of the catalogue, by code."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.ledger.events.entries import Means
from shared.web import formats

MEANS: Final[Mapping[str, str]] = {
    Means.CHEQUE: "chèque",
    Means.CASH: "espèces",
    Means.TRANSFER: "virement",
    Means.CARD: "carte bancaire",
    Means.DIRECT_DEBIT: "prélèvement",
    Means.OTHER: "autre moyen",
}
# What an entry of the journal is, by its wire name; several services' readers see the same words in the trail.
KINDS: Final[Mapping[str, str]] = {
    "receipt-recorded": "recette",
    "expense-recorded": "dépense",
    "transfer-recorded": "virement interne",
    "entry-reversed": "contre-passation",
    "advance-granted": "avance confiée",
    "advance-justified": "avance justifiée",
    "advance-returned": "reste d'avance rendu",
    "pot-transfer-recorded": "d'un pot à un autre",
    "year-opened": "à nouveau",
}
TYPES: Final[Mapping[str, str]] = {
    "income": "recettes",
    "expense": "dépenses",
    "treasury": "compte de trésorerie",
    "advance": "avances",
    "equity": "report et résultat",
}
# The figures that travel beside a refusal, where they help whoever reads it: cents, or plain words.
SUMS: Final[Mapping[str, str]] = {"missing": "écart", "left": "reste", "cap": "plafond", "balance": "solde"}
PLAIN: Final[Mapping[str, str]] = {
    "next": "prochain numéro",
    "account": "compte",
    "pot": "pot",
    "locked_through": "verrouillé jusqu'au",
    "today": "aujourd'hui",
    "decided_on": "décidé le",
}


def detail_of(details: Mapping[str, Any], say: Callable[[str], str], language: formats.Language) -> str:
    """Return what a refusal adds to its sentence: the figures that show what is wrong."""
    sums = [(words, details[name]) for name, words in SUMS.items() if isinstance(details.get(name), int)]
    told = [f"{say(words)} : {formats.money(cents, language)}" for words, cents in sums]
    told += [f"{say(words)} : {details[name]}" for name, words in PLAIN.items() if details.get(name) is not None]
    return f"({', '.join(told)})" if told else ""
