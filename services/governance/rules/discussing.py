"""What every step of a proposal asks first: that it exists and is still discussed, that its money is real, that its nominee fits.

Pure, over the chamber; shared by the deciders of proposals, amendments, frames and consent.
"""

from services.governance.chamber.proposing import Life, Proposal, Version
from services.governance.chamber.whole import Chamber
from services.governance.events.proposals import Nominee
from services.governance.rules.consequences import must_fit
from services.governance.rules.rolls import body_of
from shared.refusals import Refused
from shared.values import Code, Id


class NoSuchProposal(Refused):
    """Aucune proposition ne porte cet identifiant.
    No proposal has this identifier."""


class NotYourProposal(Refused):
    """Seule la personne qui a fait la proposition peut le faire : propose-lui un amendement.
    Only the person who made the proposal may do this: propose an amendment to them."""


class ProposalIsOver(Refused):
    """Cette proposition n'est plus en discussion : elle a été décidée, retirée ou refusée. Fais-en une nouvelle.
    This proposal is no longer discussed: it was decided, withdrawn or refused. Make a new one."""


class ProposalInAVote(Refused):
    """Un scrutin est ouvert sur cette proposition : son texte ne change plus tant que l'on vote.
    A ballot is open on this proposal: its text does not change while people vote."""


class CostNeedsPot(Refused):
    """Une proposition qui coûte quelque chose dit de quel pot vient l'argent.
    A proposal that costs something says from which pot the money comes."""


class PotNotOpen(Refused):
    """Ce pot n'est pas ouvert : choisis-en un dans la liste des pots.
    This pot is not open: choose one in the list of pots."""


class PotOfAnotherClass(Refused):
    """Ce pot est celui d'une autre classe : une classe propose de dépenser le sien, ou celui de l'école.
    This pot belongs to another class: a class proposes to spend its own, or the school's."""


def known(chamber: Chamber, proposal: Id) -> Proposal:
    """Return a proposal. Raises NoSuchProposal."""
    if (found := chamber.proposals.by_id.get(proposal)) is None:
        raise NoSuchProposal
    return found


def discussed(chamber: Chamber, name: Id) -> Proposal:
    """Return a proposal whose text may still change: open, or in a consent round. Raises ProposalInAVote or ProposalIsOver."""
    proposal = known(chamber, name)
    if proposal.life is Life.VOTING:
        raise ProposalInAVote(ballot=chamber.proposals.voted_in.get(name))
    if proposal.life not in {Life.OPEN, Life.AGREEING}:
        raise ProposalIsOver(life=proposal.life)
    return proposal


def money_is_real(chamber: Chamber, body: Code, wording: Version) -> None:
    """Let pass a wording whose cost comes from an open pot that is not another class's. Raises the refusal that says what is wrong."""
    if wording.pot is None:
        if wording.cost is not None:
            raise CostNeedsPot(cost=wording.cost)
        return
    if wording.pot not in chamber.purse.pots:
        raise PotNotOpen(pot=wording.pot)
    own, theirs = body_of(chamber, body).class_code, chamber.purse.pots[wording.pot]
    if own is not None and theirs not in {None, own}:
        raise PotOfAnotherClass(pot=wording.pot, class_code=theirs)


def nominee_fits(chamber: Chamber, nominee: Nominee | None) -> None:
    """Let pass a nominee who fits the role for all its time, or none at all. Raises what assigning that role would."""
    if nominee is not None:
        must_fit(chamber, nominee.person, nominee.confers)
