"""Faults that a test can script: what goes wrong, with which request, and how often.

Kinds that take the place of the answer:

- 502_html, 504_html, html_200, garbage, null_with_errors, and a status by its number: what the names say.
- timeout, reset, connect: no answer at all.
- node_timeout: a 502 for every question of more possible nodes than `nodes`, until it is taken out of `faults`.
- rate_limited: the hour's limit. `type` is the error's type (RATE_LIMITED, RATE_LIMIT, or None for the code alone),
  `left` the points that the header shows, `reset_in` the seconds to the reset.
- secondary, 429: the secondary limit; `status` may be 200, as GraphQL has it at times.
- redirect: `status` (307) to `location`.
- answer: `status` and `body` as given.

Kinds that change the real answer:

- truncate; resource_limits after `nodes` nodes.
- empty_page, repeat_cursor, null_cursor, ends_early, null_node, duplicate_row: of a list, see spoiling.py.
- field_error: an error where the field of the response key `field` is resolved, see resolving.py.
- headers: only the headers.

All take `headers` (name -> value, None takes one away) and, those of the first group, `retry_after`.
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
RAISED = ("timeout", "reset", "connect")
SPOILT = ("empty_page", "repeat_cursor", "null_cursor", "ends_early", "null_node", "duplicate_row")
CHANGED = ("truncate", "resource_limits", "field_error", "headers", *SPOILT)
LIMITED = ("rate_limited", "secondary", "429")
HEAVY = ("502_html", "504_html", "null_with_errors")
REPLACED = ("node_timeout", "html_200", "garbage", "redirect", "answer", *HEAVY)
FAULTS = (*REPLACED, *RAISED, *CHANGED, *LIMITED, *STATUSES)
HTML_TYPE = {"content-type": "text/html; charset=utf-8"}


@dataclass
class Reply:
    """A status, headers and a body, as bytes or as what JSON will be made of."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Fault:
    """From its `nth` match on, the next `times` requests that match go wrong (None: all of them)."""

    match: str
    kind: str
    nth: int = 1
    times: int | None = 1
    details: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in FAULTS:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(FAULTS)}")

    def strikes(self, request: str, nodes: int) -> bool:
        """Whether this request, described on one line, is struck; counts it."""
        if not re.search(self.match, request) or (self.kind == "node_timeout" and nodes <= self.details["nodes"]):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True

    def missed(self) -> None:
        """What it was to change was not in the answer: it waits for the next one."""
        self.seen -= 1
        self.struck -= 1

    def answer(self, is_graphql: bool, request_id: str, now: int) -> Reply:
        """What is answered in place of the real answer; `now` in seconds since 1970."""
        answer = self._in_place(is_graphql, request_id, now)
        wait = self.details.get("retry_after")
        if wait is not None:
            answer.headers["retry-after"] = str(wait)
        return answer

    def _in_place(self, is_graphql: bool, request_id: str, now: int) -> Reply:
        details = self.details
        if self.kind in HEAVY or self.kind == "node_timeout":
            return gave_up("502_html" if self.kind == "node_timeout" else self.kind, request_id)
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


def gave_up(how: str, request_id: str) -> Reply:
    """What GitHub answers when a question took too long, in one of three ways (HEAVY)."""
    if how == "null_with_errors":
        return Reply(200, {"data": None, "errors": [{"message": WRONG.format(id=request_id)}]})
    return Reply(504 if how == "504_html" else 502, HTML, dict(HTML_TYPE))


def rate_limited(is_graphql: bool, headers: dict[str, str], kind: str | None = "RATE_LIMITED") -> Reply:
    """The answer to a request without budget: GraphQL's has status 200.

    Its error has had the type RATE_LIMITED, and since late 2025 RATE_LIMIT (yanyongyu/githubkit#271).
    """
    message = "API rate limit already exceeded for user ID 1."
    if is_graphql:
        error = {**({"type": kind} if kind else {}), "code": "graphql_rate_limit", "message": message}
        return Reply(200, {"errors": [error]}, headers)
    return Reply(403, {"message": message, "status": "403"}, headers)
