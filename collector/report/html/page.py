"""The HTML page: the data of each part, and rendering its templates."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from collector.method.comparison import Letters
from collector.method.constants import DIFFERENCE_PERCENT, LEAST_FAMILIES, WINDOW_WEEKS
from collector.method.registry import BY_KEY, FAMILIES, SIGNALS
from collector.method.scores import OVERALL, FamilyScore
from collector.method.window import Window
from collector.report import news_text, phrases, sentences, words
from collector.report.charts.bars import interval_bar
from collector.report.html import figures, series, tables
from collector.report.html.figures import Figure
from collector.report.html.series import Series
from collector.report.html.tables import EvidenceTable
from collector.report.letters import of_report
from collector.report.model import ProjectRow, Report, SignalRow
from collector.report.news_model import News
from collector.text import plural

HERE = files(__package__)


@dataclass(frozen=True)
class Place:
    """A project's score and letters in a family, or overall, or why there is none."""

    project: ProjectRow
    score: FamilyScore
    letters: str | None
    why: str


@dataclass(frozen=True)
class Panel:
    """One family, or the overall score, for all projects of a category."""

    family: str
    asks: list[str]
    places: list[Place]

    @property
    def compared(self) -> bool:
        """Whether at least two projects have letters; a single letter means nothing."""
        return sum(place.letters is not None for place in self.places) > 1


@dataclass(frozen=True)
class Category:
    """The overview of one category: a panel per family with a known score, and the names of the other families."""

    name: str
    projects: list[ProjectRow]
    panels: list[Panel]
    unknown: list[str]


@dataclass(frozen=True)
class Section:
    """Everything about one project: its charts, and the evidence table of each signal."""

    project: ProjectRow
    figures: list[Figure]
    without_history: list[str]
    dates: int
    evidence: list[tuple[SignalRow, EvidenceTable | None]]


def render(db: sqlite3.Connection, report: Report, now: datetime) -> str:
    """Render the report page. `now` is used for the age of the data."""
    as_of = date.fromisoformat(report.as_of)
    window = Window(as_of)
    drawn = series.read(db, as_of, report.method_version)
    letters = of_report(report)
    grouped = [(name, list(own)) for name, own in groupby(report.projects, lambda p: p.category)]
    return (
        environment(report.synthetic, now)
        .get_template("page.html")
        .render(
            report=report,
            categories=[category(name, own, letters[name]) for name, own in grouped],
            sections=[section(p, drawn) for p in report.projects],
            window=window,
            computed=len({s.signal for p in report.projects for s in p.signals}),
            failures=report.failures,
            difference_percent=DIFFERENCE_PERCENT,
        )
    )


def news(found: News, now: datetime) -> str:
    """Render the page of changes between two dates."""
    grouped = [(p, news_text.parts(p)) for p in found.projects if p.any]
    return (
        environment(found.synthetic, now)
        .get_template("news.html")
        .render(news=found, projects=grouped, quiet=news_text.quiet(found))
    )


def environment(synthetic: bool, now: datetime) -> Environment:
    """Return the Jinja2 environment. Values are escaped and stripped of control characters."""
    out = Environment(
        loader=PackageLoader("collector.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda x: words.plain(x) if isinstance(x, str) and not hasattr(x, "__html__") else x,
    )
    out.globals |= {
        "words": words,
        "phrases": phrases,
        "css": (HERE / "style.css").read_text(encoding="utf-8"),
        "bar": interval_bar,
        "plural": plural,
        "BY_KEY": BY_KEY,
        "SIGNALS": SIGNALS,
        "OVERALL": OVERALL,
        "sentences_of": sentences.of,
        "shown_as_little": sentences.shown_as_little,
        "LEAST_FAMILIES": LEAST_FAMILIES,
        "WINDOW_WEEKS": WINDOW_WEEKS,
        "synthetic": synthetic,
        "now": None if synthetic else now,
    }
    out.filters |= {
        "spaced": lambda text: str(text).replace("_", " "),
        "capital": lambda text: text[:1].upper() + text[1:],
        "title_of": words.title,
    }
    return out


def category(name: str, projects: Sequence[ProjectRow], letters: Letters) -> Category:
    """Return the overview of one category; `letters` are those of its projects."""
    panels, unknown = [], []
    for family in FAMILIES:
        places = [_place(p, family, letters[family]) for p in projects]
        if any(f.score is not None for p in projects for f in p.families if f.family == family):
            panels.append(Panel(family, [i.key for i in SIGNALS if i.family == family], places))
        else:
            unknown.append(family)
    if any(p.score is not None for p in projects):
        places = [_shown(p, p.overall, letters[OVERALL], _too_few(p)) for p in projects]
        panels.insert(0, Panel(OVERALL, [], places))
    return Category(name, list(projects), panels, unknown)


def section(project: ProjectRow, drawn: Series) -> Section:
    """Return everything about one project."""
    histories = [(s, drawn.history.get((project.slug, s.signal), [])) for s in project.signals]
    shown = [(s, points) for s, points in histories if any(p.known for p in points) and len(points) > 1]
    evidence: list[tuple[SignalRow, EvidenceTable | None]] = []
    for signal in project.signals:
        rows = drawn.rows.get((project.slug, signal.signal), [])
        evidence.append((signal, tables.table(rows) if rows else None))
    return Section(
        project=project,
        figures=[
            *(figures.of_history(signal, points, drawn) for signal, points in shown),
            *figures.of_answers(project, drawn),
            *figures.of_releases(project, drawn),
            *figures.of_sharing(project, drawn),
        ],
        without_history=[s.signal for s, points in histories if not any(p.known for p in points)],
        dates=max((len(points) for _, points in histories), default=0),
        evidence=evidence,
    )


def _place(project: ProjectRow, family: str, letters: Mapping[str, str]) -> Place:
    own = [s for s in project.signals if s.family == family]
    statuses = dict.fromkeys(words.STATUSES.get(s.status, s.status) for s in own)
    score = next(f for f in project.families if f.family == family)
    return _shown(project, score, letters, " or ".join(statuses) or "not computed")


def _shown(project: ProjectRow, score: FamilyScore, letters: Mapping[str, str], why: str) -> Place:
    if sentences.shown_as_little(project, score.family):
        return Place(project, replace(score, score=None, low=None, high=None), None, "publishes little")
    return Place(project, score, letters.get(project.slug), why)


def _too_few(project: ProjectRow) -> str:
    known = sum(f.score is not None for f in project.families)
    return f"{known} of {LEAST_FAMILIES} families"
