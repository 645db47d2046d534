"""A small site that shows every piece of the layout once, served as the real ones are."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from shared.web.charts.bars import Bar, bars
from shared.web.charts.staircase import staircase
from shared.web.live import Hub
from shared.web.pages import Frame, Link, Pages, Past
from shared.web.reader import Reader, reader_of
from shared.web.security import Security

HERE = Path(__file__).parent
YEAR = (date(2025, 9, 1), date(2026, 8, 31))
BALANCES = [
    (date(2025, 8, 31), 118_050), (date(2025, 9, 12), 142_000), (date(2025, 9, 22), 330_000), (date(2025, 10, 3), 288_000),
    (date(2025, 10, 14), 269_460), (date(2025, 11, 6), 259_830), (date(2025, 11, 28), 301_200), (date(2025, 12, 13), 386_450),
    (date(2026, 1, 23), 541_000), (date(2026, 2, 4), 522_000), (date(2026, 2, 13), 402_000), (date(2026, 3, 20), 330_180),
    (date(2026, 3, 27), 440_660), (date(2026, 4, 17), 330_660), (date(2026, 5, 22), 150_060), (date(2026, 6, 26), 247_600),
]  # fmt: skip
ENTRIES = [
    ("R15", date(2026, 3, 27), "Loto de l'école", "Vercors", 76_480),
    ("D14", date(2026, 3, 20), "Abonnements revues", "—", -11_800),
    ("D13", date(2026, 2, 13), "Acompte du gîte", "Vercors", -120_000),
    ("D12", date(2026, 2, 4), "Étagères roulantes", "Livres", -19_000),
]
LINKS = (
    Link("Accueil", "/", "house", current=True),
    Link("Conseil", "/conseil", "vote"),
    Link("Projets", "/projets", "sprout"),
    Link("Comptes", "/comptes", "wallet"),
    Link("Vérifier", "/verifier", "shield-check"),
)
FRAME = Frame(
    "Coop’ Jules-Verne", "/", LINKS, seq=1284, at=datetime(2026, 4, 3, 12, 5, tzinfo=UTC), export_href="/export", help_href="/aide"
)


class Demo:
    """The site, its hub, and the expenses its form was sent."""

    def __init__(self) -> None:
        self.pages = Pages([HERE / "templates"])
        self.hub = Hub()
        self.ballots = 55
        self.sent: list[str] = []
        site = FastAPI()
        self.pages.static.routes(site)
        self._routes(site)
        self.app: ASGIApp = Security(site)

    def turnout(self, reader: Reader) -> str:
        """The live region of the demo, alone."""
        return self.pages.fragment(reader, "demo.html", "turnout", ballots=self.ballots)

    def _home(self, request: Request, frame: Frame, wrong: str = "") -> HTMLResponse:
        reader = reader_of(request)
        cursor = frame.past.au if frame.past else date(2026, 4, 3)
        year = staircase(
            BALANCES, starts=YEAR[0], ends=YEAR[1], cursor=cursor, language=reader.language, title="Argent de l'année 2025-2026",
            description="Le solde part de 1 180,50 €, monte à 5 410 € en janvier et vaut 4 406,60 € le 3 avril.",
        )  # fmt: skip
        projects = bars(
            [Bar("Jardin des CM1", "282 € sur 640 €", 28_170, 64_000, "vert"), Bar("Radio", "317 € sur 380 €", 31_700, 38_000, "violet")],
            title="Nos projets", description="Jardin : 282 € dépensés sur 640 €. Radio : 317 € sur 380 €.",
        )  # fmt: skip
        context: dict[str, Any] = {
            "year": year,
            "projects": projects,
            "entries": ENTRIES,
            "ballots": self.ballots,
            "wrong": wrong,
            "command": uuid4(),
        }
        return self.pages.render(request, "demo.html", frame=frame, **context)

    def _routes(self, site: FastAPI) -> None:
        @site.get("/")
        def home(request: Request) -> HTMLResponse:
            return self._home(request, FRAME)

        @site.get("/past")
        def past(request: Request) -> HTMLResponse:
            frame = Frame(FRAME.name, "/", LINKS, seq=28, past=Past("/", au=date(2026, 3, 1), connu_au=date(2026, 3, 20)))
            return self._home(request, frame)

        @site.get("/refused")
        def refused(request: Request) -> HTMLResponse:
            detail = "La dépense dépasse ce qui reste de la somme décidée en conseil. Il reste 358,00 €."
            return self.pages.error(
                request, 409, "Cette dépense est trop grande", detail, help_href="/aide", reference="4b1f9a", frame=FRAME
            )

        @site.get("/faults")
        def faults() -> HTMLResponse:
            return HTMLResponse('<html><body style="color:#bbb"><img src="data:,"><input><p onclick="1">gris</p></body></html>')

        @site.get("/wrong")
        def wrong(request: Request) -> HTMLResponse:
            return self._home(request, FRAME, wrong="Écris un montant, par exemple 12,50.")

        @site.post("/send")
        def send(amount: Annotated[str, Form()]) -> Response:
            self.sent.append(amount)
            return RedirectResponse("/", 303)

        @site.get("/stream")
        async def stream(request: Request) -> Response:
            reader = reader_of(request)
            return self.hub.stream(f"turnout/{reader.language}", reader="demo", snapshot=lambda: (1, self.turnout(reader)))
