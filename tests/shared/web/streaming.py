"""A process that does nothing but stream, to be stopped while it does."""

from fastapi import FastAPI
from starlette.responses import Response

from shared.web.live import Hub

site = FastAPI()
hub = Hub()


@site.get("/stream/{reader}")
async def stream(reader: str) -> Response:
    """One stream of a region that never changes."""
    return hub.stream("still", reader=reader, snapshot=lambda: (1, "<p>still</p>"))
