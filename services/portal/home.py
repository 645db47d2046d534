"""What the home page shows of a cooperative: its money now or as of a day, its year as a staircase, the last facts in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from services.governance.projections.cooperative import COOPERATIVE
from services.governance.projections.members import MEMBERS
from services.ledger.available import FUNDS
from services.ledger.projections.journal import JOURNAL, Journal
from services.portal.acts import Act
from services.portal.copy import SEQ_MAX
from services.portal.trail import Line, Trail
from services.portal.treasury import Project, Year, days_of, treasury_of
from services.portal.views import PortalViews, Seen
from services.portal.words import Speaker
from shared.clock import Clock
from shared.projecting import Cut
from shared.values import Pseudonym
from shared.web import formats
from shared.web.charts.bars import Bar, bars
from shared.web.charts.staircase import staircase
from shared.web.pages import Frame, Pages
from shared.web.reader import READER

LAST_FACTS = 6  # what happened this week, in most schools
TEMPLATE, BLOCK = "portal/home.html", "board"
NO_NAMES: Mapping[Pseudonym, str] = {}  # in what is live or kept, nobody is named


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of a list: its number, when, in words, by whom and why; no sentence when this program cannot read it.

    `person` is what they were that day, `pseudonym` who, `name` how they are called if the reader may know; `act` is what they asked.
    """

    seq: int
    type: str
    at: Any
    on: date | None
    sentence: str = ""
    person: str = ""
    reason: str = ""
    pseudonym: str = ""
    name: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """Makes the region of the home page that follows the register, the same for everybody who may see it."""

    views: PortalViews
    trail: Trail
    pages: Pages
    clock: Clock

    def context(self, register: str, cut: Cut) -> dict[str, Any]:
        """Return what the block `board` needs, for the reader of the moment. Raises NotFound."""
        now = self.views.together((COOPERATIVE, MEMBERS), register)
        cooperative, members = now.states
        zone = ZoneInfo(cooperative.zone)
        money = self.views.together((FUNDS, JOURNAL), register, cut)
        funds, journal = money.states
        later = journal if cut.au is None else self.views.of(JOURNAL, register, replace(cut, au=None)).state
        day = self._day(cut, zone)
        treasury = treasury_of(funds, day)
        speaker = Speaker(self.pages.wordings, members, zone)
        return {
            "register": register,
            "name": cooperative.name,
            "zone": zone,
            "treasury": treasury,
            "spending": self._spending([one for one in treasury.projects if one.income]),
            "costs": [one for one in treasury.projects if not one.income],
            "chart": self._chart(treasury.year, later, day, journal),
            "facts": [told(line, speaker) for line in self.trail.backward(register, SEQ_MAX, LAST_FACTS, cut).lines],
            "stamp": Frame(seq=money.seq, at=money.head.time if money.seq == money.head.seq else None, zone=zone),
            "stale_since": stale_since(money),
            "past": not cut.whole,
            "years": [span for span in sorted(funds.balances.years, key=lambda span: span.starts) if span.ends < day],
        }

    def region(self, register: str) -> tuple[int, str]:
        """Return the region as it is now, and the `seq` it shows, for the reader of the moment."""
        context = self.context(register, Cut())
        return context["stamp"].seq, self.pages.fragment(READER.get(), TEMPLATE, BLOCK, **context)

    def _day(self, cut: Cut, zone: ZoneInfo) -> date:
        days = [day for day in (cut.au, cut.connu_au) if day is not None]
        return min(days) if days else formats.local_date(self.clock(), zone)

    def _spending(self, projects: Sequence[Project]) -> Markup | None:
        """Draw, for each project that brought money in, how much of it was spent. None without such a project."""
        language, say = READER.get().language, self.pages.wordings.gettext
        if not projects:
            return None
        rows = [
            Bar(
                one.project,
                say("%(spent)s dépensés sur %(got)s reçus")
                % {"spent": formats.money(one.expense, language), "got": formats.money(one.income, language)},
                one.expense,
                one.income,
            )
            for one in projects
        ]
        described = ", ".join(f"{row.name} ({row.words})" for row in rows)
        return bars(rows, title=say("L'argent des projets"), description=described, drawing_id="project-bars")

    def _chart(self, year: Year | None, journal: Journal, day: date, shown: Journal) -> Markup | None:
        """Draw the year; what is later than the day is pale. None before the first year."""
        if year is None:
            return None
        language, say = READER.get().language, self.pages.wordings.gettext
        points = days_of(journal)
        held = next((cents for on, cents in reversed(days_of(shown)) if on <= year.ends), 0)
        described = say("Le %(day)s, la coopérative a %(held)s. L'année va du %(starts)s au %(ends)s.") % {
            "day": formats.middle_date(min(max(day, year.starts), year.ends), language),
            "held": formats.money(held, language),
            "starts": formats.middle_date(year.starts, language),
            "ends": formats.middle_date(year.ends, language),
        }
        return staircase(
            points,
            starts=year.starts,
            ends=year.ends,
            title=say("L'argent de l'année %(year)s") % {"year": year.year},
            description=described,
            language=language,
            drawing_id="year-money",
            cursor=day if year.starts <= day <= year.ends else None,
        )


def told(line: Line, speaker: Speaker, names: Mapping[Pseudonym, str] = NO_NAMES, act: Act | None = None) -> Told:
    """Put one record into words, for the reader of the moment; `names` are those that this reader may know."""
    if line.fact is None:
        return Told(line.kept.seq, line.kept.type, None, None)
    spoken, fact = speaker.said(line.fact), line.fact
    return Told(
        fact.seq,
        line.kept.type,
        fact.time,
        fact.event.business_date,
        spoken.sentence,
        spoken.person,
        "" if spoken.reason in spoken.sentence else spoken.reason,
        fact.actor,
        names.get(fact.actor, ""),
        (act.en if READER.get().language == "en" else act.fr) if act else "",
    )


def stale_since(seen: Seen) -> int | None:
    """Return the first record that these views do not show although they should, None when there is none."""
    missing = [one.seq for one in seen.parked]
    if seen.seq < seen.head.seq and not missing:
        missing = [seen.seq + 1]
    return min(missing, default=None)
