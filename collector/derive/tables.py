"""Write the derived tables from the facts: landings, work, releases as versions, bots, insiders, imported threads."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import permutations

from collector import clock
from collector.config import Config
from collector.config.review_commands import REVIEW_COMMANDS
from collector.derive import bots_and_mirrors, changed_files, failures, last_changes, outdated, releases, work_paths
from collector.derive.bots_and_mirrors import Known, People
from collector.derive.default_branches import default_refs
from collector.derive.exclusions import BOT, GENERATED
from collector.derive.release_contents import WrittenUnit
from collector.derive.work import Gathered, Key, Unit, gather, kept, units
from collector.method_constants import AMENDED_HOURS, FORM_SECONDS, IMPORTED_HOURS
from collector.sql import insert, statement
from collector.store import hash_key, privacy
from collector.store.text_hash import text_hash

DERIVED = (*outdated.OF_PROJECT, *outdated.SHARED)
"""The tables that this package writes."""

_CACHE_KIB = 8 * 1024
"""How much of the file stays in memory while deriving. SQLite's default of 2 MB drops pages that are soon read again.

https://www.sqlite.org/pragma.html#pragma_cache_size
"""


def derive(db: sqlite3.Connection, config: Config) -> None:
    """Rebuild the tables of all projects that are out of date, within the transaction of the caller.

    Raises DatabaseError without the hash key.
    """
    marks = outdated.marks(db, config)
    stored = dict(db.execute("SELECT project, mark FROM derived_projects").fetchall())
    known = privacy.renamed(db, config)
    todo = outdated.changed(db, bots_and_mirrors.write_bots(db, known))
    todo |= {slug for slug, mark in marks.items() if stored.get(slug) != mark}
    if todo.issuperset(marks):
        # Without WHERE, SQLite frees the pages and visits no row: https://www.sqlite.org/lang_delete.html
        for table in (*outdated.OF_PROJECT, "derived_projects"):
            db.execute(f"DELETE FROM {table}")
    else:
        for slug in sorted(todo | (stored.keys() - marks.keys())):
            outdated.remove(db, slug)
    db.execute("DELETE FROM changed_repositories")
    _write_review_commands(db)
    people = Known(dict(db.execute("SELECT account, since FROM machines").fetchall()), outdated.mirrors_of(db, config))
    with _larger_cache(db):
        for slug in sorted(todo & marks.keys()):
            _project(db, known, slug, people)
            db.execute("INSERT INTO derived_projects (project, mark) VALUES (?, ?)", [slug, marks[slug]])


@contextmanager
def _larger_cache(db: sqlite3.Connection) -> Iterator[None]:
    (before,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    try:
        yield
    finally:
        db.execute(f"PRAGMA cache_size = {before}")


def _write_review_commands(db: sqlite3.Connection) -> None:
    """Write the hashes of comments that consist of one or two commands: for comments stored without a flag."""
    key = hash_key.read(db)
    texts = (" ".join(commands) for n in (1, 2) for commands in permutations(REVIEW_COMMANDS, n))
    hashes = sorted({text_hash(text, key) for text in texts})
    db.executemany("INSERT OR IGNORE INTO review_commands VALUES (?)", [(one,) for one in hashes])


def _project(db: sqlite3.Connection, config: Config, slug: str, known: Known) -> None:
    """Write the tables of one project."""
    gathered = gather(db, slug)
    kinds = work_paths.kinds_of(config, slug)
    files = changed_files.read(db, config, slug, [kind.patterns for kind in kinds])
    lines = files.lines
    columns = ("project", "pull_request", "lines")
    insert(db, "INSERT OR FAIL INTO counted_pull_requests", columns, [(slug, *one) for one in lines.items()])
    people = People(gathered.names, known)
    found = units(gathered, people.is_work_of_bot)
    _write_landings(db, slug, found, gathered)
    written = _write_work(db, slug, found, lines, people, kept(gathered))
    landed = {one.unit.landing.pull_request for one in written} - {None}
    if not landed <= lines.keys():
        _count_by_commits(db, slug)
    _write_bot_merges(db, slug, files.of_bots, people)
    work_paths.write(db, slug, kinds, files, written)
    last_changes.write(db, slug, gathered)
    releases.write(db, slug, gathered, [one for one in written if one.exclusion is None], lines, people)
    refs = [(ident, *one) for ident, history in gathered.histories.items() for one in default_refs(history)]
    # Before the insiders: who may mark an answer is one.
    db.execute(statement(__package__, "answer_marks"), {"project": slug})
    db.execute(
        statement(__package__, "insiders"),
        {"project": slug, "form_seconds": FORM_SECONDS, "default_refs": json.dumps(refs)},
    )
    db.execute(statement(__package__, "imported_threads"), {"project": slug, "days": IMPORTED_HOURS / 24})
    failures.write(db, slug)


def _write_landings(db: sqlite3.Connection, slug: str, found: list[Unit], gathered: Gathered) -> None:
    """Write how each commit landed, and why it does not count."""

    def copy_of(key: Key) -> str | None:
        original = gathered.rewritten.get(key) or gathered.copied.get(key)
        return f"{gathered.names[original[0]]}@{original[1]}" if original else None

    insert(
        db,
        "INSERT OR FAIL INTO landings",
        (
            "project", "repository", "oid", "landed_at", "reached_at", "tier", "landed_by", "person", "pull_request",
            "push", "exclusion", "copy_of", "left_at",
        ),
        (
            (
                slug, one.repository, one.commit.oid, how.landed_at, how.reached_at, how.tier, how.landed_by,
                how.person, how.pull_request, how.push, why, copy_of((one.repository, one.commit.oid)), how.left_at,
            )
            for unit in found
            for one, why in unit.members
            for how in (one.landing,)
        ),
    )  # fmt: skip


def _write_work(
    db: sqlite3.Connection, slug: str, found: list[Unit], lines: dict[int, int], people: People, unaltered: set[Key]
) -> list[WrittenUnit]:
    """Write the units and return them. `unaltered` is what a rewrite dropped and brought again."""
    written: list[WrittenUnit] = []
    rows: list[tuple[int | str | None, ...]] = []
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM work").fetchone()
    for ident, unit in enumerate(_in_order(found), last + 1):
        how = unit.landing
        counted, exclusion = unit.lines, unit.exclusion
        of_files = lines.get(how.pull_request or 0)
        if exclusion is None and of_files is not None:
            counted = of_files if unit.by_files else min(counted, of_files)
            if counted == 0 and (unit.by_files or unit.lines):
                exclusion = GENERATED
        rows.append((
            ident, slug, unit.repository, how.landed_at, how.reached_at, how.landed_at[:10], how.tier, how.person,
            counted, unit.unsized, len(unit.counted), how.pull_request, how.push, exclusion, unit.oid,
            people.weeks_only(unit.repository, how), how.left_at, _altered_at(unit, unaltered),
        ))  # fmt: skip
        written.append(WrittenUnit(ident, unit, counted, exclusion))
    insert(
        db,
        "INSERT OR FAIL INTO work",
        (
            "id", "project", "repository", "landed_at", "reached_at", "day", "tier", "person", "lines", "unsized",
            "commits", "pull_request", "push", "exclusion", "oid", "weeks_only", "left_at", "altered_at",
        ),
        rows,
    )  # fmt: skip
    return written


def _in_order(found: list[Unit]) -> list[Unit]:
    """Return the units in the order of their landings, and those of the same moment always in the same."""
    return sorted(
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
    )


def _write_bot_merges(db: sqlite3.Connection, slug: str, lines: dict[int, int], people: People) -> None:
    """Write who merged the pull requests of bots, and what they brought beside raised versions."""
    found = db.execute(
        "SELECT w.pull_request, p.merged_by, min(w.landed_at), min(w.reached_at) FROM work AS w "
        "JOIN pull_requests AS p ON p.id = w.pull_request "
        "WHERE w.project = ? AND w.exclusion = ? AND p.merged_by IS NOT NULL GROUP BY 1",
        [slug, BOT],
    ).fetchall()
    db.executemany(
        "INSERT INTO bot_merges (project, pull_request, person, landed_at, reached_at, lines) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (slug, pull_request, merger, landed_at, reached_at, lines.get(pull_request, 0))
            for pull_request, merger, landed_at, reached_at in found
            if not people.is_bot(merger, landed_at)
        ],
    )


def _altered_at(unit: Unit, unaltered: set[Key]) -> str | None:
    """Return when a rewrite dropped a part of it that has no equal now. Work that had just landed may be amended."""
    left_at = unit.landing.left_at
    if left_at is None or all((unit.repository, one.commit.oid) in unaltered for one in unit.counted):
        return None
    stood = clock.from_text(left_at) - clock.from_text(unit.landing.landed_at) if unit.landing.landed_at else None
    return left_at if stood is not None and stood > timedelta(hours=AMENDED_HOURS) else None


def _count_by_commits(db: sqlite3.Connection, slug: str) -> None:
    """Give a landed pull request whose files and lines GitHub does not serve the lines of its counted commits."""
    db.execute(
        "INSERT INTO counted_pull_requests SELECT w.project, w.pull_request, sum(w.lines) FROM work AS w "
        "JOIN pull_requests AS p ON p.id = w.pull_request "
        "WHERE w.project = :project AND p.additions IS NULL AND w.pull_request NOT IN "
        "(SELECT pull_request FROM counted_pull_requests WHERE project = :project) GROUP BY w.pull_request",
        {"project": slug},
    )
