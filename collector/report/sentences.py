"""The two or three most important sentences about a project."""

from collector.method import scores
from collector.report import phrases, words
from collector.report.model import ProjectRow, SignalRow
from collector.report.verdict import DAMAGED, days_of_work, since


def of(project: ProjectRow) -> list[str]:
    """Return the most important sentences: changed history, releases, answers, who does the work, and what is unknown.

    A reason shared by all signals is given once.
    """
    same = words.alike(project)
    if same:
        return [same]
    rows = {row.signal: row for row in project.signals}
    if publishes_little(project):
        days = rows["contributor_days"].n
        little = f"Publishes little on GitHub ({days_of_work(int(days or 0))} by known people in the year)"
        return [f"{little}: work elsewhere cannot be seen here, so this is not rated as low."]
    sentences = (
        _record(rows),
        _releases(rows),
        _answers(project, rows),
        _people(project, rows),
        _unknown(rows),
    )
    return [sentence for sentence in sentences if sentence]


def publishes_little(project: ProjectRow) -> bool:
    """Return whether too little work is public to draw conclusions: fewer author-days than `contributor_days` needs."""
    return scores.publishes_little({row.signal: row.status for row in project.signals})


def shown_as_little(project: ProjectRow, family: str) -> bool:
    """Return whether the score of a family (or "overall") is shown as "little" instead of as a low number."""
    return family in scores.OF_WORK and publishes_little(project)


def arrow(project: ProjectRow, family: str) -> str:
    """Return an arrow if what is shown of a family is better or worse than a year earlier; otherwise empty."""
    shown = any(f.family == family and f.score is not None for f in project.families)
    return words.moved(project, family) if shown and not shown_as_little(project, family) else ""


def _record(rows: dict[str, SignalRow]) -> str | None:
    row = rows.get("history_integrity")
    if row is None or row.value is None or row.value >= DAMAGED:
        return None
    what = {
        "vanished": ("issue, pull request, release or comment vanished", "issues, pull requests or comments vanished"),
        "arrived_late": ("arrived with an older date", "arrived with an older date"),
        "author_days_altered": ("day of work was rewritten", "days of work were rewritten"),
        "force_push": ("force push to a default branch", "force pushes to a default branch"),  # of method 1
        "tag_moved": ("version whose tag moved", "versions whose tag moved"),
        "tag_vanished": ("version whose tag vanished", "versions whose tag vanished"),
        "republished": ("version re-dated", "versions re-dated"),
    }
    counted = [(row.companions.get(key), one, many) for key, (one, many) in what.items()]
    found = [f"{count} {one if count == 1 else many}" for count, one, many in counted if count]
    return f"Its public record changed: {', '.join(found)}." if found else None


def _releases(rows: dict[str, SignalRow]) -> str | None:
    weeks, silence = rows.get("release_weeks"), rows.get("longest_release_silence")
    if weeks is None or weeks.value is None:
        return None
    if weeks.value == 0:
        return "No release with new work in the year."
    text = f"Released new work in {words.value(weeks)} ({words.interval(weeks)})"
    wait = f"; the longest wait was {words.value(silence)}" if silence and silence.value is not None else ""
    return f"{text}{wait}."


def _answers(project: ProjectRow, rows: dict[str, SignalRow]) -> str | None:
    row = rows.get("first_response_7d")
    if row is None or row.value is None:
        return None
    text = f"Answers {words.value(row)} of outsiders' issues within a week ({words.interval(row)})"
    return f"{text}{since(project, row)}."


def _people(project: ProjectRow, rows: dict[str, SignalRow]) -> str | None:
    row, trend = rows.get("effective_contributors"), rows.get("concentration_trend")
    if row is None or row.value is None:
        return None
    half = row.companions.get("contributor_absence_factor")
    most_active = f"; {half} {'does' if half == 1 else 'do'} half of it" if isinstance(half, int) else ""
    direction = trend.companions.get("direction") if trend and trend.value is not None else None
    work = "work of known accounts" if words.some_is_nobodys(project) else "work"
    text = f"The {work} is spread as over {words.value(row)} ({words.interval(row)}){since(project, row)}"
    return f"{text}{most_active}{f', and it is {direction}' if direction else ''}."


def _unknown(rows: dict[str, SignalRow]) -> str | None:
    """Say which of three main facts are unknown, and why."""
    what = {
        "release_weeks": "releases",
        "first_response_7d": "answers to outsiders",
        "effective_contributors": "who does the work",
    }
    missing = [(name, rows[key]) for key, name in what.items() if key in rows and rows[key].value is None]
    parts = [
        f"{words.STATUSES.get(row.status, row.status)} on {name} ({phrases.reason(row.reason or '')})"
        for name, row in missing
    ]
    if not parts:
        return None
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
