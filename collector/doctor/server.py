"""Checks of the GitHub server (reachable, schema, API version) and of each token (scopes, rate limit, access)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from collector import clock
from collector.config import Config
from collector.doctor import access as seeing
from collector.doctor.check import Check, error, ok, warning
from collector.errors import CollectError, NotAuthorised
from collector.github import environment, older_schemas, queries
from collector.github.client import GitHub, Meter, NotThere, RequestFailed
from collector.github.rate_limits import POINTS_AN_HOUR
from collector.github.sending import REST_VERSION

# Token prefixes:
# https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
TOKENS = {
    "ghp_": "classic personal token",
    "github_pat_": "fine-grained personal token",
    "gho_": "OAuth token",
    "ghu_": "user token of an app",
    "ghs_": "installation token of an app, as in GitHub Actions",
}
EXPIRES_SOON = timedelta(days=14)


@dataclass(frozen=True)
class TokenResponse:
    """GitHub's responses to one token."""

    login: str
    user: int
    limits: Mapping[str, Any]
    headers: Mapping[str, str]
    seen: list[Check]  # schema and API version (with the first token only), and what the token can read


def checks(tokens: Sequence[str], ask_as: Callable[[str], GitHub], config: Config | None, now: datetime) -> list[Check]:
    """Run the checks with each token. If GitHub is unreachable, only the first token is tried."""
    api: list[Check] = []
    found: list[Check] = []
    users: dict[int, int] = {}
    for number, token in enumerate(tokens, start=1):
        name = "token" if len(tokens) == 1 else f"token {number}"
        try:
            github = ask_as(token)
            response = asyncio.run(_ask(github, name, config, first=not api))
        except NotAuthorised as problem:
            found.append(error(name, problem))
            continue
        except CollectError as problem:
            text = "A token is set, but could not be checked with GitHub."
            return [error("api", problem), *found, warning(name, text, "See the api check.")]
        api = api or [ok("api", f"{github.api_url} and {github.graphql_url} answer."), clock_check(response, now)]
        found.append(token_check(name, token, response, now))
        if response.user in users:
            text = f"It belongs to the same user as token {users[response.user]}: they share one rate limit."
            found.append(warning(name, text, "Use tokens of different app installations, or only one."))
        users.setdefault(response.user, number)
        found += limit_checks(name.replace("token", "limits"), response, now)
        found += response.seen
    return api + found


async def _ask(github: GitHub, name: str, config: Config | None, first: bool) -> TokenResponse:
    meter = Meter()
    try:
        viewer = await environment.viewer(github, meter)
        try:
            limits, headers = await github.rate_limit(meter)
        except NotThere:  # a GitHub Enterprise Server with rate limits disabled
            limits, headers = {}, {}
        seen = await _schema(github, meter) if first else []
        if config is not None:
            seen += await _access(github, name.replace("token", "access"), config, viewer["login"], meter)
        if first:
            seen += announcements(github.announced)
    except (KeyError, TypeError):
        raise RequestFailed(
            f"{github.graphql_url} does not respond like GitHub.", "Check GITHUB_API_URL and GITHUB_GRAPHQL_URL."
        ) from None
    finally:
        await github.close()
    return TokenResponse(viewer["login"], viewer["databaseId"], limits.get("resources") or {}, headers, seen)


async def _schema(github: GitHub, meter: Meter) -> list[Check]:
    """Check the server's schema for fields that the queries use."""
    try:
        answer = await github.graphql("Schema", older_schemas.introspection(), {}, meter)
        return [schema_check(frozenset(older_schemas.differences(answer.data)))]
    except CollectError as problem:
        return [error("schema", problem)]


def schema_check(lacks: frozenset[str]) -> Check:
    """Report whether the schema has everything the queries use. Raises SchemaChanged if an
    essential field is missing.
    """
    used = [text for text in queries.every().values() if older_schemas.fit(text, lacks) != text]
    unknown = older_schemas.unknown(lacks)
    if not used or not unknown:
        return ok("schema", "GitHub's schema has every field that is used.")
    return warning(
        "schema",
        f"This server's schema is older than the queries; it lacks {'; '.join(unknown)}.",
        "Upgrade GitHub Enterprise Server; signals that need these fields say that they are missing.",
    )


