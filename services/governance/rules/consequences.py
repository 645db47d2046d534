"""What follows from a result at once: the decision with its envelope, the proposals that were not kept, the roles that were conferred.

A ballot on a proposal, or on a question with an envelope, is a decision. Where options are proposals of their own, each is decided by
itself; its cost is then its envelope, unless the ballot has one for all.
"""

from collections.abc import Iterator
from typing import Any, Final

from services.governance.chamber.proposing import Version
from services.governance.chamber.whole import Chamber
from services.governance.events.ballots import BallotOpened, Verdict
from services.governance.events.papers import NO, Method, Money, Tallied
from services.governance.events.people import RoleAssigned
from services.governance.events.proposals import Conferral, DecisionAdopted, DecisionRejected
from services.governance.rules.roles import check_person, check_role
from services.governance.tally.opening import BUDGETS
from shared.identity import Grant
from shared.messages import Circumstances
from shared.refusals import Refused
from shared.values import Code, Id, Pseudonym

KEPT: Final = frozenset({Verdict.ADOPTED, Verdict.ELECTED})
Decided = DecisionAdopted | DecisionRejected | RoleAssigned


def following(chamber: Chamber, opened: BallotOpened, verdict: Verdict, tallied: Tallied, given: Circumstances) -> list[Decided]:
    """Return the facts that follow from a result, in the order in which they are recorded; none when a second round comes."""
    if verdict is Verdict.SECOND_ROUND:
        return []
    on_the_whole = _on_the_whole(chamber, opened, verdict, tallied, given)
    return [*on_the_whole, *_on_options(chamber, opened, verdict, tallied, given), *_conferred(chamber, opened, verdict, tallied)]


def verdict_of(opened: BallotOpened, tallied: Tallied, *, goes_on: bool) -> Verdict:
    """Return what a ballot came to: nobody elected, or only what changes nothing, is a rejection."""
    if goes_on:
        return Verdict.SECOND_ROUND
    if not tallied.elected or set(tallied.elected) <= {opened.tie_policy.status_quo, NO}:
        return Verdict.REJECTED
    return Verdict.ADOPTED if opened.method is Method.YES_NO else Verdict.ELECTED


def must_fit(chamber: Chamber, person: Pseudonym, confers: Conferral) -> None:
    """Let pass whoever fits the role that a ballot confers. Raises what assigning that role would."""
    check_role(confers.role, confers.starts, confers.until)
    grant = Grant(confers.role, person, confers.starts, confers.until, confers.class_code)
    check_person(chamber.standing, chamber.sittings.open_years, person, grant)


def fits(chamber: Chamber, person: Pseudonym, confers: Conferral) -> bool:
    """Tell whether somebody fits the role that a ballot confers."""
    try:
        must_fit(chamber, person, confers)
    except Refused:
        return False
    return True


def _on_the_whole(
    chamber: Chamber, opened: BallotOpened, verdict: Verdict, tallied: Tallied, given: Circumstances
) -> Iterator[DecisionAdopted | DecisionRejected]:
    if opened.proposal is None and opened.spending is None:
        return
    title = _title(chamber, opened.proposal, opened.version) or opened.question
    about = _about(opened, opened.proposal, opened.version)
    if verdict not in KEPT:
        yield DecisionRejected(decision=given.id(), title=title, **about)
        return
    elected = None if opened.method is Method.YES_NO else tallied.elected
    yield DecisionAdopted(decision=given.id(), title=title, elected=elected, spending=_spent(opened, tallied), **about)


def _on_options(
    chamber: Chamber, opened: BallotOpened, verdict: Verdict, tallied: Tallied, given: Circumstances
) -> Iterator[DecisionAdopted | DecisionRejected]:
    kept = tallied.elected if verdict in KEPT else ()
    for number, option in enumerate(opened.options, start=1):
        wording = _wording(chamber, option.proposal, option.version)
        if wording is None:
            continue
        decision, about = given.id(number), _about(opened, option.proposal, option.version)
        if option.option in kept:
            spending = None if opened.spending else cost_of(wording)
            yield DecisionAdopted(decision=decision, title=wording.title, spending=spending, **about)
        else:
            yield DecisionRejected(decision=decision, title=wording.title, **about)


def _conferred(chamber: Chamber, opened: BallotOpened, verdict: Verdict, tallied: Tallied) -> Iterator[RoleAssigned]:
    if verdict not in KEPT:
        return
    proposal = chamber.proposals.by_id.get(opened.proposal) if opened.proposal else None
    if proposal is not None and proposal.nominee is not None:
        yield from _assigned(chamber, (proposal.nominee.person,), proposal.nominee.confers, opened.ballot)
    if opened.confers is not None:
        yield from _assigned(chamber, tallied.elected, opened.confers, opened.ballot)


def _assigned(chamber: Chamber, elected: tuple[Code, ...], confers: Conferral, ballot: Id) -> Iterator[RoleAssigned]:
    """Assign the role to whoever still fits it: somebody who left meanwhile was elected, and holds nothing."""
    for person in elected:
        if fits(chamber, person, confers):
            yield RoleAssigned(person=person, ballot=ballot, **dict(confers))


def _spent(opened: BallotOpened, tallied: Tallied) -> Money | None:
    """Return the envelope: what the chosen projects cost, where the ballot shares a budget; else the one that was put to the vote."""
    if opened.spending is None or opened.method not in BUDGETS:
        return opened.spending
    return Money(amount=tallied.spent, pot=opened.spending.pot, project=opened.spending.project) if tallied.spent else None


def cost_of(wording: Version) -> Money | None:
    """Return what a proposal would spend, where it says how much and from which pot."""
    if wording.cost is None or wording.pot is None:
        return None
    return Money(amount=wording.cost, pot=wording.pot, project=wording.project)


def _about(opened: BallotOpened, proposal: Id | None, version: int | None) -> dict[str, Any]:
    return {"body": opened.body, "proposal": proposal, "version": version, "ballot": opened.ballot, "meeting": opened.meeting}


def _title(chamber: Chamber, proposal: Id | None, version: int | None) -> str | None:
    wording = _wording(chamber, proposal, version)
    return wording.title if wording else None


def _wording(chamber: Chamber, proposal: Id | None, version: int | None) -> Version | None:
    found = chamber.proposals.by_id.get(proposal) if proposal else None
    if found is None or version is None or not 1 <= version <= found.version:
        return None
    return found.versions[version - 1]
