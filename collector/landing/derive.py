"""Writes the derived tables: landings, work, releases as versions, insiders. They are made anew from the facts."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from collector.config import Config
from collector.landing import copies, reading, releases
from collector.landing.arrivals import Landing, land
from collector.landing.copies import Landed
from collector.landing.graph import History
from collector.store import forgotten

# Why a landed commit is no work, in the order in which the reasons are looked for.
MERGE, FORK_PUSH, BULK, COPY, BOT = "merge", "fork_push", "bulk", "copy", "bot"
CLIENT_DATED = "client_dated"
GENERATED = "generated"
# Kinds of pushes by which GitHub merges a pull request.
MERGES = ("pr_merge", "merge_queue_merge")
NOBODY, GHOST, MIRROR = "nobody", "ghost", "mirror"


@dataclass
class Unit:
    """What landed together: a pull request, a push, or a commit by its signature alone."""

    repository: int
    landing: Landing
    oid: str | None
    commits: int = 0
    lines: int = 0
    exclusions: Counter[str] = field(default_factory=Counter)
    oids: list[str] = field(default_factory=list)


def derive(db: sqlite3.Connection, config: Config) -> None:
    """Make all derived tables anew, within the transaction of the caller."""
    for table in (
        "release_work",
        "release_versions",
        "work",
        "landings",
        "insiders",
        "machines",
        "imported_threads",
        "counted_pull_requests",
    ):
        db.execute(f"DELETE FROM {table}")
    config = forgotten.renamed(db, config)
    mirrors = {(m.login.lower(), m.repo.lower()) for m in config.mirrors}
    _machines(db, config)
    for (slug,) in db.execute("SELECT slug FROM projects WHERE tracked ORDER BY slug").fetchall():
        _project(db, config, slug, mirrors)
    _insiders(db)
    _imported_threads(db)


def _project(db: sqlite3.Connection, config: Config, slug: str, mirrors: set[tuple[str, str]]) -> None:
    histories: dict[int, History] = {}
    names: dict[int, str] = {}
    forks: set[int] = set()
    landed: list[Landed] = []
    copied: dict[tuple[int, str], tuple[int, str]] = {}
    lines: dict[int, int] = {}
    own = reading.own_commits(db, slug)
    alike = reading.alike(db, slug) | {commit.likeness for commits in own.values() for commit in commits}
    for ident, name, is_fork in reading.repositories(db, slug):
        histories[ident], names[ident] = reading.history(db, ident, alike), name
        if is_fork:
            forks.add(ident)
        landings = land(histories[ident])
        landed += [Landed(ident, histories[ident].commits[oid], how) for oid, how in landings.items()]
        elsewhere = copies.taken_elsewhere(histories[ident], landings)
        copied |= {(ident, oid): (ident, original) for oid, original in elsewhere.items()}
        lines |= reading.counted_lines(db, config, ident)
    db.executemany("INSERT INTO counted_pull_requests VALUES (?, ?)", list(lines.items()))
    people = _People(db, names, mirrors)
    merged = {p.id for history in histories.values() for p in history.pushes if p.kind in MERGES}
    copied |= copies.copies(landed, own)
    units = _units(db, landed, copied, copies.bulk(landed, merged), names, forks, people)
    keys = _write_work(db, slug, units, lines, people)
    releases.write(db, slug, histories, landed, keys)


class _People:
    """Which accounts are bots, and which pushes are a mirror's."""

    def __init__(self, db: sqlite3.Connection, names: dict[int, str], mirrors: set[tuple[str, str]]) -> None:
        self.bots = dict(db.execute("SELECT account, since FROM machines").fetchall())
        self.mirrors = {
            (account, repository)
            for login, mirrored in mirrors
            for (account,) in db.execute("SELECT id FROM accounts WHERE lower(login) = ?", [login])
            for repository, name in names.items()
            if name.lower() == mirrored
        }

    def is_bot(self, account: int | None, at: str) -> bool:
        """Whether an account was a machine at that time."""
        return account in self.bots and self.bots[account] <= at

    def weeks_only(self, repository: int, landing: Landing) -> str | None:
        """Why work counts for weeks but for nobody."""
        if landing.person is None:
            return NOBODY if landing.landed_by in ("signature", "verification", "committer_date") else GHOST
        return MIRROR if self.is_mirror(repository, landing) else None

    def is_mirror(self, repository: int, landing: Landing) -> bool:
        """Whether a push brought other people's work from elsewhere. It is that even if a machine made it."""
        return landing.landed_by == "push" and (landing.person, repository) in self.mirrors


