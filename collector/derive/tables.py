"""Writes the derived tables: landings, work, releases as versions, insiders. They are made anew from the facts."""

import sqlite3
from datetime import timedelta

from collector import clock
from collector.config import Config
from collector.config.patterns import MANIFEST_PATHS
from collector.derive import read, releases
from collector.derive.copies import Landed
from collector.derive.landings import Landing
from collector.derive.releases import Written
from collector.derive.units import BOT, Gathered, Key, Unit, gather, kept, units
from collector.method.constants import AMENDED_HOURS, FORM_SECONDS
from collector.store import privacy

GENERATED = "generated"
NOBODY, GHOST, MIRROR = "nobody", "ghost", "mirror"


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
        "bot_merges",
    ):
        db.execute(f"DELETE FROM {table}")
    config = privacy.renamed(db, config)
    mirrors = {(m.login.lower(), m.repo.lower()) for m in config.mirrors}
    _machines(db, config)
    for (slug,) in db.execute("SELECT slug FROM projects WHERE tracked ORDER BY slug").fetchall():
        _project(db, config, slug, mirrors)
    _insiders(db)
    _imported_threads(db)


def _project(db: sqlite3.Connection, config: Config, slug: str, mirrors: set[tuple[str, str]]) -> None:
    gathered = gather(db, slug)
    lines: dict[int, int] = {}
    for ident in gathered.names:
        lines |= read.counted_lines(db, config.generated_paths, ident)
    db.executemany("INSERT INTO counted_pull_requests VALUES (?, ?)", list(lines.items()))
    people = _People(db, gathered.names, mirrors)
    found = units(gathered, people.is_work_of_bot)
    _write_landings(db, found, gathered)
    written = _write_work(db, slug, found, lines, people, kept(gathered))
    _count_by_commits(db, slug)
    _write_bot_merges(db, config, slug, gathered, people)
    releases.write(db, gathered, written)


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

    def is_work_of_bot(self, one: Landed) -> bool:
        """Whether a bot landed a commit, other than in a push that brought people's work from elsewhere."""
        how = one.landing
        return self.is_bot(how.person, how.landed_at) and not self.is_mirror(one.repository, how)

    def weeks_only(self, repository: int, landing: Landing) -> str | None:
        """Why work counts for weeks but for nobody."""
        if landing.person is None:
            return GHOST if landing.landed_by in ("pull_request", "push") else NOBODY
        return MIRROR if self.is_mirror(repository, landing) else None

    def is_mirror(self, repository: int, landing: Landing) -> bool:
        """Whether a push brought other people's work from elsewhere. It is that even if a machine made it."""
        return landing.landed_by == "push" and (landing.person, repository) in self.mirrors


def _write_landings(db: sqlite3.Connection, found: list[Unit], gathered: Gathered) -> None:
    """Write how each commit landed, and why it does not count."""

    def copy_of(key: Key) -> str | None:
        original = gathered.rewritten.get(key) or gathered.copied.get(key)
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
    db: sqlite3.Connection, slug: str, found: list[Unit], lines: dict[int, int], people: _People, unaltered: set[Key]
) -> list[Written]:
    """Write the units. Returns those that count. `unaltered` is what a rewrite dropped and brought again."""
    written: list[Written] = []
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
            "lines, unsized, commits, exclusion, weeks_only, left_at, altered_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [slug, unit.repository, how.landed_at, how.reached_at, day, how.pull_request, how.push, unit.oid, how.tier,
             how.person, counted, unit.unsized, len(unit.counted), exclusion, weeks_only, how.left_at,
             _altered_at(unit, unaltered)],
        )  # fmt: skip
        if exclusion is None and cursor.lastrowid is not None:
            written.append(Written(cursor.lastrowid, unit, counted))
    return written


