"""What an answer of GitHub's means. Pure: status, headers and body in, one of the outcomes below out.

Sources: docs.github.com, "Rate limits and query limits for the GraphQL API", "Best practices for using the REST API"
and "Troubleshooting the REST API"; where a rule rests on a public report, it is named beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from collector.github.headers import LEAST_WAIT, Headers, remaining, retry_after, seconds_to_reset

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Absence:
    """Why something is null near the root: `reason` is not_found, forbidden or blocked, `message` GitHub's sentence.

    `part` is what the error is about, empty for all of it: a field that may not be null takes along what it is in.
    """

    reason: str
    message: str
    part: str = ""


@dataclass(frozen=True)
class Hole:
    """A null deep in an answer that an error explains.

    `path` leads to the null; `at` is the path that the error names, which is longer where a field that may not be null
    takes the object around it along. `kind` is the error's type or code, or empty.
    """

    path: Path
    kind: str
    message: str
    at: Path

    @property
    def of_permission(self) -> bool:
        """Whether it is a matter of what the token may see: asking again would not help."""
        return self.kind in _ABSENT_TYPE


@dataclass(frozen=True)
class Good:
    """An answer: whole, but for what `missing` and `holes` name.

    `missing` says for each alias or index that is null near the root why.
    """

    data: Any
    missing: Mapping[str, Absence] = field(default_factory=dict)
    holes: tuple[Hole, ...] = ()


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
    timed_out: bool = False


@dataclass(frozen=True)
class Missing:
    """What was asked for is not there: not_found, gone, blocked, forbidden or empty; `location` where it moved.

    `said` is GitHub's own sentence about it, or empty.
    """

    reason: str
    location: str | None = None
    said: str = ""


@dataclass(frozen=True)
class Refused:
    """The token is not accepted."""

    why: str


@dataclass(frozen=True)
class NotInSchema:
    """The question names a type, field or argument that this GitHub does not have."""

    why: str


@dataclass(frozen=True)
class ApiEnded:
    """GitHub does not serve the version of its API that was asked for any more."""

    said: str


@dataclass(frozen=True)
class Broken:
    """The question itself is wrong; asking again would not help."""

    why: str


Outcome = Good | Limited | Transient | Missing | Refused | NotInSchema | ApiEnded | Broken

_MISSING_STATUS = {404: "not_found", 409: "empty", 410: "gone", 451: "blocked"}
_ABSENT_TYPE = {
    "NOT_FOUND": "not_found",
    "FORBIDDEN": "forbidden",
    "INSUFFICIENT_SCOPES": "forbidden",
    "DMCA": "blocked",
    "UNAVAILABLE": "blocked",
}
# How GitHub words FORBIDDEN where an error has no type.
_FORBIDDING = ("saml enforcement", "ip allow list", "forbids access", "resource not accessible")
_HEAVY_TYPES = {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED", "TIMEOUT", "EXCESSIVE_PAGINATION"}
# RATE_LIMIT since late 2025, RATE_LIMITED before; either may come while a header shows points left:
# yanyongyu/githubkit#271, octokit/plugin-throttling.js#824 and #636.
_LIMIT_TYPES = {"RATE_LIMIT", "RATE_LIMITED", "graphql_rate_limit"}
# How graphql-ruby, which GitHub runs, marks what its schema does not have.
_SCHEMA_CODES = {"undefinedField", "undefinedType", "argumentNotAccepted", "argumentLiteralsIncompatible"}


def of_graphql(status: int, headers: Headers, body: bytes, now: float) -> Outcome:
    """The meaning of an answer to a GraphQL question; `now` in seconds since the epoch."""
    by_status = _of_status(status, headers, body, now)
    if isinstance(by_status, Missing) and by_status.reason != "moved":
        # There is but one address: what is missing here is an answer, not a thing. Where GitHub says why it forbids
        # one, that may be the policy of a single organisation; a proxy's 403 has no such sentence.
        is_refused = by_status.reason == "forbidden" and by_status.said
        return by_status if is_refused else Transient(f"status {status}", shrink=False)
    if by_status is not None:
        return by_status
    answer = _json(body)
    if not isinstance(answer, dict):
        return Transient("an answer that is not JSON", shrink=True)
    errors = answer.get("errors") or []
    if errors:
        return _of_errors(answer.get("data"), errors, headers, now)
    if answer.get("data") is None:
        said = _message(body)
        is_limit = "rate limit" in said.lower()
        return _of_forbidden(status, headers, said, now) if is_limit else Transient("an answer without data", True)
    return Good(answer["data"])


def of_rest(status: int, headers: Headers, body: bytes, now: float) -> Outcome:
    """The meaning of an answer to a REST question; `now` in seconds since the epoch."""
    by_status = _of_status(status, headers, body, now)
    if by_status is not None:
        return by_status
    answer = _json(body)
    if not isinstance(answer, dict | list):
        return Transient("an answer that is not JSON", shrink=False)
    return Good(answer)


def _of_status(status: int, headers: Headers, body: bytes, now: float) -> Outcome | None:
    """What the status alone decides; None when the body must be read."""
    if status == 200:
        return None
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
    """The meaning of an answer with errors, whether there is `data` beside them or not."""
    if not isinstance(errors, list) or not all(isinstance(e, dict) for e in errors):
        return Transient("errors that are no errors of GraphQL", shrink=True)
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
    """The meaning of errors in place of an answer. What the validator refuses has a code, and no type."""
    kinds = [_kind(e) for e in errors]
    if not _SCHEMA_CODES.isdisjoint(kinds):  # what is lacking brings other complaints with it
        return NotInSchema(texts[0])
    if all(kind in _ABSENT_TYPE for kind in kinds):
        return Missing(_ABSENT_TYPE[kinds[0]], said=texts[0])
    if any(e.get("type") for e in errors) or any("something went wrong" in t.lower() for t in texts):
        return Transient(f"{kinds[0] or 'an error'}: {texts[0]}", shrink=True)
    return Broken(texts[0])


def _partial(data: Any, errors: list[dict[str, Any]]) -> Outcome:
    """The meaning of an answer with errors beside its data: each must explain a null, or the answer is none."""
    missing, holes = {}, []
    for error in errors:
        kind, message, at = _kind(error), str(error.get("message") or ""), _path(error)
        place = null_on(data, at)
        if place is None:
            return Transient(f"{kind or 'an error'}: {message}", shrink=True)
        if kind in _ABSENT_TYPE and len(place) <= 2:
            part = ".".join(map(str, at[len(place) :]))
            missing[str(place[-1])] = Absence(_ABSENT_TYPE[kind], message, part)
        else:
            holes.append(Hole(place, kind, message, at))
    return Good(data, missing, tuple(holes))


def null_on(data: Any, path: Path) -> Path | None:
    """How far a path leads until it meets a null; None when it leads to something else, or nowhere."""
    for n, step in enumerate(path):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
        if data is None:
            return path[: n + 1]
    return None


def _names(error: dict[str, Any]) -> list[str]:
    """What an error calls itself: its type and its codes, in the order in which they count."""
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
    try:
        return from_json(body)
    except (ValueError, RecursionError):  # nested more deeply than any answer is
        return None


def _message(body: bytes) -> str:
    answer = _json(body)
    return str(answer.get("message") or "") if isinstance(answer, dict) else ""
