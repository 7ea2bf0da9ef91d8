"""Writes the derived tables: landings, work, releases as versions, bots, insiders, imported threads, from the facts."""

import sqlite3

from collector.config import Config
from collector.derive import bots, read, releases
from collector.derive.bots import People
from collector.derive.work import Gathered, Key, Unit, gather, units
from collector.sql import statement
from collector.store import privacy

GENERATED = "generated"


DERIVED = (
    "release_work",
    "release_versions",
    "work",
    "landings",
    "insiders",
    "machines",
    "imported_threads",
    "counted_pull_requests",
)
"""The tables that this package writes, each before those that it refers to."""


def derive(db: sqlite3.Connection, config: Config) -> None:
    """Make all derived tables anew, within the transaction of the caller."""
    for table in DERIVED:
        db.execute(f"DELETE FROM {table}")
    config = privacy.renamed(db, config)
    mirrors = {(m.login.lower(), m.repo.lower()) for m in config.mirrors}
    bots.write(db, config)
    for (slug,) in db.execute("SELECT slug FROM projects WHERE tracked ORDER BY slug").fetchall():
        _project(db, config, slug, mirrors)
    db.execute(statement(__package__, "insiders"))
    db.execute(statement(__package__, "imported_threads"))


def _project(db: sqlite3.Connection, config: Config, slug: str, mirrors: set[tuple[str, str]]) -> None:
    gathered = gather(db, slug)
    lines: dict[int, int] = {}
    for ident in gathered.names:
        lines |= read.counted_lines(db, config, ident)
    db.executemany("INSERT INTO counted_pull_requests VALUES (?, ?)", list(lines.items()))
    people = People(db, gathered.names, mirrors)
    found = units(gathered, people.is_work_of_bot)
    _write_landings(db, found, gathered)
    keys = _write_work(db, slug, found, lines, people)
    _count_by_commits(db, slug)
    releases.write(db, slug, gathered.histories, gathered.landed, keys)


def _write_landings(db: sqlite3.Connection, found: list[Unit], gathered: Gathered) -> None:
    """Write how each commit landed, and why it does not count."""

    def copy_of(key: Key) -> str | None:
        original = gathered.copied.get(key)
        return f"{gathered.names[original[0]]}@{original[1]}" if original else None

    db.executemany(
        f"INSERT INTO landings VALUES ({', '.join('?' * 12)})",
        (
            (
                one.repository, one.commit.oid, how.landed_at, how.reached_at, how.tier, how.landed_by,
                how.pull_request, how.push, how.person, why, copy_of((one.repository, one.commit.oid)), how.left_at,
            )
            for unit in found
            for one, why in unit.members
            for how in (one.landing,)
        ),
    )  # fmt: skip


def _write_work(
    db: sqlite3.Connection, slug: str, found: list[Unit], lines: dict[int, int], people: People
) -> dict[Key, tuple[int, str]]:
    """Write the units. Returns (repository, oid) -> (work id, the author-day it belongs to) of what counts."""
    keys: dict[Key, tuple[int, str]] = {}
    for unit in sorted(
        found,
        key=lambda u: (
            u.landing.landed_at,
            u.repository,
            u.landing.pull_request or 0,
            u.landing.push or 0,
            u.oid or "",
            u.landing.reached_at,
            u.landing.left_at or "",
        ),
    ):
        how = unit.landing
        counted, exclusion = unit.lines, unit.exclusion
        of_files = lines.get(how.pull_request or 0)
        if exclusion is None and of_files is not None:
            counted = of_files if unit.by_files else min(counted, of_files)
            if counted == 0 and (unit.by_files or unit.lines):
                exclusion = GENERATED
        day = how.landed_at[:10]
        weeks_only = people.weeks_only(unit.repository, how)
        cursor = db.execute(
            "INSERT INTO work (project, repository, landed_at, reached_at, day, pull_request, push, oid, tier, person, "
            "lines, unsized, commits, exclusion, weeks_only, left_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [slug, unit.repository, how.landed_at, how.reached_at, day, how.pull_request, how.push, unit.oid, how.tier,
             how.person, counted, unit.unsized, len(unit.counted), exclusion, weeks_only, how.left_at],
        )  # fmt: skip
        if exclusion is None and cursor.lastrowid is not None:
            work = (cursor.lastrowid, f"{weeks_only or how.person}:{day}")
            keys |= {(unit.repository, one.commit.oid): work for one, _ in unit.members}
    return keys


def _count_by_commits(db: sqlite3.Connection, slug: str) -> None:
    """A landed pull request of which GitHub tells neither files nor lines has those of its counted commits."""
    db.execute(
        "INSERT INTO counted_pull_requests SELECT w.pull_request, sum(w.lines) FROM work AS w "
        "JOIN pull_requests AS p ON p.id = w.pull_request "
        "WHERE w.project = ? AND p.additions IS NULL "
        "AND w.pull_request NOT IN (SELECT pull_request FROM counted_pull_requests) GROUP BY 1",
        [slug],
    )
