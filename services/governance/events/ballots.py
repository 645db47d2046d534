"""Everything that can have happened to a ballot: opened, counted by hand, voted by name or by card, closed, declared."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from services.governance.events.bodies import Quorum
from services.governance.events.papers import (
    OPTIONS_MAX,
    Choice,
    Method,
    Money,
    Parameters,
    Pile,
    Step,
    Tallied,
    TiePolicy,
    VoidPapers,
)
from services.governance.events.proposals import Conferral
from shared.messages import Event
from shared.values import Checked, Code, Count, Digest, Id, Passage, Pseudonym, Sealed, TextClass, Value

PILES_MAX = 1_000  # papers that differ; more do not fit the hands of two tellers
ERASED = "erased"  # why a named vote is void whose choice went with the person it concerned

Part = Annotated[Count, Field(ge=1)]  # a record too long for the limit comes in parts, 1 to `parts`, in one append
Token = Annotated[str, TextClass.CODE, Field(pattern=r"^[0-9a-f]{32}$")]  # 16 random bytes that a card carries
CardCode = Annotated[str, TextClass.CODE, Field(pattern=r"^[a-z-]{2,20}-[1-9][0-9]{1,2}$")]  # an animal and a number
Salt = Annotated[str, TextClass.CODE, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]  # 32 bytes in base64


class Way(StrEnum):
    """How a vote is given (trust, 3.1)."""

    HAND = "hand"  # raised hands or real paper, counted by two tellers
    NAMED = "named"  # each voter's choice, sealed until closing, then shown
    CARDS = "cards"  # secret: printed cards and the urn


class Publish(StrEnum):
    """What of the papers is shown after closing."""

    LIST = "list"
    COUNTS = "counts"
    OUTCOME = "outcome"


class Verdict(StrEnum):
    """What a ballot came to."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    ELECTED = "elected"
    SECOND_ROUND = "second-round"  # nobody has more than half: the two first go on
    NO_QUORUM = "no-quorum"


class RollLine(Value):
    """A voter on the roll. A delegate may count for more than one, and carry the decision their class gave them."""

    voter: Pseudonym
    weight: Annotated[Count, Field(ge=1)] | None = None
    mandate: Id | None = None


class RollCollege(Value):
    """The voters of one college, sorted, as they stood when the ballot opened; an advisory college is counted apart."""

    college: Code
    voters: tuple[RollLine, ...]
    advisory: bool | None = None


class BallotOption(Value):
    """Something that can be chosen. An option that is a person has the pseudonym as its code and no label."""

    option: Code
    label: Checked | None = None
    proposal: Id | None = None
    version: Count | None = None


class OptionSum(Value):
    """How many hands, dots or points one option received in all."""

    option: Code
    points: Count


def _piled(piles: tuple[Pile, ...] | None) -> tuple[Pile, ...] | None:
    """Put papers that say the same on one pile, in one order: two tellers who found the same wrote the same."""
    papers: Counter[Choice] = Counter()
    for pile in piles or ():
        papers[tidied(pile.choice)] += pile.papers
    said = sorted(papers, key=lambda choice: choice.model_dump_json(exclude_none=True))
    return tuple(Pile(choice=choice, papers=papers[choice]) for choice in said) or None


def tidied(choice: Choice) -> Choice:
    """Write what a paper says in one way: the order of marks, of equals and of points says nothing."""
    ranks = choice.ranks and tuple(tuple(sorted(rank)) for rank in choice.ranks)
    points = choice.points and tuple(sorted(choice.points, key=lambda one: (one.option, one.points)))
    return Choice(marks=tuple(sorted(choice.marks or ())) or None, ranks=ranks or None, points=points or None)


def _summed(sums: tuple[OptionSum, ...] | None) -> tuple[OptionSum, ...] | None:
    return tuple(sorted((one for one in sums or () if one.points), key=lambda one: (one.option, one.points))) or None


def _sorted_out(void: tuple[VoidPapers, ...] | None) -> tuple[VoidPapers, ...] | None:
    return tuple(sorted((one for one in void or () if one.papers), key=lambda one: (one.reason, one.papers))) or None


Piles = Annotated[tuple[Pile, ...], Field(max_length=PILES_MAX)]
TidyPiles = Annotated[Piles | None, AfterValidator(_piled)]


