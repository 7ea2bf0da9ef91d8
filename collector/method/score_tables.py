"""Write the tables of scores: of each family and overall, and the letters that projects of a category share."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from collector.method import scores
from collector.method.constants import METHOD_VERSION, MOST_COMPARED
from collector.method.letters import ScoredProject, by_category
from collector.method.projects import categories_by_project
from collector.method.registry import BY_KEY
from collector.method.scores import Scored


@dataclass(frozen=True)
class _Project:
    """A project's signals of a date: their statuses by key, and the scores of those that have one."""

    slug: str
    statuses: dict[str, str]
    scored: list[Scored]


def store(db: sqlite3.Connection, as_of: date) -> None:
    """Replace the scores and letters of a date by those of its signals. Runs in the caller's transaction."""
    day = as_of.isoformat()
    for table in ("scores", "score_letters"):
        db.execute(f"DELETE FROM {table} WHERE as_of = ?", [day])
    candidates = []
    categories = categories_by_project(db)
    for project in _projects(db, as_of):
        found = [*scores.families(project.scored), scores.overall_of(project.slug, as_of, project.scored)]
        little = scores.OF_WORK if scores.publishes_little(project.statuses) else frozenset()
        db.executemany(
            "INSERT INTO scores VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (project.slug, day, f.family, f.score, f.low, f.high, f.known, f.of, f.family in little, METHOD_VERSION)
                for f in found
            ],
        )
        shown = {f.family: f.score for f in found if f.score is not None and f.family not in little}
        candidates.append(ScoredProject(project.slug, categories.get(project.slug, []), project.scored, shown))
    for category, families in by_category(_compared(candidates), as_of).items():
        db.executemany(
            "INSERT INTO score_letters VALUES (?, ?, ?, ?, ?)",
            [(category, family, slug, day, own) for family, found in families.items() for slug, own in found.items()],
        )


def without_scores(db: sqlite3.Connection) -> list[date]:
    """Return the dates whose signals are of this method and that have no scores: an earlier version wrote them."""
    found = db.execute(
        "SELECT DISTINCT as_of FROM signals WHERE method_version = ? EXCEPT SELECT as_of FROM scores", [METHOD_VERSION]
    )
    return [date.fromisoformat(row[0]) for row in found]


def _projects(db: sqlite3.Connection, as_of: date) -> list[_Project]:
    projects: dict[str, _Project] = {}
    found = db.execute(
        "SELECT project, signal, status, score, score_low, score_high FROM signals "
        "WHERE as_of = ? AND method_version = ? ORDER BY project",
        [as_of.isoformat(), METHOD_VERSION],
    ).fetchall()
    order = {key: place for place, key in enumerate(BY_KEY)}  # of the draws
    for slug, signal, status, score, low, high in sorted(found, key=lambda row: order.get(row[1], len(order))):
        project = projects.setdefault(slug, _Project(slug, {}, []))
        project.statuses[signal] = status
        if signal in BY_KEY and score is not None:
            project.scored.append(Scored(BY_KEY[signal].family, score, low, high))
    return list(projects.values())


def _compared(candidates: Sequence[ScoredProject]) -> list[ScoredProject]:
    """Return the projects with only the categories that are small enough to compare each with each."""
    members: dict[str, int] = defaultdict(int)
    for candidate in candidates:
        for category in candidate.categories:
            members[category] += 1
    return [
        ScoredProject(c.slug, [name for name in c.categories if members[name] <= MOST_COMPARED], c.scored, c.shown)
        for c in candidates
    ]
