"""Releases and version tags: which could count, and which landed work each of them contained first.

Whether a project makes releases at all, or only pre-releases, is decided in the view `counted_releases`, as of its
date: so tags are kept beside releases and pre-releases beside the others, and each of these four tracks has its own
answer to what a version contained first.
"""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from collector.derive import versions
from collector.derive.copies import Landed
from collector.derive.history import History
from collector.sql import statement

MOVING, NO_VERSION = "moving_tag", "no_version"
SEEN_BEFORE, NO_COMMIT, NOT_LANDED = "version_seen_before", "no_commit", "not_landed"


@dataclass
class TaggedVersion:
    """A release or a version tag."""

    key: str
    repository: int
    release: int | None
    tag: str
    oid: str | None
    published_at: str
    pre_release: bool
    exclusion: str | None
    version: str | None = None

    @property
    def track(self) -> tuple[int, bool, bool]:
        """Those that compete for the same versions and work: (repository, is it a tag, is it a pre-release)."""
        return (self.repository, self.release is None, self.pre_release)


def write(
    db: sqlite3.Connection,
    project: str,
    histories: dict[int, History],
    landed: list[Landed],
    work: dict[tuple[int, str], tuple[int, str]],
) -> None:
    """Fill release_versions and release_work for one project."""
    candidates = _releases(db, project) + _tags(db, project, landed)
    _judge(candidates)
    db.executemany(
        "INSERT INTO release_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (c.key, c.repository, c.release, c.tag, c.version, c.published_at, c.exclusion, c.pre_release)
            for c in candidates
        ],
    )
    rows = []
    commits: dict[tuple[int, bool, bool], set[str]] = defaultdict(set)
    days: dict[tuple[int, bool, bool], set[str]] = defaultdict(set)
    for c in candidates:
        if c.exclusion or c.oid is None:
            continue
        contained = histories[c.repository].contained(c.oid, commits[c.track])
        found = {work[c.repository, oid] for oid in contained if (c.repository, oid) in work}
        rows += [(c.key, ident) for ident, day in sorted(found) if day not in days[c.track]]
        days[c.track] |= {day for _, day in found}
    db.executemany("INSERT INTO release_work VALUES (?, ?)", rows)


def _releases(db: sqlite3.Connection, project: str) -> list[TaggedVersion]:
    """All releases ever seen, by their first publication."""
    found = db.execute(statement(__package__, "release_candidates"), [project])
    return [TaggedVersion(r[0], r[1], r[2], r[3], r[4], r[5] or "", bool(r[6]), r[7]) for r in found]


def _tags(db: sqlite3.Connection, project: str, landed: list[Landed]) -> list[TaggedVersion]:
    """Version tags, dated by when we first saw them, or by the landing of their commit if they were there before us."""
    found = db.execute(
        """
        SELECT t.repository, t.name, t.oid, CASE WHEN t.first_seen_at > s.first_complete_at THEN t.first_seen_at END
        FROM tags AS t JOIN repositories AS r ON r.id = t.repository
        LEFT JOIN sync_state AS s ON s.repository = t.repository AND s.kind = 'tags'
        WHERE r.project = ? AND r.tracked
        """,
        [project],
    ).fetchall()
    tagged = {oid for _, _, oid, _ in found}
    landed_at = {(o.repository, o.commit.oid): o.landing.landed_at for o in landed if o.commit.oid in tagged}
    out = []
    for repository, name, oid, seen in found:
        at = seen or landed_at.get((repository, oid))
        out.append(
            TaggedVersion(
                f"tag:{repository}:{name}", repository, None, name, oid, at or "", False,
                None if at else NOT_LANDED,
            )
        )  # fmt: skip
    return sorted(out, key=lambda c: (c.published_at, c.repository, c.tag))


def _judge(candidates: list[TaggedVersion]) -> None:
    """Say of each why it cannot count, if so. `candidates` are in the order of publication, tags after releases."""
    by_source = defaultdict(list)
    for c in candidates:
        by_source[c.repository, c.release is None].append(c)
    moving = {
        source: versions.moving((c.tag, c.published_at) for c in group if c.published_at)
        for source, group in by_source.items()
    }
    seen: dict[tuple[int, bool, bool], set[str]] = defaultdict(set)
    for c in candidates:
        version = versions.version(c.tag)
        c.version = str(version) if version else None
        c.pre_release = c.pre_release or versions.is_pre_release(c.tag)
        if c.exclusion is not None:
            continue
        if c.version is None:
            c.exclusion = NO_VERSION
        elif c.tag in moving[c.repository, c.release is None]:
            c.exclusion = MOVING
        elif c.version in seen[c.track]:
            c.exclusion = SEEN_BEFORE
        elif c.oid is None:
            c.exclusion = NO_COMMIT
        else:
            seen[c.track].add(c.version)
