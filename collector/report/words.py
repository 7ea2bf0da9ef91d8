"""The words of all reports: names of families and states, and figures, statuses and times as text."""

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from collector import clock
from collector.method.registry import BY_KEY
from collector.method.scores import OVERALL, FamilyScore
from collector.method_constants import WINDOW_WEEKS
from collector.report import phrases
from collector.report.model import QUIET_STATES, Before, ProjectRow, SignalRow
from collector.report.phrases import number as number
from collector.text import plain as plain
from collector.text import plural

SYNTHETIC = "SYNTHETIC: invented projects from a GitHub emulator, about nobody real."

UP, DOWN = "↑", "↓"
NOTHING = "\N{EN DASH}"
LETTERS = "Projects of a category that share a letter in a family cannot be told apart there."
LEAST_MOVE = 0.05
"""The smallest change of a score that is reported: some intervals are a day wide, and leaving one means nothing."""

LONG_AGO = timedelta(weeks=13)
"""How old a last change, release or answer must be for its date to be shown."""

FAMILIES = {
    "release cadence": ("releases", "Does it ship?"),
    "commit frequency": ("work", "Is it alive?"),
    "issue responsiveness": ("answers", "Does it answer?"),
    "review": ("review", "Does a second person look?"),
    "contributors": ("people", "On how many does it rest?"),
    "docs": ("docs", "Are they kept up?"),
    "failures": ("failures", "Are they explained?"),
    "rules": ("rules", "Are changes announced?"),
    "builders": ("builders", "Can others build on it?"),
    "integrity": ("record", "Can it be trusted?"),
    OVERALL: ("overall", "All families together"),
}
"""Family -> the one word for it in every report, and the question that it answers."""

STATES = {
    "active": "active",
    "slowing": "slowing",
    "waking": "waking",
    "silent": "silent",
    "sporadic": "now and then",
    "never_published": "never published",
    "not_on_github": "not on GitHub",
    "not_synced": "not read yet",
    "stale": "data too old",
    "too_young": "too young to tell",
}
"""State in the table `project_facts` -> its name."""
UNKNOWN_STATES = frozenset({"not_on_github", "not_synced", "stale", "too_young"})
"""States of projects of which nothing is known; they say why signals have no value."""

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


def family(key: str) -> str:
    """Return the word for a family, or for the overall score."""
    return FAMILIES[key][0] if key in FAMILIES else key


def state(project: ProjectRow, as_of: date) -> str:
    """Return a project's state, as in "silent since 2025-09-22"; empty if it is not computed.

    A project is active by the work of half a year; one without work for a while reads "active until 2026-06-29".
    """
    name, last = STATES.get(project.state or "", ""), project.last_change
    if last and project.state == "silent":
        return f"{name} since {last[:10]}"
    return f"{name} until {last[:10]}" if last and state_class(project, as_of) == "quiet" else name


def last_day(project: ProjectRow, moment: str | None) -> str:
    """Return the day of a project's last release or change; "never", or NOTHING where nothing can be seen."""
    if moment is not None:
        return moment[:10]
    return "never" if project.repositories else NOTHING


def days_of_work(project: ProjectRow) -> str:
    """Return how many days of work the year has; NOTHING where nothing can be seen: unknown is not 0."""
    return plural(sum(project.weekly_author_days), "day of work", "days of work") if project.repositories else NOTHING


def some_is_nobodys(project: ProjectRow) -> bool:
    """Return whether some of the year's days of work are nobody's: by deleted accounts, or brought by mirrors."""
    of_known = next((s.companions.get("author_days") for s in project.signals if s.signal == "contributor_days"), None)
    return isinstance(of_known, int) and of_known < sum(project.weekly_author_days)


def state_class(project: ProjectRow, as_of: date) -> str:
    """Return what colours a state: its key, or "quiet" for an active project whose last change is long ago."""
    last = project.last_change
    quiet = project.state == "active" and last is not None and is_long_ago(last, as_of)
    return "quiet" if quiet else project.state or ""


def state_rank(state: str | None) -> int:
    """Return the position of a state in a list: 0, 1 where little is public, or 2 where nothing is known."""
    return 2 if state in UNKNOWN_STATES else int(state in QUIET_STATES)


def is_long_ago(moment: str, as_of: date) -> bool:
    """Return whether a timestamp is more than LONG_AGO before a date."""
    return as_of - clock.from_text(moment).date() > LONG_AGO


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
            return f"{number(figure)} of 13 months"
        case "probability" | "share" | "0..1":
            return f"{figure * 100:.0f} %"
        case "per year":
            return f"{phrases.factor(figure)} a year"
    return f"{number(figure)} {unit}"


def interval(row: SignalRow) -> str:
    """Format the 95 % interval in the value's unit; empty if there is none."""
    return "" if row.low is None or row.high is None else range_of(row.unit, row.low, row.high)