class AdvisoryCount(Value):
    """What a college that is only heard put in the box."""

    college: Code
    found: Count
    piles: TidyPiles = None


def _by_college(counts: tuple[AdvisoryCount, ...] | None) -> tuple[AdvisoryCount, ...] | None:
    return tuple(sorted((one for one in counts or () if one.found), key=lambda one: one.college)) or None


class HandCount(Value):
    """What one teller counted, tidied so that two who found the same wrote the same: empty piles and noughts are left out."""

    found: Count
    present: Count
    piles: TidyPiles = None
    sums: Annotated[Annotated[tuple[OptionSum, ...], Field(max_length=OPTIONS_MAX)] | None, AfterValidator(_summed)] = (
        None  # for hands, dots or points that are only known in all
    )
    blank: Annotated[Count | None, AfterValidator(lambda blank: blank or None)] = None  # beside sums
    void: Annotated[Annotated[tuple[VoidPapers, ...], Field(max_length=20)] | None, AfterValidator(_sorted_out)] = (
        None  # papers that the tellers set aside
    )
    advisory: Annotated[Annotated[tuple[AdvisoryCount, ...], Field(max_length=10)] | None, AfterValidator(_by_college)] = None


class AdvisoryTallied(Value):
    """What a college that is only heard would have decided: in the result, but not of it."""

    college: Code
    tallied: Tallied


class NamedVote(Value):
    """A vote as it is revealed: who, what, and the salt that opens its commitment."""

    voter: Pseudonym
    choice: Choice
    salt: Salt
    proxy_for: Pseudonym | None = None


class Paper(Value):
    """A paper of the urn: the card's token, which shows that the card was printed, and the choice or why it is void."""

    tracker: Token
    choice: Choice | None = None
    void: Code | None = None


class BallotOpened(
    Event,
    name="governance.ballot-opened.v1",
    fr="Le scrutin « {question} » s'ouvre ({method}, {way})",
    en="The ballot “{question}” opens ({method}, {way})",
):
    """Un scrutin s'est ouvert : tout ce qui le règle est fixé ici, sauf l'heure de clôture, qui peut être déplacée.
    A ballot opened: all that rules it is fixed here, but the closing time, which may be moved."""

    ballot: Id
    body: Code
    question: Checked
    options: tuple[BallotOption, ...]
    method: Method
    method_version: Annotated[Count, Field(ge=1)]
    parameters: Parameters
    tie_policy: TiePolicy
    way: Way
    publish: Publish
    call: Annotated[Count, Field(ge=1, le=2)]
    roll: tuple[RollCollege, ...]
    tellers: tuple[Pseudonym, ...]
    meeting: Id | None = None
    proposal: Id | None = None
    version: Count | None = None
    quorum: Quorum | None = None
    closes_at: datetime | None = None
    casting_vote: Pseudonym | None = None
    spending: Money | None = None
    confers: Conferral | None = None
    proxies_max: Count | None = None
    after: Id | None = None  # the ballot that this one follows: its first round, or its first call


class BallotChanged(
    Event,
    name="governance.ballot-changed.v1",
    fr="L'heure de clôture du scrutin est déplacée : {reason}",
    en="The closing time of the ballot is moved: {reason}",
):
    """L'heure de clôture d'un scrutin a été déplacée, avec la raison, aux yeux des votants.
    The closing time of a ballot was moved, with the reason, in the voters' sight."""

    ballot: Id
    before: datetime
    after: datetime
    reason: Passage


class BallotCancelled(
    Event,
    name="governance.ballot-cancelled.v1",
    fr="Le scrutin est annulé : {reason}",
    en="The ballot is cancelled: {reason}",
):
    """Un scrutin a été annulé ; rien n'en est compté.
    A ballot was cancelled; nothing of it is counted."""

    ballot: Id
    reason: Passage
    cause: Code | None = None


class HandCountEntered(
    Event,
    name="governance.hand-count-entered.v1",
    fr="Un scrutateur entre son comptage, sous scellé",
    en="A teller enters a count, under seal",
):
    """Un scrutateur a entré ce qu'il a compté ; son comptage (`HandCount`) reste scellé tant que les deux ne disent pas la même chose.
    A teller entered what they counted; the count (`HandCount`) stays sealed as long as the two do not say the same."""

    ballot: Id
    count: Sealed