def _write_bot_merges(db: sqlite3.Connection, config: Config, slug: str, gathered: Gathered, people: _People) -> None:
    """Write who merged the pull requests of bots, and what they brought beside raised versions."""
    patterns = (*config.generated_paths, *MANIFEST_PATHS)
    lines: dict[int, int] = {}
    for ident in gathered.names:
        lines |= read.counted_lines(db, patterns, ident, of_bots=True)
    found = db.execute(
        "SELECT w.pull_request, p.merged_by, min(w.landed_at), min(w.reached_at) FROM work AS w "
        "JOIN pull_requests AS p ON p.id = w.pull_request "
        "WHERE w.project = ? AND w.exclusion = ? AND p.merged_by IS NOT NULL GROUP BY 1",
        [slug, BOT],
    ).fetchall()
    db.executemany(
        "INSERT INTO bot_merges (pull_request, project, person, landed_at, reached_at, lines) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (pull_request, slug, merger, landed_at, reached_at, lines.get(pull_request, 0))
            for pull_request, merger, landed_at, reached_at in found
            if not people.is_bot(merger, landed_at)
        ],
    )


def _altered_at(unit: Unit, unaltered: set[Key]) -> str | None:
    """When a rewrite dropped a part of it that has no equal now. Work that had just landed may be amended."""
    left_at = unit.landing.left_at
    if left_at is None or all((unit.repository, one.commit.oid) in unaltered for one in unit.counted):
        return None
    stood = clock.from_text(left_at) - clock.from_text(unit.landing.landed_at) if unit.landing.landed_at else None
    return left_at if stood is not None and stood > timedelta(hours=AMENDED_HOURS) else None


def _count_by_commits(db: sqlite3.Connection, slug: str) -> None:
    """A landed pull request of which GitHub tells neither files nor lines has those of its counted commits."""
    db.execute(
        "INSERT INTO counted_pull_requests SELECT w.pull_request, sum(w.lines) FROM work AS w "
        "JOIN pull_requests AS p ON p.id = w.pull_request "
        "WHERE w.project = ? AND p.additions IS NULL "
        "AND w.pull_request NOT IN (SELECT pull_request FROM counted_pull_requests) GROUP BY 1",
        [slug],
    )


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
        WITH threads AS (
            SELECT 'Issue' AS subject_type, id, repository, author, created_at FROM issues
            UNION ALL
            SELECT 'PullRequest', id, repository, author, created_at FROM pull_requests
        )
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
                WHERE r.tracked AND u.actor IS NOT NULL AND (u.ref = 'refs/heads/' || r.default_branch OR EXISTS (
                    SELECT 1 FROM changes AS c
                    WHERE c."table" = 'repositories' AND c."column" = 'default_branch' AND c.key = CAST(r.id AS TEXT)
                      AND u.ref = 'refs/heads/' || c.old AND u.pushed_at <= c.seen_at
                ))
                UNION ALL
                SELECT r.project, l.author, v.published_at, 'published a release'
                FROM releases AS l JOIN repositories AS r ON r.id = l.repository
                JOIN release_versions AS v ON v.release = l.id
                WHERE r.tracked AND l.author IS NOT NULL AND v.published_at <> ''
                UNION ALL
                SELECT r.project, e.actor, e.created_at,
                       CASE e.type WHEN 'ClosedEvent' THEN 'closed another''s thread'
                                   ELSE 'used a power of triage on another''s thread' END
                FROM events AS e
                JOIN threads AS t ON t.id = e.subject AND t.subject_type = e.subject_type
                JOIN repositories AS r ON r.id = t.repository AND r.tracked
                WHERE e.actor IS NOT NULL AND e.actor IS NOT t.author
                  AND (e.type IN ('ClosedEvent', 'ReopenedEvent', 'TransferredEvent', 'ConvertedToDiscussionEvent',
                                  'ReadyForReviewEvent', 'ConvertToDraftEvent')
                       -- A form sets labels as it opens an issue.
                       OR (e.type = 'LabeledEvent'
                           AND strftime('%s', e.created_at) - strftime('%s', t.created_at) > ?1))
                  -- What was done to a thread before it was moved in shows power elsewhere.
                  AND NOT EXISTS (
                      SELECT 1 FROM events AS m
                      WHERE m.subject = e.subject AND m.subject_type = e.subject_type
                        AND m.type = 'TransferredEvent' AND m.created_at > e.created_at
                  )
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
            WHERE since IS NOT NULL  -- GitHub may not have served when
        )
        WHERE place = 1
        """,
        [FORM_SECONDS],
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
