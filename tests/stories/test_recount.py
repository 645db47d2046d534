"""A declared result counted again from outside: on another machine, with the version of its day, paper by paper on a class's screen."""

import json
import subprocess
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from deploy.catalogue import CODEC
from deploy.cli.main import app
from deploy.installation import reached
from services.governance.events.ballots import BallotOpened, ResultDeclared
from shared.eventlog.append import LogWriter
from shared.eventlog.batch import Append, Appended
from shared.messages import Event, id_from
from shared.settings import read_settings
from shared.web.asking import COOKIE
from tests.browser_fixture import Looked
from tests.governance.polls import Room as InProcess
from tests.governance.polls import ballot as asked_ballot
from tests.governance.polls import hand_count, pile
from tests.running import RUCHE, Running
from tests.stories.asking import Asker, opened, with_a_teacher
from tests.stories.test_checklist_votes import BODY, done

PUPILS = 12  # as many papers as the boxes below hold
FOUR = ["bleu", "jaune", "rouge", "vert"]
TIED = [(3, {"marks": [option]}) for option in FOUR]
RANKED = [(4, [["bleu"], ["rouge"], ["vert"], ["jaune"]]), (3, [["rouge"], ["vert"], ["bleu"], ["jaune"]]), (1, [["vert"], ["rouge"]])]
ONE_HAPPY_VOTER = [(5, {"points": [{"option": "bleu", "points": 4}]}), (1, {"points": [{"option": "vert", "points": 5}]})]


