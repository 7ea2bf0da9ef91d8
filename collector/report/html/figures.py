"""The charts of a project, each with a caption and a text description."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from collector.method.statistics.survival import kaplan_meier, one_vote_per_account
from collector.method_constants import QUARTER_WEEKS
from collector.report import words
from collector.report.charts.history import Point, history
from collector.report.charts.releases import releases
from collector.report.charts.sharing import layers, sharing
from collector.report.charts.survival import survival
from collector.report.html.series import Series, Span
from collector.report.model import ProjectRow, SignalRow
from collector.text import plural

# Columns of evidence views that say whether the awaited event has happened.
EVENTS = ("answered", "resolved")


@dataclass(frozen=True)
class Figure:
    """A chart with its title, current value and a note. `kind` selects the legend."""

    kind: str
    title: str
    value: str
    svg: str
    note: str = ""


def of_history(signal: SignalRow, points: Sequence[Point], within: Span) -> Figure:
    """Return a signal's values by week; at least one must be known."""
    known = [p for p in points if p.value is not None]
    values = [p.value for p in known if p.value is not None]
    unknown = len(points) - len(known)
    text = (
        f"{plural(len(points), 'date')} from {points[0].as_of} to {points[-1].as_of}. "
        f"First known {_text(signal, values[0])} ({known[0].as_of}), last known {_text(signal, values[-1])} "
        f"({known[-1].as_of}), lowest {_text(signal, min(values))}, highest {_text(signal, max(values))}. "
        f"Unknown on {plural(unknown, 'date')}."
    )
    title = words.title(signal.signal)
    svg = history(
        points, signal.unit, within.begin, within.end, f"{title}: history", text, lambda p: said(signal.unit, p)
    )
    return Figure("history", title, words.value(signal), svg)


def of_answers(project: ProjectRow, drawn: Series) -> Iterator[Figure]:
    """Yield a survival curve for each time-to-event signal that has a value."""
    for signal in project.signals:
        rows = [row for row in drawn.rows.get((project.slug, signal.signal), []) if row["counted"]]
        event = next((name for name in EVENTS if rows and name in rows[0]), None)
        target = re.search(r"_(\d+)d$", signal.signal)
        if event is None or target is None or signal.value is None or not {"author", "days"} <= rows[0].keys():
            continue
        accounts = [str(row["author"]) for row in rows]
        estimate = kaplan_meier(
            [float(str(row["days"])) for row in rows],
            [bool(row[event]) for row in rows],
            one_vote_per_account(accounts),
        )
        day = int(target[1])
        # A month shows what becomes of those who wait for more than a week; longer waits need as long again.
        horizon = 30 if day < 30 else 2 * day
        median = estimate.median()
        note = f"{plural(len(rows), 'case')} of {plural(len(set(accounts)), 'account')}; " + (
            f"half {event} after {median:.1f} days" if median is not None else f"half never {event}"
        )
        text = f"The estimated share {event} by each day, {words.value(signal)} by day {day}, with 95 % bounds. {note}."
        title = f"{words.title(signal.signal)}: how soon"
        svg = survival(estimate, len(set(accounts)), day, horizon, title, text)
        yield Figure("survival", title, words.value(signal), svg, note)


def of_releases(project: ProjectRow, drawn: Series) -> Iterator[Figure]:
    """Yield the releases chart, if there were any releases."""
    found = drawn.releases.get(project.slug)
    if found is None:
        return
    text = (
        f"Since {drawn.span.begin}: {plural(len(found.counted), 'release')} with new work, "
        f"{len(found.left_out)} left out. The last that counts was on {found.counted[-1]}."
        if found.counted
        else f"Since {drawn.span.begin}: no release with new work, {len(found.left_out)} left out."
    )
    svg = releases(found.counted, found.left_out, drawn.span.begin, drawn.span.end, "Releases by week", text)
    yield Figure("releases", "Releases by week", plural(len(found.counted), "release"), svg, text)


def of_sharing(project: ProjectRow, drawn: Series) -> Iterator[Figure]:
    """Yield the chart of how work is shared, unless the contributors are not observable."""
    quarters = drawn.quarters.get(project.slug, [])
    hidden = any(
        s.signal == "effective_contributors" and s.status in ("not_observable", "stale") for s in project.signals
    )
    if hidden or not any(q.author_days for q in quarters):
        return
    last = next(q for q in reversed(quarters) if q.author_days)
    first, *_ = layers(last)
    text = (
        f"Share of the days of work of the most active person, the second, the third and all others in each of the "
        f"last {len(quarters)} quarters. In the {QUARTER_WEEKS} weeks before {last.end}: {first * 100:.0f} % by the "
        f"most active of {plural(len(last.author_days), 'person').replace('persons', 'people')}."
    )
    svg = sharing(quarters, "How the work is shared", text)
    yield Figure("sharing", "How the work is shared", f"{first * 100:.0f} % by one", svg, "Above: how many people")


def said(unit: str, point: Point) -> str:
    """Say a point's value and interval."""
    if point.value is None or point.low is None or point.high is None:
        return "unknown"
    return f"{words.amount(unit, point.value)} ({words.range_of(unit, point.low, point.high)})"


def _text(signal: SignalRow, value: float) -> str:
    return words.value(replace(signal, value=value))
