"""What the browser of a visitor may and may not fetch for other sites that it has open."""

import asyncio
from typing import Any

import httpx
import pytest

from collector.serve.guard import guarded


async def app(scope: Any, receive: Any, send: Any) -> None:
    """An application that would let any site read it."""
    headers = [(b"access-control-allow-origin", b"*"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"data"})


def get(**headers: str) -> httpx.Response:
    """The response to a request with these headers, for a server that is also called signals.example."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=guarded(app, ["signals.example"]))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8001") as client:
            return await client.get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8001", "localhost:8001", "localhost", "[::1]:8001", "10.1.2.3", "Signals.Example:8001"]
)
def test_addresses_and_its_own_names_are_answered(host: str) -> None:
    assert get(host=host).text == "data"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8001", "", "[::1"])
def test_a_name_that_somebody_else_points_here_is_not(host: str) -> None:
    answer = get(host=host)
    assert answer.status_code == 403
    assert "data" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "script"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "cors", "sec_fetch_dest": "empty"},
        {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors", "sec_fetch_dest": "empty"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_other_sites_read_nothing(headers: dict[str, str]) -> None:
    assert get(**headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},  # curl, pandas
        {"sec_fetch_site": "none", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"},
        {"sec_fetch_site": "same-origin", "sec_fetch_mode": "cors", "origin": "http://127.0.0.1:8001"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"},  # a link to here
    ],
)
def test_its_own_pages_links_and_scripts_of_the_user_do(headers: dict[str, str]) -> None:
    assert get(**headers).text == "data"


def test_every_answer_forbids_other_sites_to_embed_or_read_it() -> None:
    for answer in (get(), get(host="evil.example")):
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
