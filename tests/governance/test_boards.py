"""The published list of cards: each paper under the code of its card, in English as in French, whatever a cut hides."""

from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

import services.governance
from services.governance.commands.ballots import CloseBallot
from services.governance.events.ballots import CardsIssued, Paper, Publish
from services.governance.events.papers import Choice, Method, Parameters, Points
from services.governance.pages.cards import WORDS, said
from services.governance.projections.boards import BOARDS, Board, by_code
from services.governance.urn.cards import code_of, key_of
from shared.projecting import fold
from tests.governance.card_room import CardRoom, carded, token
from tests.governance.polls import options

FOLDER = Path(services.governance.__file__).parent
PAGES = ("vote", "counter", "board")


def closed(publish: Publish = Publish.LIST) -> tuple[CardRoom, str]:
    room = CardRoom()
    name = room.voting(voters=8, cards=10, command=carded(publish=publish))
    for number in range(8):
        room.cast(name, number, "yes" if number % 2 else "no")
    room.ask(CloseBallot(ballot=name, counted=8))
    return room, name


def test_each_paper_stands_under_the_code_of_its_card() -> None:
    room, name = closed()
    board = fold(BOARDS, room.records).boards[name]
    lines = by_code(name, board)
    assert board.cards == 10
    assert [code for code, _ in lines] == sorted(code_of(key_of(name, token(one)), 10) for one in range(8))
    assert {paper.tracker: paper.choice for _, paper in lines}[token(1)] == Choice(marks=("yes",))


def test_papers_that_are_not_published_are_not_there() -> None:
    room, name = closed(Publish.COUNTS)
    assert fold(BOARDS, room.records).boards[name] == Board(cards=10)


def test_a_cut_that_hides_the_printing_still_shows_the_papers() -> None:
    room, name = closed()
    rest = [record for record in room.records if not isinstance(record.event, CardsIssued)]
    board = fold(BOARDS, rest).boards[name]
    assert len(by_code(name, board)) == 8
    assert not fold(BOARDS, []).boards


def test_every_kind_of_paper_is_said_on_one_line() -> None:
    room = CardRoom()
    opened = room.opened(room.open(carded(method=Method.BORDA, options=options("ail", "chou"), question="Que planter ?")))
    words = {**WORDS, "ail": "Ail", "chou": "Chou"}

    def line(**choice: object) -> str:
        return said(opened, Paper(tracker=token(0), choice=Choice(**choice)), words)  # type: ignore[arg-type]

    assert line(marks=("ail", "chou")) == "Ail, Chou"
    assert line(ranks=(("chou",), ("ail",))) == "Chou > Ail"
    assert line(ranks=(("ail", "chou"),)) == "Ail = Chou"
    assert line(points=(Points(option="ail", points=2),)) == "Ail : 2"
    assert line() == "Bulletin blanc"
    assert said(opened, Paper(tracker=token(0), void="too-many"), words) == "Bulletin nul (too-many)"
    graded = opened.model_copy(update={"parameters": Parameters(grades=("Mauvais", "Bon"))})
    assert said(graded, Paper(tracker=token(0), choice=Choice(points=(Points(option="ail", points=1),))), words) == "Ail : Bon"


def test_every_sentence_of_these_pages_is_in_the_english_catalogue() -> None:
    with (FOLDER / "i18n" / "en.po").open("rb") as file:
        catalogue = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in read_po(file, abort_invalid=True) if entry.string}
    wanted = set(WORDS.values())
    for page in PAGES:
        with (FOLDER / "templates" / "governance" / f"{page}.html").open("rb") as file:
            for _, message, *_ in extract("jinja2.ext:babel_extract", file, options={"trimmed": "true"}):
                wanted.add(message if isinstance(message, str) else message[0])
    assert len(wanted) > 50
    assert wanted <= catalogue
