"""All about one project: its charts, its repositories, and the evidence of each signal."""

from dataclasses import dataclass

from collector.report.html import breakdown, figures, matrix, tables
from collector.report.html.breakdown import RepositoryPart
from collector.report.html.figures import Figure
from collector.report.html.matrix import Line
from collector.report.html.series import Series
from collector.report.html.tables import EvidenceTable
from collector.report.model import ProjectRow, SignalRow


@dataclass(frozen=True)
class Section:
    """Everything about one project. `families` are its signals by family, each with its evidence."""

    project: ProjectRow
    line: Line
    figures: list[Figure]
    without_history: list[str]
    dates: int
    evidence: list[tuple[SignalRow, EvidenceTable | None]]
    parts: list[RepositoryPart]
    website: str


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
        line=matrix.line(project),
        figures=[
            *figures.of_releases(project, drawn),
            *(figures.of_history(signal, points, drawn.span) for signal, points in shown),
            *figures.of_answers(project, drawn),
            *figures.of_sharing(project, drawn),
        ],
        without_history=[s.signal for s, points in histories if not any(p.known for p in points)],
        dates=max((len(points) for _, points in histories), default=0),
        evidence=evidence,
        parts=breakdown.of(project, drawn.rows, drawn.last_activity, drawn.span.end),
        website=drawn.website,
    )