def range_of(unit: str, low: float, high: float) -> str:
    """Format the ends of an interval in a signal's unit."""
    match unit:
        case "weeks" | "days":
            return f"{low:,.0f} to {high:,.0f}"
        case "probability" | "share" | "0..1":
            return f"{low * 100:.0f} to {high * 100:.0f} %"
        case "per year":
            return f"{phrases.factor(low)} to {math.exp(high):.2f}"
    return f"{number(low)} to {number(high)}"


def outside(unit: str, figure: float, low: float, high: float) -> int:
    """Return 1 if a figure is above an interval, -1 if it is below, otherwise 0: as the numbers are shown.

    So nothing is said to have left an interval in which a reader finds it.
    """
    digits = {"weeks": 0, "days": 0, "probability": 2, "share": 2, "0..1": 2}.get(unit)
    if digits is not None:
        figure, low, high = (round(x, digits) for x in (figure, low, high))
    return (figure > high) - (figure < low)


def reason(row: SignalRow) -> str:
    """Say why there is no value: the status and what is missing, without a full stop."""
    return f"{STATUSES.get(row.status, row.status)}: {phrases.reason(row.reason)}" if row.reason else value(row)


def alike(project: ProjectRow) -> str | None:
    """Return, as a sentence, the reason that all signals of a project share for having no value;
    None if they differ.
    """
    reasons = {reason(row) for row in project.signals}
    if len(reasons) != 1 or any(row.value is not None for row in project.signals):
        return None
    text = reasons.pop()
    return f"{text[0].upper()}{text[1:]}."


def score(low: float | None, middle: float | None, high: float | None) -> str:
    """Format a score from 0 to 1 with its interval."""
    if middle is None:
        return "unknown"
    return f"{middle:.2f}" if low is None or high is None else f"{middle:.2f} ({low:.2f} to {high:.2f})"


def known(family: FamilyScore) -> str:
    """Return how many of a family's signals are known, as "1 of 2"; an empty string if all are, or none."""
    return f"{family.known} of {family.of}" if 0 < family.known < family.of and family.score is not None else ""


def overall(project: ProjectRow) -> str:
    """Format the overall score with its interval, and from how many families it is where not all are known."""
    of = known(project.overall)
    text = score(project.low, project.score, project.high)
    return f"{text}, from {of} families" if of else text


def left(row: SignalRow, before: Before | None) -> str:
    """Return an arrow if a value lies outside its 95 % interval of a year earlier: up is better; otherwise empty.

    A change of the score by less than LEAST_MOVE is ignored.
    """
    if row.value is None or before is None or before.low is None or before.high is None or row.signal not in BY_KEY:
        return ""
    if row.score is not None and before.score is not None and abs(row.score - before.score) < LEAST_MOVE:
        return ""
    side = outside(row.unit, row.value, before.low, before.high)
    if side == 0:
        return ""
    return UP if (side > 0) == (BY_KEY[row.signal].direction == "up") else DOWN


def moved(project: ProjectRow, family: str) -> str:
    """Return an arrow if signals of a family left their intervals of a year earlier, all in one direction; else empty.

    A trend is itself a comparison with the past, so it causes no arrow; but an arrow never contradicts it.
    """
    before = {row.signal: row for row in project.a_year_before}
    own = [s for s in project.signals if s.family == family]
    arrows = {left(s, before.get(s.signal)) for s in own if s.unit != "per year"} - {""}
    trends = {s.companions.get("direction") for s in own if s.unit == "per year" and s.value is not None}
    arrows |= {{"spreading": UP, "narrowing": DOWN}[str(trend)] for trend in trends if trend} if arrows else set()
    return arrows.pop() if len(arrows) == 1 else ""


def data_age(data_as_of: str | None, now: datetime | None) -> str:
    """Say how old a project's data is; pass None for `now` to leave the age out."""
    if data_as_of is None:
        return "the first sync is not complete"
    moment = clock.from_text(data_as_of)
    text = f"data of {moment:%Y-%m-%d %H:%M} UTC"
    days = (now - moment).days if now else 0
    return f"{text}, {days} days old" if days > 1 else text


def oldest_data(projects: Sequence[ProjectRow], now: datetime | None) -> str:
    """Say how old the data of the projects is, by the one whose data is oldest; empty if none has any."""
    found = [project.data_as_of for project in projects if project.data_as_of is not None]
    return data_age(min(found), now) if found else ""


def is_moment(text: str) -> bool:
    """Return whether the text is a timestamp as in the database, like 2026-01-31T12:00:00Z."""
    return re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", text) is not None


def status_of(repository: str) -> str:
    """Return a repository's status: "public", or what keeps it from being that, such as "archived"."""
    return REPOSITORY_STATUSES.get(repository, "public").removeprefix("is ").removeprefix("now ")
