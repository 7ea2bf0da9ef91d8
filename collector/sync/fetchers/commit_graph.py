"""SQL queries about the stored commit graph: known commits, missing parents, commits reachable from the head."""

import json
import sqlite3
from collections.abc import Collection

from collector.sync.fetchers.mass_disappearance import is_many

# Branch tips or tags whose ancestry is fetched in one batched query.
TIPS = 10


def stored(db: sqlite3.Connection, repository: int, oids: list[str]) -> set[str]:
    """Return which of these commits are stored, or recorded as lying before the database's start."""
    marks = ", ".join("?" * len(oids))
    found = db.execute(
        f"SELECT oid FROM commits WHERE repository = ? AND oid IN ({marks}) "
        f"UNION SELECT oid FROM history_boundaries WHERE repository = ? AND oid IN ({marks})",
        [repository, *oids, repository, *oids],
    )
    return {row[0] for row in found}


def with_rows(db: sqlite3.Connection, repository: int, oids: list[str]) -> set[str]:
    """Return which of these commits are stored."""
    marks = ", ".join("?" * len(oids))
    found = db.execute(f"SELECT oid FROM commits WHERE repository = ? AND oid IN ({marks})", [repository, *oids])
    return {row[0] for row in found}


def unknown(
    db: sqlite3.Connection, repository: int, limit: int, head: str | None = None, without: Collection[str] = ()
) -> list[str]:
    """Return up to `limit` commits still to fetch: the head and parents of stored commits, except `without`.

    Commits recorded as lying before the database's start are left out.
    """
    found = db.execute(
        "SELECT DISTINCT parent FROM ("
        "  SELECT parent FROM commit_parents WHERE repository = :repository UNION ALL SELECT :head"
        # As JSON, because SQLite limits the number of parameters: https://www.sqlite.org/limits.html
        ") WHERE parent IS NOT NULL AND parent NOT IN (SELECT value FROM json_each(:without)) "
        "AND NOT EXISTS (SELECT 1 FROM commits AS c WHERE c.repository = :repository AND c.oid = parent) "
        "AND NOT EXISTS (SELECT 1 FROM history_boundaries AS b WHERE b.repository = :repository AND b.oid = parent) "
        "LIMIT :limit",
        {"repository": repository, "head": head, "without": json.dumps([*without]), "limit": limit},
    )
    return [row[0] for row in found]


# UNION, not UNION ALL: a commit with several children is followed once. https://www.sqlite.org/lang_with.html
_REACHABLE = """
    WITH RECURSIVE reachable (oid) AS (
        SELECT :head
        UNION
        SELECT cp.parent FROM commit_parents AS cp JOIN reachable AS r ON cp.oid = r.oid
        WHERE cp.repository = :repository
    )
"""


def reachability(
    db: sqlite3.Connection, repository: int, old_head: str | None, head: str | None, resumed: bool
) -> tuple[list[str], list[str]]:
    """Return the stored commits that the head no longer reaches, and the gone commits that it reaches again.

    If the walk met the old head as a parent, the old head is an ancestor of the new one and nothing was dropped. A
    `resumed` walk is always checked: its earlier part may have stored commits of a head that has been replaced.
    """
    if head == old_head and not resumed:
        return [], []
    if head is None:
        live = db.execute("SELECT oid FROM commits WHERE repository = ? AND gone_at IS NULL", [repository])
        return [row[0] for row in live], []
    any_gone = db.execute(
        "SELECT 1 FROM commits WHERE repository = ? AND gone_at IS NOT NULL LIMIT 1", [repository]
    ).fetchone()
    met = (
        old_head is not None
        and db.execute(
            "SELECT 1 FROM commit_parents AS cp JOIN commits AS c ON c.repository = cp.repository AND c.oid = cp.oid "
            "WHERE cp.repository = ? AND cp.parent = ? AND c.gone_at IS NULL LIMIT 1",
            [repository, old_head],
        ).fetchone()
    )
    if met and not any_gone and not resumed:
        return [], []
    gone = db.execute(
        _REACHABLE + "SELECT oid FROM commits WHERE repository = :repository AND gone_at IS NULL "
        "AND oid NOT IN (SELECT oid FROM reachable)",
        {"repository": repository, "head": head},
    ).fetchall()
    back = db.execute(
        _REACHABLE + "SELECT oid FROM commits WHERE repository = :repository AND gone_at IS NOT NULL "
        "AND oid IN (SELECT oid FROM reachable)",
        {"repository": repository, "head": head},
    ).fetchall()
    return [row[0] for row in gone], [row[0] for row in back]


def is_parent(db: sqlite3.Connection, repository: int, oid: str) -> bool:
    """Return whether a stored commit that is not gone has this one as a parent."""
    found = db.execute(
        "SELECT 1 FROM commit_parents AS p JOIN commits AS c ON c.repository = p.repository AND c.oid = p.oid "
        "WHERE p.repository = ? AND p.parent = ? AND c.gone_at IS NULL LIMIT 1",
        [repository, oid],
    )
    return found.fetchone() is not None


def reaches(db: sqlite3.Connection, repository: int, head: str | None, oid: str) -> bool:
    """Return whether a commit is the head or one of its ancestors in the stored graph."""
    sql = _REACHABLE + "SELECT 1 FROM reachable WHERE oid = :oid"
    found = db.execute(sql, {"repository": repository, "head": head, "oid": oid})
    return found.fetchone() is not None


def drops_many(db: sqlite3.Connection, repository: int, dropped: int) -> bool:
    """Return whether `dropped` is a large part of all commits: a rewritten history, or a wrong head from GitHub."""
    (live,) = db.execute(
        "SELECT count(*) FROM commits WHERE repository = ? AND gone_at IS NULL", [repository]
    ).fetchone()
    return is_many(dropped, int(live))


def noted_as_unserved(db: sqlite3.Connection, repository: int) -> dict[str, str]:
    """Return the commits of which GitHub did not even serve the parents, each with the time to retry it."""
    found = db.execute(
        "SELECT key, ask_again_at FROM unreadable WHERE repository = ? AND kind = 'commits' AND part = ''", [repository]
    )
    return dict(found.fetchall())
