"""What is wrong with the rule of a ballot that is about to open: checked then, for nothing of it can change afterwards."""

from collections.abc import Callable
from typing import Final

from services.governance.events.papers import ABSTAIN, NO, OPTIONS_MAX, YES, Method, Missing, Parameters, TiePolicy
from services.governance.tally.counting import Options
from services.governance.tally.methods import counting_of
from services.governance.tally.stv import SEATS_MAX
from shared.values import Code

BUDGETS: Final = frozenset({Method.KNAPSACK, Method.EQUAL_SHARES, Method.MAX_WELFARE})  # one project alone is put to the vote too
GRADES_MAX: Final = 20  # papers use five to seven; nobody tells apart more than a mark out of twenty


def fault_of_parameters(method: Method, options: Options, parameters: Parameters, policy: TiePolicy) -> Code | None:
    """Name the first thing that keeps a ballot from being opened (None: it can be).

    Of the options: `too-few-options`, `too-many-options`, `option-twice`, `not-yes-no`, `reserved-option` (`abstain`, elsewhere).
    Of the parameters: `needs-…` and `takes-no-…` (a name, with hyphens), `too-many-seats` (not fewer than the options;
    for STV above `stv.SEATS_MAX`), `too-few-grades`, `too-many-grades`, `grade-twice`, `missing-ignored`
    (majority judgment needs as many grades for each option), `dots-each-above-dots`, `cost-twice`, `cost-missing`, `cost-unknown`.
    Of the ties: `status-quo-unknown`, `order-incomplete` (not each option once), `draw-alone` (a sortition is nothing but a draw).
    """
    return (
        _fault_of_options(method, options)
        or _fault_of_names(method, parameters)
        or next((fault for check in _CHECKS if (fault := check(method, options, parameters))), None)
        or _fault_of_policy(method, options, policy)
    )


def _fault_of_options(method: Method, options: Options) -> Code | None:
    if method is Method.YES_NO:
        return None if options in {(YES, NO), (YES, NO, ABSTAIN)} else "not-yes-no"
    if len(options) < (1 if method in BUDGETS else 2):
        return "too-few-options"
    if len(options) > OPTIONS_MAX and method is not Method.SORTITION:  # whose options are a roll
        return "too-many-options"
    if len(set(options)) < len(options):
        return "option-twice"
    return "reserved-option" if ABSTAIN in options else None


def _fault_of_names(method: Method, parameters: Parameters) -> Code | None:
    counting = counting_of(method)
    given = {name for name, value in parameters if value is not None}
    for name in sorted(counting.needs - given):
        return f"needs-{name}".replace("_", "-")
    for name in sorted(given - counting.needs - counting.takes):
        return f"takes-no-{name}".replace("_", "-")
    return None


def _fault_of_seats(method: Method, options: Options, parameters: Parameters) -> Code | None:
    seats_max = min(len(options) - 1, SEATS_MAX) if method is Method.STV else len(options) - 1
    return "too-many-seats" if parameters.seats is not None and parameters.seats > seats_max else None


def _fault_of_grades(method: Method, _: Options, parameters: Parameters) -> Code | None:
    if (grades := parameters.grades) is not None:
        if len(grades) < 2:
            return "too-few-grades"
        if len(grades) > GRADES_MAX:
            return "too-many-grades"
        if len(set(grades)) < len(grades):
            return "grade-twice"
    return "missing-ignored" if method is Method.MAJORITY_JUDGMENT and parameters.missing is Missing.IGNORED else None


def _fault_of_dots(_: Method, __: Options, parameters: Parameters) -> Code | None:
    above = parameters.dots is not None and parameters.dots_each is not None and parameters.dots_each > parameters.dots
    return "dots-each-above-dots" if above else None


def _fault_of_costs(_: Method, options: Options, parameters: Parameters) -> Code | None:
    if parameters.costs is None:
        return None
    priced = [cost.option for cost in parameters.costs]
    if len(set(priced)) < len(priced):
        return "cost-twice"
    if set(options) - set(priced):
        return "cost-missing"
    return "cost-unknown" if set(priced) - set(options) else None


def _fault_of_policy(method: Method, options: Options, policy: TiePolicy) -> Code | None:
    if method is Method.SORTITION and (policy.status_quo is not None or policy.order is not None):
        return "draw-alone"
    if policy.status_quo is not None and policy.status_quo not in options:
        return "status-quo-unknown"
    return "order-incomplete" if policy.order is not None and sorted(policy.order) != sorted(options) else None


_CHECKS: Final[tuple[Callable[[Method, Options, Parameters], Code | None], ...]] = (
    _fault_of_seats,
    _fault_of_grades,
    _fault_of_dots,
    _fault_of_costs,
)
