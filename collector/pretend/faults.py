"""Faults that a test can script: what goes wrong, with which request, and how often."""

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
CHANGED = ("truncate", "resource_limits")
LIMITED = ("rate_limited", "secondary", "429")
KINDS = ("502_html", "node_timeout", "html_200", "garbage", "null_with_errors", *RAISED, *CHANGED, *LIMITED, *STATUSES)


@dataclass
class Answer:
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
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(KINDS)}")

    def strikes(self, request: str, nodes: int) -> bool:
        """Whether this request, described on one line, is struck; counts it."""
        if not re.search(self.match, request) or (self.kind == "node_timeout" and nodes <= self.details["nodes"]):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True

    def answer(self, is_graphql: bool, request_id: str, now: int) -> Answer:
        """What is answered in place of the real answer; `now` in seconds since 1970."""
        html, retry_after = {"content-type": "text/html; charset=utf-8"}, self.details.get("retry_after")
        wait = {} if retry_after is None else {"retry-after": str(retry_after)}
        if self.kind in ("502_html", "node_timeout"):
            return Answer(502, HTML, html)
        if self.kind == "html_200":
            return Answer(200, HTML, html)
        if self.kind == "garbage":
            return Answer(200, b'{"data":{"node":{"na\xff\xfe]]')
        if self.kind == "null_with_errors":
            return Answer(200, {"data": None, "errors": [{"message": WRONG.format(id=request_id)}]})
        if self.kind == "rate_limited":
            reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(now + self.details.get("reset_in", 60))}
            return rate_limited(is_graphql, {**reset, **wait})
        if self.kind in ("secondary", "429"):
            return Answer(429 if self.kind == "429" else 403, {"message": SECONDARY.format(id=request_id)}, wait)
        return Answer(int(self.kind), {"message": STATUSES[self.kind], "status": self.kind}, wait)


def rate_limited(is_graphql: bool, headers: dict[str, str]) -> Answer:
    """The answer to a request without budget: GraphQL's has status 200."""
    message = "API rate limit already exceeded for user ID 1."
    if is_graphql:
        return Answer(200, {"errors": [{"type": "RATE_LIMITED", "message": message}]}, headers)
    return Answer(403, {"message": message, "status": "403"}, headers)
