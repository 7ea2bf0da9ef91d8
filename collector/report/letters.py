"""Letters next to scores: projects that share a letter cannot be told apart."""

from datetime import date

from collector.method.letters import Letters, ScoredProject, by_category
from collector.method.scores import OVERALL
from collector.report.model import ProjectRow, Report
from collector.report.sentences import shown_as_little


def of_report(report: Report) -> dict[str, Letters]:
    """Return category -> family (or "overall") -> slug -> letters; see `collector.method.letters`.

    Scores that are shown as "little" are not compared, and one that there is nothing to compare with has no letter: an
    "a" would read as a mark.
    """
    found = by_category([_candidate(project) for project in report.projects], date.fromisoformat(report.as_of))
    return {
        category: {family: own if len(own) > 1 else {} for family, own in letters.items()}
        for category, letters in found.items()
    }


def _candidate(project: ProjectRow) -> ScoredProject:
    scores = {**{f.family: f.score for f in project.families}, OVERALL: project.score}
    shown = {name: score for name, score in scores.items() if score is not None and not shown_as_little(project, name)}
    return ScoredProject(project.slug, project.categories, project.scored(), shown)
