"""GitHub as it answers today: reached, of a known version; and the tokens: valid, and what they may do and see."""

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
from collector.github.sending import REST_VERSION

# How a token begins: docs.github.com, "About authentication to GitHub", token formats.
TOKENS = {
    "ghp_": "classic personal token",
    "github_pat_": "fine-grained personal token",
    "gho_": "OAuth token",
    "ghu_": "user token of an app",
    "ghs_": "installation token of an app, as in GitHub Actions",
}
EXPIRES_SOON = timedelta(days=14)
CLOCK_MAY_DIFFER = timedelta(minutes=10)
# Points that GitHub gives a personal token an hour; a first sync of the shipped configuration takes about half of it.
USUAL_POINTS = 5000


@dataclass(frozen=True)
class Answered:
    """What GitHub said to one token."""

    login: str
    user: int
    limits: Mapping[str, Any]
    headers: Mapping[str, str]
    seen: list[Check]  # of its schema and its versions, by the first token, and of what the token may see


def checks(tokens: Sequence[str], ask_as: Callable[[str], GitHub], config: Config | None, now: datetime) -> list[Check]:
    """Ask GitHub as each of the tokens. One that cannot be reached is asked once."""
    api: list[Check] = []
    found: list[Check] = []
    users: dict[int, int] = {}
    for number, token in enumerate(tokens, start=1):
        name = "token" if len(tokens) == 1 else f"token {number}"
        try:
            github = ask_as(token)
            answered = asyncio.run(_ask(github, name, config, first=not api))
        except NotAuthorised as problem:
            found.append(error(name, problem))
            continue
        except CollectError as problem:
            text = "There is one, but GitHub could not be asked about it."
            return [error("api", problem), *found, warning(name, text, "See what is said of the API.")]
        api = api or [ok("api", f"{github.api_url} and {github.graphql_url} answer."), clock_check(answered, now)]
        found.append(token_check(name, token, answered, now))
        if answered.user in users:
            text = f"It is of the same user as token {users[answered.user]}: they share one budget."
            found.append(warning(name, text, "Give tokens of different app installations, or only one."))
        users.setdefault(answered.user, number)
        found += limit_checks(name.replace("token", "limits"), answered, now)
        found += answered.seen
    return api + found


async def _ask(github: GitHub, name: str, config: Config | None, first: bool) -> Answered:
    meter = Meter()
    try:
        viewer = await environment.viewer(github, meter)
        try:
            limits, headers = await github.rate_limit(meter)
        except NotThere:  # a GitHub Enterprise that limits nobody
            limits, headers = {}, {}
        seen = await _schema(github, meter) if first else []
        if config is not None:
            seen += await _access(github, name.replace("token", "access"), config, viewer["login"], meter)
        if first:
            seen += announcements(github.announced)
    except (KeyError, TypeError):
        raise RequestFailed(
            f"{github.graphql_url} answers, but not as GitHub does.", "Check GITHUB_API_URL and GITHUB_GRAPHQL_URL."
        ) from None
    finally:
        await github.close()
    return Answered(viewer["login"], viewer["databaseId"], limits.get("resources") or {}, headers, seen)


async def _schema(github: GitHub, meter: Meter) -> list[Check]:
    """What this server's schema lacks of what is asked for."""
    try:
        answer = await github.graphql("Schema", older_schemas.introspection(), {}, meter)
        return [schema_check(frozenset(older_schemas.differences(answer.data)))]
    except CollectError as problem:
        return [error("schema", problem)]


def schema_check(lacks: frozenset[str]) -> Check:
    """Whether all that is asked for can be asked. Raises SchemaChanged for what cannot be done without."""
    used = [text for text in queries.every().values() if older_schemas.fit(text, lacks) != text]
    unknown = older_schemas.unknown(lacks)
    if not used or not unknown:
        return ok("schema", "GitHub's schema has all that is asked for.")
    return warning(
        "schema",
        f"This server's schema is older than what is asked for; not known is {'; '.join(unknown)}.",
        "A newer GitHub Enterprise Server has it; signals that need it say that it is missing.",
    )