class HandCountsDiffered(
    Event,
    name="governance.hand-counts-differed.v1",
    fr="Les deux comptages ne disent pas la même chose : on recompte",
    en="The two counts do not say the same: both count again",
):
    """Les deux comptages diffèrent : chacun des scrutateurs recompte, sans voir les chiffres de l'autre.
    The two counts differ: each teller counts again, without seeing the other's figures."""

    ballot: Id


class HandCountsAgreed(
    Event,
    name="governance.hand-counts-agreed.v1",
    fr="Les deux comptages disent la même chose",
    en="The two counts say the same",
):
    """Les deux comptages sont égaux : le scrutin est clos. Où les bulletins sont publiés, le comptage et le sel du premier scellé.
    The two counts are equal: the ballot is closed. Where papers are published, the count and the salt of the first seal."""

    ballot: Id
    part: Part
    parts: Part
    count: HandCount | None = None  # its piles are cut over the parts; whatever else it says stands in the first one
    salt: Salt | None = None  # with `count` it opens the seal of the other teller; the one who acts here entered the second


class ProxyGiven(
    Event,
    name="governance.proxy-given.v1",
    fr="{giver} donne procuration à {holder}",
    en="{giver} gives {holder} a proxy",
):
    """Une personne absente a donné procuration à une autre pour un scrutin.
    Somebody absent gave another person a proxy for one ballot."""

    ballot: Id
    giver: Pseudonym
    holder: Pseudonym


class VoteCast(
    Event,
    name="governance.vote-cast.v1",
    fr="{voter} vote",
    en="{voter} votes",
):
    """Une personne a voté à un scrutin nominatif ; son choix reste scellé jusqu'à la clôture.
    Somebody voted in a named ballot; the choice stays sealed until closing."""

    ballot: Id
    voter: Pseudonym
    choice: Sealed
    proxy_for: Pseudonym | None = None


class VotesRevealed(
    Event,
    name="governance.votes-revealed.v1",
    fr="Les votes du scrutin nominatif sont montrés",
    en="The votes of the named ballot are shown",
):
    """À la clôture, chaque vote nominatif a été montré, avec de quoi vérifier son scellé.
    At closing each named vote was shown, with what it takes to check its seal."""

    ballot: Id
    votes: tuple[NamedVote, ...]
    part: Part
    parts: Part


class CardsIssued(
    Event,
    name="governance.cards-issued.v1",
    fr="Des cartes de vote sont imprimées",
    en="Voting cards are printed",
):
    """Des cartes ont été imprimées : leurs clés, triées ; personne ne sait qui tiendra laquelle.
    Cards were printed: their keys, sorted; nobody knows who will hold which."""

    ballot: Id
    batch: Annotated[Count, Field(ge=1)]
    keys: tuple[Digest, ...]


class VoterMarked(
    Event,
    name="governance.voter-marked.v1",
    fr="{voter} tire une carte : la liste est émargée",
    en="{voter} draws a card: the roll is marked",
):
    """Une personne a tiré une carte ; la liste électorale est émargée.
    Somebody drew a card; the roll is marked."""

    ballot: Id
    voter: Pseudonym


class VoterUnmarked(
    Event,
    name="governance.voter-unmarked.v1",
    fr="L'émargement de {voter} est corrigé",
    en="The mark of {voter} is corrected",
):
    """Un émargement a été corrigé, avant la clôture de la liste.
    A mark was corrected, before the roll closed."""

    ballot: Id
    voter: Pseudonym


class RollClosed(
    Event,
    name="governance.roll-closed.v1",
    fr="La liste est close : {marked} cartes tirées",
    en="The roll closes: {marked} cards drawn",
):
    """La liste a été close : les cartes tirées sont les émargements, les autres sont annulées.
    The roll closed: the cards drawn are the marks, the others are void."""

    ballot: Id
    marked: Count
    void: tuple[Digest, ...]
    tellers: tuple[Pseudonym, ...]


class VotingStarted(
    Event,
    name="governance.voting-started.v1",
    fr="L'urne s'ouvre au vote",
    en="The box opens for voting",
):
    """Le vote a commencé : plus personne n'est émargé, plus aucune carte n'est faite.
    Voting started: nobody is marked any more, no card is made any more."""

    ballot: Id


