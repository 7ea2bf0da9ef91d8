"""Formatting of figures, statuses and times as text."""

import re
from collections.abc import Mapping
from datetime import datetime

from collector import clock
from collector.method.constants import WINDOW_WEEKS
from collector.method.registry import BY_KEY
from collector.method.scores import FamilyScore
from collector.report.model import ProjectRow, SignalRow
from collector.text import plain as plain

SYNTHETIC = "SYNTHETIC: invented projects from a GitHub emulator, about nobody real."

UP, DOWN = "↑", "↓"

STATUSES = {
    "ok": "ok",
    "insufficient": "not enough data",
    "not_observable": "not observable",
    "stale": "data too old",
}

REPOSITORY_STATUSES = {
    "empty": "is empty",
    "archived": "is archived",
    "disabled": "is disabled by GitHub",
    "private_or_gone": "is now private or deleted; stored data is kept",
    "blocked": "is blocked by GitHub; stored data is kept",
    "not_authorised": "cannot be read with this token; stored data is kept",
}


def title(signal: str) -> str:
    """Return a signal's short title."""
    return BY_KEY[signal].title if signal in BY_KEY else signal


def value(row: SignalRow) -> str:
    """Format the value with its unit, or the status if there is none."""
    return STATUSES.get(row.status, row.status) if row.value is None else amount(row.unit, row.value)


def amount(unit: str, figure: float) -> str:
    """Format a signal's figure with its unit."""
    match unit:
        case "weeks":
            return f"{figure:.0f} of {WINDOW_WEEKS} weeks"
        case "days":
            return f"{figure:,.0f} days"
        case "of 13":
            return f"{number(figure)} of 13"
        case "probability" | "share":
            return f"{figure * 100:.0f} %"
        case "per year":
            return f"{signed(figure)} per year"
        case "0..1":
            return f"{figure:.2f}"
    return f"{number(figure)} {unit}"


def interval(row: SignalRow) -> str:
    """Format the 95 % interval in the value's unit; empty if there is none."""
    if row.low is None or row.high is None:
        return ""
    match row.unit:
        case "weeks" | "days":
            return f"{row.low:,.0f} to {row.high:,.0f}"
        case "probability" | "share":
            return f"{row.low * 100:.0f} to {row.high * 100:.0f} %"
        case "per year":
            return f"{signed(row.low)} to {signed(row.high)}"
        case "0..1":
            return f"{row.low:.2f} to {row.high:.2f}"
    return f"{number(row.low)} to {number(row.high)}"


def reason(row: SignalRow) -> str:
    """Say why there is no value: the status and what is missing, without a full stop."""
    return f"{STATUSES.get(row.status, row.status)}: {plain(row.reason).rstrip('. ')}" if row.reason else value(row)


def alike(project: ProjectRow) -> str | None:
    """Return, as a sentence, the reason that all signals of a project share for having no value;
    None if they differ.
    """
    reasons = {reason(row) for row in project.signals}
    if len(reasons) != 1 or any(row.value is not None for row in project.signals):
        return None
    text = reasons.pop()
    return f"{text[0].upper()}{text[1:]}."


def number(figure: float) -> str:
    """Format with no decimals if whole or at least 100, otherwise with one."""
    if abs(figure) >= 100 or abs(figure - round(figure)) < 0.05:
        return f"{figure:,.0f}"
    return f"{figure:.1f}"


def signed(figure: float) -> str:
    """Format with two decimals and a sign, without a negative zero."""
    return f"{round(figure, 2) + 0.0:+.2f}"


def figures(named: Mapping[str, object] | None) -> str:
    """Format figures by name, as in "releases 41, days since last 3"."""
    return ", ".join(f"{plain(name).replace('_', ' ')} {_figure(figure)}" for name, figure in (named or {}).items())


def score(low: float | None, middle: float | None, high: float | None) -> str:
    """Format a score from 0 to 1 with its interval."""
    if middle is None:
        return "unknown"
    return f"{middle:.2f}" if low is None or high is None else f"{middle:.2f} ({low:.2f} to {high:.2f})"


def known(family: FamilyScore) -> str:
    """Return how many of a family's signals are known, as "1 of 2"; an empty string if all are, or none."""
    return f"{family.known} of {family.of}" if 0 < family.known < family.of and family.score is not None else ""


def moved(now: FamilyScore, then: FamilyScore | None) -> str:
    """Return an arrow if a score is outside its earlier interval, otherwise an empty string."""
    if now.score is None or then is None or then.low is None or then.high is None:
        return ""
    return UP if now.score > then.high else DOWN if now.score < then.low else ""


def data_age(data_as_of: str | None, now: datetime | None) -> str:
    """Say how old a project's data is; pass None for `now` to leave the age out."""
    if data_as_of is None:
        return "the first sync is not complete"
    moment = clock.from_text(data_as_of)
    text = f"data of {moment:%Y-%m-%d %H:%M} UTC"
    days = (now - moment).days if now else 0
    return f"{text}, {days} days old" if days > 1 else text


def is_moment(text: str) -> bool:
    """Return whether the text is a timestamp as in the database, like 2026-01-31T12:00:00Z."""
    return re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", text) is not None


def _figure(figure: object) -> str:
    if figure is None:
        return "unknown"
    if isinstance(figure, bool):
        return "yes" if figure else "no"
    if isinstance(figure, Mapping):
        return (
            f"({', '.join(f'{plain(str(name))}: {_figure(one)}' for name, one in figure.items())})"
            if figure
            else "none"
        )
    if isinstance(figure, (int, float)):
        # One decimal is too coarse for shares and other small figures.
        return f"{figure:.2f}" if 0 < abs(figure) < 1 else number(figure)
    return plain(str(figure))
