"""How the sample's bodies are formed and meet: called, opened with those present, followed up, ended with an outcome for each point."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from deploy.player import keeper
from deploy.stage import Stage, facts_of
from services.governance.commands.bodies import AgendaPoint, CallMeeting, CloseMeeting, FormBody, OpenMeeting
from services.governance.commands.proposals import FollowDecision
from services.governance.events.ballots import QuorumMissed
from services.governance.events.bodies import (
    BodyKind,
    College,
    ItemKind,
    ItemOutcome,
    MeetingCalled,
    MeetingRole,
    Members,
    Outcome,
    Quorum,
    QuorumOf,
)
from services.governance.events.people import Role
from services.governance.events.proposals import FollowUp
from shared.values import Code, Id

KINDS = {
    "class_council": BodyKind.CLASS_COUNCIL,
    "school_council": BodyKind.SCHOOL_COUNCIL,
    "teachers_council": BodyKind.ADULTS_COUNCIL,
    "general_assembly": BodyKind.GENERAL_ASSEMBLY,
}
CALLED = {"pupils": Members.PUPILS, "delegates": Members.DELEGATES, "adults": Members.STAFF}
LABELS = {
    BodyKind.SCHOOL_COUNCIL: "Conseil de coopérative de l'école",
    BodyKind.ADULTS_COUNCIL: "Conseil des maîtres",
    BodyKind.GENERAL_ASSEMBLY: "Assemblée générale des élèves",
}
COUNCIL, ADULTS, ASSEMBLY, VERIFIERS = "CONSEIL", "MAITRES", "AG", "VERIFICATION"
PARENTS = "parents"  # the college that is heard in the school council, and counted apart (V08)
PRESIDING = (Role.PRESIDENT, Role.SECRETARY)


@dataclass
class Meeting:
    """A meeting that was called: its points, those that follow a decision with it, and whom it was called by."""

    meeting: Id
    body: Code
    by: str
    followed: dict[Id, Id]
    points: dict[str, Id] = field(default_factory=dict)  # by what they are about, else by title


@dataclass
class Councils:
    """The meetings of the sample's bodies, on one stage. `lasting` decisions are not done at the first look."""

    stage: Stage
    lasting: set[Id] = field(default_factory=set)
    presided: dict[Code, int] = field(default_factory=dict)

    def called(self, day: date, body: Code, by: str, points: Sequence[AgendaPoint], *, on: date, after: Id | None = None) -> Meeting:
        """Call a meeting for a day; `after` is the first call that missed its quorum."""
        command = CallMeeting(body=body, on=on, agenda=tuple(points), first_call=after)
        told = facts_of(self.stage.ask(day, by, command), MeetingCalled)[0]
        followed = {one["item"]: one["subject"] for one in told["agenda"] if one["kind"] == ItemKind.FOLLOW_UP}
        others = {one.get("subject") or one["title"]: one["item"] for one in told["agenda"] if one["item"] not in followed}
        return Meeting(told["meeting"], body, by, followed, others)

    def opened(self, day: date, meeting: Meeting, present: Collection[str], presiding: Sequence[str]) -> bool:
        """Open a meeting with these people, two of `presiding` in turn at its head; False without its quorum."""
        turn = self.presided.get(meeting.body, 0)
        self.presided[meeting.body] = turn + len(PRESIDING)
        heads = [presiding[(turn + place) % len(presiding)] for place in range(len(PRESIDING))] if presiding else []
        roles = tuple(MeetingRole(role=role, person=self.stage.people[one]) for role, one in zip(PRESIDING, heads, strict=False))
        people = tuple(self.stage.people[one] for one in present)
        answer = self.stage.ask(day, meeting.by, OpenMeeting(meeting=meeting.meeting, present=people, roles=roles))
        return not facts_of(answer, QuorumMissed)

    def ended(
        self, day: date, meeting: Meeting, outcomes: Mapping[str, Outcome] | None = None, notes: Mapping[str, str] | None = None
    ) -> None:
        """Look at each decision to follow, then end a meeting; a point without an outcome of its own was decided."""
        for decision in meeting.followed.values():
            state = FollowUp.ONGOING if decision in self.lasting else FollowUp.DONE
            self.stage.ask(day, meeting.by, FollowDecision(decision=decision, state=state, meeting=meeting.meeting))
        looked_at = [ItemOutcome(item=item, outcome=Outcome.DISCUSSED) for item in meeting.followed]
        about = [
            ItemOutcome(item=item, outcome=(outcomes or {}).get(subject, Outcome.DECIDED), note=(notes or {}).get(subject))
            for subject, item in meeting.points.items()
        ]
        self.stage.ask(day, meeting.by, CloseMeeting(meeting=meeting.meeting, outcomes=(*looked_at, *about)))

    def done(self, day: date, decision: Id, by: str) -> None:
        """Say that a decision is carried out, between two meetings."""
        self.stage.ask(day, by, FollowDecision(decision=decision, state=FollowUp.DONE))


def form_bodies(stage: Stage, day: date) -> None:
    """Form every body of the set-up, and the committee of the two verifiers."""
    labels = {one["code"]: one["label"] for one in stage.sample.setup["classes"]}
    for told in stage.sample.setup["bodies"]:
        kind = KINDS[told["kind"]]
        class_code = told.get("class_code")
        label = LABELS.get(kind) or f"Conseil de la classe de {labels[class_code]}"
        colleges = [College(college=name, of=CALLED[name]) for name in told.get("composition", ["pupils"])]
        if kind is BodyKind.SCHOOL_COUNCIL:
            colleges.append(College(college=PARENTS, of=Members.ADVISORY_PARENTS, advisory=True))
        command = FormBody(
            body=told["code"], kind=kind, label=label, composition=tuple(colleges), quorum=_quorum(told), class_code=class_code
        )
        stage.ask(day, keeper(stage, day), command)
    verifiers = College(college="verifiers", of=Members.VERIFIERS)
    committee = FormBody(body=VERIFIERS, kind=BodyKind.VERIFICATION_COMMITTEE, label="Vérificateurs aux comptes", composition=(verifiers,))
    stage.ask(day, keeper(stage, day), committee)


def point(kind: ItemKind, title: str, subject: Id | None = None) -> AgendaPoint:
    """Return a point of an agenda."""
    return AgendaPoint(kind=kind, title=title, subject=subject)


def council_of(stage: Stage, class_code: str) -> Code:
    """Return the body of a class."""
    return next(str(one["code"]) for one in stage.sample.setup["bodies"] if one.get("class_code") == class_code)


def tutor_of(stage: Stage, class_code: str) -> str:
    """Return the code of the teacher of a class."""
    return next(str(one["teacher"]) for one in stage.sample.setup["classes"] if one["code"] == class_code)


def delegates(stage: Stage) -> list[str]:
    """Return the codes of the delegates of all classes."""
    return stage.sample.elected("délégation")


def adults(stage: Stage) -> list[str]:
    """Return the codes of the adults of the school."""
    return [str(one["code"]) for one in stage.sample.setup["adults"]]


def _quorum(told: dict[str, Any]) -> Quorum | None:
    """Return the quorum that the set-up gives in heads, as a share of the whole body."""
    if "quorum" not in told:
        return None
    waived = True if told.get("second_call_quorum") == 0 else None
    return Quorum(of=QuorumOf.ROLL, numerator=told["quorum"], denominator=told["members"], waived_on_second_call=waived)
