"""A pupil leaves and is erased: the planted name is nowhere any more, and every record, count and root is what it was."""

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from deploy.embedded_postgres import BOOTSTRAP_ROLE
from deploy.installation import Installation
from deploy.installation import running as found_running
from shared.merkle import tree_root
from shared.settings import Settings
from shared.vault.store import Vault
from tests.running import Running
from tests.shared.vault.test_canaries import canary, leaks
from tests.stories.asking import Answer, Asker, opened, raw_records, with_a_teacher, with_books

BODY = "CM1"
YES_NO = [{"option": "yes"}, {"option": "no"}, {"option": "abstain"}]
GONE, TOMORROW = ((datetime.now(UTC) + timedelta(days=days)).date().isoformat() for days in (-2, 2))  # in any time zone
PAGES = ("", "/conseils", "/propositions", "/scrutins", "/decisions", "/a-faire", "/verifier")
QUESTIONS = ("governance/members", "governance/todo", "governance/bodies", "governance/ideas", "ledger/balances")
OF_SYSTEM = ["pg_catalog", "information_schema", "pg_toast"]


@dataclass
class School:
    """A class with a pupil whose name is planted, and what was found about that pupil before and after."""

    teacher: Asker
    officer: Asker
    classmates: list[Asker]
    leaver: Asker
    first: str
    last: str
    ballots: dict[str, str] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)
    records: list[bytes] = field(default_factory=list)


def done(answer: Answer) -> dict[str, Any]:
    assert answer.status in {200, 201}, answer.body
    return answer.body


@pytest.fixture(scope="module")
def school(running: Running) -> School:
    """Whatever a pupil leaves behind: votes, a count as a teller, an idea, and a reason that was sealed about them."""
    officer = opened(running)
    teacher = with_a_teacher(officer)
    with_books(teacher)
    first, last = canary("Zéphyrine"), canary("Quastelbourg")
    for code, told in (("E02", ("Ana", "Roux")), ("E77", (first, last))):
        pupil = {"first_name": told[0], "last_name": told[1], "source_code": code, "kind": "pupil", "class_code": "CM1", "on": "2025-09-01"}
        done(officer.ask("governance/enrol-member", pupil))
    colleges = [{"college": "eleves", "of": "pupils"}]
    formed = {"body": BODY, "kind": "class-council", "label": "Conseil des CM1", "composition": colleges, "class_code": "CM1"}
    done(teacher.ask("governance/form-body", formed))
    classmates = [officer.as_("E01"), officer.as_("E02")]
    made = School(teacher, officer, classmates, officer.as_("E77"), first, last)
    made.ballots["counted"] = open_ballot(made, way="hand", tellers=[teacher.actor, made.leaver.actor])
    count = {"found": 3, "present": 3, "piles": [{"papers": 3, "choice": {"marks": ["yes"]}}]}
    for teller in (teacher, made.leaver):
        done(teller.ask("governance/enter-hand-count", {"ballot": made.ballots["counted"], "count": count}))
    made.ballots["open"] = open_ballot(made, way="named", tellers=[])
    for voter, choice in ((made.leaver, "yes"), (classmates[0], "yes"), (classmates[1], "no")):
        done(vote(voter, made.ballots["open"], choice))
    done(made.leaver.ask("governance/submit-idea", {"body": BODY, "word": "propose", "text": "Un potager"}))
    suspended = {
        "member": made.leaver.actor,
        "body": BODY,
        "starts": TOMORROW,
        "until": TOMORROW,
        "reason": f"{first} était malade",
    }
    done(teacher.ask("governance/suspend-voting-right", suspended))
    return made


def open_ballot(school: School, **changed: Any) -> str:
    settings = {
        "body": BODY, "question": "Le faire ?", "options": YES_NO, "method": "yes-no", "parameters": {},
        "tie_policy": {"draw": "register"}, "publish": "list",
    } | changed  # fmt: skip
    ballot: str = done(school.teacher.ask("governance/open-ballot", settings))["records"][0]["data"]["ballot"]
    return ballot


def vote(who: Asker, ballot: str, choice: str) -> Answer:
    return who.ask("governance/cast-vote", {"ballot": ballot, "choice": {"marks": [choice]}})


def result_of(school: School, ballot: str) -> dict[str, Any]:
    result: dict[str, Any] = school.teacher.look(f"governance/ballots/{school.ballots[ballot]}").body["result"]
    return result


