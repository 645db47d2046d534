"""Is it alive, is it ready, which version is it: for whoever watches over the process, not for the public."""

from collections.abc import Callable, Mapping

from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.observing import REGISTRY
from shared.refusals import NotFound
from shared.settings import LOOPBACK

Ready = Callable[[], Mapping[str, bool]]


def routes(app: FastAPI, version: str, ready: Ready) -> None:
    """Add the pages of the watch; `ready` says for each part whether it can do its work."""

    @app.get("/livez", include_in_schema=False)
    def alive() -> dict[str, bool]:
        return {"alive": True}

    @app.get("/readyz", include_in_schema=False)
    def readiness(response: Response) -> dict[str, bool]:
        parts = dict(ready())
        if not all(parts.values()):
            response.status_code = 503
        return parts

    @app.get("/version", include_in_schema=False)
    def which() -> dict[str, str]:
        return {"version": version}

    @app.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        if request.client is None or request.client.host not in LOOPBACK:
            raise NotFound
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