def _units(
    db: sqlite3.Connection,
    landed: list[Landed],
    copied: dict[tuple[int, str], tuple[int, str]],
    imports: set[tuple[int, int]],
    names: dict[int, str],
    forks: set[int],
    people: _People,
) -> list[Unit]:
    """The landings, written with why each does or does not count, gathered into units.

    What was promoted or dropped apart is a unit of its own, so that each is there at the dates at which it was.
    """
    units: dict[tuple[Any, ...], Unit] = {}

    def rows() -> Iterator[tuple[Any, ...]]:
        for one in landed:
            how, commit = one.landing, one.commit
            key = (one.repository, commit.oid)
            why = _exclusion(one, key in copied, (one.repository, how.push) in imports, one.repository in forks, people)
            original = copied.get(key)
            copy_of = f"{names[original[0]]}@{original[1]}" if original else None
            single = commit.oid if how.pull_request is None and how.push is None else None
            apart = (one.repository, how.pull_request, how.push, single, how.reached_at, how.left_at)
            unit = units.get(apart) or units.setdefault(apart, Unit(one.repository, how, single))
            unit.oids.append(commit.oid)
            if why is None:
                unit.commits += 1
                unit.lines += commit.lines
            else:
                unit.exclusions[why] += 1
            yield (
                one.repository, commit.oid, how.landed_at, how.reached_at, how.tier, how.landed_by, how.pull_request,
                how.push, how.person, why, copy_of, how.left_at,
            )  # fmt: skip

    db.executemany(f"INSERT INTO landings VALUES ({', '.join('?' * 12)})", rows())
    return list(units.values())


def _exclusion(one: Landed, copy: bool, is_import: bool, is_fork: bool, people: _People) -> str | None:
    how = one.landing
    if one.commit.is_merge:
        return MERGE
    if is_fork and how.landed_by != "pull_request":
        return FORK_PUSH
    if is_import:
        return BULK
    if copy:
        return COPY
    if people.is_bot(how.person, how.landed_at) and not people.is_mirror(one.repository, how):
        return BOT
    # Last: what carries this name would count but for its clock.
    return CLIENT_DATED if how.tier == "T3" else None


def _write_work(
    db: sqlite3.Connection, slug: str, units: list[Unit], lines: dict[int, int], people: _People
) -> dict[tuple[int, str], tuple[int, str]]:
    """Write the units. Returns (repository, oid) -> (work id, the author-day it belongs to) of what counts."""
    keys: dict[tuple[int, str], tuple[int, str]] = {}
    for unit in sorted(
        units,
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
        counted, exclusion = unit.lines, None
        if unit.commits == 0:
            exclusion = unit.exclusions.most_common(1)[0][0]
            others = [why for why, _ in unit.exclusions.most_common() if why != MERGE]
            exclusion = others[0] if others else exclusion
        elif how.pull_request is not None:
            of_files = lines.get(how.pull_request)
            if of_files is not None:
                counted = min(counted, of_files)
            if counted == 0 and unit.lines:
                exclusion = GENERATED
        day = how.landed_at[:10]
        weeks_only = people.weeks_only(unit.repository, how)
        cursor = db.execute(
            "INSERT INTO work (project, repository, landed_at, reached_at, day, pull_request, push, oid, tier, person, "
            "lines, commits, exclusion, weeks_only, left_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [slug, unit.repository, how.landed_at, how.reached_at, day, how.pull_request, how.push, unit.oid, how.tier,
             how.person, counted, unit.commits, exclusion, weeks_only, how.left_at],
        )  # fmt: skip
        if exclusion is None and cursor.lastrowid is not None:
            work = (cursor.lastrowid, f"{weeks_only or how.person}:{day}")
            keys |= {(unit.repository, oid): work for oid in unit.oids}
    return keys


def _machines(db: sqlite3.Connection, config: Config) -> None:
    """Since when each bot is one: always, unless only the configuration says so, and from a day on."""
    since = [(b.login.lower(), b.since.isoformat()) for b in config.bots if b.since]
    db.execute("INSERT INTO machines (account, since) SELECT id, '' FROM accounts WHERE is_bot")
    db.executemany(
        "UPDATE machines SET since = ?2 WHERE account IN "
        "(SELECT id FROM accounts WHERE lower(login) = ?1 AND bot_reason LIKE 'listed: %')",
        since,
    )


