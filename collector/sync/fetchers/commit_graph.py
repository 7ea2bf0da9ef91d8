"""Questions to the database about the graph of commits: what is stored, what is missing, what the head reaches."""

import sqlite3
from collections.abc import Collection

# So many commits may be found to be dropped before it is doubted, and more than one in so many of all.
FEW, SHARE = 10, 5
# Ends of branches, or tags, whose ancestry is asked for in one question.
TIPS = 10


def stored(db: sqlite3.Connection, repository: int, oids: list[str]) -> set[str]:
    """Which of these commits are stored, or known to be beyond the start."""
    marks = ", ".join("?" * len(oids))
    found = db.execute(
        f"SELECT oid FROM commits WHERE repository = ? AND oid IN ({marks}) "
        f"UNION SELECT oid FROM history_boundaries WHERE repository = ? AND oid IN ({marks})",
        [repository, *oids, repository, *oids],
    )
    return {row[0] for row in found}


def unknown(
    db: sqlite3.Connection, repository: int, limit: int, head: str | None = None, without: Collection[str] = ()
) -> list[str]:
    """The head, and parents of stored commits, that are neither stored nor beyond the start; not those of `without`."""
    marks = ", ".join(f"?{n}" for n in range(4, 4 + len(without)))
    found = db.execute(
        "SELECT DISTINCT parent FROM (SELECT parent FROM commit_parents WHERE repository = ?1 UNION ALL SELECT ?3) "
        f"WHERE parent IS NOT NULL AND parent NOT IN ({marks}) "
        "AND NOT EXISTS (SELECT 1 FROM commits AS c WHERE c.repository = ?1 AND c.oid = parent) "
        "AND NOT EXISTS (SELECT 1 FROM history_boundaries AS b WHERE b.repository = ?1 AND b.oid = parent) LIMIT ?2",
        [repository, limit, head, *without],
    )
    return [row[0] for row in found]


_REACHABLE = """
    WITH RECURSIVE reachable (oid) AS (
        SELECT ?2
        UNION
        SELECT cp.parent FROM commit_parents AS cp JOIN reachable AS r ON cp.oid = r.oid WHERE cp.repository = ?1
    )
"""


def reachability(
    db: sqlite3.Connection, repository: int, old_head: str | None, head: str | None, resumed: bool
) -> tuple[list[str], list[str]]:
    """(stored commits that the head no longer reaches, commits marked gone that it reaches again).

    An old head is an ancestor of the new one only if the walk met it as a parent. Then nothing was dropped, unless the
    walk was `resumed`: what an earlier part of it stored may belong to a head that is no more. Without an old head
    nothing is known of what is stored.
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
        _REACHABLE + "SELECT oid FROM commits WHERE repository = ?1 AND gone_at IS NULL "
        "AND oid NOT IN (SELECT oid FROM reachable)",
        [repository, head],
    ).fetchall()
    back = db.execute(
        _REACHABLE + "SELECT oid FROM commits WHERE repository = ?1 AND gone_at IS NOT NULL "
        "AND oid IN (SELECT oid FROM reachable)",
        [repository, head],
    ).fetchall()
    return [row[0] for row in gone], [row[0] for row in back]


def reaches(db: sqlite3.Connection, repository: int, head: str | None, oid: str) -> bool:
    """Whether a commit is the head or, by what is stored, behind it."""
    found = db.execute(_REACHABLE + "SELECT 1 FROM reachable WHERE oid = ?3", [repository, head, oid])
    return found.fetchone() is not None


def is_mass(db: sqlite3.Connection, repository: int, dropped: int) -> bool:
    """Whether so many commits are a large part of all: a rewritten history, or a head that GitHub showed wrongly."""
    (live,) = db.execute(
        "SELECT count(*) FROM commits WHERE repository = ? AND gone_at IS NULL", [repository]
    ).fetchone()
    return dropped > FEW and dropped * SHARE > int(live)


def noted_as_unserved(db: sqlite3.Connection, repository: int) -> dict[str, str]:
    """oid of each commit of which GitHub did not even serve the parents -> when it is to be asked for again."""
    found = db.execute(
        "SELECT key, ask_again_at FROM unreadable WHERE repository = ? AND kind = 'commits' AND part = ''", [repository]
    )
    return dict(found.fetchall())