async def _access(github: GitHub, name: str, config: Config, login: str, meter: Meter) -> list[Check]:
    try:
        return seeing.checks(name, await seeing.ask(github, config, login, meter))
    except CollectError as problem:
        return [error(name, problem)]


def announcements(headers: Mapping[str, str]) -> list[Check]:
    """What GitHub says of the end of the API version that is asked for.

    https://docs.github.com/en/rest/about-the-rest-api/api-versions
    """
    if not headers:
        return []
    when = f"ends on {headers['sunset']}" if "sunset" in headers else "will end"
    text = f"GitHub announces that version {REST_VERSION} of its REST API {when}."
    return [warning("api", text, "Install a newer version of collect-signals before that.")]


def kind_of(token: str) -> str:
    """Which kind of token it is, by how it begins."""
    return next((text for start, text in TOKENS.items() if token.startswith(start)), "token")


def token_check(name: str, token: str, answered: Answered, now: datetime) -> Check:
    """Whose it is, of which kind, when it ends and what it may do."""
    kind = kind_of(token)
    whose = f"Valid: {'an' if kind[0] in 'iO' else 'a'} {kind} of {answered.login}"
    expires = _expiry(answered.headers.get("github-authentication-token-expiration", ""))
    until = f", until {clock.to_text(expires)[:10]}" if expires else ""
    if expires and expires - now < EXPIRES_SOON:
        return warning(name, f"{whose}{until}: it ends soon.", "Make a new one at https://github.com/settings/tokens.")
    scopes = answered.headers.get("x-oauth-scopes")
    if scopes is None:
        return ok(name, f"{whose}{until}; such a token does not say what it may do.")
    if scopes.strip():
        return warning(
            name,
            f"{whose}{until}; it may do more than is needed: {scopes}.",
            "Make one without any scope at https://github.com/settings/tokens: reading what is public needs none.",
        )
    return ok(name, f"{whose}{until}, without scopes: it can only read what is public.")


def limit_checks(name: str, answered: Answered, now: datetime) -> list[Check]:
    """What is left of the hour."""
    out = []
    shown = []
    for key, word in (("graphql", "GraphQL points"), ("core", "REST requests")):
        budget = answered.limits.get(key)
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
                    "Sync after that; a sync that meets the limit ends with 5, and the next one goes on from there.",
                )
            )
        elif key == "graphql" and budget["limit"] < USUAL_POINTS:
            out.append(
                warning(
                    name,
                    f"The token has {budget['limit']:,} {word} an hour: enough for a night, not for a first sync.",
                    "Run the first sync several times: each goes on where the last one stopped, with exit code 5.",
                )
            )
    return out or [ok(name, f"Left this hour: {', '.join(shown)}." if shown else "This GitHub sets no limits.")]


def clock_check(answered: Answered, now: datetime) -> Check:
    """Whether this machine's clock agrees with GitHub's."""
    try:
        theirs = parsedate_to_datetime(answered.headers.get("date", ""))
        apart = abs(now - theirs)
    except (ValueError, TypeError):
        return ok("clock", "GitHub did not tell its time.")
    if apart > CLOCK_MAY_DIFFER:
        text = f"This machine's clock is {apart.total_seconds() / 60:.0f} minutes from GitHub's."
        return warning("clock", text, "Set it by NTP: the days of signals and the waits for limits go by it.")
    return ok("clock", "This machine's clock agrees with GitHub's.")


def _expiry(text: str) -> datetime | None:
    """The header is like "2026-12-31 23:59:59 UTC" or has an offset such as +0100."""
    for form in ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S UTC"):
        try:
            return clock.from_text(datetime.strptime(text, form).isoformat())  # noqa: DTZ007 - UTC where none is given
        except ValueError:
            continue
    return None
