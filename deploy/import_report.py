"""What an import did or would do: counts, bad lines, totals by account and closing balances, as text and as JSON.

Every figure is folded from the facts, those of the register and those planned; none is added up beside them. The sums of
the sheets' own columns stand next to them, to be compared.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from deploy.import_plan import Plan
from deploy.table import BadLine
from services.ledger.events import ADVANCES
from services.ledger.projections.balances import BALANCES
from shared.messages import Recorded
from shared.projecting import Cut, fold
from shared.values import Code
from shared.web.formats import Language, money

KINDS: Final = {
    "ledger.receipt-recorded.v1": ("recettes", "receipts"),
    "ledger.expense-recorded.v1": ("dépenses", "expenses"),
    "ledger.transfer-recorded.v1": ("virements internes", "internal transfers"),
    "ledger.advance-granted.v1": ("avances confiées", "advances granted"),
    "ledger.advance-justified.v1": ("avances justifiées", "advances justified"),
    "ledger.advance-returned.v1": ("reliquats d'avance rendus", "remainders of advances returned"),
    "ledger.pot-transfer-recorded.v1": ("transferts entre pots", "transfers between pots"),
}
FIGURES: Final = {  # of a refusal, in cents
    "paid": ("payé", "paid"),
    "split": ("ventilé", "split"),
    "missing": ("écart", "difference"),
    "left": ("reste", "left"),
    "asked": ("demandé", "asked"),
    "given": ("feuille", "sheet"),
    "book": ("registre", "register"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of an import, amounts in cents.

    `kinds` counts the lines that pass, by wire name; `set_up` the commands the register lacked before them; `moved` is what
    each treasury column of the sheets adds up to. Figures are those at the end of the year; of a dry run, as they would be.
    """

    year: Code | None
    dry_run: bool
    kinds: Mapping[str, int]
    set_up: int
    recorded: int
    known: int
    bad_lines: tuple[BadLine, ...]
    income: int
    expense: int
    by_account: Mapping[Code, int]
    closing: Mapping[Code, int]
    pots: Mapping[Code, int]
    moved: Mapping[Code, int]
    labels: Mapping[Code, str]

    @property
    def lines(self) -> int:
        """Return how many lines pass."""
        return sum(self.kinds.values())

    @property
    def left_out(self) -> int:
        """Return how many lines do not pass."""
        return len({(bad.file, bad.line) for bad in self.bad_lines})

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values, in cents."""
        return {
            "year": self.year,
            "dry_run": self.dry_run,
            "lines": self.lines,
            "kinds": dict(self.kinds),
            "set_up": self.set_up,
            "recorded": self.recorded,
            "known": self.known,
            "left_out": self.left_out,
            "bad_lines": [bad._asdict() for bad in self.bad_lines],
            "income": self.income,
            "expense": self.expense,
            "result": self.income - self.expense,
            "by_account": dict(self.by_account),
            "closing": dict(self.closing),
            "pots": dict(self.pots),
            "moved": dict(self.moved),
        }

    def as_text(self, lang: Language = "fr") -> str:
        """Return the report as lines of text."""
        return "\n".join([*self._counts(lang), *(_bad_line(bad, lang) for bad in self.bad_lines), *self._figures(lang)])

    def _counts(self, lang: Language) -> list[str]:
        say = _Sayer(lang)
        title = say("Exercice", "Fiscal year") + f" {self.year or '-'}"
        if self.dry_run:
            outcome = say("Essai : rien n'est enregistré.", "Dry run: nothing is recorded.")
        elif self.bad_lines and not self.recorded:
            outcome = say("Rien n'est enregistré.", "Nothing is recorded.")
        else:
            outcome = say(f"Commandes enregistrées : {self.recorded}.", f"Commands recorded: {self.recorded}.")
        kinds = ", ".join(f"{count} {say(*KINDS[wire])}" for wire, count in self.kinds.items())
        return [
            f"{title}. {outcome}",
            say("Lignes bonnes", "Good lines") + f" : {self.lines}" + (f" ({kinds})" if kinds else ""),
            say("Mise en place", "Set-up") + f" : {self.set_up}",
            say("Déjà dans le registre", "Already in the register") + f" : {self.known}",
            say("À corriger ou laissées de côté", "To correct, or left out") + f" : {self.left_out}",
        ]

    def _figures(self, lang: Language) -> list[str]:
        say = _Sayer(lang)
        result = self.income - self.expense
        return [
            say("Recettes", "Income") + f" {money(self.income, lang)}, " + say("dépenses", "expense") + f" {money(self.expense, lang)}, "
            + say("résultat", "result") + f" {money(result, lang)}",
            *(f"  {code:<8} {self.labels.get(code, code)} : {money(amount, lang)}" for code, amount in self.by_account.items()),
            say("Soldes à la fin de l'exercice", "Balances at the end of the year"),
            *(f"  {code:<8} {self.labels.get(code, code)} : {money(amount, lang)}" for code, amount in {**self.closing, **self.pots}.items()),
        ]


def report_of(plan: Plan, records: Sequence[Recorded[Any]], zone: tzinfo, *, recorded: int, dry_run: bool) -> Report:
    """Sum a plan up, over the records of the register as they are or would be."""
    wires = Counter(step.events[0].wire for step in plan.steps if step.events)
    kinds = {wire: wires[wire] for wire in KINDS if wires[wire]}
    balances = fold(BALANCES, records, Cut(au=plan.year.ends if plan.year else None, zone=zone))
    turnover = balances.results.get(plan.year.year if plan.year else "", {})
    return Report(
        year=plan.year.year if plan.year else None,
        dry_run=dry_run,
        kinds=kinds,
        set_up=sum(wires.values()) - sum(kinds.values()),
        recorded=recorded,
        known=sum(step.command is None for step in plan.steps),
        bad_lines=plan.bad_lines,
        income=-sum(amount for code, amount in turnover.items() if code[0] == "7"),
        expense=sum(amount for code, amount in turnover.items() if code[0] == "6"),
        by_account={code: abs(amount) for code, amount in sorted(turnover.items())},
        closing={code: balances.accounts.get(code, 0) for code in sorted({*balances.treasury, ADVANCES})},
        pots=dict(sorted(balances.pots.items())),
        moved=dict(sorted(plan.moved.items())),
        labels={code: account.label for code, account in balances.chart.items()} | dict(balances.labels),
    )


def _bad_line(bad: BadLine, lang: Language) -> str:
    say = _Sayer(lang)
    place = bad.file + (say(f", ligne {bad.line}", f", line {bad.line}") if bad.line else "")
    cell = (say(f", colonne {bad.column}", f", column {bad.column}") if bad.column else "") + (f" « {bad.value} »" if bad.value.strip() else "")
    figures = [f"{say(*FIGURES[name])} {money(amount, lang)}" for name, amount in bad.figures.items() if name in FIGURES and isinstance(amount, int)]
    return f"{place}{cell} : {say(bad.reason_fr, bad.reason_en)}" + (f" ({', '.join(figures)})" if figures else "")


class _Sayer:
    """Says one of two sentences, French first."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang

    def __call__(self, french: str, english: str) -> str:
        return english if self.lang == "en" else french
