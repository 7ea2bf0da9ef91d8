"""Protect the server from other web sites that its visitors have open in the same browser."""

import ipaddress
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]

# datasette's pages contain scripts and styles of their own, and Vega compiles its expressions.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)


def guarded(app: App, names: Collection[str]) -> App:
    """Return an ASGI app that passes on to `app` only requests which no other site could have caused.

    The Host header must be an IP address, localhost or one of `names`: another site may point its own name at this
    server (DNS rebinding), but not an address. Scripts, images and forms of other sites get 403, links to here do not:
    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site.
    """
    known = {name.lower() for name in names} | {"localhost"}

    async def guard(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        refusal = _refusal({k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}, known)

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = [(k, v) for k, v in message.get("headers", ()) if not k.lower().startswith(b"access-control-")]
                message = {**message, "headers": [*given, *HEADERS]}
            await send(message)

        if refusal is None:
            await app(scope, receive, send_with_headers)
            return
        plain = [(b"content-type", b"text/plain; charset=utf-8")]
        await send_with_headers({"type": "http.response.start", "status": 403, "headers": plain})
        await send({"type": "http.response.body", "body": f"{refusal}\n".encode()})

    return guard


def _refusal(headers: dict[str, str], known: Collection[str]) -> str | None:
    """Return why a request with these headers is refused, None if it is not."""
    host = _name(headers.get("host", ""))
    if host is None or not (host in known or _is_address(host)):
        return f"This server does not answer for the name {host or '(none)'}: add it with --allow-host."
    is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest", "document") == "document"
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not is_link:
        return "Other web sites may link to this server, but not read from it."
    if "origin" in headers and urlsplit(headers["origin"]).netloc.lower() != headers["host"].lower():
        return "Other web sites may link to this server, but not read from it."
    return None


def _name(host: str) -> str | None:
    """Return the name of a Host header without its port, None if it cannot be read."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return None
    return name.rstrip(".") if name else None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True
