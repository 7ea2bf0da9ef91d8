"""Interpret a response: status, headers and body in, one of the outcomes below out. Pure.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
Rules that come from a public report name it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from collector.github.headers import LEAST_WAIT, Headers, remaining, retry_after, seconds_to_reset

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Absence:
    """Why an object near the root is null: `reason` is not_found, forbidden or blocked, `message` GitHub's message.

    `part` is the field that caused it, empty for the object itself: an error in a non-null field makes its parent null.
    https://spec.graphql.org/October2021/#sec-Handling-Field-Errors
    """

    reason: str
    message: str
    part: str = ""


@dataclass(frozen=True)
class FieldError:
    """A null deep in a response, with the field error that explains it.

    `path` leads to the null; `at` is the error's own path, which is longer when an error in a non-null field made its
    parent null. `kind` is the error's type or code, or empty.
    """

    path: Path
    kind: str
    message: str
    at: Path

    @property
    def of_permission(self) -> bool:
        """Whether the token lacks permission, so that retrying would not help."""
        return self.kind in _ABSENT_TYPE


@dataclass(frozen=True)
class Success:
    """A usable response, complete except for what `missing` and `field_errors` name.

    `missing` maps each alias or index that is null near the root to the reason.
    """

    data: Any
    missing: Mapping[str, Absence] = field(default_factory=dict)
    field_errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class Unchanged:
    """The resource is as it was when it had the ETag of the request."""


@dataclass(frozen=True)
class Limited:
    """A rate limit was hit: send nothing for `seconds`, to either API (`everything`) or to this one only."""

    seconds: float
    everything: bool
    why: str


@dataclass(frozen=True)
class Transient:
    """A temporary failure: retry, with a smaller page when `shrink` (the query may have been too heavy)."""

    why: str
    shrink: bool
    seconds: float | None = None
    timed_out: bool = False


@dataclass(frozen=True)
class Missing:
    """The resource is unavailable: not_found, gone, blocked, forbidden, empty, or moved to `location`.

    `said` is GitHub's own message, or empty.
    """

    reason: str
    location: str | None = None
    said: str = ""


@dataclass(frozen=True)
class Refused:
    """GitHub rejects the token."""

    why: str


@dataclass(frozen=True)
class NotInSchema:
    """The query names a type, field or argument that the server's schema does not have."""

    why: str


@dataclass(frozen=True)
class ApiEnded:
    """GitHub no longer serves the requested version of its API."""

    said: str


@dataclass(frozen=True)
class Broken:
    """The request itself is invalid: retrying would not help."""

    why: str


Outcome = Success | Unchanged | Limited | Transient | Missing | Refused | NotInSchema | ApiEnded | Broken

