"""Write which work touched docs or economic rules, and how many of its counted lines did."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from collector.config import Config, matches
from collector.config.patterns import NOT, fixed_parts
from collector.config.uncounted_paths import MANIFEST_PATHS
from collector.derive.exclusions import BOT
from collector.derive.release_contents import WrittenUnit
from collector.derive.work import Unit


@dataclass
class Lines:
    """What a pull request or a push changed in docs or rules: counted lines, and whether it touched any of it."""

    touches: bool = False
    lines: int = 0

    def add(self, lines: int, *, counts: bool) -> None:
        """Add the changes of a file or commit."""
        self.touches = True
        self.lines += lines if counts else 0


@dataclass(frozen=True)
class _Pattern:
    """Patterns, and the parts of them that direct commits are asked about."""

    patterns: tuple[str, ...]
    parts: Set[str]


def write(db: sqlite3.Connection, config: Config, slug: str, written: Iterable[WrittenUnit]) -> None:
    """Write the rows of a project's work. Work that touched neither docs nor rules has none."""
    kinds = [
        _Pattern(patterns, frozenset(fixed_parts(patterns)))
        for patterns in (config.docs_paths_of(slug), config.rule_paths_of(slug))
    ]
    of_pulls, paths = _of_pull_requests(db, config, slug, [kind.patterns for kind in kinds])
    _write_declared(db, slug, kinds, paths)
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
            found = [_limited(lines, one) for lines in of_pulls.get(how.pull_request, ())]
        elif touched:
            found = [_of_commits(one.unit, touched, kind.parts) for kind in kinds]
        else:
            found = []
        if one.unit.repository in docs:
            found = [Lines(True, one.lines), *(found[1:] or (Lines(),))]
        if any(lines.touches for lines in found):
            rows.append((one.id, *(value for lines in found for value in (lines.touches, lines.lines))))
    db.executemany("INSERT INTO work_paths VALUES (?, ?, ?, ?, ?)", rows)


def _limited(lines: Lines, one: WrittenUnit) -> Lines:
    """Return the lines of a pull request's files as far as its work counts. A bot's may be a change all the same."""
    return lines if one.exclusion == BOT else Lines(lines.touches, min(lines.lines, one.lines))


def _of_commits(unit: Unit, touched: dict[tuple[int, str], set[str]], parts: Set[str]) -> Lines:
    """Return the lines of the direct commits that touched one of the parts. A commit's lines count whole."""
    found = Lines()
    for one, why in unit.members:
        if not parts.isdisjoint(touched.get((unit.repository, one.commit.oid), ())):
            found.add(one.commit.lines or 0, counts=why is None)
    return found


def _of_pull_requests(
    db: sqlite3.Connection, config: Config, slug: str, kinds: Sequence[tuple[str, ...]]
) -> tuple[dict[int, tuple[Lines, ...]], Set[str]]:
    """Return merged pull request -> the lines of its files in each kind of paths; and the paths of all their files.

    Generated files count no lines.
    """
    skipped = {False: config.generated_paths, True: (*config.generated_paths, *MANIFEST_PATHS)}
    known: dict[tuple[str, bool], tuple[list[int], bool]] = {}
    out: dict[int, tuple[Lines, ...]] = defaultdict(lambda: tuple(Lines() for _ in kinds))
    for pull_request, path, lines, of_bot in db.execute(
        "SELECT f.pull_request, f.path, coalesce(f.additions, 0) + coalesce(f.deletions, 0), m.account IS NOT NULL "
        "FROM pull_request_files AS f JOIN pull_requests AS p ON p.id = f.pull_request "
        "JOIN project_repositories AS r ON r.repository = p.repository LEFT JOIN machines AS m ON m.account = p.author "
        "WHERE r.project = ? AND r.tracked AND p.merged_at IS NOT NULL AND f.gone_at IS NULL",
        [slug],
    ):
        if (path, of_bot) not in known:
            its = [place for place, patterns in enumerate(kinds) if matches(patterns, path)]
            known[path, of_bot] = its, bool(its) and not matches(skipped[bool(of_bot)], path)
        its, counts = known[path, of_bot]
        for place in its:
            out[pull_request][place].add(lines, counts=counts)
    return dict(out), {path for path, _ in known}


def _write_declared(db: sqlite3.Connection, slug: str, kinds: Sequence[_Pattern], paths: Set[str]) -> None:
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