class BoxSealed(
    Event,
    name="governance.box-sealed.v1",
    fr="L'urne est close : {received} bulletins reçus, {counted} votants comptés",
    en="The box is closed: {received} papers received, {counted} voters counted",
):
    """L'urne a été close ; `root` est la racine RFC 6962 de ses bulletins, triés par clé.
    The box was closed; `root` is the RFC 6962 root of its papers, sorted by key."""

    ballot: Id
    received: Count
    counted: Count
    root: Digest


class BoxOpened(
    Event,
    name="governance.box-opened.v1",
    fr="L'urne est dépouillée",
    en="The box is opened",
):
    """L'urne a été ouverte : les bulletins dans l'ordre de leurs clés, ou leur scellé quand ils ne sont pas publiés.
    The box was opened: the papers in the order of their keys, or their seal when they are not published."""

    ballot: Id
    part: Part
    parts: Part
    papers: tuple[Paper, ...] | None = None
    board: Sealed | None = None


class BallotChallenged(
    Event,
    name="governance.ballot-challenged.v1",
    fr="Le bulletin de la carte {code} est contesté",
    en="The paper of the card {code} is challenged",
):
    """Une personne conteste ce que la liste dit de sa carte, sans dire son choix.
    Somebody challenges what the list says of their card, without saying the choice."""

    ballot: Id
    code: CardCode


class BallotArchived(
    Event,
    name="governance.ballot-archived.v1",
    fr="Le scrutin est archivé : clés et cartes détruites",
    en="The ballot is archived: keys and cards destroyed",
):
    """Le temps de contester est passé : ce qui pourrait encore relier est détruit.
    The time to challenge is over: what could still link is destroyed."""

    ballot: Id


class QuorumMissed(
    Event,
    name="governance.quorum-missed.v1",
    fr="Le quorum n'est pas atteint : {counted} sur {needed} (convocation n° {call})",
    en="The quorum is not reached: {counted} of {needed} (call no. {call})",
):
    """Il n'y avait pas assez de monde pour décider.
    There were not enough people to decide."""

    call: Annotated[Count, Field(ge=1, le=2)]
    needed: Count
    counted: Count
    ballot: Id | None = None
    meeting: Id | None = None


class DrawHeld(
    Event,
    name="governance.draw-held.v1",
    fr="Un tirage au sort est fait en classe",
    en="A draw is held in class",
):
    """Un tirage au sort a été fait devant deux témoins : l'ordre de toutes les options.
    A draw was held before two witnesses: the order of all options."""

    ballot: Id
    order: tuple[Code, ...]
    witnesses: tuple[Pseudonym, ...]


class ResultDeclared(
    Event,
    name="governance.result-declared.v1",
    fr="Résultat du scrutin : {verdict} ({voters} votants sur {registered})",
    en="Result of the ballot: {verdict} ({voters} voters of {registered})",
):
    """Le résultat a été déclaré : chaque nombre, chaque étape, chaque égalité et ce qui l'a départagée.
    The result was declared: each number, each step, each tie and what parted it."""

    ballot: Id
    verdict: Verdict
    registered: Count
    voters: Count
    tallied: Tallied
    method: Method
    method_version: Annotated[Count, Field(ge=1)]
    roll: Digest
    part: Part
    parts: Part
    rounds: tuple[Step, ...]
    papers: Digest | None = None  # where they are published: of few papers a digest tells what they say
    draw_root: Digest | None = None  # of the register's tree just before the closing append, where a draw from it parted something
    advisory: tuple[AdvisoryTallied, ...] | None = None
    proxies: Count | None = None


BallotEvent = (
    BallotOpened
    | BallotChanged
    | BallotCancelled
    | HandCountEntered
    | HandCountsDiffered
    | HandCountsAgreed
    | ProxyGiven
    | VoteCast
    | VotesRevealed
    | CardsIssued
    | VoterMarked
    | VoterUnmarked
    | RollClosed
    | VotingStarted
    | BoxSealed
    | BoxOpened
    | BallotChallenged
    | BallotArchived
    | QuorumMissed
    | DrawHeld
    | ResultDeclared
)
