"""What every request passes through: security headers, a limit of its body, and its seconds. Knows no routes."""

import time

from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Mantine sets styles on elements
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders:
    """Adds the security headers, and forbids caches to keep what the API answers. Runs outside the error handler."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        self.headers = SECURITY_HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Refuses a body of more than `limit` bytes with 413, as it is read.

    Addresses that end in `uploads` are left alone: uploads have a limit of their own.
    """

    def __init__(self, app: ASGIApp, *, limit: int, uploads: tuple[str, ...]) -> None:
        self.app = app
        self.limit = limit
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].endswith(self.uploads):
            await self.app(scope, receive, send)
            return
        received = 0
        announced = int(Headers(scope=scope).get("content-length", "0"))

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive() if announced <= self.limit else {"type": "http.request"}
            received += len(message.get("body", b""))
            if max(received, announced) > self.limit:
                raise HTTPException(413, f"The request's body is larger than {self.limit:,} bytes.")
            return message

        await self.app(scope, receive_limited, send)


class RequestSeconds:
    """Observes the seconds of each request, its streamed answer included, by method, route and status."""

    def __init__(self, app: ASGIApp, *, histogram: Histogram) -> None:
        self.app = app
        self.histogram = histogram

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500  # of a request that ends in an exception before it answers

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_observed)
        finally:
            route = scope.get("route")
            # Its name is the operation's id; its path here lacks the prefix that it is served under.
            name = route.name if isinstance(route, Route) else "(none)"
            self.histogram.labels(scope["method"], name, str(status)).observe(time.perf_counter() - started)
