"""Write which work touched docs or economic rules, and how many of its counted lines did."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from collector.config import Config, matches
from collector.config.patterns import NOT, fixed_parts
from collector.derive.changed_files import ChangedFiles, Lines
from collector.derive.exclusions import BOT
from collector.derive.release_contents import WrittenUnit
from collector.derive.work import Unit
from collector.sql import insert


@dataclass(frozen=True)
class Kind:
    """The patterns of a kind of paths, and the parts of them that direct commits are asked about."""

    patterns: tuple[str, ...]
    parts: Set[str]


def kinds_of(config: Config, slug: str) -> list[Kind]:
    """Return the kinds of paths of a project: docs, then rules."""
    declared = (config.docs_paths_of(slug), config.rule_paths_of(slug))
    return [Kind(patterns, frozenset(fixed_parts(patterns))) for patterns in declared]


def write(
    db: sqlite3.Connection, slug: str, kinds: Sequence[Kind], files: ChangedFiles, written: Iterable[WrittenUnit]
) -> None:
    """Write the rows of a project's work. Work that touched neither docs nor rules has none."""
    _write_declared(db, slug, kinds, files.paths)
    touched = _touched_parts(db, slug)
    docs = {
        ident
        for (ident,) in db.execute(
            "SELECT repository FROM project_repositories WHERE project = ? AND tracked AND role = 'docs'", [slug]
        )
    }
    rows = []
    for one in written:
        how = one.unit.landing
        if how.pull_request is not None:
            changed = files.touched.get(how.pull_request)
            found = [_limited(lines, one) for lines in changed] if changed else []
        elif touched:
            found = [_of_commits(one.unit, touched, kind.parts) for kind in kinds]
        else:
            found = []
        if one.unit.repository in docs:
            found = [Lines(True, one.lines), *(found[1:] or (Lines(),))]
        if found and any(lines.touches for lines in found):
            rows.append((one.id, *(value for lines in found for value in (int(lines.touches), lines.lines))))
    columns = ("work", "touches_docs", "docs_lines", "touches_rules", "rule_lines")
    insert(db, "INSERT OR FAIL INTO work_paths", columns, rows)


def _limited(lines: Lines, one: WrittenUnit) -> Lines:
    """Return the lines of a pull request's files, at most those that count of its work; of a bot's work, all."""
    return lines if one.exclusion == BOT else Lines(lines.touches, min(lines.lines, one.lines))


def _of_commits(unit: Unit, touched: dict[tuple[int, str], set[str]], parts: Set[str]) -> Lines:
    """Return the lines of the direct commits that touched one of the parts. A commit's lines count whole."""
    found = Lines()
    for one, why in unit.members:
        if not parts.isdisjoint(touched.get((unit.repository, one.commit.oid), ())):
            found.add(one.commit.lines or 0, counts=why is None)
    return found


def _write_declared(db: sqlite3.Connection, slug: str, kinds: Sequence[Kind], paths: Set[str]) -> None:
    """Write the declared patterns, how many of the files of pull requests match each, and what pushes were asked."""
    asked: dict[str, tuple[int, int]] = {}
    for part, commits, touched in db.execute(
        "SELECT c.path, count(*), sum(c.touched) "
        "FROM commit_paths AS c JOIN project_repositories AS r USING (repository) "
        "WHERE r.project = ? AND r.tracked GROUP BY c.path",
        [slug],
    ):
        asked[part] = (commits, touched)
    for kind, declared in zip(("docs", "rules"), kinds, strict=True):
        for position, pattern in enumerate(declared.patterns):
            part = next(iter(fixed_parts([pattern])), None)
            part = part if part in declared.parts else None
            files = sum(matches([pattern.removeprefix(NOT)], path) for path in paths)
            row = (slug, kind, position, pattern, part, files, *asked.get(part or "", (0, 0)))
            db.execute("INSERT INTO declared_paths VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _touched_parts(db: sqlite3.Connection, slug: str) -> dict[tuple[int, str], set[str]]:
    """Return (repository, oid) of direct commits -> the declared parts that they touched."""
    out: dict[tuple[int, str], set[str]] = defaultdict(set)
    for repository, oid, path in db.execute(
        "SELECT c.repository, c.oid, c.path FROM commit_paths AS c JOIN project_repositories AS r USING (repository) "
        "WHERE r.project = ? AND r.tracked AND c.touched",
        [slug],
    ):
        out[repository, oid].add(path)
    return out
