"""The HTTP transport: the only module that imports httpx."""

import time
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx

from collector.errors import GitHubUnreachable
from collector.github.network import Proxy, certificates, proxy_for

# GitHub aborts a request after ten seconds; a slow connection may need longer, but the total time is bounded too.
# https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 10.0, 30.0, 90.0
# Bytes, decompressed. The largest pages have a few megabytes; eight parts may each be reading one at the same time.
LARGEST_BODY = 16 * 1024 * 1024
# So much is decompressed at a time: a small response may be a large body, which must be noticed before it is held.
STEP = 1024 * 1024


class Response(NamedTuple):
    """A complete HTTP response; `took` is in seconds. Look headers up by their names in lower case.

    `next_page` is the URL of the Link header's rel="next".
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    took: float
    next_page: str | None = None


class NetworkError(Exception):
    """No complete response. `connected`: whether GitHub was reached; `timed_out`: whether reading timed out."""

    def __init__(self, why: str, connected: bool, timed_out: bool = False) -> None:
        super().__init__(why)
        self.connected, self.timed_out = connected, timed_out


class Http:
    """Sends requests concurrently over pooled connections.

    Raises UsageError when the environment names certificates or a proxy that cannot be used.
    """

    def __init__(self, user_agent: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            # Only gzip, which `_body` unpacks step by step. GitHub refuses requests without a user agent:
            # https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
            headers={"user-agent": user_agent, "accept-encoding": "gzip"},
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            transport=transport or _EnvironmentTransport(),
            trust_env=False,  # collector.github.network reads proxies and certificates from the environment
        )

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Response:
        """Send one request and read its response.

        Raises NetworkError when no complete response arrives, and GitHubUnreachable when a proxy refuses the
        credentials: retrying would not help.
        """
        began = time.monotonic()
        try:
            request = self._client.build_request(method, url, headers=dict(headers), params=params, json=json)
            response = await self._client.send(request, stream=True)
            try:
                body = await _body(response, began + WHOLE_SECONDS)
            finally:
                await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NetworkError(f"no connection: {error or type(error).__name__}", connected=False) from None
        except httpx.TimeoutException:
            raise NetworkError("no response in time", connected=True, timed_out=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise NetworkError(f"{type(error).__name__}: {error}", connected=True) from None
        following = response.links.get("next", {}).get("url")
        return Response(response.status_code, response.headers, body, time.monotonic() - began, following)

    async def close(self) -> None:
        """Close the pooled connections."""
        await self._client.aclose()


async def _body(response: httpx.Response, deadline: float) -> bytes:
    """Read and decompress a body, never more than LARGEST_BODY of it; `deadline` by time.monotonic()."""
    if response.is_stream_consumed:  # a transport that answers from memory
        return response.content
    body, encoding = bytearray(), response.headers.get("content-encoding", "identity").lower()
    if encoding not in ("gzip", "identity"):
        raise NetworkError(f'the response is encoded as "{encoding}", which was not requested', connected=True)
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if encoding == "gzip" else None
    try:
        async for chunk in response.aiter_raw():
            for part in _unpacked(unpacker, chunk) if unpacker else (chunk,):
                body += part
                if len(body) > LARGEST_BODY:
                    raise NetworkError("the response is larger than any page", connected=True)
            if time.monotonic() > deadline:
                raise NetworkError("the response arrived too slowly", connected=True)
    except zlib.error as error:
        raise NetworkError(f"the response is not gzip: {error}", connected=True) from None
    if body and unpacker and not unpacker.eof:
        raise NetworkError("the response ends early", connected=True)
    return bytes(body)


def _unpacked(unpacker: "zlib._Decompress", chunk: bytes) -> Iterator[bytes]:
    """Decompress a chunk step by step."""
    while chunk and not unpacker.eof:
        yield unpacker.decompress(chunk, STEP)
        chunk = unpacker.unconsumed_tail


class _EnvironmentTransport(httpx.AsyncBaseTransport):
    """Sends each request through the proxy that the environment names for its server, or directly."""

    def __init__(self) -> None:
        self._certificates = certificates()
        self._transports: dict[Proxy | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = proxy_for(str(request.url))
        if proxy not in self._transports:
            self._transports[proxy] = self._transport(proxy)
        try:
            response = await self._transports[proxy].handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            why = str(error) or type(error).__name__
            # The message of a ProxyError begins with the status of the proxy's response to CONNECT.
            if proxy is not None and why.startswith("407"):
                raise _refusal(proxy) from None
            if "CERTIFICATE_VERIFY_FAILED" in why:
                why += "; set SSL_CERT_FILE or SSL_CERT_DIR to trust further certificates"
            elif proxy is not None:
                why = f"proxy {proxy.shown} from {proxy.variable}: {why}"
            raise httpx.ConnectError(why) from None
        if response.status_code == 407 and proxy is not None:
            await response.aclose()
            raise _refusal(proxy)
        return response

    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()

    def _transport(self, proxy: Proxy | None) -> httpx.AsyncHTTPTransport:
        trusted = self._certificates if proxy and proxy.is_https else None
        return httpx.AsyncHTTPTransport(
            verify=self._certificates or True,
            trust_env=False,
            # More than rate_limits.AT_ONCE: a request that waited here would seem slow to answer.
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
            proxy=httpx.Proxy(proxy.url, ssl_context=trusted) if proxy else None,
        )


def _refusal(proxy: Proxy) -> GitHubUnreachable:
    if proxy.has_password:
        what, next_step = "rejects the user name and password", "Correct them."
    else:
        what, next_step = "requires a user name and password", "Write it as http://USER:PASSWORD@HOST:PORT."
    return GitHubUnreachable(f"The proxy {proxy.shown} from {proxy.variable} {what} (407).", next_step)
