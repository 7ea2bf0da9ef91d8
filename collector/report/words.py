"""How figures, statuses and times read, and text from elsewhere made safe to print."""

import re
from collections.abc import Mapping
from datetime import datetime

from collector import clock
from collector.method.constants import WINDOW_WEEKS
from collector.method.registry import BY_KEY
from collector.method.scores import FamilyScore
from collector.report.model import ProjectRow, SignalRow
from collector.text import plain as plain

SYNTHETIC = "SYNTHETIC: invented projects on a pretend GitHub; nothing here is about anyone."

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
    "private_or_gone": "is private or deleted by now; what was stored of it stays",
    "blocked": "is blocked by GitHub; what was stored of it stays",
    "not_authorised": "is not shown to this token; what was stored of it stays",
}


def title(signal: str) -> str:
    """A signal's short title."""
    return BY_KEY[signal].title if signal in BY_KEY else signal


def value(row: SignalRow) -> str:
    """The value with its unit; the status where there is none."""
    return STATUSES.get(row.status, row.status) if row.value is None else amount(row.unit, row.value)


def amount(unit: str, figure: float) -> str:
    """A signal's figure with its unit."""
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
    """The 95 % interval in the value's unit; empty where there is none."""
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
    """Why there is no value: the status and what is missing, without a full stop."""
    return f"{STATUSES.get(row.status, row.status)}: {plain(row.reason).rstrip('. ')}" if row.reason else value(row)


def alike(project: ProjectRow) -> str | None:
    """What stands in the way of all signals of a project at once, as a sentence; None when they differ."""
    reasons = {reason(row) for row in project.signals}
    if len(reasons) != 1 or any(row.value is not None for row in project.signals):
        return None
    text = reasons.pop()
    return f"{text[0].upper()}{text[1:]}."


def number(figure: float) -> str:
    """A whole number when it is one or large, else with one decimal."""
    if abs(figure) >= 100 or abs(figure - round(figure)) < 0.05:
        return f"{figure:,.0f}"
    return f"{figure:.1f}"


def signed(figure: float) -> str:
    """With two decimals and its sign; what rounds to nothing has no minus."""
    return f"{round(figure, 2) + 0.0:+.2f}"


def figures(named: Mapping[str, object] | None) -> str:
    """Figures by name, as in "releases 41, days since last 3"."""
    return ", ".join(f"{plain(name).replace('_', ' ')} {_figure(figure)}" for name, figure in (named or {}).items())


def score(low: float | None, middle: float | None, high: float | None) -> str:
    """A score of 0 to 1 with its interval."""
    if middle is None:
        return "unknown"
    return f"{middle:.2f}" if low is None or high is None else f"{middle:.2f} ({low:.2f} to {high:.2f})"


def known(family: FamilyScore) -> str:
    """How many of a family's signals are known, as in "1 of 2"; nothing where all are, or none."""
    return f"{family.known} of {family.of}" if 0 < family.known < family.of and family.score is not None else ""


def moved(now: FamilyScore, then: FamilyScore | None) -> str:
    """An arrow where a score has left the interval that it had then; else nothing."""
    if now.score is None or then is None or then.low is None or then.high is None:
        return ""
    return UP if now.score > then.high else DOWN if now.score < then.low else ""


def data_age(data_as_of: str | None, now: datetime | None) -> str:
    """How old a project's data is; `now` is left out where the age would mean nothing."""
    if data_as_of is None:
        return "the first sync is not complete"
    moment = clock.from_text(data_as_of)
    text = f"data of {moment:%Y-%m-%d %H:%M} UTC"
    days = (now - moment).days if now else 0
    return f"{text}, {days} days old" if days > 1 else text


def is_moment(text: str) -> bool:
    """Whether it is a time as the database has them, like 2026-01-31T12:00:00Z."""
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
        # Shares and other small figures lose too much by one decimal.
        return f"{figure:.2f}" if 0 < abs(figure) < 1 else number(figure)
    return plain(str(figure))
