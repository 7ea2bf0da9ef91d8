"""The tables of scores: of each family and overall, and the letters that projects of a category share."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta

from collector.method import scores
from collector.method.letters import Letters, ScoredProject, by_category
from collector.method.projects import categories_by_project
from collector.method.registry import BY_KEY, FAMILIES
from collector.method.scores import OVERALL, FamilyScore, Scored
from collector.method_constants import METHOD_VERSION, MOST_COMPARED


@dataclass(frozen=True)
class _Project:
    """A project's signals of a date: their statuses by key, and the scores of those that have one."""

    slug: str
    statuses: dict[str, str]
    scored: list[Scored]


def store(db: sqlite3.Connection, as_of: date) -> None:
    """Replace the scores and letters of a date by those of its signals. Runs in the caller's transaction.

    They follow from the scores of the signals and the week alone: what is the same as on an earlier date of the week is
    copied from there.
    """
    for table in ("scores", "score_letters"):
        db.execute(f"DELETE FROM {table} WHERE as_of = ?", [as_of.isoformat()])
    former = _former(db, as_of)
    before = _projects(db, former) if former else {}
    letters_before = letters_of(db, former) if former else {}
    projects = _projects(db, as_of)
    same = {slug for slug, project in projects.items() if before.get(slug) == project}
    written: set[str] = set()

    def write(slugs: Iterable[str]) -> None:
        for slug in slugs:
            if former and slug in same:
                _copy(db, slug, former, as_of)
            else:
                _write(db, projects[slug], as_of)
            written.add(slug)

    # One category after the other: the draws of its projects are then at hand for the letters.
    for category, slugs in _compared(categories_by_project(db), projects).items():
        write(slug for slug in slugs if slug not in written)
        _write_letters(db, category, [projects[slug] for slug in slugs], same, letters_before.get(category, {}), as_of)
    write(slug for slug in projects if slug not in written)


def scores_of(db: sqlite3.Connection, as_of: date, method_version: str) -> dict[str, list[FamilyScore]]:
    """Return slug -> the scores of a date, of each family in order and overall, the last."""
    order = {family: place for place, family in enumerate([*FAMILIES, OVERALL])}
    found: dict[str, list[FamilyScore]] = {}
    for slug, *score in db.execute(
        "SELECT project, family, score, score_low, score_high, known, asked FROM scores "
        "WHERE as_of = ? AND method_version = ?",
        [as_of.isoformat(), method_version],
    ):
        found.setdefault(slug, []).append(FamilyScore(*score))
    return {slug: sorted(own, key=lambda score: order.get(score.family, -1)) for slug, own in found.items()}


def letters_of(db: sqlite3.Connection, as_of: date) -> dict[str, Letters]:
    """Return category -> the letters of a date, without those of categories too large to compare."""
    found: dict[str, Letters] = {}
    for category, family, slug, own in db.execute(
        "SELECT category, family, project, letters FROM score_letters WHERE as_of = ?", [as_of.isoformat()]
    ):
        found.setdefault(category, {}).setdefault(family, {})[slug] = own
    return found


def without_scores(db: sqlite3.Connection) -> list[date]:
    """Return the dates whose signals are of this method and that have no scores: an earlier version wrote them."""
    found = db.execute(
        "SELECT DISTINCT as_of FROM signals WHERE method_version = ? EXCEPT SELECT as_of FROM scores", [METHOD_VERSION]
    )
    return [date.fromisoformat(row[0]) for row in found]


def _former(db: sqlite3.Connection, as_of: date) -> date | None:
    """Return the latest earlier date of the week that has scores of this method."""
    monday = as_of - timedelta(days=as_of.weekday())
    (found,) = db.execute(
        "SELECT max(as_of) FROM scores WHERE as_of >= ? AND as_of < ? AND method_version = ?",
        [monday.isoformat(), as_of.isoformat(), METHOD_VERSION],
    ).fetchone()
    return date.fromisoformat(found) if found else None


def _copy(db: sqlite3.Connection, slug: str, former: date, as_of: date) -> None:
    db.execute(
        "INSERT INTO scores "
        "SELECT project, ?, family, score, score_low, score_high, known, asked, little, method_version "
        "FROM scores WHERE project = ? AND as_of = ?",
        [as_of.isoformat(), slug, former.isoformat()],
    )


def _write(db: sqlite3.Connection, project: _Project, as_of: date) -> None:
    found = [*scores.families(project.scored), scores.overall_of(project.slug, as_of, project.scored)]
    little = scores.OF_WORK if scores.publishes_little(project.statuses) else frozenset()
    day = as_of.isoformat()
    db.executemany(
        "INSERT INTO scores VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (project.slug, day, f.family, f.score, f.low, f.high, f.known, f.of, f.family in little, METHOD_VERSION)
            for f in found
        ],
    )


def _write_letters(
    db: sqlite3.Connection,
    category: str,
    projects: Sequence[_Project],
    same: Set[str],
    before: Letters,
    as_of: date,
) -> None:
    """Write the letters of a category. If nothing changed in it, they are those of `before`."""
    members = [ScoredProject(p.slug, [category], p.scored, _shown(db, p.slug, as_of)) for p in projects]
    if _has_same_members(before, members) and all(c.slug in same for c in members if c.shown):
        found = before
    else:
        found = by_category(members, as_of)[category]
    db.executemany(
        "INSERT INTO score_letters VALUES (?, ?, ?, ?, ?)",
        [(category, family, slug, as_of.isoformat(), own) for family, of in found.items() for slug, own in of.items()],
    )


def _shown(db: sqlite3.Connection, slug: str, as_of: date) -> dict[str, float]:
    """Return family (or "overall") -> the score that is shown of a project."""
    found = db.execute(
        "SELECT family, score FROM scores WHERE project = ? AND as_of = ? AND score IS NOT NULL AND NOT little",
        [slug, as_of.isoformat()],
    )
    return dict(found.fetchall())


def _has_same_members(letters: Letters, members: Sequence[ScoredProject]) -> bool:
    """Return whether letters are those of these projects in each family, and of no others."""
    shown = {(family, c.slug) for c in members for family in c.shown}
    return shown == {(family, slug) for family, of in letters.items() for slug in of}


def _projects(db: sqlite3.Connection, as_of: date) -> dict[str, _Project]:
    """Return slug -> project, of all with signals of the date."""
    projects: dict[str, _Project] = {}
    found = db.execute(
        "SELECT project, signal, status, score, score_low, score_high FROM signals "
        "WHERE as_of = ? AND method_version = ? ORDER BY project",
        [as_of.isoformat(), METHOD_VERSION],
    ).fetchall()
    # In the method's order: the place of a score decides its draws.
    order = {key: place for place, key in enumerate(BY_KEY)}
    for slug, signal, status, score, low, high in sorted(found, key=lambda row: order.get(row[1], len(order))):
        project = projects.setdefault(slug, _Project(slug, {}, []))
        project.statuses[signal] = status
        if signal in BY_KEY and score is not None:
            project.scored.append(Scored(BY_KEY[signal].family, score, low, high))
    return projects


def _compared(categories: Mapping[str, Sequence[str]], projects: Iterable[str]) -> dict[str, list[str]]:
    """Return category -> its projects, of the categories that are small enough to compare each with each."""
    members: dict[str, list[str]] = {}
    for slug in projects:
        for category in categories.get(slug, ()):
            members.setdefault(category, []).append(slug)
    return {category: slugs for category, slugs in members.items() if len(slugs) <= MOST_COMPARED}
