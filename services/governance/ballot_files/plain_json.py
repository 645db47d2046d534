"""Our own form: one JSON object that says everything a count needs, in the shapes that ballots are recorded in.

    {"options": ["a", "b"], "method": "schulze", "parameters": {"strength": "margins"},
     "tie_policy": {"order": ["b", "a"], "draw": "class"},
     "piles": [{"choice": {"ranks": [["a"], ["b"]]}, "papers": 3}, {"choice": {}, "papers": 1}]}

`title` and `names` (one for each option) may stand beside; `method`, `parameters` and `tie_policy` may be left to whoever counts.
"""

import json
import re
from typing import Final

from pydantic import ValidationError

from services.governance.ballot_files.bad_files import Lines, NotOfThisFormat
from services.governance.ballot_files.ballot_file import BallotFile

LINE: Final = re.compile(r"line ([0-9]+)")


def read_plain_json(file: str, text: str) -> BallotFile:
    """Read one. Raises NotOfThisFormat with the line, or with the field and what is wrong with it (line 0)."""
    try:
        return BallotFile.model_validate_json(text)
    except ValidationError as faulty:
        first = faulty.errors(include_url=False)[0]
        place, told = ".".join(str(part) for part in first["loc"]), first["msg"]
        line = LINE.search(told)
        raise Lines(file, text).bad(NotOfThisFormat, int(line[1]) if line else 0, f"{place}: {told}" if place else told) from None


def write_plain_json(_: str, box: BallotFile) -> str:
    """Write one, without what is not set; a choice of nothing stays an empty object."""
    return json.dumps(box.model_dump(mode="json", exclude_none=True, exclude_defaults=True), ensure_ascii=False, indent=1) + "\n"
