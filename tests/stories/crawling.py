"""Walks through the pages of a register and looks for codes of the wire that reached a sentence."""

import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType

import services.governance.events
import services.ledger.events
from services.governance.pages.words import FAULTS, KINDS, WORDS
from services.portal.words import WORDS as PORTAL_WORDS
from tests.stories.filling import Seen, Visitor

LINK = re.compile(r'href="/c/[a-z2-7]{26}/?([^"#]*)')
OF_GOVERNANCE = re.compile(r"(conseils|propositions|scrutins|decisions|a-faire)(/[a-z2-7]{26}|/nouveau)?(\?.*)?")
OTHER_READING = re.compile(r"[?&](lang|niveau)=")  # the same page in the other language, or for the youngest
FRENCH = {
    word for said in (*WORDS.values(), *PORTAL_WORDS.values(), *KINDS.values(), *FAULTS.values()) for word in re.findall(r"[\w-]+", said)
}
ENGLISH_TOO = frozenset({"English", "service", "commune", "classes", "parents"})  # the link to the other language; words of both


def enumerations() -> Iterator[type[StrEnum]]:
    """Iterate over the enumerations that records hold."""
    for package in (services.governance.events, services.ledger.events):
        for found in pkgutil.iter_modules(package.__path__):
            module: ModuleType = importlib.import_module(f"{package.__name__}.{found.name}")
            yield from (one for one in vars(module).values() if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum)


WIRE = {str(code) for kind in enumerations() for code in kind} - FRENCH


def raw_codes(text: str) -> set[str]:
    """Return the codes of enumerations, those that are no French word, which stand alone in a text."""
    return {word for word in re.findall(r"(?<![\w«-])[a-z_-]+(?![\w-])", text) if word in WIRE} - ENGLISH_TOO


def pages_of(visitor: Visitor, starts: tuple[str, ...], most: int) -> Iterator[tuple[str, Seen]]:
    """Iterate over at most so many pages of governance, by following links."""
    waiting, seen = deque(starts), set(starts)
    while waiting and most:
        path, most = waiting.popleft(), most - 1
        page = visitor.at(path)
        yield path, page
        for found in LINK.findall(page.raw):
            plain = found.replace("&amp;", "&")
            if OF_GOVERNANCE.fullmatch(plain) and plain not in seen and not OTHER_READING.search(plain):
                seen.add(plain)
                waiting.append(plain)
