"""The one file that knows the HTTP library."""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx

from collector.errors import GitHubUnreachable
from collector.github.network import Proxy, certificates, proxy_for

# GitHub ends a question after about ten seconds; a slow line may need longer, but no answer may dribble for ever.
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 10.0, 30.0, 90.0
# Unpacked. The heaviest pages have some megabytes; a small answer that unpacks to a gigabyte must not fill the memory.
LARGEST_BODY = 64 * 1024 * 1024


class Answer(NamedTuple):
    """An HTTP answer, read to its end; `took` in seconds. Header names are in lower case.

    `next_page` is the address that a Link header gives for it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    took: float
    next_page: str | None = None


class NetworkError(Exception):
    """No whole answer came. `connected` says whether GitHub was reached at all, `timed_out` whether that took long."""

    def __init__(self, why: str, connected: bool, timed_out: bool = False) -> None:
        super().__init__(why)
        self.connected, self.timed_out = connected, timed_out


class Http:
    """Sends requests, several at once, over kept connections.

    Raises UsageError for certificates or a proxy of the environment that cannot be used.
    """

    def __init__(self, user_agent: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            headers={"user-agent": user_agent, "accept-encoding": "gzip"},
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            transport=transport or _ByEnvironment(),
            trust_env=False,  # what the environment says, collector.github.network reads
        )

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Answer:
        """Send one request and read its answer. Raises NetworkError when no whole answer comes.

        Raises GitHubUnreachable when a proxy refuses: asking again would not help.
        """
        began = time.monotonic()
        try:
            request = self._client.build_request(method, url, headers=dict(headers), params=params, json=json)
            response = await self._client.send(request, stream=True)
            try:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if time.monotonic() - began > WHOLE_SECONDS:
                        raise NetworkError("the answer dribbled in too slowly", connected=True)
                    if len(body) > LARGEST_BODY:
                        raise NetworkError("the answer is larger than any page", connected=True)
            finally:
                await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NetworkError(f"no connection: {error or type(error).__name__}", connected=False) from None
        except httpx.TimeoutException:
            raise NetworkError("no answer in time", connected=True, timed_out=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise NetworkError(f"{type(error).__name__}: {error}", connected=True) from None
        following = response.links.get("next", {}).get("url")
        return Answer(response.status_code, response.headers, bytes(body), time.monotonic() - began, following)

    async def close(self) -> None:
        """Close the kept connections."""
        await self._client.aclose()


class _ByEnvironment(httpx.AsyncBaseTransport):
    """Sends each request by the proxy that the environment names for its server, or directly."""

    def __init__(self) -> None:
        self._certificates = certificates()
        self._ways: dict[Proxy | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = proxy_for(str(request.url))
        if proxy not in self._ways:
            self._ways[proxy] = self._way(proxy)
        try:
            response = await self._ways[proxy].handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            why = str(error) or type(error).__name__
            if proxy is not None and why.startswith("407"):
                raise _refusal(proxy) from None
            if "CERTIFICATE_VERIFY_FAILED" in why:
                why += "; SSL_CERT_FILE or SSL_CERT_DIR may name further certificates to trust"
            elif proxy is not None:
                why = f"the proxy {proxy.shown} of {proxy.variable}: {why}"
            raise httpx.ConnectError(why) from None
        if response.status_code == 407 and proxy is not None:
            await response.aclose()
            raise _refusal(proxy)
        return response

    async def aclose(self) -> None:
        for way in self._ways.values():
            await way.aclose()

    def _way(self, proxy: Proxy | None) -> httpx.AsyncHTTPTransport:
        trusted = self._certificates if proxy and proxy.is_https else None
        return httpx.AsyncHTTPTransport(
            verify=self._certificates or True,
            trust_env=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
            proxy=httpx.Proxy(proxy.url, ssl_context=trusted) if proxy else None,
        )


def _refusal(proxy: Proxy) -> GitHubUnreachable:
    if proxy.has_password:
        what, mend = "does not accept the user name and password", "Correct them."
    else:
        what, mend = "wants a user name and password", "Write it as http://USER:PASSWORD@HOST:PORT."
    return GitHubUnreachable(f"The proxy {proxy.shown} {what} (407); {proxy.variable} names it.", mend)
