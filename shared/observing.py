"""What an operator sees: log lines that hold only known keys, and figures gathered when they are asked for.

Labels are closed sets: never a register, a person or a token. Nothing here is on the path of a request but the refusals.
"""

import logging
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

KEYS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "reference",
        "error",
        "corrupt",
        "register",
        "actor",
        "command",
        "log_id",
        "position",
        "seq",
        "why",
        "where",
        "seconds",
        "status",
    }
)  # anything else is dropped: an unknown value may be a name

PLACES_MAX = 8  # frames in a log line: the way to the fault, not the whole framework

Figures = Callable[[], Mapping[str, float]]


def configure_logging(level: str, form: str) -> None:
    """Write log lines on standard error: JSON, or readable ones on a terminal."""
    readable = form == "console" or (form == "auto" and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        only_known_keys,
    ]
    renderer = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # it starts and stops when we say so ourselves
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def only_known_keys(_logger: Any, _name: str, line: dict[str, Any]) -> dict[str, Any]:
    """Drop from a log line every key that is not on the list; of an exception its kind and its way stay."""
    if isinstance(raised := line.get("exc_info"), tuple) and isinstance(raised[1], Exception):
        line = {**line, "error": type(raised[1]).__name__, "where": places(raised[1])}
    return {key: value for key, value in line.items() if key in KEYS or key.startswith("_")}


def places(error: Exception) -> list[str]:
    """Return where an error went through, innermost first, without any value: a message or a variable may hold a name."""
    frames = traceback.extract_tb(error.__traceback__)[-PLACES_MAX:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]


class Gathered(Collector):
    """Figures read from what runs, at the moment they are asked for; a name ending in `_total` is a counter."""

    def __init__(self) -> None:
        """Start without sources."""
        self._sources: dict[str, Figures] = {}

    def ask(self, part: str, figures: Figures) -> None:
        """Ask this part too; a part that was started again takes the place of the one before."""
        self._sources[part] = figures

    def collect(self) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        """Return one family per figure."""
        return list(self._families())

    def _families(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        for source in self._sources.values():
            for name, value in source().items():
                family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
                yield family(name, name.replace("_", " "), value=value)


REGISTRY = CollectorRegistry()
GATHERED = Gathered()
REGISTRY.register(GATHERED)
REFUSALS = Counter("ruche_refusals", "Requests that were not carried out, by reason.", ["refusal"], registry=REGISTRY)
