"""How much a request may carry: an upload a lot, anything else little."""

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_UPLOADED = 200_000_000  # bytes of one file
MOST_TOLD = 2_000_000  # bytes of any other request
UPLOAD = "/gradio_api/upload"
FORM = 10_000_000  # what an upload has around its files


class Limits:
    """ASGI middleware. Gradio reads the JSON of a request as a whole, a file in parts."""

    def __init__(self, app: ASGIApp) -> None:
        self._uploads = RequestBodyLimitMiddleware(app, MOST_UPLOADED + FORM)
        self._others = RequestBodyLimitMiddleware(app, MOST_TOLD)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        is_upload = scope["type"] == "http" and path == UPLOAD
        await (self._uploads if is_upload else self._others)(scope, receive, send)
