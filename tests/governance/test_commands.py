"""Who may ask what, and which fields never reach a record."""

import pytest
from pydantic import ValidationError

from services.governance.commands.people import EnrolMember, GiveMandate, OpenClass
from services.governance.deciders import cooperative, handover, mandate, member, role
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.people import PersonKind, Role
from services.governance.main import GOVERNANCE
from shared.deciding import members
from shared.messages import Circumstances, Command
from shared.refusals import Forbidden, Refused
from shared.values import TextClass
from tests.examples_governance import CHRISTMAS, CM2_OPENED, GARNIER, HADDAD, LEFEVRE, LOU, OFFICER, RUN_SCHOOL, STRANGER
from tests.given import COMMAND_ID, NOW, PARIS, REGISTER, SEED, recorded

SETS_UP = {Role.ASSOCIATION, Role.MANDATE_HOLDER}
IN_CHARGE = SETS_UP | {Role.CLASS_TUTOR}
CONDUCTS = IN_CHARGE | {Role.PRESIDENT, Role.SECRETARY}
MEMBERS, CLOSES = {Role.MEMBER}, {Role.MEMBER, Role.CLOCK}
DECIDERS = (cooperative, handover, mandate, member, role)
MAY = {
    "affiliate-cooperative": {Role.ASSOCIATION},
    "adopt-rules": {Role.ASSOCIATION, Role.MANDATE_HOLDER},
    "leave-association": {Role.ASSOCIATION, Role.MANDATE_HOLDER},
    "open-class": {Role.ASSOCIATION, Role.MANDATE_HOLDER},
    "close-class": {Role.ASSOCIATION, Role.MANDATE_HOLDER},
    "enrol-member": {Role.ASSOCIATION, Role.MANDATE_HOLDER},
    "move-member": {Role.ASSOCIATION, Role.MANDATE_HOLDER},
    "record-departure": {Role.ASSOCIATION, Role.MANDATE_HOLDER},
    "record-authorisation": {Role.ASSOCIATION, Role.MANDATE_HOLDER, Role.CLASS_TUTOR},
    "erase-person": {Role.ASSOCIATION, Role.MANDATE_HOLDER},
    "assign-role": {Role.ASSOCIATION, Role.MANDATE_HOLDER, Role.CLASS_TUTOR},
    "end-role": {Role.ASSOCIATION, Role.MANDATE_HOLDER, Role.CLASS_TUTOR},
    "give-mandate": {Role.ASSOCIATION},
    "end-mandate": {Role.ASSOCIATION},
    "hand-over-mandate": {Role.ASSOCIATION, Role.MANDATE_HOLDER},
    **dict.fromkeys(("form-body", "suspend-voting-right", "restore-voting-right", "state-frame", "veto-proposal"), IN_CHARGE),
    **dict.fromkeys(("call-meeting", "revise-agenda", "open-meeting", "note-attendance", "close-meeting", "approve-minutes"), CONDUCTS),
    **dict.fromkeys(
        ("set-idea-aside", "open-round", "declare-consent", "escalate-consent", "follow-decision", "revoke-decision"), CONDUCTS
    ),
    **dict.fromkeys(("open-ballot", "move-closing"), CONDUCTS),
    "cancel-ballot": CONDUCTS | {Role.MEMBER},  # whoever conducts while it runs, its tellers after a challenge
    **dict.fromkeys(("submit-idea", "make-proposal", "support-proposal", "revise-proposal", "withdraw-proposal"), MEMBERS),
    **dict.fromkeys(("propose-amendment", "accept-amendment", "reject-amendment"), MEMBERS),
    **dict.fromkeys(("raise-objection", "lift-objection", "cast-vote", "give-proxy", "enter-hand-count", "hold-draw"), MEMBERS),
    **dict.fromkeys(("issue-cards", "mark-voter", "unmark-voter", "close-roll", "start-voting", "challenge-ballot"), MEMBERS),
    **dict.fromkeys(("close-ballot", "archive-ballot"), CLOSES),
    "release-commitment": {Role.MANDATE_HOLDER},
}


def test_who_may_ask_each_command() -> None:
    assert {command.slug(): command.may for command in GOVERNANCE.commands} == MAY


@pytest.mark.parametrize("actor", [LOU, HADDAD, LEFEVRE, STRANGER])
def test_whoever_has_no_such_role_is_turned_away(actor: str) -> None:
    with pytest.raises(Forbidden):
        ask(OpenClass(**dict(CM2_OPENED)), actor)


def test_the_association_and_a_mandate_holder_set_things_up() -> None:
    assert ask(OpenClass(**dict(CM2_OPENED)), OFFICER) == 0
    assert ask(OpenClass(**dict(CM2_OPENED)), GARNIER) == 0


def test_a_mandate_holder_gives_no_mandate() -> None:
    with pytest.raises(Forbidden):
        ask(GiveMandate(holder=LEFEVRE, starts=CHRISTMAS), GARNIER)


def test_a_colleague_of_the_officer_comes_with_the_badge_of_the_association() -> None:
    mandate = GiveMandate(holder=LEFEVRE, starts=CHRISTMAS.replace(month=3, year=2025))
    enrol = EnrolMember(first_name="Ada", last_name="Roux", kind=PersonKind.ASSOCIATION, on=CHRISTMAS)
    assert (ask(mandate, STRANGER, badge="AD99"), ask(enrol, STRANGER, badge="AD99")) == (1, 1)
    for command in (mandate, enrol):
        with pytest.raises(Forbidden):
            ask(command, STRANGER, badge="AD01")


def ask(command: Command, actor: str, badge: str | None = None) -> int:
    state = GOVERNANCE.initial
    for record in recorded(RUN_SCHOOL):
        state = GOVERNANCE.evolve(state, record)
    return len(GOVERNANCE.answer(state, command, Circumstances(actor, REGISTER, COMMAND_ID, NOW, SEED, PARIS, badge=badge)))


def test_names_are_private_and_no_event_has_a_private_field() -> None:
    private = {name for name, field in EnrolMember.model_fields.items() if TextClass.PRIVATE in field.metadata}
    assert private == {"title", "first_name", "last_name", "source_code"}
    for event in members(GovernanceEvent):
        assert not any(TextClass.PRIVATE in field.metadata for field in event.model_fields.values())


def test_a_name_is_one_line_of_words() -> None:
    with pytest.raises(ValidationError):
        EnrolMember(first_name="Lou\nNino", last_name="Petit", kind=PersonKind.STAFF, on=CHRISTMAS)
    with pytest.raises(ValidationError):
        EnrolMember(first_name=" ", last_name="Petit", kind=PersonKind.STAFF, on=CHRISTMAS)


def test_every_command_and_every_refusal_speaks_two_languages() -> None:
    refusals = [
        thing
        for module in DECIDERS
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Refused) and thing.__module__ == module.__name__
    ]
    assert len(refusals) == len({refusal.code() for refusal in refusals})
    for said in (*GOVERNANCE.commands, *refusals):
        french, _, english = (said.__doc__ or "").partition("\n")
        assert french.endswith("."), said
        assert english.strip().endswith("."), said
        assert "\n" not in english.strip(), said
