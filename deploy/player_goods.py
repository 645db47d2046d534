"""The goods and the grants of the sample year: four goods on the inventory, checked in July; what was given for culture, and its use."""

from datetime import date
from typing import Final, NamedTuple

from deploy.player import keeper
from deploy.stage import Stage, data_of
from services.ledger.commands.goods import CheckInventory, EarmarkGrant, InventoryAsset
from services.ledger.events.grants import Source
from shared.values import Id


class Good(NamedTuple):
    """A good as the inventory names it."""

    number: str
    label: str


class Promise(NamedTuple):
    """A grant as it was promised, for a project."""

    source: Source
    purpose: str
    project: str


GOODS: Final = {  # by the voucher that paid for it
    "D11": Good("2024-01", "Jeux de cour"),
    "D16": Good("2025-01", "Appareil photo"),
    "D17": Good("2025-02", "Vélos et draisiennes"),
    "D21": Good("2025-03", "Récupérateur d'eau"),
}
PROMISES: Final = {  # by the voucher of the money
    "R04": Promise(Source.COMMUNE, "Projets culturels de l'école", "culture"),
    "R07": Promise(Source.PARENTS, "Spectacle vivant pour toutes les classes", "culture"),
}
USES: Final = {"D10": "R04", "D13": "R07", "D22": "R04"}  # which expense cites the grant that came with which voucher
CHECKED_ON: Final = date(2025, 7, 2)  # as the school is tidied for the summer


class Goods:
    """The inventory and the grants, as the year goes by."""

    def __init__(self, stage: Stage) -> None:
        """Start with nothing."""
        self._stage = stage
        self._assets: list[Id] = []
        self._grants: dict[str, Id] = {}

    def funding(self, piece: str, cents: int, day: date) -> Id | None:
        """Return the grant that money received cites, earmarked as it comes; None for other money."""
        promise = PROMISES.get(piece)
        if promise is None:
            return None
        command = EarmarkGrant(amount=cents, **promise._asdict())
        self._grants[piece] = data_of(self._stage.ask(day, keeper(self._stage, day), command))["grant"]
        return self._grants[piece]

    def grant(self, piece: str) -> Id | None:
        """Return the grant that an expense cites, None for one that no grant pays."""
        return self._grants.get(USES.get(piece, ""))

    def bought(self, piece: str, cents: int, entry: Id, day: date) -> None:
        """Put what an expense bought on the inventory, if it is a durable good."""
        if (good := GOODS.get(piece)) is not None:
            command = InventoryAsset(number=good.number, label=good.label, on=day, value=cents, entry=entry)
            self._assets.append(data_of(self._stage.ask(day, keeper(self._stage, day), command))["asset"])

    def checked(self) -> None:
        """Look for every good on its shelf: all are there."""
        command = CheckInventory(on=CHECKED_ON, present=tuple(self._assets), missing=())
        self._stage.ask(CHECKED_ON, keeper(self._stage, CHECKED_ON), command)
