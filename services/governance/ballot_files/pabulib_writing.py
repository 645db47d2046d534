"""Ballots of a participatory budget written as a Pabulib file: see `pabulib.py` for the format.

The number of a voter says nothing: papers are written pile by pile. The file says `votes` for each project, so that it reads well alone.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable

from services.governance.ballot_files.bad_files import CannotBeWritten
from services.governance.ballot_files.ballot_file import BallotFile
from services.governance.ballot_files.pabulib import RULES
from services.governance.events.papers import Choice, Method
from shared.values import Code


def write_pabulib(_: str, box: BallotFile) -> str:
    """Write one, amounts in euros. Raises CannotBeWritten without costs, or when papers are of several kinds."""
    costs = {cost.option: cost.amount for cost in box.parameters.costs or ()}
    kinds = {_kind(pile.choice) for pile in box.piles if not pile.choice.blank}
    if box.parameters.budget is None or set(costs) != set(box.options) or kinds - {"marks"}:
        raise CannotBeWritten(format="pb")
    votes = Counter[Code]()
    for pile in box.piles:
        votes.update(dict.fromkeys(pile.choice.marks or (), pile.papers))
    meta = {
        "description": box.title or "",
        "country": "",
        "unit": "",
        "instance": "",
        "num_projects": str(len(costs)),
        "num_votes": str(sum(pile.papers for pile in box.piles)),
        "budget": _euros(box.parameters.budget),
        "rule": _rule(box),
        "vote_type": "approval",
    }
    projects = [(option, _euros(costs[option]), str(votes[option]), box.name_of(option)) for option in box.options]
    papers = (",".join(pile.choice.marks or ()) for pile in box.piles for _ in range(pile.papers))
    tables = (
        ("META", ("key", "value"), meta.items()),
        ("PROJECTS", ("project_id", "cost", "votes", "name"), projects),
        ("VOTES", ("voter_id", "vote"), ((str(number), vote) for number, vote in enumerate(papers, 1))),
    )
    return "".join(_table(*table) for table in tables)


def _table(section: str, titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(titles)
    writer.writerows(rows)
    return f"{section}\n{out.getvalue()}"


def _kind(choice: Choice) -> str:
    return "marks" if choice.marks else "ranks" if choice.ranks else "points"


def _rule(box: BallotFile) -> str:
    wanted = (box.method or Method.EQUAL_SHARES, box.parameters.overflow, box.parameters.completion)
    return next((name for name, rule in RULES.items() if rule == wanted), str(box.method))


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}" if cents % 100 else str(cents // 100)
