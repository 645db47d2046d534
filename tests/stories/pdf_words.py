"""What can be read in a PDF: the glyphs of each page turned back into characters by the tables that its fonts carry for readers."""

import re
from io import BytesIO

import pikepdf

RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.DOTALL)
GAP = -200  # thousandths of the font's size: a move to the right as wide as a space


def words_of(pdf: bytes) -> str:
    """Return the text of a PDF whose fonts are addressed by two bytes, as typst's are."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return " ".join(_page(page) for page in document.pages)


def _page(page: pikepdf.Page) -> str:
    fonts = {str(name): _characters(font.ToUnicode.read_bytes()) for name, font in page.Resources.Font.items()}
    said, known = [], dict[int, str]()
    for shown in pikepdf.parse_content_stream(page):
        operands, operator = shown.operands, str(shown.operator)
        match operator:
            case "Tf":
                known = fonts[str(operands[0])]
            case "Tj" | "TJ":
                parts = operands if operator == "Tj" else operands[0]
                said += [_said(bytes(one), known) if isinstance(one, pikepdf.String) else " " if one < GAP else "" for one in parts]
            case "ET":
                said.append(" ")
    return " ".join("".join(said).split())


def _said(shown: bytes, known: dict[int, str]) -> str:
    return "".join(known.get(int.from_bytes(shown[at : at + 2]), "") for at in range(0, len(shown), 2))


def _characters(table: bytes) -> dict[int, str]:
    known: dict[int, str] = {}
    for kind, body in SECTION.findall(table):
        if kind == b"bfchar":
            known |= {int(code, 16): _text(said) for code, said in PAIR.findall(body)}
        else:
            for first, last, said in RANGE.findall(body):
                span = range(int(first, 16), int(last, 16) + 1)
                known |= {code: chr(ord(_text(said)) + code - span.start) for code in span}
    return known


def _text(said: bytes) -> str:
    return bytes.fromhex(said.decode()).decode("utf-16-be")