def installed(running: Running) -> Installation:
    found = found_running(Settings(data=running.data))
    assert found is not None
    return found


def scanned(running: Running, school: School) -> dict[str, bytes]:
    """Everything that anybody can be shown or can take, by where it stands."""
    return {
        **dict(pages(running, school)),
        **{question: json.dumps(school.teacher.look(question).body, ensure_ascii=False).encode() for question in QUESTIONS},
        **{name: str(school.teacher.look(f"governance/ballots/{one}").body).encode() for name, one in school.ballots.items()},
        "records": b"\n".join(raw_records(school.teacher)),
        "export": running.ruche("export", school.teacher.register, "csv"),
        "tables": b"\n".join(rows(installed(running))),
        **{str(path): path.read_bytes() for path in kept_files(running)},
    }


def pages(running: Running, school: School) -> Iterator[tuple[str, bytes]]:
    """Every page as the teacher is shown it, who may read all names of the class."""
    told = json.loads(running.ruche("token", "A01", "--register", school.teacher.register, "--open", "--json"))
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    browser.open(told["link"], timeout=20).close()
    for page in (*PAGES, *(f"/scrutins/{one}" for one in school.ballots.values())):
        with browser.open(f"{running.http}/c/{school.teacher.register}{page}", timeout=20) as answer:
            yield f"page {page}", answer.read()


def rows(installation: Installation, schema: str | None = None) -> Iterator[bytes]:
    """Every row of every table, the vault's and the portal's among them."""
    tables = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname <> ALL(%s)"
    with psycopg.connect(installation.url(BOOTSTRAP_ROLE)) as connection:
        for where, name in connection.execute(tables, (OF_SYSTEM,)).fetchall():
            if schema in {None, where}:
                for row in connection.execute(sql.SQL("SELECT * FROM {}.{}").format(sql.Identifier(where), sql.Identifier(name))):
                    yield b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row)


