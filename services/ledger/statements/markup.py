"""Texts with `<tags>` as trees: XML without any document type, so that no entity can be declared, and the older SGML of OFX 1."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.source import Source

DEPTH_MAX: Final = 100  # no statement nests more than twenty tags
TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9._]*)\s*(/?)>")
ENTITIES: Final = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " ", "amp": "&"}
ENTITY: Final = re.compile(f"&({'|'.join(ENTITIES)});")
UNFINISHED: Final = frozenset({"no element found", "unclosed token", "unclosed CDATA section", "partial character"})


@dataclass(slots=True)
class Element:
    """One tag: its name without namespace, the line it stands at, its attributes, its own text, what is inside."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    inside: list["Element"] = field(default_factory=list)

    def all(self, path: str) -> Iterator["Element"]:
        """Find the elements at a path of names with `/` between them."""
        name, _, rest = path.partition("/")
        for one in self.inside:
            if one.name == name:
                if rest:
                    yield from one.all(rest)
                else:
                    yield one

    def first(self, *paths: str) -> "Element | None":
        """Find the first element at the first of these paths that has one."""
        return next((one for path in paths for one in self.all(path)), None)

    def said(self, *paths: str) -> str:
        """Return the text of the first element at these paths that has any, else nothing."""
        return next((text for path in paths for one in self.all(path) if (text := one.text.strip())), "")

    def everywhere(self, name: str) -> Iterator["Element"]:
        """Find the elements of a name at any depth, but not inside each other."""
        for one in self.inside:
            if one.name == name:
                yield one
            else:
                yield from one.everywhere(name)


def xml(source: Source) -> Element:
    """Read XML; the element that is returned holds the root. Raises NotOfThisForm, TruncatedFile."""
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    text_alone = source.text.lstrip()  # a declaration has to come first
    above = source.text.count("\n", 0, len(source.text) - len(text_alone))
    stack = [Element("", 0)]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEPTH_MAX:
            raise source.bad(bad.NotOfThisForm, above + parser.CurrentLineNumber, name)
        namespace, _, local = name.rpartition(" ")
        one = Element(local, above + parser.CurrentLineNumber, attributes if not namespace else {**attributes, "xmlns": namespace})
        stack[-1].inside.append(one)
        stack.append(one)

    def end(_: str) -> None:
        stack.pop()

    def text(found: str) -> None:
        stack[-1].text += found

    def doctype(name: str, *_: object) -> None:
        raise source.bad(bad.NotOfThisForm, above + parser.CurrentLineNumber, f"<!DOCTYPE {name}")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(text_alone.encode(), True)  # noqa: FBT003  # expat has no name for it: this is all
    except expat.ExpatError as no:
        why = bad.TruncatedFile if expat.ErrorString(no.code) in UNFINISHED else bad.NotOfThisForm
        raise source.bad(why, above + no.lineno) from None
    return stack[0]


def sgml(source: Source, begins: int, closed: frozenset[str]) -> Element:
    """Read SGML from one place of the text: a value ends where the next tag begins, and its own end tag may lack.

    `closed` names the tags that hold others, so that a lacking end is damage. Raises NotOfThisForm, TruncatedFile.
    """
    root = Element("", 0)
    stack, line, place = [root], source.text.count("\n", 0, begins) + 1, begins
    tags = list(TAG.finditer(source.text, begins))
    for tag, following in zip(tags, [*tags[1:], None], strict=True):
        line += source.text.count("\n", place, tag.start())
        place = tag.start()
        name = tag[2].upper()
        if tag[1]:
            _close(source, stack, name, line, closed)
            continue
        one = Element(name, line, text=_unescaped(source.text[tag.end() : following.start() if following else None].strip()))
        stack[-1].inside.append(one)
        if not one.text and not tag[3]:
            stack.append(one)
        if len(stack) > DEPTH_MAX:
            raise source.bad(bad.NotOfThisForm, line, name)
    if len(stack) > 1:
        raise source.bad(bad.TruncatedFile, source.text.count("\n") + 1, f"</{stack[1].name}>")
    return root


def _close(source: Source, stack: list[Element], name: str, line: int, closed: frozenset[str]) -> None:
    """Close a tag; what is still open inside it was an empty value, and what seemed to be inside that stands beside it."""
    depth = next((depth for depth in range(len(stack) - 1, 0, -1) if stack[depth].name == name), None)
    if depth is None:
        if not any(one.name == name for one in stack[-1].inside):
            raise source.bad(bad.NotOfThisForm, line, f"</{name}>")
        return
    while len(stack) - 1 > depth:
        empty = stack.pop()
        if empty.name in closed:
            raise source.bad(bad.NotOfThisForm, line, f"</{name}>")
        stack[-1].inside += empty.inside
        empty.inside = []
    stack.pop()


def _unescaped(text: str) -> str:
    return ENTITY.sub(lambda found: ENTITIES[found[1]], text)
