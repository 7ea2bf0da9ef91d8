"""One thing that was looked at, and how all of them are told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from collector.errors import CollectError
from collector.text import plain

Status = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Check:
    """What was looked at, what was found, and how to mend it. `code` is the exit code that an error stands for."""

    name: str
    status: Status
    message: str
    mend: str | None = None
    code: int = 0


def ok(name: str, message: str) -> Check:
    """Nothing to mend."""
    return Check(name, "ok", message)


def warning(name: str, message: str, mend: str) -> Check:
    """Something that does not stop a run, but should be known."""
    return Check(name, "warning", message, mend)


def error(name: str, problem: CollectError) -> Check:
    """Something that stops a run, as the run itself would say it."""
    return Check(name, "error", problem.message, problem.next_step, problem.exit_code)


def exit_code(checks: Sequence[Check]) -> int:
    """Of several errors the highest; 0 when there are only warnings."""
    return max((c.code for c in checks), default=0)


def to_json(checks: Sequence[Check]) -> str:
    """For a program."""
    shown = [{"check": c.name, "status": c.status, "message": c.message, "mend": c.mend} for c in checks]
    return json.dumps({"exit_code": exit_code(checks), "checks": shown}, indent=2)


def to_text(checks: Sequence[Check]) -> str:
    """For a reader: a line each, and below it what to do."""
    space = max((len(c.name) for c in checks), default=0)
    lines = []
    for c in checks:
        lines.append(f"{c.status:7}  {c.name:{space}}  {plain(c.message)}")
        if c.mend:
            lines.append(f"{'':7}  {'':{space}}  -> {plain(c.mend)}")
    return "\n".join(lines) + "\n"
