"""Documents as PDF: the same content as their JSON at the same fact, and the register's checkpoint at the foot.

Same history, same bytes: no clock, no locale of the machine and no font of the system goes in; the fonts are those that come
inside typst, its version is pinned, and the moment of the file is that of its last fact.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
import typst

from services.ledger.telling.blocks import Block
from shared.values import Checkpoint

SOURCE: Final = Path(__file__).with_name("documents") / "page.typ"
MEDIA_TYPE: Final = "application/pdf"
STANDARDS: Final[list[Any]] = ["a-3a", "ua-1"]  # PDF/A-3a and PDF/UA-1: kept for ten years, and read aloud


class Origin(NamedTuple):
    """Where a document comes from: the cooperative, the register, the tree at its last fact, that fact's moment, what was left out."""

    cooperative: str
    register: str
    checkpoint: Checkpoint
    at: datetime
    cut: str = ""


def printed(title: str, blocks: Sequence[Block], origin: Origin) -> bytes:
    """Return a document as PDF."""
    given = {
        "title": title,
        "blocks": list(blocks),
        "cooperative": origin.cooperative,
        "register": origin.register,
        "checkpoint": origin.checkpoint.model_dump(),
        "cut": origin.cut,
    }
    inputs = {"given": orjson.dumps(given).decode()}
    compiler = typst.Compiler(SOURCE.read_bytes(), ignore_system_fonts=True, sys_inputs=inputs)
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(origin.at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made
