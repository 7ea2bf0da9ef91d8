"""The result of one check, and printing all results."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from collector.errors import CollectError
from collector.text import plain

Status = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Check:
    """One result: what was checked, what was found and how to fix it. `code` is the exit code a sync would end with."""

    name: str
    status: Status
    message: str
    mend: str | None = None
    code: int = 0


def ok(name: str, message: str) -> Check:
    """Return a result with nothing to fix."""
    return Check(name, "ok", message)


def warning(name: str, message: str, mend: str) -> Check:
    """Return a result that does not stop a sync but deserves attention."""
    return Check(name, "warning", message, mend)


def error(name: str, problem: CollectError) -> Check:
    """Return a result that stops a sync, in the words of the error that the sync would raise."""
    return Check(name, "error", problem.message, problem.next_step, problem.exit_code)


def exit_code(checks: Sequence[Check]) -> int:
    """Return the highest exit code among the errors; 0 when there are only warnings."""
    return max((c.code for c in checks), default=0)


def to_json(checks: Sequence[Check]) -> str:
    """Format the results as JSON."""
    shown = [{"check": c.name, "status": c.status, "message": c.message, "mend": c.mend} for c in checks]
    return json.dumps({"exit_code": exit_code(checks), "checks": shown}, indent=2)


def to_text(checks: Sequence[Check]) -> str:
    """Format the results as text: one line each, with the fix below it."""
    space = max((len(c.name) for c in checks), default=0)
    lines = []
    for c in checks:
        lines.append(f"{c.status:7}  {c.name:{space}}  {plain(c.message)}")
        if c.mend:
            lines.append(f"{'':7}  {'':{space}}  -> {plain(c.mend)}")
    return "\n".join(lines) + "\n"
