"""The one file that knows the HTTP library."""

import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

# The library's own command line would bring the whole of rich and pygments with it; httpx does without it if it must.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

import httpx  # noqa: E402

# GitHub ends a question after about ten seconds; a slow line may need longer, but no answer may dribble for ever.
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 10.0, 30.0, 90.0


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
    """Sends requests, several at once, over kept connections."""

    def __init__(self, user_agent: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            headers={"user-agent": user_agent, "accept-encoding": "gzip"},
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
            transport=transport,
            trust_env=True,
        )

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Answer:
        """Send one request and read its answer. Raises NetworkError when no whole answer comes."""
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
