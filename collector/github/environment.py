"""Create a client from environment variables: tokens, and the URLs of GitHub's two APIs."""

import asyncio
import os
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from collector.errors import NotAuthorised, UsageError
from collector.github import auth, queries
from collector.github.client import Bounds, Forbidden, GitHub, Meter
from collector.github.http import Http
from collector.github.network import proxy_for
from collector.github.rate_limits import Viewer
from collector.version import version

DEFAULT_API_URL = "https://api.github.com"


def github(max_points: int | None = None) -> GitHub:
    """Return a client with the environment's tokens. Raises NotAuthorised and UsageError."""
    tokens = usable_tokens()
    api_url, graphql_url = addresses()
    agent = f"collect-signals/{version()}"
    # Rate limits are per user, not per token, so tokens are grouped by user. A single token needs no request for that.
    # https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    viewers = [Viewer(tokens)]
    if len(tokens) > 1:
        viewers = asyncio.run(_viewers(tokens, lambda v: GitHub(Http(agent), api_url, graphql_url, [v])))
    return GitHub(Http(agent), api_url, graphql_url, viewers, Bounds(points=max_points))


def usable_tokens() -> list[str]:
    """Return the environment's tokens. Raises NotAuthorised when there is none, or one with invalid characters."""
    tokens = auth.tokens()
    for token in tokens:
        if not re.fullmatch(r"[!-~]+", token):
            raise NotAuthorised(
                "The GitHub token contains characters that no token has.", "Copy it again, as one line without spaces."
            )
    return tokens


def interactive_client(token: str) -> GitHub:
    """Return a client with one token for an interactive command: it gives up after a minute. Raises UsageError."""
    bounds = Bounds(seconds=60, longest_wait=0, retries=3)
    return GitHub(Http(f"collect-signals/{version()}"), *addresses(), [Viewer([token])], bounds)


def measuring_client(token: str) -> GitHub:
    """Return a client with one token for measurements of GitHub: it gives up after half an hour. Raises UsageError."""
    bounds = Bounds(seconds=1800, longest_wait=120, retries=20)
    return GitHub(Http(f"collect-signals/{version()}"), *addresses(), [Viewer([token])], bounds)


def addresses() -> tuple[str, str]:
    """Return the (REST, GraphQL) URLs: GITHUB_API_URL and GITHUB_GRAPHQL_URL, the second derived when unset.

    Raises UsageError for an invalid URL or proxy. GitHub Enterprise Server serves them at /api/v3 and /api/graphql:
    https://docs.github.com/en/enterprise-server@latest/graphql/guides/forming-calls-with-graphql#the-graphql-endpoint
    """
    api_url = (os.environ.get("GITHUB_API_URL") or DEFAULT_API_URL).rstrip("/")
    derived = api_url.removesuffix("/v3") + "/graphql" if api_url.endswith("/api/v3") else api_url + "/graphql"
    graphql_url = os.environ.get("GITHUB_GRAPHQL_URL") or derived
    for name, url in (("GITHUB_API_URL", api_url), ("GITHUB_GRAPHQL_URL", graphql_url)):
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise UsageError(f"{name} contains a user name or password.", "Remove it: only the token is sent.")
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            usable = False
        if not usable:
            raise UsageError(f'{name} is "{url}", which is not a URL.', f"Leave it unset to use {DEFAULT_API_URL}.")
        proxy_for(url)
    return api_url, graphql_url


async def _viewers(tokens: list[str], ask_as: Callable[[Viewer], GitHub]) -> list[Viewer]:
    """Group the tokens by the user they belong to."""
    by_user: dict[int, list[str]] = {}
    for number, token in enumerate(tokens, start=1):
        github = ask_as(Viewer([token]))
        try:
            user = await viewer(github, Meter())
        except NotAuthorised as error:
            raise NotAuthorised(f"Token {number} of GITHUB_TOKENS: {error.message}", error.next_step) from None
        finally:
            await github.close()
        by_user.setdefault(user["databaseId"], []).append(token)
    return [Viewer(of_one) for of_one in by_user.values()]


async def viewer(github: GitHub, meter: Meter) -> dict[str, Any]:
    """Return the token's user: login and databaseId. Raises NotAuthorised when GitHub refuses the token."""
    try:
        answer = await github.graphql("Viewer", queries.load("Viewer"), {}, meter)
    except Forbidden as error:
        raise NotAuthorised(error.message, error.next_step) from None
    found: dict[str, Any] = answer.data["viewer"]
    return found
