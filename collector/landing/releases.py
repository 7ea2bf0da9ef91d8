"""Releases and version tags: which could count, and which landed work each of them contained first."""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from collector.landing import versions
from collector.landing.copies import Landed
from collector.landing.graph import History

DRAFT, PRE_RELEASE, MOVING, NO_VERSION = "draft", "pre_release", "moving_tag", "no_version"
SEEN_BEFORE, NO_COMMIT, NOT_LANDED = "version_seen_before", "no_commit", "not_landed"
FROM_TAGS, PRE_RELEASES_ONLY = "from_tags", "pre_releases_only"


@dataclass
class Candidate:
    """A release, or a version tag of a project that makes no releases."""

    key: str
    repository: int
    release: int | None
    tag: str
    oid: str | None
    published_at: str
    pre_release: bool
    exclusion: str | None
    flag: str | None = None
    version: str | None = None


def write(
    db: sqlite3.Connection,
    project: str,
    histories: dict[int, History],
    landed: list[Landed],
    work: dict[tuple[int, str], tuple[int, str]],
) -> None:
    """Fill release_versions and release_work for one project."""
    candidates = _releases(db, project)
    if not candidates:
        landed_at = {(one.repository, one.commit.oid): one.landing.landed_at for one in landed}
        candidates = _tags(db, project, landed_at)
    _judge(candidates)
    db.executemany(
        "INSERT INTO release_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(c.key, c.repository, c.release, c.tag, c.version, c.published_at, c.exclusion, c.flag) for c in candidates],
    )
    rows = []
    for repository, history in histories.items():
        commits: set[str] = set()
        days: set[str] = set()
        for c in candidates:
            if c.repository != repository or c.exclusion or c.oid is None:
                continue
            found = {work[repository, oid] for oid in history.contained(c.oid, commits) if (repository, oid) in work}
            rows += [(c.key, ident) for ident, day in sorted(found) if day not in days]
            days |= {day for _, day in found}
    db.executemany("INSERT INTO release_work VALUES (?, ?)", rows)


def _releases(db: sqlite3.Connection, project: str) -> list[Candidate]:
    """All releases ever seen, by their first publication: a draft flipped back and forth keeps its first time."""
    found = db.execute(
        """
        SELECT 'release:' || l.id, l.repository, l.id, l.tag_name,
               coalesce(l.tag_oid, (SELECT old FROM changes WHERE "table" = 'releases' AND key = l.id
                                    AND "column" = 'tag_oid' AND old IS NOT NULL ORDER BY id LIMIT 1)),
               min(l.published_at, coalesce((SELECT min(old) FROM changes WHERE "table" = 'releases' AND key = l.id
                                             AND "column" = 'published_at'), l.published_at)),
               l.is_prerelease, CASE WHEN l.is_draft OR l.published_at IS NULL THEN 'draft' END
        FROM releases AS l JOIN repositories AS r ON r.id = l.repository
        WHERE r.project = ? AND r.tracked ORDER BY 6, 3
        """,
        [project],
    )
    return [Candidate(r[0], r[1], r[2], r[3], r[4], r[5] or "", bool(r[6]), r[7]) for r in found]


def _tags(db: sqlite3.Connection, project: str, landed_at: dict[tuple[int, str], str]) -> list[Candidate]:
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
    out = []
    for repository, name, oid, seen in found:
        landed = landed_at.get((repository, oid))
        at = seen or landed
        out.append(
            Candidate(
                f"tag:{repository}:{name}", repository, None, name, oid, at or "", False,
                None if at else NOT_LANDED, FROM_TAGS,
            )
        )  # fmt: skip
    return sorted(out, key=lambda c: (c.published_at, c.repository, c.tag))


def _judge(candidates: list[Candidate]) -> None:
    """Say of each why it cannot count, if so. `candidates` are in the order of publication."""
    by_repository = defaultdict(list)
    for c in candidates:
        by_repository[c.repository].append(c)
    only_pre_releases = True
    for group in by_repository.values():
        moving = versions.moving(c.tag for c in group)
        for c in group:
            version = versions.version(c.tag)
            c.version = str(version) if version else None
            c.pre_release = c.pre_release or versions.is_pre_release(c.tag)
            if c.exclusion is None:
                if version is None:
                    c.exclusion = NO_VERSION
                elif c.tag in moving:
                    c.exclusion = MOVING
            only_pre_releases &= c.exclusion is not None or c.pre_release
    for group in by_repository.values():
        seen: set[str | None] = set()
        for c in group:
            if c.exclusion is None and c.pre_release:
                if only_pre_releases:
                    c.flag = PRE_RELEASES_ONLY
                else:
                    c.exclusion = PRE_RELEASE
            if c.exclusion is None and c.version in seen:
                c.exclusion = SEEN_BEFORE
            if c.exclusion is None and c.oid is None:
                c.exclusion = NO_COMMIT
            if c.exclusion is None:
                seen.add(c.version)