_MISSING_STATUS = {404: "not_found", 409: "empty", 410: "gone", 451: "blocked"}
_ABSENT_TYPE = {
    "NOT_FOUND": "not_found",
    "FORBIDDEN": "forbidden",
    "INSUFFICIENT_SCOPES": "forbidden",
    "DMCA": "blocked",
    "UNAVAILABLE": "blocked",
}
# How GitHub words FORBIDDEN in errors without a type.
_FORBIDDING = ("saml enforcement", "ip allow list", "forbids access", "resource not accessible")
# A query that consumes too many resources is answered in part, with an error of such a type:
# https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#other-resource-limits
_HEAVY_TYPES = {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED", "TIMEOUT", "EXCESSIVE_PAGINATION"}
# RATE_LIMIT since late 2025, RATE_LIMITED before; either may arrive while the header shows points left:
# yanyongyu/githubkit#271, octokit/plugin-throttling.js#824 and #636.
_LIMIT_TYPES = {"RATE_LIMIT", "RATE_LIMITED", "graphql_rate_limit"}
# The error codes of graphql-ruby, which GitHub uses, for names that its schema does not have.
# https://graphql-ruby.org/errors/validation_errors.html
_SCHEMA_CODES = {"undefinedField", "undefinedType", "argumentNotAccepted", "argumentLiteralsIncompatible"}

# An empty list takes three bytes of JSON and twenty times as much memory. Pages of our queries have a tenth of this.
MOST_CONTAINERS, MOST_VALUES = 250_000, 1_000_000


def of_graphql(status: int, headers: Headers, body: bytes, now: float) -> Outcome:
    """Interpret the response to a GraphQL query; `now` in seconds since the epoch."""
    by_status = _of_status(status, headers, body, now)
    if isinstance(by_status, Missing) and by_status.reason != "moved":
        # GraphQL has a single endpoint, so a 404 is a failed response, not a missing object. A 403 with a message from
        # GitHub may be the policy of one organisation; a proxy's 403 has no such message.
        is_refused = by_status.reason == "forbidden" and by_status.said
        return by_status if is_refused else Transient(f"status {status}", shrink=False)
    if by_status is not None:
        return by_status
    answer = _json(body)
    if not isinstance(answer, dict):
        return Transient("a response that is not JSON", shrink=True)
    errors = answer.get("errors") or []
    if errors:
        return _of_errors(answer.get("data"), errors, headers, now)
    if answer.get("data") is None:
        said = _message(body)
        is_limit = "rate limit" in said.lower()
        return _of_forbidden(status, headers, said, now) if is_limit else Transient("a response without data", True)
    return Success(answer["data"])


def of_rest(status: int, headers: Headers, body: bytes, now: float) -> Outcome:
    """Interpret the response to a REST request; `now` in seconds since the epoch."""
    by_status = _of_status(status, headers, body, now)
    if by_status is not None:
        return by_status
    answer = _json(body)
    if not isinstance(answer, dict | list):
        return Transient("a response that is not JSON", shrink=False)
    return Success(answer)


def _of_status(status: int, headers: Headers, body: bytes, now: float) -> Outcome | None:
    """Interpret the status code; None for 200, where the body decides."""
    if status == 200:
        return None
    if status == 304:
        return Unchanged()
    said = _message(body)
    if status in (403, 429):
        return _of_forbidden(status, headers, said, now)
    if status == 401:
        return Refused(said or "Bad credentials")
    if status in (301, 302, 303, 307, 308):
        return Missing("moved", headers.get("location"))
    if status == 410 and "version" in said.lower():
        # https://docs.github.com/en/rest/about-the-rest-api/api-versions
        return ApiEnded(said)
    if status in _MISSING_STATUS:
        return Missing(_MISSING_STATUS[status], said=said)
    if status >= 500 or status == 408:
        # GitHub's own timeout has one of these two, and so has a proxy's:
        # https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
        timed_out = status in (502, 504)
        return Transient(f"status {status}", timed_out, retry_after(headers, now), timed_out)
    return Broken(f"status {status}: {said}")


def _of_forbidden(status: int, headers: Headers, said: str, now: float) -> Outcome:
    message, asked = said.lower(), retry_after(headers, now)
    if remaining(headers) == 0 and "secondary" not in message:
        return Limited(max(asked or 0, seconds_to_reset(headers, now)), False, "the hour's budget is used up")
    if asked is not None or status == 429 or "rate limit" in message or "abuse" in message:
        return Limited(LEAST_WAIT if asked is None else asked, True, "a secondary limit")
    return Missing("forbidden", said=said)


def _of_errors(data: Any, errors: Any, headers: Headers, now: float) -> Outcome:
    """Interpret a GraphQL response with errors, with or without `data`."""
    if not isinstance(errors, list) or not all(isinstance(e, dict) for e in errors):
        return Transient("errors that are not GraphQL errors", shrink=True)
    texts = [str(e.get("message") or "") for e in errors]
    names = {name for e in errors for name in _names(e)}
    if names & _LIMIT_TYPES:
        return Limited(max(LEAST_WAIT, seconds_to_reset(headers, now)), False, "the hour's budget is used up")
    if any("secondary rate limit" in t.lower() for t in texts):
        asked = retry_after(headers, now)
        return Limited(LEAST_WAIT if asked is None else asked, True, "a secondary limit")
    timed_out = "TIMEOUT" in names or any("may be the result of a timeout" in t for t in texts)
    if timed_out or names & _HEAVY_TYPES:
        return Transient(texts[0], shrink=True, timed_out=timed_out)
    if "INVALID_CURSOR_ARGUMENTS" in names:
        return Broken(texts[0])
    return _without_data(errors, texts) if data is None else _partial(data, errors)


def _without_data(errors: list[dict[str, Any]], texts: list[str]) -> Outcome:
    """Interpret errors without data. Errors of query validation have a code, but no type."""
    kinds = [_kind(e) for e in errors]
    if not _SCHEMA_CODES.isdisjoint(kinds):  # an unknown name causes further validation errors
        return NotInSchema(texts[0])
    if all(kind in _ABSENT_TYPE for kind in kinds):
        return Missing(_ABSENT_TYPE[kinds[0]], said=texts[0])
    if any(e.get("type") for e in errors) or any("something went wrong" in t.lower() for t in texts):
        return Transient(f"{kinds[0] or 'an error'}: {texts[0]}", shrink=True)
    return Broken(texts[0])


def _partial(data: Any, errors: list[dict[str, Any]]) -> Outcome:
    """Interpret a partial response: every error must explain a null, otherwise the response is unusable."""
    missing, field_errors = {}, []
    for error in errors:
        kind, message, at = _kind(error), str(error.get("message") or ""), _path(error)
        place = null_on(data, at)
        if place is None:
            return Transient(f"{kind or 'an error'}: {message}", shrink=True)
        if kind in _ABSENT_TYPE and len(place) <= 2:
            part = ".".join(map(str, at[len(place) :]))
            missing[str(place[-1])] = Absence(_ABSENT_TYPE[kind], message, part)
        else:
            field_errors.append(FieldError(place, kind, message, at))
    return Success(data, missing, tuple(field_errors))


def null_on(data: Any, path: Path) -> Path | None:
    """Return the part of `path` that leads to the first null; None when the path meets no null."""
    for n, step in enumerate(path):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
        if data is None:
            return path[: n + 1]
    return None


def _names(error: dict[str, Any]) -> list[str]:
    """Return an error's type and codes, most significant first."""
    extensions = error.get("extensions")
    codes = [extensions.get("code")] if isinstance(extensions, dict) else []
    return [str(name) for name in (error.get("type"), *codes, error.get("code")) if name]


def _kind(error: dict[str, Any]) -> str:
    names = _names(error)
    if names:
        return names[0]
    said = str(error.get("message") or "").lower()
    return "FORBIDDEN" if any(words in said for words in _FORBIDDING) else ""


def _path(error: dict[str, Any]) -> Path:
    path = error.get("path")
    return tuple(path) if isinstance(path, list) and all(isinstance(step, str | int) for step in path) else ()


def _json(body: bytes) -> Any:
    """Parse a response; None for half a surrogate pair, NaN, deep nesting, or a key that occurs twice."""
    if body.count(b"[") + body.count(b"{") > MOST_CONTAINERS or body.count(b",") > MOST_VALUES:
        return None
    try:
        answer = from_json(body, allow_inf_nan=False)
        json.loads(body, object_pairs_hook=_without_duplicates)  # of several values, from_json returns the last
    except (ValueError, RecursionError):
        return None
    return answer


def _without_duplicates(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key occurs twice")


def _message(body: bytes) -> str:
    answer = _json(body)
    return str(answer.get("message") or "") if isinstance(answer, dict) else ""
