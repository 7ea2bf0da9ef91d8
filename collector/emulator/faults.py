"""Fault injection: which requests fail, how, and how often.

Kinds that replace the response:

- 502_html, 504_html, html_200, garbage, null_with_errors, or a status code as text: what the name says.
- timeout, reset, connect: no response, but the httpx error.
- node_timeout: status 502 for every query of more than `nodes` possible nodes, until it is removed from `faults`.
- rate_limited: the primary rate limit. `type` is the error's type (RATE_LIMITED, RATE_LIMIT, or None for only a code),
  `left` the remaining points in the header, `reset_in` the seconds until the reset.
- secondary, 429: the secondary rate limit; `status` may be 200, as GraphQL sometimes answers.
- redirect: `status` (default 307) to `location`.
- answer: the given `status` and `body`.

Kinds that change the real response:

- truncate: half of the body.
- resource_limits: nulls and errors after `nodes` nodes.
- empty_page, repeat_cursor, null_cursor, ends_early, null_node, duplicate_row: inconsistent lists, see list_faults.py.
- field_error: an error for the field with the response key `field`, see query_context.py.
- change: what the function `change` makes of the JSON of a successful response, in place or by returning another.
- headers: only the headers.

All kinds take `headers` (name -> value; None removes a header); those that replace the response also `retry_after`.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

HTML = b"<html><head><title>Unicorn!</title></head><body>We had issues producing the response.</body></html>"
WRONG = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub "
    "bug. Please include `{id}` when reporting this issue."
)
SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to "
    "GitHub Support for help, please include the request ID {id}."
)
STATUSES = {
    "500": "Server Error",
    "503": "Service unavailable",
    "401": "Bad credentials",
    "404": "Not Found",
    "409": "Git Repository is empty.",
    "410": "This issue was deleted",
    "451": "Repository access blocked",
}
# The kinds in groups: no response, inconsistent lists, changed responses, rate limits, timeouts, other replacements.
RAISED = ("timeout", "reset", "connect")
LIST_FAULTS = ("empty_page", "repeat_cursor", "null_cursor", "ends_early", "null_node", "duplicate_row")
CHANGED = ("truncate", "resource_limits", "field_error", "change", "headers", *LIST_FAULTS)
LIMITED = ("rate_limited", "secondary", "429")
TIMEOUT_RESPONSES = ("502_html", "504_html", "null_with_errors")
REPLACED = ("node_timeout", "html_200", "garbage", "redirect", "answer", *TIMEOUT_RESPONSES)
FAULTS = (*REPLACED, *RAISED, *CHANGED, *LIMITED, *STATUSES)
HTML_TYPE = {"content-type": "text/html; charset=utf-8"}


@dataclass
class Reply:
    """A response: status, headers, and a body that is either bytes or serialised as JSON."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """Return the body as bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Fault:
    """A fault that hits requests matching the regular expression `match`."""

    match: str  # searched for in "METHOD path operation variables"
    kind: str  # one of FAULTS
    nth: int = 1  # the first matching request that it hits, counted from 1
    times: int | None = 1  # how many it hits; None: all
    details: dict[str, Any] = field(default_factory=dict)
    seen: int = 0  # matching requests so far
    struck: int = 0  # requests that it hit

    def __post_init__(self) -> None:
        if self.kind not in FAULTS:
            raise ValueError(f"unknown fault {self.kind!r}; the kinds are {', '.join(FAULTS)}")

    def hits(self, request: str, nodes: int) -> bool:
        """Return whether it hits this request, and count the request."""
        if not re.search(self.match, request) or (self.kind == "node_timeout" and nodes <= self.details["nodes"]):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True

    def undo_hit(self) -> None:
        """Undo the count of a hit, because the response did not have the part that the fault changes."""
        self.seen -= 1
        self.struck -= 1

    def answer(self, is_graphql: bool, request_id: str, now: int) -> Reply:
        """Return the response of a kind that replaces the real one; `now` in seconds since 1970."""
        answer = self._replacement(is_graphql, request_id, now)
        wait = self.details.get("retry_after")
        if wait is not None:
            answer.headers["retry-after"] = str(wait)
        return answer

    def _replacement(self, is_graphql: bool, request_id: str, now: int) -> Reply:
        details = self.details
        if self.kind in TIMEOUT_RESPONSES or self.kind == "node_timeout":
            return timeout_response("502_html" if self.kind == "node_timeout" else self.kind, request_id)
        if self.kind == "html_200":
            return Reply(200, HTML, dict(HTML_TYPE))
        if self.kind == "garbage":
            return Reply(200, b'{"data":{"node":{"na\xff\xfe]]')
        if self.kind == "rate_limited":
            left, reset = details.get("left", 0), now + details.get("reset_in", 60)
            shown = {"x-ratelimit-remaining": str(left), "x-ratelimit-reset": str(reset)}
            return rate_limited(is_graphql, shown, details.get("type", "RATE_LIMITED"))
        if self.kind in ("secondary", "429"):
            status = details.get("status", 429 if self.kind == "429" else 403)
            return Reply(status, {"message": SECONDARY.format(id=request_id)})
        if self.kind == "redirect":
            location = details["location"]
            body = {"message": "Moved Permanently", "url": location}
            return Reply(details.get("status", 307), body, {"location": location})
        if self.kind == "answer":
            return Reply(details["status"], details.get("body", {}))
        return Reply(int(self.kind), {"message": STATUSES[self.kind], "status": self.kind})


def timeout_response(how: str, request_id: str) -> Reply:
    """Return GitHub's response to a query that took too long, in one of three forms (TIMEOUT_RESPONSES)."""
    if how == "null_with_errors":
        return Reply(200, {"data": None, "errors": [{"message": WRONG.format(id=request_id)}]})
    return Reply(504 if how == "504_html" else 502, HTML, dict(HTML_TYPE))


def rate_limited(is_graphql: bool, headers: dict[str, str], kind: str | None = "RATE_LIMITED") -> Reply:
    """Return the response to a request over the primary rate limit. GraphQL's has status 200.

    Its error's type is RATE_LIMITED, or since late 2025 RATE_LIMIT
    (https://github.com/yanyongyu/githubkit/issues/271).
    """
    message = "API rate limit already exceeded for user ID 1."
    if is_graphql:
        error = {**({"type": kind} if kind else {}), "code": "graphql_rate_limit", "message": message}
        return Reply(200, {"errors": [error]}, headers)
    return Reply(403, {"message": message, "status": "403"}, headers)
