"""Letters next to scores: projects that share a letter cannot be told apart."""

from collections.abc import Mapping, Sequence
from datetime import date

from collector.method import scores
from collector.method.letters import Letters, ScoredProject, by_category
from collector.report.model import ProjectRow


def computed(projects: Sequence[ProjectRow], as_of: date) -> dict[str, Letters]:
    """Return category -> the letters of projects; see `collector.method.letters`.

    A score that is shown as "little" has none.
    """
    return by_category([_candidate(project) for project in projects], as_of)


def of_shown(letters: Mapping[str, Letters], projects: Sequence[ProjectRow]) -> dict[str, Letters]:
    """Return, by category, the letters of the shown projects only.

    A project that is alone with a score gets no letter: an "a" would read as a grade.
    """
    slugs = {project.slug for project in projects}
    out: dict[str, Letters] = {category: {} for project in projects for category in project.categories}
    for category, own in out.items():
        for family, found in letters.get(category, {}).items():
            shown = {slug: letter for slug, letter in found.items() if slug in slugs}
            own[family] = shown if len(shown) > 1 else {}
    return out


def _candidate(project: ProjectRow) -> ScoredProject:
    little = scores.OF_WORK if scores.publishes_little({s.signal: s.status for s in project.signals}) else frozenset()
    found = {f.family: f.score for f in (*project.families, project.overall) if f.family not in little}
    shown = {family: score for family, score in found.items() if score is not None}
    return ScoredProject(project.slug, project.categories, project.scored(), shown)
