"""How long a count takes: five methods on papers of a large city, seeded, so that every machine counts the same ones.

Rankings are uniform: 5,000 papers that each order all of 20 options, hardly two the same, which is the hardest box of that size. Budget
papers mark 5 of 100 projects; the envelope pays for about a third of their cost. What is timed is what closing a ballot does: papers are
looked at for faults, sorted and counted, with every step told.
"""

import os
import platform
import random
import time
from typing import Final

from deploy.bench.measuring import ROUNDS, Measured
from services.governance.events.papers import Choice, Cost, DrawKind, Method, Parameters, Points, TiePolicy
from services.governance.tally.counting import Options, Papers, Ties
from services.governance.tally.methods import counting_of
from services.governance.tally.sorting import tallied

SEED: Final = 20_240_902
PAPERS: Final = 5_000
OPTIONS: Final = tuple(f"o{number:02}" for number in range(20))
PROJECTS: Final = tuple(f"p{number:02}" for number in range(100))
MARKS_EACH: Final = 5
SEATS: Final = 5
GRADES: Final = ("reject", "poor", "fair", "good", "very-good", "excellent")
Box = tuple[Options, Papers, Parameters]


def measure() -> Measured:
    """Count each box twice, and give the better time in seconds."""
    load_before = os.getloadavg()[0]
    boxes = _boxes()
    figures = {f"{method.replace('-', '_')}_s": round(min(_seconds(method, boxes[method]) for _ in range(ROUNDS)), 4) for method in boxes}
    machine = {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "load_before": round(load_before, 2),
        "load_after": round(os.getloadavg()[0], 2),
    }
    return Measured("tally", figures, {}, machine)


def _seconds(method: Method, box: Box) -> float:
    options, papers, parameters = box
    ties = Ties(TiePolicy(draw=DrawKind.REGISTER), drawn=options)
    began = time.perf_counter()
    tallied(counting_of(method), options, papers, parameters, ties)
    return time.perf_counter() - began


def _boxes() -> dict[Method, Box]:
    dice = random.Random(SEED)  # noqa: S311 - papers to be counted, nothing to be guarded
    rankings: dict[Choice, int] = {}
    graded: dict[Choice, int] = {}
    for _ in range(PAPERS):
        ranking = Choice(ranks=tuple((option,) for option in dice.sample(OPTIONS, len(OPTIONS))))
        rankings[ranking] = rankings.get(ranking, 0) + 1
        grades = Choice(points=tuple(Points(option=option, points=dice.randrange(len(GRADES))) for option in OPTIONS))
        graded[grades] = graded.get(grades, 0) + 1
    approvals: dict[Choice, int] = {}
    for _ in range(PAPERS):
        marks = Choice(marks=tuple(dice.sample(PROJECTS, MARKS_EACH)))
        approvals[marks] = approvals.get(marks, 0) + 1
    costs = tuple(Cost(option=project, amount=dice.randint(100, 5_000) * 100) for project in PROJECTS)
    budget = sum(cost.amount for cost in costs) // 3
    return {
        Method.SCHULZE: (OPTIONS, rankings, Parameters()),
        Method.IRV: (OPTIONS, rankings, Parameters()),
        Method.STV: (OPTIONS, rankings, Parameters(seats=SEATS)),
        Method.MAJORITY_JUDGMENT: (OPTIONS, graded, Parameters(grades=GRADES)),
        Method.EQUAL_SHARES: (PROJECTS, approvals, Parameters(budget=budget, costs=costs)),
    }
