"""Everything that can be asked about ballots, and who may ask; what a teller does, only the tellers of that ballot may."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from services.governance.commands.bodies import CONDUCTS
from services.governance.events.ballots import BallotOption, CardCode, HandCount, Publish, RollLine, Way
from services.governance.events.papers import OPTIONS_MAX, Choice, Method, Money, Parameters, TiePolicy
from services.governance.events.people import Role
from services.governance.events.proposals import Conferral
from shared.messages import Command
from shared.values import Checked, Code, Count, Digest, Id, Passage, Pseudonym, TextClass

MEMBERS = {Role.MEMBER}
CLOSES = {Role.MEMBER, Role.CLOCK}  # the tellers and who conducts the body; the clock, at the hour
CARDS_MAX = 900  # keys of one batch: what one record holds


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment says its time zone: 2024-10-14T16:00:00+02:00")
    return moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class OpenBallot(Command, may=CONDUCTS):
    """Ouvrir un scrutin : question, options, méthode, règle, quorum, façon de voter, scrutateurs ; la liste est figée à l'instant.
    Open a ballot: question, options, method, rule, quorum, way of voting, tellers; the roll is frozen at that moment."""

    body: Code
    question: Checked
    options: Annotated[tuple[BallotOption, ...], Field(min_length=1, max_length=OPTIONS_MAX)]
    method: Method
    parameters: Parameters
    tie_policy: TiePolicy
    way: Way
    publish: Publish
    tellers: Annotated[tuple[Pseudonym, ...], Field(max_length=2)]
    meeting: Id | None = None
    proposal: Id | None = None
    closes_at: Moment | None = None
    casting_vote: Pseudonym | None = None
    spending: Money | None = None
    confers: Conferral | None = None
    proxies_max: Count | None = None
    after: Id | None = None
    delegates: Annotated[tuple[RollLine, ...], Field(max_length=1_000)] | None = None  # where they count for others


class MoveClosing(Command, may=CONDUCTS):
    """Déplacer l'heure de clôture, avec la raison, aux yeux des votants.
    Move the closing time, with the reason, in the voters' sight."""

    ballot: Id
    closes_at: Moment
    reason: Passage


class CancelBallot(Command, may=CONDUCTS | MEMBERS):
    """Annuler un scrutin, avec la raison : avant la clôture, ou par ses scrutateurs après une contestation.
    Cancel a ballot, with the reason: before it is closed, or by its tellers after a challenge."""

    ballot: Id
    reason: Passage


class EnterHandCount(Command, may=MEMBERS):
    """Entrer son comptage de scrutateur : bulletins trouvés, présents, et ce qu'ils disent.
    Enter one's count as a teller: papers found, people present, and what the papers say."""

    ballot: Id
    count: Annotated[HandCount, TextClass.SEALED]


class GiveProxy(Command, may=MEMBERS):
    """Donner procuration à une autre personne de la liste, pour ce scrutin.
    Give a proxy to another person of the roll, for this ballot."""

    ballot: Id
    holder: Pseudonym


class CastVote(Command, may=MEMBERS):
    """Voter à un scrutin nominatif ; le dernier vote compte, le choix est scellé jusqu'à la clôture.
    Vote in a named ballot; the last vote counts, the choice is sealed until closing."""

    ballot: Id
    choice: Annotated[Choice, TextClass.SEALED]
    proxy_for: Pseudonym | None = None


class CloseBallot(Command, may=CLOSES):
    """Clore un scrutin et déclarer son résultat ; avec des cartes, dire combien de votants ont été comptés.
    Close a ballot and declare its result; with cards, say how many voters were counted."""

    ballot: Id
    counted: Count | None = None
    casting: Code | None = None  # the declared casting vote, where a tie asks for it


class HoldDraw(Command, may=MEMBERS):
    """Entrer l'ordre tiré au sort en classe devant deux témoins : les égalités sont départagées, le résultat déclaré.
    Enter the order drawn in class before two witnesses: ties are parted, the result is declared."""

    ballot: Id
    order: Annotated[tuple[Code, ...], Field(min_length=1, max_length=OPTIONS_MAX)]
    witnesses: Annotated[tuple[Pseudonym, ...], Field(min_length=2, max_length=2)]


class IssueCards(Command, may=MEMBERS):
    """Imprimer des cartes de vote : leurs clés, triées.
    Print voting cards: their keys, sorted."""

    ballot: Id
    keys: Annotated[tuple[Digest, ...], Field(min_length=1, max_length=CARDS_MAX)]


class MarkVoter(Command, may=MEMBERS):
    """Émarger une personne qui tire une carte.
    Mark somebody who draws a card."""

    ballot: Id
    voter: Pseudonym


class UnmarkVoter(Command, may=MEMBERS):
    """Corriger un émargement.
    Correct a mark."""

    ballot: Id
    voter: Pseudonym


class CloseRoll(Command, may=MEMBERS):
    """Clore la liste : annuler par leur code les cartes restées dans le chapeau.
    Close the roll: void by their code the cards left in the hat."""

    ballot: Id
    void: Annotated[tuple[CardCode, ...], Field(max_length=CARDS_MAX)]
    other_teller: Pseudonym


class StartVoting(Command, may=MEMBERS):
    """Ouvrir l'urne au vote.
    Open the box for voting."""

    ballot: Id


class ChallengeBallot(Command, may=MEMBERS):
    """Contester ce que la liste dit d'une carte, par son code, sans dire le choix.
    Challenge what the list says of a card, by its code, without saying the choice."""

    ballot: Id
    code: CardCode


class ArchiveBallot(Command, may=CLOSES):
    """Archiver un scrutin quand le temps de contester est passé.
    Archive a ballot once the time to challenge is over."""

    ballot: Id
