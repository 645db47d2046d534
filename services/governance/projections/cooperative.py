"""What the cooperative is: its name and association, the classes of each year with their pupils, the rules it adopted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from immutables import Map

from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import (
    ClassClosed,
    ClassOpened,
    CooperativeAffiliated,
    CooperativeLeft,
    MemberEnrolled,
    MemberLeft,
    MemberMoved,
    PersonKind,
    Rules,
    RulesAdopted,
    Year,
)
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Code, Count, Digest, Pseudonym, Seq, Table


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class of one year; `closed_with` is how many pupils it had when it closed, None while it is open."""

    label: str
    level: tuple[Code, ...]
    cycle: tuple[int, ...]
    closed_with: Count | None = None


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """A version of the association's rules, from when it holds, and the fact that holds its content."""

    rule_set: Code
    version: Code
    valid_from: date
    digest: Digest
    content: Rules
    seq: Seq


@dataclass(frozen=True, slots=True)
class Cooperative:
    """The cooperative on the cut. `places` says in which class each pupil is who has not left, `staff` who of the staff has not."""

    name: str = ""
    association: Code | None = None
    number: Code | None = None
    level: Code | None = None
    zone: str = "UTC"
    sandbox: bool = False
    affiliated_on: date | None = None
    left_on: date | None = None
    classes: Table[Year, Table[Code, SchoolClass]] = Map()
    places: Table[Pseudonym, Code] = Map()
    staff: tuple[Pseudonym, ...] = ()
    rules: tuple[RulesVersion, ...] = ()

    def pupils(self, year: Year) -> Mapping[Code, int]:
        """Return the headcount of each class of a year: as it is while open, as it was at its closing afterwards."""
        return {
            code: self._placed(code) if school_class.closed_with is None else school_class.closed_with
            for code, school_class in self.classes.get(year, Map()).items()
        }

    def rules_on(self, day: date) -> RulesVersion | None:
        """Return the rules in force on a day: of those valid by then, the latest date, and of one date the last adopted."""
        return max((one for one in self.rules if one.valid_from <= day), key=lambda one: (one.valid_from, one.seq), default=None)

    def _placed(self, class_code: Code) -> int:
        return sum(1 for place in self.places.values() if place == class_code)


def evolve(cooperative: Cooperative, record: Recorded[GovernanceEvent]) -> Cooperative:
    """Apply one fact; one about a class or a person that a cut hides changes nothing."""
    match record.event:
        case CooperativeAffiliated() as event:
            told = event.model_dump(exclude={"on"})
            return replace(cooperative, **told, affiliated_on=event.on)
        case CooperativeLeft(on=on):
            return replace(cooperative, left_on=on)
        case RulesAdopted() as event:
            return replace(cooperative, rules=(*cooperative.rules, RulesVersion(**dict(event), seq=record.seq)))
        case ClassOpened() as event:
            return _with_class(cooperative, event.year, event.class_code, SchoolClass(event.label, event.level, event.cycle))
        case ClassClosed() as event:
            return _closed(cooperative, event)
        case MemberEnrolled(kind=PersonKind.PUPIL, class_code=str(class_code)) as event:
            return replace(cooperative, places=cooperative.places.set(event.member, class_code))
        case MemberMoved() as event if event.member in cooperative.places:
            return replace(cooperative, places=cooperative.places.set(event.member, event.class_code))
        case MemberEnrolled(kind=PersonKind.STAFF, member=person):
            return replace(cooperative, staff=(*cooperative.staff, person))
        case MemberLeft() as event if event.member in cooperative.places:
            return replace(cooperative, places=cooperative.places.delete(event.member))
        case MemberLeft(member=person):
            return replace(cooperative, staff=tuple(one for one in cooperative.staff if one != person))
        case _:
            return cooperative


COOPERATIVE: Projection[Cooperative] = Projection(name="governance.cooperative", version=2, initial=Cooperative(), evolve=evolve)


def cooperative_shown(cooperative: Cooperative) -> dict[str, Any]:
    """Return the cooperative with its headcounts, and nobody's pseudonym: the pupils of each class, and who counts as a member in all."""
    shown = {name: getattr(cooperative, name) for name in Cooperative.__dataclass_fields__ if name not in {"places", "staff"}}
    pupils, staff = len(cooperative.places), len(cooperative.staff)
    return shown | {
        "classes": {
            year: {code: asdict(one) | {"pupils": cooperative.pupils(year)[code]} for code, one in of_year.items()}
            for year, of_year in cooperative.classes.items()
        },
        "headcount": {"pupils": pupils, "staff": staff, "all": pupils + staff},
    }


def _closed(cooperative: Cooperative, event: ClassClosed) -> Cooperative:
    school_class = cooperative.classes.get(event.year, Map()).get(event.class_code)
    if school_class is None:
        return cooperative
    pupils = cooperative.pupils(event.year)[event.class_code]
    return _with_class(cooperative, event.year, event.class_code, replace(school_class, closed_with=pupils))


def _with_class(cooperative: Cooperative, year: Year, class_code: Code, school_class: SchoolClass) -> Cooperative:
    of_year = cooperative.classes.get(year, Map()).set(class_code, school_class)
    return replace(cooperative, classes=cooperative.classes.set(year, of_year))
