"""The verdict on a project: what a reader wants to know first, in a few plain sentences."""

from collections.abc import Callable, Mapping
from datetime import date

from collector.method_constants import LEAST_AGE_WEEKS, LEAST_STATE_DAYS, WINDOW_WEEKS
from collector.report import words
from collector.report.model import ProjectRow, SignalRow
from collector.text import plural

# Below this score of history_integrity, changes of the public record are mentioned.
DAMAGED = 0.95
# People without an answer since the last one, for a project to have stopped answering.
LEAST_UNANSWERED = 3


def of(project: ProjectRow, as_of: date) -> str:
    """Return what the project is up to, whether it ships and answers, and on how many people it rests."""
    final = _FINAL.get(project.state or "")
    if final:
        return final(project)
    rows = {row.signal: row for row in project.signals}
    sentences = (
        _record(rows),
        _state(project),
        _quiet(project, as_of),
        _ships(project, rows, as_of),
        _answers(project, rows, as_of),
        _people(project, rows),
    )
    return " ".join(sentence for sentence in sentences if sentence) or "Nothing is known yet."


def days_of_work(days: int) -> str:
    """Say a number of author-days."""
    return plural(days, "day of work", "days of work")


def _silent(project: ProjectRow) -> str:
    year, before = project.author_days_52, project.author_days_before
    now = days_of_work(year) if year else "no work"
    then = f", {before} {'day' if before == 1 else 'days'} in the one before" if before else ""
    return f"Silent since {_day(project.last_change)}: {now} in the last year{then}."


_FINAL: Mapping[str, "Callable[[ProjectRow], str]"] = {
    "not_on_github": lambda project: "Nothing to be seen on GitHub.",
    "not_synced": lambda project: "Not read yet: the first sync is not complete.",
    "stale": lambda project: f"Not judged: the last complete sync was on {_day(project.data_as_of)}.",
    "too_young": lambda project: f"Too young to judge: under {LEAST_AGE_WEEKS} weeks old.",
    "never_published": lambda project: f"Never published: no release, and under {LEAST_STATE_DAYS} days of work ever.",
    "silent": _silent,
}
"""State -> the whole verdict, where there is nothing else to say."""


def _day(moment: str | None) -> str:
    return moment[:10] if moment else "a day unknown"


def _state(project: ProjectRow) -> str | None:
    half, year = project.author_days_26, project.author_days_52
    if half is None or year is None:
        return None
    return {
        "slowing": f"Slowing: {days_of_work(half)} in half a year, {year - half} in the half before.",
        "waking": f"Waking: {days_of_work(half)} in half a year, none in the half before.",
        "sporadic": f"Works now and then: {days_of_work(year)} in the year.",
    }.get(project.state or "")


def _quiet(project: ProjectRow, as_of: date) -> str | None:
    last = project.last_change
    return f"No work since {last[:10]}." if last and words.is_long_ago(last, as_of) else None


def _record(rows: Mapping[str, SignalRow]) -> str | None:
    row = rows.get("history_integrity")
    return None if row is None or row.value is None or row.value >= DAMAGED else "Its public record was changed."


def _ships(project: ProjectRow, rows: Mapping[str, SignalRow], as_of: date) -> str | None:
    row = rows.get("release_weeks")
    if row is None or row.value is None:
        return None
    last = project.last_release
    if row.value == 0 and last and not words.is_long_ago(last, as_of):
        return f"Shipped on {last[:10]}, for the first time in a year."
    if row.value == 0 and project.state is None:
        return "No release with new work in the year."
    if row.value == 0:
        return f"Has shipped nothing new since {last[:10]}." if last else "Has never shipped."
    text = f"Ships: new work in {row.value:.0f} of {WINDOW_WEEKS} weeks{since(project, row)}"
    return f"{text}, last on {last[:10]}." if last and words.is_long_ago(last, as_of) else f"{text}."


def _answers(project: ProjectRow, rows: Mapping[str, SignalRow], as_of: date) -> str | None:
    row = rows.get("first_response_7d")
    if row is None:
        return None
    last, ignored = row.companions.get("last_answer_at"), row.companions.get("people_unanswered_since")
    stopped = isinstance(ignored, int) and ignored >= LEAST_UNANSWERED
    if stopped and isinstance(last, str) and words.is_long_ago(last, as_of):
        return f"Stopped answering outsiders in {date.fromisoformat(last[:10]):%B %Y}."
    if row.value is None:
        return None
    if round(row.value, 2) == 0:
        return f"Answers no outsider within a week{since(project, row)}."
    return f"Answers {row.value * 100:.0f} % of outsiders within a week{since(project, row)}."


def _people(project: ProjectRow, rows: Mapping[str, SignalRow]) -> str | None:
    row = rows.get("effective_contributors")
    half = row.companions.get("contributor_absence_factor") if row and row.value is not None else None
    if not isinstance(half, int):
        return None
    work = "work of known accounts" if words.some_is_nobodys(project) else "work"
    return f"{'One person does' if half == 1 else f'{half} people do'} half of the {work}."


def since(project: ProjectRow, row: SignalRow) -> str:
    """Mention the value of a year earlier if the current one is outside its interval; otherwise an empty string."""
    before = next((b for b in project.a_year_before if b.signal == row.signal), None)
    if not words.left(row, before) or before is None or before.value is None or row.value is None:
        return ""
    then = words.amount(row.unit, before.value).removesuffix(f" of {WINDOW_WEEKS} weeks")
    return f", {'down' if row.value < before.value else 'up'} from {then} a year earlier"