class Room(NamedTuple):
    """A class council with its two tellers."""

    teacher: Asker
    pupil: Asker

    def opened(self, **settings: Any) -> dict[str, Any]:
        """Open a ballot counted by hand; return the record's data and its seq."""
        rule = {
            "body": BODY,
            "question": "De quelle couleur peindre le préau ?",
            "options": [{"option": one, "label": one.capitalize()} for one in FOUR],
            "parameters": {},
            "tie_policy": {"draw": "register"},
            "way": "hand",
            "publish": "list",
            "tellers": [self.teacher.actor, self.pupil.actor],
        }
        answer = done(self.teacher.ask("governance/open-ballot", rule | settings)).body
        settled: dict[str, Any] = answer["records"][0]["data"]
        return settled | {"seq": answer["last_seq"]}

    def counted(self, ballot: str, piles: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
        """Let both tellers enter the same count; return the declared result."""
        papers = sum(number for number, _ in piles)
        told = [{"choice": choice, "papers": number} for number, choice in piles]
        for teller in (self.teacher, self.pupil):
            done(
                teller.ask("governance/enter-hand-count", {"ballot": ballot, "count": {"found": papers, "present": papers, "piles": told}})
            )
        result: dict[str, Any] = self.teacher.look(f"governance/ballots/{ballot}/result").body
        return result


@pytest.fixture(scope="module")
def room(running: Running) -> Room:
    officer = opened(running)
    teacher = with_a_teacher(officer)
    for number in range(2, PUPILS + 1):
        pupil = {"first_name": f"Élève{number}", "last_name": "Martin", "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
        done(officer.ask("governance/enrol-member", pupil | {"source_code": f"E{number:02}"}))
    colleges = [{"college": "eleves", "of": "pupils"}]
    formed = {"body": BODY, "kind": "class-council", "label": "Conseil des CM1", "composition": colleges, "class_code": "CM1"}
    done(teacher.ask("governance/form-body", formed))
    return Room(teacher, officer.as_("E01"))


def tallied_elsewhere(folder: Path, file: Path, *more: str) -> Any:
    """Count a file as another machine does: an installation of its own that never ran."""
    ran = subprocess.run(
        [RUCHE, "tally", file, "--json", *more], env={"RUCHE_DATA": str(folder / "nowhere")}, capture_output=True, timeout=60, check=False
    )
    assert not (folder / "nowhere").exists()
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def tallied(file: Path, *more: str) -> Any:
    """Count a file in this process."""
    return json.loads(CliRunner().invoke(app, ["tally", str(file), "--json", *more]).stdout)


def exported(room: Room, ballot: str, form: str, folder: Path) -> Path:
    url = f"{room.teacher.running.http}/v1/registers/{room.teacher.register}/governance/ballots/{ballot}/papers.{form}"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Bearer {room.teacher.token}"}), timeout=20) as file:
        path = folder / f"{ballot}.{form}"
        path.write_bytes(file.read())
    return path


def test_a_tie_is_parted_the_same_way_on_another_machine_and_its_step_is_named(room: Room, tmp_path: Path) -> None:
    ballot = room.opened(method="plurality", parameters={"seats": 2})["ballot"]
    declared = room.counted(ballot, TIED)
    [tie] = declared["tallied"]["ties"]
    assert (tie["step"], sorted(tie["options"])) == ("draw", FOUR)
    file = exported(room, ballot, "json", tmp_path)
    again = tallied_elsewhere(tmp_path, file)
    assert again["result"] == {name: value for name, value in declared["tallied"].items() if value is not None}
    assert (again["method"], again["version"]) == ("plurality", declared["method_version"])
    seed = ("--root", declared["draw_root"], "--ballot", ballot)
    other_form = tallied_elsewhere(tmp_path, exported(room, ballot, "cat", tmp_path), "--method", "plurality", "--seats", "2", *seed)
    names = {"Bleu": "bleu", "Jaune": "jaune", "Rouge": "rouge", "Vert": "vert"}
    assert [names.get(one, one) for one in other_form["result"]["ties"][0]["order"]] == tie["order"]


def test_another_seed_parts_a_tie_otherwise_and_without_one_it_is_not_parted(room: Room, tmp_path: Path) -> None:
    ballot = room.opened(method="plurality")["ballot"]
    declared = room.counted(ballot, TIED)
    file = exported(room, ballot, "json", tmp_path)
    orders = {tuple(tallied(file, "--root", f"{one:064x}")["result"]["ties"][0]["order"]) for one in range(3)}
    assert orders != {tuple(declared["tallied"]["ties"][0]["order"])}
    bare = json.loads(file.read_text("utf8"))
    del bare["draw_root"]
    file.write_text(json.dumps(bare), "utf8")
    assert tallied(file)["error"]["code"] == "only-a-draw-parts"
    assert tallied(file, "--root", "12")["error"]["code"] == "no-such-draw"


def appended(running: Running, register: str, after: int, facts: list[Event]) -> None:
    """Write facts into the log as an older version of the program did."""
    with reached(read_settings(data=running.data)) as installation:
        writer = LogWriter(installation.url("ruche_writer"), installation.settings.log_id)
        try:
            now, actor = datetime.now(UTC), "p_" + id_from(b"older")
            batch = tuple((fact.wire, CODEC.encode(register, seq, now, actor, "older", fact)) for seq, fact in enumerate(facts, after + 1))
            assert isinstance(writer.submit(Append(register, after, batch)), Appended)
        finally:
            writer.close()


def recounted(running: Running, register: str) -> Any:
    ran = subprocess.run([RUCHE, "recount", register, "--json"], env=running.environment(), capture_output=True, timeout=60, check=False)
    return json.loads(ran.stdout) | {"code": ran.returncode}


@pytest.fixture(scope="module")
def of_its_day(room: Room) -> str:
    """A ballot opened when scores had one version only, counted and declared since."""
    today = room.opened(method="score", parameters={"top": 5, "mean": True})
    seq = today.pop("seq")
    old = BallotOpened.model_validate(today | {"ballot": id_from(b"of its day"), "method_version": 1}, strict=False)
    appended(room.teacher.running, room.teacher.register, seq, [old])
    assert room.counted(today["ballot"], ONE_HAPPY_VOTER)["tallied"]["elected"] == ["bleu"]  # as opened today
    result = room.counted(old.ballot, ONE_HAPPY_VOTER)
    assert (result["method_version"], result["tallied"]["elected"]) == (1, ["vert"])
    return old.ballot


def test_every_result_is_counted_with_the_version_of_its_day_and_with_todays(room: Room, of_its_day: str) -> None:
    told = recounted(room.teacher.running, room.teacher.register)
    assert told["code"] == 0 and told["not_as_declared"] == []
    declared = [one for one in room.teacher.look("governance/ballots").body["ballots"] if one["result"]]
    assert {one["ballot"] for one in told["results"]} == {one["ballot"] for one in declared}
    assert all(one["as_declared"] for one in told["results"])
    [changed] = [one for one in told["results"] if one["differs"]]
    assert (changed["ballot"], changed["version"], changed["version_today"]) == (of_its_day, 1, 2)
    assert (changed["declared"], changed["then"]["elected"], changed["now"]["elected"]) == (["vert"], ["vert"], ["bleu"])
    assert "elected" in changed["differs"] and "fewer than half" in changed["changes"][0]["en"]
    assert told["results"] == room.teacher.look("governance/recounts").body["results"]


def test_a_result_that_its_papers_do_not_give_is_found(running: Running) -> None:
    told = InProcess()
    told.both_count(told.open(asked_ballot()), hand_count(pile(9, "yes"), pile(8, "no")))
    facts = [record.event for record in told.records]
    result = next(fact for fact in facts if isinstance(fact, ResultDeclared))
    appended(running, right := id_from(b"right"), 0, facts)
    off = result.model_copy(update={"tallied": result.tallied.model_copy(update={"expressed": result.tallied.expressed + 1})})
    appended(running, forged := id_from(b"forged"), 0, [off if fact is result else fact for fact in facts])
    assert recounted(running, right)["code"] == 0
    found = recounted(running, forged)
    assert (found["code"], found["not_as_declared"]) == (1, [result.ballot])


def signed_in(page: Page, room: Room) -> Page:
    cookie = {"name": COOKIE, "value": room.teacher.token, "url": room.teacher.running.http}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    return page


def test_the_page_lists_both_counts_and_explains_the_difference(room: Room, of_its_day: str, looked: Looked) -> None:
    page = signed_in(looked.page, room)
    page.goto(f"{room.teacher.running.http}/c/{room.teacher.register}/recomptes")
    line = page.locator("tr", has=page.locator(f'a[href$="{of_its_day}"]'))
    assert "Vert" in line.inner_text() and "Bleu" in line.inner_text() and "moins de la moitié" in line.inner_text()
    assert looked.violations() == [] and looked.complaints == []


@pytest.fixture(scope="module")
def ranked(room: Room) -> str:
    ballot: str = room.opened(method="schulze")["ballot"]
    room.counted(ballot, [(number, {"ranks": ranks}) for number, ranks in RANKED])
    return ballot


def board(page: Page) -> dict[str, int]:
    return {one: int(page.locator(f'[data-count="{one}"]').inner_text()) for one in FOUR}


def test_a_count_plays_paper_by_paper_forward_and_back_by_keys_and_at_a_chosen_speed(room: Room, ranked: str, looked: Looked) -> None:
    page = signed_in(looked.page, room)
    page.goto(f"{room.teacher.running.http}/c/{room.teacher.register}/scrutins/{ranked}/rejouer")
    assert page.locator("#where").inner_text() == "Avant le premier bulletin" and sum(board(page).values()) == 0
    page.keyboard.press("ArrowRight")
    expect(page.locator("#where")).to_have_text("Bulletin 1 sur 8")
    assert page.locator("#paper-said").inner_text() == "Bleu > Rouge > Vert > Jaune" and board(page)["bleu"] == 1
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert board(page) == {"bleu": 4, "jaune": 0, "rouge": 1, "vert": 0}
    page.keyboard.press("ArrowLeft")
    assert board(page)["rouge"] == 0 and page.locator("#end").is_hidden()
    page.get_by_label("Vitesse").select_option("10")
    page.get_by_role("button", name="Lire").click()
    expect(page.locator("#end")).to_be_visible()
    assert board(page) == {"bleu": 4, "jaune": 0, "rouge": 3, "vert": 1}
    [elected] = room.teacher.look(f"governance/ballots/{ranked}/result").body["tallied"]["elected"]
    steps = room.teacher.look(f"governance/ballots/{ranked}/steps").body["steps"]
    assert page.locator("#paper-said").inner_text() == steps[-1]["fr"] and elected.capitalize() in page.locator("#end").inner_text()
    assert page.locator("#where").inner_text() == f"Pas {len(steps)} sur {len(steps)}"
    assert looked.violations() == [] and looked.complaints == []
    page.keyboard.press("Home")
    assert sum(board(page).values()) == 0
    page.set_viewport_size({"width": 390, "height": 800})
    assert looked.overflow_px() == 0


def test_without_script_a_count_plays_by_links(room: Room, ranked: str, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        page = signed_in(context.new_page(), room)
        page.goto(f"{room.teacher.running.http}/c/{room.teacher.register}/scrutins/{ranked}")
        page.get_by_role("link", name="Rejouer bulletin par bulletin").click()
        page.get_by_role("link", name="Suivant").click()
        assert page.locator("#where").inner_text() == "Bulletin 1 sur 8" and board(page)["bleu"] == 1
        page.get_by_role("link", name="Précédent").click()
        assert sum(board(page).values()) == 0
        page.get_by_role("link", name="Fin").click()
        assert board(page) == {"bleu": 4, "jaune": 0, "rouge": 3, "vert": 1} and page.locator("#end").is_visible()


def test_a_ballot_that_is_still_open_is_not_played(room: Room, looked: Looked) -> None:
    ballot = room.opened(method="plurality")["ballot"]
    answer = signed_in(looked.page, room).goto(f"{room.teacher.running.http}/c/{room.teacher.register}/scrutins/{ballot}/rejouer")
    assert answer is not None and answer.status == 409 and "pas encore de résultat" in looked.page.inner_text("main")
