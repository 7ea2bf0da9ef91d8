"""What an answer of GitHub's means. Pure: status, headers and body in, one of the outcomes below out.

Sources: docs.github.com, "Rate limits and query limits for the GraphQL API", "Best practices for using the REST API"
and "Troubleshooting the REST API".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from msgspec import json

Headers = Mapping[str, str]

# A window of GitHub's primary limit is an hour long. A reset further away, or past, means that a clock is wrong.
WINDOW = 3600.0
# "Otherwise, wait for at least one minute before retrying."
LEAST_WAIT = 60.0


@dataclass(frozen=True)
class Good:
    """A whole answer. `missing` says for each alias or index that is null why: not_found, blocked or forbidden."""

    data: Any
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Limited:
    """A limit was hit: nothing may be sent for `seconds`; to any API (`everything`) or to this one only."""

    seconds: float
    everything: bool
    why: str


@dataclass(frozen=True)
class Transient:
    """Not an answer, but the next try may bring one; with a smaller page when the question may have been too heavy."""

    why: str
    shrink: bool
    seconds: float | None = None


@dataclass(frozen=True)
class Missing:
    """What was asked for is not there: not_found, gone, blocked, forbidden or empty; `location` where it moved."""

    reason: str
    location: str | None = None


@dataclass(frozen=True)
class Refused:
    """The token is not accepted."""

    why: str


@dataclass(frozen=True)
class Broken:
    """The question itself is wrong; asking again would not help."""

    why: str


Outcome = Good | Limited | Transient | Missing | Refused | Broken

_MISSING_STATUS = {404: "not_found", 409: "empty", 410: "gone", 451: "blocked"}
_MISSING_TYPE = {"NOT_FOUND": "not_found", "FORBIDDEN": "forbidden", "DMCA": "blocked", "UNAVAILABLE": "blocked"}
_HEAVY_TYPES = {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED", "TIMEOUT", "EXCESSIVE_PAGINATION"}


def of_graphql(status: int, headers: Headers, body: bytes, now: float) -> Outcome:
    """The meaning of an answer to a GraphQL question; `now` in seconds since the epoch."""
    by_status = _of_status(status, headers, body, now)
    if isinstance(by_status, Missing):
        # There is but one address: what is missing here is an answer, not a thing.
        return Transient(f"status {status}", shrink=False)
    if by_status is not None:
        return by_status
    answer = _json(body)
    if not isinstance(answer, dict):
        return Transient("an answer that is not JSON", shrink=True)
    errors = answer.get("errors") or []
    if not errors:
        if answer.get("data") is None:
            return Transient("an answer without data", shrink=True)
        return Good(answer["data"])
    return _of_graphql_errors(answer, errors, headers, now)


def of_rest(status: int, headers: Headers, body: bytes, now: float) -> Outcome:
    """The meaning of an answer to a REST question; `now` in seconds since the epoch."""
    by_status = _of_status(status, headers, body, now)
    if by_status is not None:
        return by_status
    answer = _json(body)
    if not isinstance(answer, dict | list):
        return Transient("an answer that is not JSON", shrink=False)
    return Good(answer)


def seconds_to_reset(headers: Headers, now: float) -> float:
    """How long until the primary limit is renewed: by our clock, else by GitHub's own, else the least wait."""
    try:
        reset = float(headers["x-ratelimit-reset"])
    except (KeyError, ValueError):
        return LEAST_WAIT
    for clock in (now, date(headers)):
        if clock is not None and 0 <= reset - clock <= WINDOW + 60:
            return reset - clock + 1
    return LEAST_WAIT


def _of_status(status: int, headers: Headers, body: bytes, now: float) -> Outcome | None:
    """What the status alone decides; None when the body must be read."""
    if status == 200:
        return None
    if status in (403, 429):
        return _of_forbidden(status, headers, body, now)
    if status == 401:
        return Refused(_message(body) or "Bad credentials")
    if status in (301, 302, 307, 308):
        return Missing("moved", headers.get("location"))
    if status in _MISSING_STATUS:
        return Missing(_MISSING_STATUS[status])
    if status >= 500 or status == 408:
        return Transient(f"status {status}", shrink=status in (502, 504), seconds=_retry_after(headers, now))
    return Broken(f"status {status}: {_message(body)}")


def _of_forbidden(status: int, headers: Headers, body: bytes, now: float) -> Outcome:
    message = (_message(body) or "").lower()
    retry_after = _retry_after(headers, now)
    if headers.get("x-ratelimit-remaining") == "0" and "secondary" not in message:
        return Limited(max(retry_after or 0, seconds_to_reset(headers, now)), False, "the hour's budget is used up")
    if retry_after is not None or status == 429 or "rate limit" in message or "abuse" in message:
        return Limited(LEAST_WAIT if retry_after is None else retry_after, True, "a secondary limit")
    return Missing("forbidden")


def _of_graphql_errors(answer: dict[str, Any], errors: list[Any], headers: Headers, now: float) -> Outcome:
    kinds = [str(e.get("type") or (e.get("extensions") or {}).get("code") or "") for e in errors]
    texts = [str(e.get("message") or "") for e in errors]
    if "RATE_LIMITED" in kinds:
        return Limited(seconds_to_reset(headers, now), False, "the hour's budget is used up")
    if any("secondary rate limit" in t.lower() for t in texts):
        return Limited(_retry_after(headers, now) or LEAST_WAIT, True, "a secondary limit")
    if any(k in _HEAVY_TYPES for k in kinds) or any("may be the result of a timeout" in t for t in texts):
        return Transient(texts[0], shrink=True)
    if "INVALID_CURSOR_ARGUMENTS" in kinds:
        return Broken(texts[0])
    data = answer.get("data")
    missing = {}
    for error, kind in zip(errors, kinds, strict=True):
        path = error.get("path") or []
        if data is None or kind not in _MISSING_TYPE or not _null_at_root(data, path):
            if data is None and kind == "":
                return Broken(texts[0])
            return Transient(f"{kind or 'an error'}: {error.get('message')}", shrink=True)
        missing[str(path[-1])] = _MISSING_TYPE[kind]
    return Good(data, missing)


def _null_at_root(data: Any, path: list[Any]) -> bool:
    """Whether an error's path leads to a null near the root: a thing that is missing, not a hole in a list."""
    if not path or len(path) > 2:
        return False
    for step in path:
        data = data.get(step) if isinstance(data, dict) else data[step] if isinstance(data, list) else None
    return data is None


def _json(body: bytes) -> Any:
    try:
        return json.decode(body)
    except ValueError:
        return None


def _message(body: bytes) -> str | None:
    answer = _json(body)
    return str(answer["message"]) if isinstance(answer, dict) and "message" in answer else None


def _retry_after(headers: Headers, now: float) -> float | None:
    """Retry-After in seconds: it may be a number or a date."""
    text = headers.get("retry-after")
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return LEAST_WAIT


def date(headers: Headers) -> float | None:
    """GitHub's own time, in seconds since the epoch."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError):
        return None
