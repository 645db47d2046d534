"""What no committed file may say: where packages were fetched from, where a machine keeps things, what is not finished.

The patterns are written in pieces, so that this file passes its own rules.
"""

import re
from collections.abc import Iterable, Iterator

from tests.house.sources import Source

ADDRESSES = re.compile(
    "|".join(
        [
            r"https?://[^\s\"']*(/simp" + r"le/|/packages/|regis" + r"try|\.whl\b|\.tgz\b)",
            r"py" + r"pi\.org",
            r"pythonho" + r"sted\.org",
            r"npm" + r"js\.(org|com)",
            r"--(extra-)?index-" + r"url",
            r"--trusted-" + r"host",
        ]
    ),
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(r"(?<![\w.$}/-])/(wor" + r"k|far" + r"m|ro" + r"ot|ho" + r"me|Us" + r"ers)/\w")
UNFINISHED = re.compile(
    "|".join(
        [
            r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b",
            r"NotImplemented" + r"Error",
            r"not implemented " + r"yet",
            r"in a real (system|app" + r")",
            r"placehol" + r"der",
        ]
    )
)
WEAK = re.compile(
    "|".join(
        [
            r"pytest\.mark\.(ski" + r"p|xfa" + r"il)",
            r"pytest\.(ski" + r"p|xfa" + r"il|importor" + r"skip)\(",
            r"assert Tr" + r"ue\b",
            r"unittest\.mo" + r"ck",
            r"Magic" + r"Mock",
            r"monkeypatch\.seta" + r"ttr",
        ]
    )
)


def matches(pattern: re.Pattern[str], sources: Iterable[Source]) -> Iterator[str]:
    """Return each line of these files that a pattern is found in."""
    for source in sources:
        for number, line in enumerate(source.text.splitlines(), start=1):
            if pattern.search(line):
                yield f"{source.path}:{number}: {line.strip()[:100]}"
