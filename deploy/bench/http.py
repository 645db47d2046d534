"""How many receipts a second the real app records over HTTP, against an endpoint of the same app that does everything but record.

Three processes besides PostgreSQL: this one waits, one serves as in production, one asks.
"""

from deploy.bench.beside import START_SECONDS, beside, told
from deploy.bench.http_asking import ask
from deploy.bench.http_serving import EMPTY, RECEIPT, serve
from deploy.bench.measuring import ROUNDS, Line, Measured, Stand, stand
from deploy.bench.sample_books import ACTOR, opening, record_all
from shared.clock import system_clock
from shared.eventlog.append import LogWriter
from shared.messages import id_from
from shared.web.tokens import Claims, issue

CONNECTIONS = 16  # keep-alive, each on a register of its own: one register is one queue by design
TOKEN_SECONDS = 86_400
SERVING_PROCESSES = 1


def measure(seconds: float) -> Measured:
    """Measure both endpoints in turn, `seconds` a line, after one unmeasured line each."""
    with stand() as ready:
        asked = _registers(ready)
        lines: dict[str, list[Line]] = {RECEIPT: [], EMPTY: []}
        with beside(serve, ready.elsewhere()) as server:
            port = told(server)
            for number in range(ROUNDS + 1):
                for path, found in lines.items():
                    line = _asked(port, path, asked, seconds if number else min(seconds, 1.0))
                    if number:
                        found.append(line)
        receipt, empty = (max(found, key=lambda line: line.per_s) for found in (lines[RECEIPT], lines[EMPTY]))
        figures = {
            "receipts_per_s": receipt.per_s,
            "receipts_p50_ms": receipt.percentile_ms(0.50),
            "receipts_p99_ms": receipt.percentile_ms(0.99),
            "empty_per_s": empty.per_s,
            "empty_p50_ms": empty.percentile_ms(0.50),
            "empty_p99_ms": empty.percentile_ms(0.99),
            "connections": CONNECTIONS,
            "serving_processes": SERVING_PROCESSES,
        }
        return ready.measured("http", figures, {"http_vs_empty": receipt.per_s / empty.per_s})


def _registers(ready: Stand) -> list[tuple[str, str]]:
    """Open a register for each connection; return each with the token of its mandate holder."""
    writer = LogWriter(ready.installation.url("ruche_writer"), ready.installation.settings.log_id)
    now, key = system_clock(), ready.installation.token_keys().private
    expires = int(now.timestamp()) + TOKEN_SECONDS
    try:
        registers = [record_all(writer, id_from(b"http %d" % number), opening(ACTOR, now.date()), now) for number in range(CONNECTIONS)]
    finally:
        writer.close()
    return [(register, issue(key, Claims(ACTOR, register, None, expires))) for register in registers]


def _asked(port: int, path: str, asked: list[tuple[str, str]], seconds: float) -> Line:
    """Run one line in a process of its own."""
    with beside(ask, port, path, asked, seconds) as asking:
        per_s, taken = told(asking, seconds + START_SECONDS)
    return Line(per_s, taken)
