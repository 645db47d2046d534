"""What anybody can check of a published board with the records of its register and nothing else; written apart from what made it.

Each fault is raised with the sentence that says it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from services.governance.events.ballots import Paper  # the shape of a line, and nothing that decides
from shared.merkle import leaf_hash, tree_root


class BoardFault(Exception):
    """A board is not the one that was sealed, or not made of the cards that were drawn."""


def check_board(records: Sequence[Mapping[str, Any]]) -> None:
    """Let pass the records of one ballot (type and data of each) whose board is whole. Raises BoardFault."""
    said = _by_kind(records)
    (opened,), (sealed,) = said["ballot-opened"], said["box-sealed"]
    keys = {key for batch in said["cards-issued"] for key in batch["keys"]}
    void = {key for closing in said["roll-closed"] for key in closing["void"]}
    papers = [Paper.model_validate_json(orjson.dumps(one)) for part in said["box-opened"] for one in part["papers"]]
    held = [_key(opened["ballot"], one.tracker) for one in papers]
    if held != sorted(set(held)):
        raise BoardFault("Les bulletins ne sont pas dans l'ordre de leurs cartes, ou une carte a servi deux fois.")
    if any(key not in keys for key in held):
        raise BoardFault("Un bulletin ne vient d'aucune carte imprimée pour ce scrutin.")
    if any(key in void for key in held):
        raise BoardFault("Un bulletin vient d'une carte annulée.")
    if len(held) != sealed["received"]:
        raise BoardFault("Il n'y a pas autant de bulletins montrés que l'urne en avait reçus.")
    length = _length(opened)
    leaves = [bytes.fromhex(key + one.tracker) + _written(one).ljust(length) for key, one in zip(held, papers, strict=True)]
    if tree_root([leaf_hash(leaf) for leaf in leaves]).hex() != sealed["root"]:
        raise BoardFault("Un bulletin montré n'est pas celui que l'urne contenait : la racine scellée ne correspond pas.")


def _by_kind(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    kinds = ("ballot-opened", "cards-issued", "roll-closed", "box-sealed", "box-opened")
    return {kind: [one["data"] for one in records if one["type"] == f"governance.{kind}.v1"] for kind in kinds}


def _key(ballot: str, token: str) -> str:
    auth = hashlib.sha256(b"ruche/card-auth/v1\x00" + ballot.encode() + bytes.fromhex(token)).digest()
    return hashlib.sha256(b"ruche/card-key/v1\x00" + auth).hexdigest()


def _written(paper: Paper) -> bytes:
    said = {"void": paper.void} if paper.void else paper.choice.model_dump(mode="json", exclude_none=True) if paper.choice else {}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def _length(opened: Mapping[str, Any]) -> int:
    """Return the one length of the papers of a ballot: all options at the most points, ranked, or marked."""
    codes = [one["option"] for one in opened["options"]]
    longest = (
        {"marks": codes},
        {"ranks": [[code] for code in codes]},
        {"points": [{"option": code, "points": 1_000_000} for code in codes]},
    )
    return max(len(orjson.dumps(choice)) for choice in longest)
