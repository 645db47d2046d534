"""The unlinkability experiment (trust, B18): elections as shipped, elections kept in broken ways, one dump of all, and every attack."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Final

import psycopg

from deploy.embedded_postgres import BOOTSTRAP_ROLE
from deploy.installation import running
from shared.settings import Settings
from tests.running import Running
from tests.secrecy.attacks import ATTACKS, links
from tests.secrecy.broken import CONTROLS, held
from tests.secrecy.chance import Interval, interval
from tests.secrecy.dump import Dump, taken
from tests.secrecy.election import Election, hold
from tests.secrecy.house import PUPILS, house, new_school

PER_SCHOOL: Final = 15  # elections of one register
AT_ONCE: Final = 6  # schools that vote at the same time: they share commits, which is where the time goes
BROKEN: Final = 40  # elections of each control: one thousand papers
SEED: Final = 20_241_014


@dataclass
class Outcome:
    """How many cards each attack linked: of the shipped mode, and of each control by its name."""

    elections: list[Election]
    dump: Dump
    linked: dict[str, int]
    broken: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def cards(self) -> int:
        return sum(len(one.drew) for one in self.elections)

    @property
    def chance(self) -> Interval:
        return interval(len(self.elections), PUPILS)


def tried(elections: int, seed: int = SEED) -> Outcome:
    """Hold the elections on a fresh installation, take everything it kept, and attack it."""
    with house() as running_house:
        shipped = _shipped(running_house, elections, seed)
        broken = _broken(running_house, seed)
        dump = taken(running_house)
    outcome = Outcome(shipped, dump, {attack: links(attack, dump, shipped, Random(f"{seed} {attack}")) for attack in ATTACKS})
    for name, (_, finds) in CONTROLS.items():
        outcome.broken[name] = {attack: links(attack, dump, broken[name], Random(f"{seed} {attack}")) for attack in finds}
    return outcome


def _shipped(running_house: Running, elections: int, seed: int) -> list[Election]:
    """Hold the elections, so many in each of several schools, each school with its own seed."""

    def of_school(number: int) -> list[Election]:
        school, rng = new_school(running_house), Random(f"{seed} {number}")
        return [hold(school, rng) for _ in range(min(PER_SCHOOL, elections - number * PER_SCHOOL))]

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="school") as pool:
        return [one for many in pool.map(of_school, range(-(-elections // PER_SCHOOL))) for one in many]


def _broken(running_house: Running, seed: int) -> dict[str, list[Election]]:
    installation = running(Settings(data=running_house.data))
    assert installation is not None
    found: dict[str, list[Election]] = {}
    with psycopg.connect(installation.url(BOOTSTRAP_ROLE), autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")  # a control must be found, not last
        for name, (broken, _) in CONTROLS.items():
            found[name] = held(connection, running_house.data, broken, BROKEN, Random(f"{seed} {name}"))
        connection.execute("set synchronous_commit = on")
        connection.execute("create table broken.done ()")  # what was written before is in the write-ahead log as well, then
    return found
