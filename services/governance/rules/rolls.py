"""Who is called to a body on a day, who of them votes there, from which class each comes, and who may act for the body."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from services.governance.chamber.whole import Chamber
from services.governance.commands.people import SETS_UP
from services.governance.events.ballots import RollCollege, RollLine
from services.governance.events.bodies import BodyFormed, Members
from services.governance.events.people import PersonKind, Role, Year
from shared.identity import Grant
from shared.messages import Circumstances
from shared.refusals import Refused
from shared.values import Code, Pseudonym

SCHOOL_YEAR_STARTS = 9  # September: the year of a class and of the books (domain, section 7)
KINDS = {Members.PUPILS: PersonKind.PUPIL, Members.STAFF: PersonKind.STAFF}
ROLES = {
    Members.DELEGATES: Role.DELEGATE,
    Members.TUTORS: Role.CLASS_TUTOR,
    Members.VERIFIERS: Role.VERIFIER,
    Members.ADVISORY_PARENTS: Role.ADVISORY_PARENT,
}


class NoSuchBody(Refused):
    """Aucune instance ne porte ce code dans cette coopérative : vérifie le code, ou forme l'instance d'abord.
    No body has this code in this cooperative: check the code, or form the body first."""


def body_of(chamber: Chamber, body: Code) -> BodyFormed:
    """Return a body as it was last formed. Raises NoSuchBody."""
    formed = chamber.sittings.bodies.get(body)
    if formed is None:
        raise NoSuchBody(body=body)
    return formed


def called_to(chamber: Chamber, body: Code, day: date) -> Mapping[Code, tuple[Pseudonym, ...]]:
    """Return who is called to each college of a body on a day, sorted, in the order of its composition.

    Nobody is called twice: whoever would sit in two colleges sits in the first one in which they vote. A body that was
    never formed calls nobody. Suspended members are called too: they sit, and do not vote.
    """
    formed = chamber.sittings.bodies.get(body)
    if formed is None:
        return {}
    placed: set[Pseudonym] = set()
    found: dict[Code, tuple[Pseudonym, ...]] = {}
    for college in sorted(formed.composition, key=lambda one: bool(one.advisory)):
        found[college.college] = tuple(sorted(set(_members(chamber, formed, college.of, day)) - placed))
        placed.update(found[college.college])
    return {college.college: found[college.college] for college in formed.composition}


def roll_of(chamber: Chamber, body: Code, day: date) -> tuple[RollCollege, ...]:
    """Return the voters of each college of a body on a day: those called, less those whose right to vote is suspended."""
    formed = chamber.sittings.bodies.get(body)
    called = called_to(chamber, body, day)
    return tuple(
        RollCollege(
            college=college.college,
            voters=tuple(RollLine(voter=one) for one in called[college.college] if not chamber.sittings.suspended(one, body, day)),
            advisory=college.advisory,
        )
        for college in (formed.composition if formed else ())
    )


def voters_of(roll: Iterable[RollCollege], college: Code | None = None) -> frozenset[Pseudonym]:
    """Return who votes and is counted: everybody of the colleges that are not advisory, or of one college."""
    counted = (one for one in roll if not one.advisory and college in {None, one.college})
    return frozenset(line.voter for one in counted for line in one.voters)


def sits_in(chamber: Chamber, body: Code, person: Pseudonym, day: date) -> bool:
    """Tell whether a person is called to a body on a day, with a vote or without."""
    return any(person in college for college in called_to(chamber, body, day).values())


def classes_of(chamber: Chamber, people: Collection[Pseudonym], day: date) -> Mapping[Pseudonym, Code]:
    """Return the class for which each person comes: that of a delegate's or a tutor's role, else the one they are in."""
    found: dict[Pseudonym, Code] = {}
    for person in sorted(people):
        belonging = chamber.standing.people.get(person)
        sent = [one.scope for one in _held(chamber, person, day) if one.what in {Role.DELEGATE, Role.CLASS_TUTOR}]
        from_class = next((scope for scope in sorted(filter(None, sent)) if scope in chamber.sittings.open_years), None)
        if class_code := from_class or (belonging and belonging.class_code):
            found[person] = class_code
    return found


def open_classes(chamber: Chamber, day: date) -> frozenset[Code]:
    """Return the classes open in the school year of a day; where none is opened for it, every class that is open."""
    years = chamber.sittings.open_years
    of_year = frozenset(code for code, open_in in years.items() if school_year(day) in open_in)
    return of_year or frozenset(code for code, open_in in years.items() if open_in)


def school_year(day: date) -> Year:
    """Return the school year of a day, such as 2024-25: it turns on the first of September."""
    first = day.year if day.month >= SCHOOL_YEAR_STARTS else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def leads(chamber: Chamber, body: Code, given: Circumstances) -> bool:
    """Tell whether the asker answers for a body as an adult: mandate holders and the association for all, tutors for their class."""
    if _sets_up(chamber, given):
        return True
    formed = chamber.sittings.bodies.get(body)
    if formed is None or formed.class_code is None:
        return False
    return chamber.holds(given.actor, Role.CLASS_TUTOR, given.today, formed.class_code)


def acts_in(chamber: Chamber, body: Code, given: Circumstances) -> bool:
    """Tell whether the asker, who has a role that may ask, may use it in this body.

    Mandate holders and the association act in all bodies; tutors and pupils of a bureau in the body of their class, in the
    body their role names, or in one they sit in.
    """
    if _sets_up(chamber, given) or sits_in(chamber, body, given.actor, given.today):
        return True
    formed = chamber.sittings.bodies.get(body)
    own = {body} | ({formed.class_code} if formed else set())
    return any(grant.scope in own - {None} for grant in _held(chamber, given.actor, given.today))


def _sets_up(chamber: Chamber, given: Circumstances) -> bool:
    held = chamber.standing.roles(given.actor, given.today) | chamber.standing.invited(given.badge)
    return bool(held & SETS_UP)


def _members(chamber: Chamber, formed: BodyFormed, of: Members, day: date) -> Iterable[Pseudonym]:
    """Iterate over those of a kind or with a role; in the body of a class, pupils and role holders are those of the class."""
    for person, belonging in chamber.standing.people.items():
        if not belonging.belongs_on(day):
            continue
        if of in KINDS:
            in_class = of is not Members.PUPILS or formed.class_code in {None, belonging.class_code}
            if belonging.kind is KINDS[of] and in_class:
                yield person
        elif any(one.what == ROLES[of] and _is_for(chamber, formed, one.scope) for one in _held(chamber, person, day)):
            yield person


def _is_for(chamber: Chamber, formed: BodyFormed, scope: Code | None) -> bool:
    """Tell whether a role in that scope brings its holder here: in this body, in its class, or in any class for the whole school."""
    if scope is None or scope in {formed.body, formed.class_code}:
        return True
    return formed.class_code is None and scope in chamber.sittings.open_years


def _held(chamber: Chamber, person: Pseudonym, day: date) -> Iterable[Grant]:
    return (grant for grant in chamber.standing.grants.of(person) if grant.holds_on(day))
