"""The overview: one row for each project, with its year and a cell for each family."""

from dataclasses import dataclass

from collector.method.registry import FAMILIES
from collector.method.scores import FamilyScore
from collector.report import sentences, words
from collector.report.model import ProjectRow, Report


@dataclass(frozen=True)
class Cell:
    """A family of a project. `kind` is "known", "partly", "little" or "unknown"; `text` says all of it in words."""

    family: str
    kind: str
    score: FamilyScore
    arrow: str
    text: str

    @property
    def shown(self) -> bool:
        """Whether there is a score to draw."""
        return self.kind in ("known", "partly")


@dataclass(frozen=True)
class Line:
    """A project and its cells, in the order of the families."""

    project: ProjectRow
    known: int
    cells: list[Cell]


def lines(report: Report) -> list[tuple[str, list[Line]]]:
    """Return the categories with their projects, those with less known last."""
    return [(category, [line(project) for project in projects]) for category, projects in report.in_order()]


def line(project: ProjectRow) -> Line:
    """Return a project's row."""
    by_family = {f.family: f for f in project.families}
    known = sum(s.status == "ok" for s in project.signals)
    return Line(project, known, [cell(project, by_family[family]) for family in FAMILIES if family in by_family])


def cell(project: ProjectRow, score: FamilyScore) -> Cell:
    """Return one cell."""
    own = [s for s in project.signals if s.family == score.family]
    texts = [f"{words.title(s.signal)}: {words.value(s) if s.value is not None else words.reason(s)}" for s in own]
    arrow = sentences.arrow(project, score.family)
    if score.score is None:
        kind, start = "unknown", "unknown"
    elif sentences.shown_as_little(project, score.family):
        kind, start = "little", "too little public work to rate"
    else:
        kind = "known" if score.known == score.of else "partly"
        start = words.score(score.low, score.score, score.high)
        start += {words.UP: ", better than a year earlier", words.DOWN: ", worse than a year earlier"}.get(arrow, "")
    return Cell(score.family, kind, score, arrow, ". ".join([f"{words.family(score.family)}: {start}", *texts]))