async def _access(github: GitHub, name: str, config: Config, login: str, meter: Meter) -> list[Check]:
    try:
        return seeing.checks(name, await seeing.ask(github, config, login, meter))
    except CollectError as problem:
        return [error(name, problem)]


def announcements(headers: Mapping[str, str]) -> list[Check]:
    """Report a deprecation of the REST API version in use, from the response headers.

    https://docs.github.com/en/rest/about-the-rest-api/api-versions
    """
    if not headers:
        return []
    when = f"ends on {headers['sunset']}" if "sunset" in headers else "will end"
    text = f"GitHub announces that version {REST_VERSION} of its REST API {when}."
    return [warning("api", text, "Install a newer version of collect-signals before that.")]


def kind_of(token: str) -> str:
    """Return the kind of a token, from its prefix."""
    return next((text for start, text in TOKENS.items() if token.startswith(start)), "token")


def token_check(name: str, token: str, response: TokenResponse, now: datetime) -> Check:
    """Report the token's owner, kind, expiry and scopes."""
    kind = kind_of(token)
    whose = f"Valid: {'an' if kind[0] in 'iO' else 'a'} {kind} of {response.login}"
    expires = _expiry(response.headers.get("github-authentication-token-expiration", ""))
    until = f", until {clock.to_text(expires)[:10]}" if expires else ""
    if expires and expires - now < EXPIRES_SOON:
        return warning(
            name, f"{whose}{until}: it expires soon.", "Create a new one at https://github.com/settings/tokens."
        )
    scopes = response.headers.get("x-oauth-scopes")
    if scopes is None:
        return ok(name, f"{whose}{until}; GitHub does not report the permissions of such tokens.")
    if scopes.strip():
        return warning(
            name,
            f"{whose}{until}; it has scopes that are not needed: {scopes}.",
            "Create one without scopes at https://github.com/settings/tokens: reading public data needs none.",
        )
    return ok(name, f"{whose}{until}, without scopes: it can only read public data.")


def limit_checks(name: str, response: TokenResponse, now: datetime) -> list[Check]:
    """Report what is left of the hourly rate limits."""
    out = []
    shown = []
    for key, word in (("graphql", "GraphQL points"), ("core", "REST requests")):
        budget = response.limits.get(key)
        if not budget:
            continue
        minutes = max(0.0, (budget["reset"] - now.timestamp()) / 60)
        shown.append(f"{budget['remaining']:,} of {budget['limit']:,} {word}")
        if budget["remaining"] < budget["limit"] / 10:
            out.append(
                warning(
                    name,
                    f"Only {budget['remaining']:,} of {budget['limit']:,} {word} are left for the next {minutes:.0f} "
                    "minutes.",
                    "Sync after that; a sync that reaches the limit exits with 5, and the next one resumes.",
                )
            )
        elif key == "graphql" and budget["limit"] < POINTS_AN_HOUR:
            out.append(
                warning(
                    name,
                    f"The token has {budget['limit']:,} {word} per hour: enough for nightly syncs, not for the first.",
                    "Run the first sync several times: each exits with 5, and the next one resumes.",
                )
            )
    return out or [ok(name, f"Left this hour: {', '.join(shown)}." if shown else "This server has no rate limits.")]


def clock_check(response: TokenResponse, now: datetime) -> Check:
    """Report whether this machine's clock agrees with GitHub's `Date` header."""
    try:
        theirs = parsedate_to_datetime(response.headers.get("date", ""))
        apart = abs(now - theirs)
    except (ValueError, TypeError):
        return ok("clock", "GitHub's response has no usable Date header.")
    if apart > clock.UNREMARKED:
        text = f"This machine's clock differs from GitHub's by {apart.total_seconds() / 60:.0f} minutes."
        return warning(
            "clock", text, "Synchronise it with NTP: the date of signals and the waits for rate limits depend on it."
        )
    return ok("clock", "This machine's clock agrees with GitHub's.")


def _expiry(text: str) -> datetime | None:
    """Parse the header, such as "2026-12-31 23:59:59 UTC" or with an offset such as +0100; None if absent."""
    for form in ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S UTC"):
        try:
            return clock.from_text(datetime.strptime(text, form).isoformat())  # noqa: DTZ007 - UTC where none is given
        except ValueError:
            continue
    return None
