"""The report as a site: an overview, a page for each project and signal, a comparison, news, method and glossary."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment

from collector import atomic_files
from collector.errors import UsageError, of_disk
from collector.method.definition import SignalDefinition
from collector.method.registry import FAMILIES, SIGNALS
from collector.method.window import Window
from collector.method_constants import WINDOW_WEEKS
from collector.report import downloads, formats, glossary, news, news_text, words
from collector.report.charts.history import Point, value_range
from collector.report.html import figures, matrix, prose, series, side_by_side
from collector.report.html.environment import environment
from collector.report.html.figures import Figure
from collector.report.html.links import Links
from collector.report.html.project import section
from collector.report.html.series import Span
from collector.report.model import ProjectRow, Report, SignalRow
from collector.report.news_model import News

STEP = 4


@dataclass(frozen=True)
class ScaledSignal:
    """A signal of a project on the signal's page; `ends` are its interval and value on the page's scale, 0 to 1."""

    project: ProjectRow
    signal: SignalRow | None
    before: str
    ends: tuple[float | None, float | None, float | None]


def write(db: sqlite3.Connection, report: Report, now: datetime, folder: Path, base_url: str | None) -> int:
    """Write the site into a folder, which is made if it is not there, and return the number of files.

    `base_url` is where the site will stand. Each file is replaced at once. Raises
    UsageError if the folder cannot be written, DatabaseError if the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise of_disk(error, str(folder)) or UsageError(
            f"{folder} cannot be made ({(error.strerror or 'unknown').lower()}).", "Name another folder with --output."
        ) from None
    as_of = date.fromisoformat(report.as_of)
    weeks = news.weekly(db, as_of, report.projects)
    atomic_files.delete_leftovers(folder)
    count = 0
    for name, text in pages(db, report, weeks, now):
        formats.save(text, folder / name, tidy=False)
        count += 1
    return count + len(downloads.write(report, weeks, now, folder, base_url))


def pages(db: sqlite3.Connection, report: Report, weeks: Sequence[News], now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the name and the HTML of each page; `weeks` are those of `news.weekly`."""
    within = series.span(db, report)
    as_of = date.fromisoformat(report.as_of)
    links = Links(site=True)
    env = environment(report.synthetic, now, links)
    env.globals |= {
        "report": report,
        "as_of": as_of,
        "window": Window(as_of),
        "families": FAMILIES,
        "data_of": downloads.data_of,
        "badge_of": downloads.badge_of,
    }
    compared = any(p.a_year_before for p in report.projects)
    yield "index.html", _page(env, "index", categories=matrix.lines(report), compared=compared)
    for project, drawn in series.by_project(db, report):
        yield links.project(project.slug), _page(env, "project_page", section=section(project, drawn))
    ordered = [p for _, projects in report.in_order() for p in projects]
    for info in SIGNALS:
        yield links.signal(info.key), _signal_page(env, info, ordered, db, within)
    known = {i.key: sum(s.signal == i.key and s.value is not None for p in ordered for s in p.signals) for i in SIGNALS}
    yield "signals.html", _page(env, "signals", known=known)
    yield (
        "compare.html",
        _page(
            env,
            "compare",
            lines=[matrix.line(project) for project in ordered],
            families=list(side_by_side.families(report)),
            more_css=side_by_side.style(report),
        ),
    )
    yield "news.html", _news_page(env, weeks, series.computed(db, within))
    yield "method.html", _page(env, "method", text=prose.shared_rules())
    yield "glossary.html", _page(env, "glossary", subjects=glossary.read())


def _page(env: Environment, template: str, **data: object) -> str:
    return env.get_template(f"{template}.html").render(here=f"{template}.html", **data)


def _signal_page(
    env: Environment, info: SignalDefinition, projects: Sequence[ProjectRow], db: sqlite3.Connection, within: Span
) -> str:
    rows = [(p, next((s for s in p.signals if s.signal == info.key), None)) for p in projects]
    points = [Point(within.end, s.status, s.value, s.low, s.high) for _, s in rows if s is not None]
    bottom, ticks = value_range(points, info.unit)
    top = ticks[-1][0]

    def share(value: float | None) -> float | None:
        return None if value is None else (value - bottom) / (top - bottom)

    shown = []
    for project, signal in rows:
        before = next((b for b in project.a_year_before if b.signal == info.key and b.value is not None), None)
        ends = (signal.low, signal.value, signal.high) if signal else (None, None, None)
        earlier = words.amount(info.unit, before.value) if before and before.value is not None else ""
        shown.append(ScaledSignal(project, signal, earlier, (share(ends[0]), share(ends[1]), share(ends[2]))))
    return _page(
        env,
        "signal_page",
        info=info,
        rows=shown,
        ticks=(ticks[0][1], ticks[-1][1]),
        charts=_histories(info.key, rows, db, within),
        parts=prose.signal(info.key),
    )


def _histories(
    key: str, rows: Sequence[tuple[ProjectRow, SignalRow | None]], db: sqlite3.Connection, within: Span
) -> list[tuple[str, Figure]]:
    out = []
    for project, signal in rows:
        history = series.history(db, within, [project.slug], [key]).get((project.slug, key), [])
        # Where there is a value for each week, every fourth is enough here; a project's page has all.
        thinned = history[(len(history) - 1) % STEP :: STEP] if len(history) > WINDOW_WEEKS else history
        if signal is not None and len(thinned) > 1 and any(p.known for p in thinned):
            out.append((project.name, figures.of_history(signal, thinned, within)))
    return out


def _news_page(env: Environment, weeks: Sequence[News], computed: Collection[date]) -> str:
    """Render the weeks of each project that has news, newest first."""
    found: dict[str, tuple[str, list[tuple[News, list[news_text.NewsSection]]]]] = {}
    for week in weeks:
        for project in week.projects:
            if project.any:
                found.setdefault(project.slug, (project.name, []))[1].append((week, news_text.parts(project)))
    compared = sum({date.fromisoformat(w.since), date.fromisoformat(w.as_of)} <= set(computed) for w in weeks)
    return _page(env, "site_news", projects=sorted(found.items()), weeks=len(weeks), compared=compared)