def kept_files(running: Running) -> Iterator[Path]:
    """Every file of the installation: tables, journal, stream and logs."""
    with psycopg.connect(installed(running).url(BOOTSTRAP_ROLE), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    yield from (path for path in sorted(running.data.rglob("*")) if path.is_file())
    yield Path(running.log.name)


def named_in(found: dict[str, bytes], *names: str) -> list[str]:
    """Where one of these names lies; in files, which are long, the last one alone is looked for: both stand in the same sealed row."""
    return [where for where, content in found.items() if leaks(list(names[-1:] if where.startswith("/") else names), content)]


def about(running: Running, person: str) -> int:
    """How many rows of the vault stand for a person, or for who had them opened."""
    with psycopg.connect(installed(running).url(BOOTSTRAP_ROLE)) as connection:
        query = """SELECT (SELECT count(*) FROM vault.persons WHERE person = %(p)s)
                   + (SELECT count(*) FROM vault.person_keys WHERE person = %(p)s)
                   + (SELECT count(*) FROM vault.openings WHERE author = %(p)s OR %(p)s = ANY(subjects))
                   + (SELECT count(*) FROM vault.access_log WHERE subject = %(p)s)"""
        counted = connection.execute(query, {"p": person}).fetchone()
    assert counted is not None
    return int(counted[0])


def test_before_the_erasure_the_scan_finds_the_name_where_names_are_shown(running: Running, school: School) -> None:
    found = scanned(running, school)
    where = named_in(found, school.first, school.last)
    assert f"page /scrutins/{school.ballots['counted']}" in where and "page /conseils" in where
    assert all(one.startswith("page ") for one in where), where  # in clear it lies nowhere, not even before
    assert about(running, school.leaver.actor) > 0
    school.before = {"named": where}


def test_a_pupil_who_came_after_the_opening_does_not_vote(school: School) -> None:
    late = {"first_name": "Yanis", "last_name": "Bellec", "source_code": "E78", "kind": "pupil", "class_code": "CM1", "on": "2025-09-02"}
    done(school.officer.ask("governance/enrol-member", late))
    refused = vote(school.officer.as_("E78"), school.ballots["open"], "yes")
    assert (refused.status, refused.body["code"]) == (409, "not-on-the-roll")
    assert refused.body["fr"] and refused.body["en"]


def test_only_who_may_erases_and_only_somebody_who_left(school: School) -> None:
    erase = {"person": school.leaver.actor, "reason": "departure"}
    early = school.teacher.ask("governance/erase-person", erase)
    assert (early.status, early.body["code"]) == (409, "still-belongs")
    assert school.classmates[0].ask("governance/erase-person", erase).status == 403
    done(school.teacher.ask("governance/record-departure", {"member": school.leaver.actor, "on": GONE}))
    assert school.classmates[0].ask("governance/erase-person", erase).status == 403


def test_once_erased_the_name_is_nowhere(running: Running, school: School) -> None:
    school.records = raw_records(school.teacher)
    counted = result_of(school, "counted")
    with Vault(installed(running).url("ruche_vault"), installed(running).vault_key()) as vault:
        person, register = school.leaver.actor, school.teacher.register
        known = vault.names(register, [person], reader=person, why="test.erasure")
        assert known[person].last_name == school.last
        told = done(school.teacher.ask("governance/erase-person", {"person": person, "reason": "departure"}))
        assert [one["data"] for one in told["records"]] == [{"person": person, "reason": "departure"}]
        assert vault.names(register, [person], reader=person, why="test.erasure") == {}
        assert vault.name_index(register).found_in(f"{school.first} {school.last}") == ()
    assert about(running, school.leaver.actor) == 0
    found = scanned(running, school)
    assert named_in(found, school.first, school.last) == []
    assert set(school.before["named"]) <= set(found)
    for page in (f"page /scrutins/{school.ballots['counted']}", "page /conseils"):
        assert "élève supprimé" in found[page].decode()
    assert result_of(school, "counted") == counted


def test_every_record_keeps_its_bytes_its_place_and_its_root(school: School) -> None:
    deadline = time.monotonic() + 20  # the export follows the stream, a moment behind
    while b"governance.person-erased.v1" not in (now := raw_records(school.teacher))[-1]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert len(school.records) > 10 and now[: len(school.records)] == school.records
    assert tree_root(school.records) == tree_root(now[: len(school.records)])


def test_asking_again_changes_nothing(school: School) -> None:
    again = school.teacher.ask("governance/erase-person", {"person": school.leaver.actor, "reason": "departure"})
    assert (again.status, again.body["records"]) == (200, [])


def test_the_command_line_finishes_what_is_done_already(running: Running, school: School) -> None:
    told = json.loads(running.ruche("erase-person", school.teacher.register, school.leaver.actor, "--json"))
    assert (told["person"], told["recorded"]) == (school.leaver.actor, False)


def test_an_adult_lets_a_homonym_stand_over_http(school: School) -> None:
    idea = {"body": BODY, "word": "propose", "text": "Lire un livre de Ana Roux"}
    assert school.teacher.ask("governance/submit-idea", idea).body["code"] == "names-somebody"
    assert submitted(school.classmates[0], idea, "homonym").body["code"] == "adults-accept-names"
    assert submitted(school.teacher, idea, "other").body["code"] == "no-such-name-reason"
    kinds = [one["type"] for one in done(submitted(school.teacher, idea, "homonym"))["records"]]
    assert kinds == ["governance.idea-submitted.v1", "governance.homonym-accepted.v1"]
    explained = done(submitted(school.teacher, idea, "other", "L'autrice, pas l'élève"))["records"][1]["data"]
    assert set(explained) == {"reason", "because"} and set(explained["because"]) == {"sealed"}


def submitted(who: Asker, idea: dict[str, str], reason: str, because: str | None = None) -> Answer:
    headers = {"Idempotency-Key": str(uuid.uuid4()), "Authorization": f"Bearer {who.token}", "Ruche-Names-Reason": reason}
    headers |= {"Ruche-Names-Because": quote(because)} if because else {}
    url = f"{who.running.http}/v1/registers/{who.register}/governance/submit-idea"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, json.dumps(idea).encode(), headers), timeout=20) as answer:
            return Answer(answer.status, json.load(answer))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, json.load(error))


def test_who_was_erased_still_counts_among_the_inscribed(school: School) -> None:
    done(school.teacher.ask("governance/close-ballot", {"ballot": school.ballots["open"]}))
    result = result_of(school, "open")
    assert (result["registered"], result["voters"]) == (3, 3)
    assert result["tallied"]["void"] == [{"reason": "erased", "papers": 1}]
    assert {one["of"]: one["value"] for one in result["tallied"]["counts"]}["yes"] == "1"