def _insiders(db: sqlite3.Connection) -> None:
    """Since when each account is an insider of a project: its first use of power (docs/signals.md, "Insider")."""
    db.execute(
        """
        INSERT INTO insiders (project, account, since, reason)
        SELECT project, account, since, reason FROM (
            SELECT project, account, since, reason,
                   row_number() OVER (PARTITION BY project, account ORDER BY since, reason) AS place
            FROM (
                SELECT r.project, p.merged_by AS account, p.merged_at AS since, 'merged a pull request' AS reason
                FROM pull_requests AS p JOIN repositories AS r ON r.id = p.repository
                WHERE r.tracked AND p.merged_by IS NOT NULL AND p.merged_at IS NOT NULL
                UNION ALL
                SELECT r.project, u.actor, u.pushed_at, 'pushed to the default branch'
                FROM pushes AS u JOIN repositories AS r ON r.id = u.repository
                WHERE r.tracked AND u.actor IS NOT NULL AND u.ref = 'refs/heads/' || r.default_branch
                UNION ALL
                SELECT r.project, l.author, v.published_at, 'published a release'
                FROM releases AS l JOIN repositories AS r ON r.id = l.repository
                JOIN release_versions AS v ON v.release = l.id
                WHERE r.tracked AND l.author IS NOT NULL AND v.published_at <> ''
                UNION ALL
                SELECT r.project, e.actor, e.created_at, 'closed another''s issue'
                FROM events AS e JOIN issues AS i ON i.id = e.subject JOIN repositories AS r ON r.id = i.repository
                WHERE r.tracked AND e.type = 'ClosedEvent' AND e.subject_type = 'Issue' AND e.actor IS NOT NULL
                  AND e.actor IS NOT i.author
                UNION ALL
                SELECT r.project, p.author, p.created_at, 'opened a pull request from inside the repository'
                FROM pull_requests AS p JOIN repositories AS r ON r.id = p.repository
                WHERE r.tracked AND p.author IS NOT NULL AND NOT p.is_cross_repository
                UNION ALL
                SELECT project, account, min(at), 'carries OWNER, MEMBER or COLLABORATOR'
                FROM (
                    SELECT r.project, i.author AS account, i.created_at AS at, i.author_association AS association
                    FROM issues AS i JOIN repositories AS r ON r.id = i.repository AND r.tracked
                    UNION ALL
                    SELECT r.project, p.author, p.created_at, p.author_association
                    FROM pull_requests AS p JOIN repositories AS r ON r.id = p.repository AND r.tracked
                    UNION ALL
                    SELECT r.project, c.author, c.created_at, c.author_association
                    FROM comments AS c JOIN repositories AS r ON r.id = c.repository AND r.tracked
                    UNION ALL
                    SELECT r.project, v.author, v.submitted_at, v.author_association
                    FROM reviews AS v JOIN pull_requests AS p ON p.id = v.pull_request
                    JOIN repositories AS r ON r.id = p.repository AND r.tracked
                )
                WHERE account IS NOT NULL
                GROUP BY project, account
                HAVING max(association IN ('OWNER', 'MEMBER', 'COLLABORATOR'))
            )
        )
        WHERE place = 1
        """
    )


def _imported_threads(db: sqlite3.Connection) -> None:
    """Threads older than their number allows, first seen late, or by a Mannequin: they were imported."""
    db.execute(
        """
        INSERT INTO imported_threads (subject_type, subject, reason)
        WITH threads AS (
            SELECT 'Issue' AS subject_type, id, repository, number, created_at, author FROM issues
            UNION ALL
            SELECT 'PullRequest', id, repository, number, created_at, author FROM pull_requests
        ), ordered AS (
            SELECT *, max(created_at) OVER (
                PARTITION BY repository ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS before FROM threads
        )
        SELECT o.subject_type, o.id,
               CASE WHEN a.type = 'Mannequin' THEN 'by a Mannequin'
                    WHEN l.key IS NOT NULL THEN 'first seen late'
                    ELSE 'older than its number allows' END
        FROM ordered AS o
        LEFT JOIN accounts AS a ON a.id = o.author
        LEFT JOIN late_arrivals AS l ON l.key = CAST(o.id AS TEXT)
             AND l."table" = CASE o.subject_type WHEN 'Issue' THEN 'issues' ELSE 'pull_requests' END
        WHERE a.type = 'Mannequin' OR l.key IS NOT NULL
           OR julianday(o.before) - julianday(o.created_at) > 1
        """
    )
