"""What an import did or would do: counts, bad lines, totals by account and closing balances, as text and as JSON.

Every figure is folded from the facts, those of the register and those planned; none is added up beside them. The sums of
the sheets' own columns stand next to them, to be compared.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from immutables import Map

from deploy.import_plan import Plan
from deploy.table import BadLine
from services.ledger.events.legs import ADVANCES
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
        return "\n".join([*_counts(self, lang), *(_bad_line(bad, lang) for bad in self.bad_lines), *_figures(self, lang)])


def report_of(plan: Plan, records: Sequence[Recorded[Any]], zone: tzinfo, *, recorded: int, dry_run: bool) -> Report:
    """Sum a plan up, over the records of the register as they are or would be."""
    wires = Counter(step.events[0].wire for step in plan.steps if step.events)
    kinds = {wire: wires[wire] for wire in KINDS if wires[wire]}
    balances = fold(BALANCES, records, Cut(au=plan.year.ends if plan.year else None, zone=zone))
    turnover: Mapping[Code, int] = balances.results.get(plan.year.year, Map()) if plan.year else Map()
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


def _counts(report: Report, lang: Language) -> list[str]:
    if report.dry_run:
        outcome = _say(lang, "Essai : rien n'est enregistré.", "Dry run: nothing is recorded.")
    elif report.bad_lines and not report.recorded:
        outcome = _say(lang, "Rien n'est enregistré.", "Nothing is recorded.")
    else:
        outcome = _say(lang, f"Commandes enregistrées : {report.recorded}.", f"Commands recorded: {report.recorded}.")
    kinds = ", ".join(f"{count} {_say(lang, *KINDS[wire])}" for wire, count in report.kinds.items())
    return [
        _say(lang, "Exercice", "Fiscal year") + f" {report.year or '-'}. {outcome}",
        _say(lang, "Lignes bonnes : ", "Good lines: ") + str(report.lines) + (f" ({kinds})" if kinds else ""),
        _say(lang, "Mise en place, commandes : ", "Set-up, commands: ") + str(report.set_up),
        _say(lang, "Déjà dans le registre : ", "Already in the register: ") + str(report.known),
        _say(lang, "Lignes à corriger ou laissées de côté : ", "Lines to correct, or left out: ") + str(report.left_out),
    ]


def _bad_line(bad: BadLine, lang: Language) -> str:
    place = bad.file
    if bad.line:
        place += _say(lang, f", ligne {bad.line}", f", line {bad.line}")
    if bad.column:
        place += _say(lang, f", colonne {bad.column}", f", column {bad.column}")
    if bad.value.strip():
        place += f" « {bad.value} »"
    figures = ", ".join(
        f"{_say(lang, *FIGURES[name])} {money(amount, lang)}"
        for name, amount in bad.figures.items()
        if name in FIGURES and isinstance(amount, int)
    )
    colon = _say(lang, " : ", ": ")
    return f"{place}{colon}{_say(lang, bad.reason_fr, bad.reason_en)}" + (f" ({figures})" if figures else "")


def _figures(report: Report, lang: Language) -> list[str]:
    income, expense = money(report.income, lang), money(report.expense, lang)
    result = money(report.income - report.expense, lang)
    return [
        _say(lang, f"Recettes {income}, dépenses {expense}, résultat {result}", f"Income {income}, expense {expense}, result {result}"),
        *_lines(report, report.by_account, lang),
        _say(lang, "Soldes à la fin de l'exercice", "Balances at the end of the year"),
        *_lines(report, {**report.closing, **report.pots}, lang),
    ]


def _lines(report: Report, amounts: Mapping[Code, int], lang: Language) -> list[str]:
    return [f"  {code:<8} {money(amount, lang):>14}  {report.labels.get(code, '')}" for code, amount in amounts.items()]


def _say(lang: Language, french: str, english: str) -> str:
    return english if lang == "en" else french
