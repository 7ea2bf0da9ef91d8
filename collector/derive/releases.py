"""Releases and version tags: which could count, and which recent work each of them contains.

Which of them count is decided in the view `counted_releases`, as of its date.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from collector.derive import read, versions
from collector.derive.bots_and_mirrors import People
from collector.derive.exclusions import MOVING, NO_COMMIT, NO_VERSION, NOT_LANDED, SEEN_BEFORE
from collector.derive.release_contents import Contents, Dated, WrittenUnit
from collector.derive.work import Gathered


@dataclass
class TaggedVersion:
    """A release or a version tag."""

    key: str
    repository: int
    release: int | None
    tag: str
    oid: str | None
    published_at: str
    flagged_pre_release: bool  # by GitHub's flag
    exclusion: str | None
    version: versions.Version | None = None

    @property
    def pre_release(self) -> int:
        """Whether it is a pre-release: 2 by its tag's name, 1 by GitHub's flag alone, which may change; 0 if not."""
        return 2 if versions.is_pre_release(self.tag) else int(self.flagged_pre_release)

    @property
    def track(self) -> tuple[int, bool, bool]:
        """Those that compete for the same versions: (repository, is it a tag, is it a pre-release)."""
        return (self.repository, self.release is None, self.pre_release > 0)


def write(
    db: sqlite3.Connection,
    slug: str,
    gathered: Gathered,
    written: list[WrittenUnit],
    lines: Mapping[int, int],
    people: People,
) -> None:
    """Fill release_versions, released_work and release_contents for one project.

    `lines` are the counted lines of pull requests.
    """
    candidates = _releases(db, gathered) + _tags(db, gathered)
    _judge(candidates)
    ids = _write_versions(db, slug, candidates)
    contents = Contents(gathered, written, lines, people, read.squashed_beside(db, slug), read.picked(db, slug))
    pieces: dict[tuple[Dated, str, int], int] = {}  # work, the oid of a commit, lines -> id in released_work
    held: list[tuple[int, int]] = []
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM released_work").fetchone()
    # In the order of publication: the first that holds a piece of work dates it for all.
    for c in sorted(candidates, key=lambda c: (c.published_at, c.key)):
        if c.exclusion is None and c.oid is not None:
            for piece in contents.recent_work(c.repository, c.oid, c.published_at):
                held.append((ids[c.key], pieces.setdefault(piece, last + 1 + len(pieces))))
    db.executemany(
        "INSERT INTO released_work "
        "(id, project, work, repository, pull_request, oid, landed_at, day, person, weeks_only, lines) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                ident, slug, d.work, d.repository, d.pull_request, oid, d.landed_at, d.landed_at[:10], d.person,
                d.weeks_only, counted,
            )
            for (d, oid, counted), ident in pieces.items()
        ),
    )  # fmt: skip
    db.executemany("INSERT INTO release_contents VALUES (?, ?)", sorted(held))


def _write_versions(db: sqlite3.Connection, slug: str, candidates: list[TaggedVersion]) -> dict[str, int]:
    """Write the rows of release_versions, and return the id of each by its key."""
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM release_versions").fetchone()
    ids = {c.key: ident for ident, c in enumerate(candidates, last + 1)}
    db.executemany(
        "INSERT INTO release_versions (id, project, release_key, repository, release, tag_name, published_at, "
        "exclusion, pre_release, version, package, number, next_patch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                ids[c.key], slug, c.key, c.repository, c.release, c.tag, c.published_at, c.exclusion, c.pre_release,
                *_named(c.version),
            )
            for c in candidates
        ),
    )  # fmt: skip
    return ids


def _named(version: versions.Version | None) -> tuple[str | None, ...]:
    if version is None:
        return (None,) * 4
    return (str(version), version.package, version.sortable, version.next_patch)


def _releases(db: sqlite3.Connection, gathered: Gathered) -> list[TaggedVersion]:
    found = [
        TaggedVersion(
            f"release:{r.id}", repository, r.id, r.tag, r.oid, r.published_at or "", r.is_prerelease,
            None if r.published_at else "draft",
        )
        for repository in gathered.names
        for r in read.releases(db, repository)
    ]  # fmt: skip
    return sorted(found, key=lambda c: (c.published_at, c.release))


def _tags(db: sqlite3.Connection, gathered: Gathered) -> list[TaggedVersion]:
    """Return version tags, dated by when we first saw them, or by when their commit landed if they were older."""
    landed_at = {(one.repository, one.commit.oid): one.landing.landed_at for one in gathered.landed}
    out = []
    for repository in gathered.names:
        for name, oid, seen in db.execute(
            "SELECT t.name, t.oid, CASE WHEN t.first_seen_at > s.first_complete_at THEN t.first_seen_at END "
            "FROM tags AS t LEFT JOIN sync_state AS s ON s.repository = t.repository AND s.kind = 'tags' "
            "WHERE t.repository = ?",
            [repository],
        ):
            at = seen or landed_at.get((repository, oid))
            exclusion = None if at else NOT_LANDED
            key = f"tag:{repository}:{name}"
            out.append(TaggedVersion(key, repository, None, name, oid, at or "", False, exclusion))
    return sorted(out, key=lambda c: (c.published_at, c.repository, c.tag))


def _judge(candidates: list[TaggedVersion]) -> None:
    """Set `exclusion` of those that cannot count. `candidates` are in the order of publication, tags after releases."""
    by_source = defaultdict(list)
    for c in candidates:
        by_source[c.repository, c.release is None].append(c)
    moving = {
        source: versions.moving((c.tag, c.published_at) for c in group if c.published_at)
        for source, group in by_source.items()
    }
    seen: dict[tuple[int, bool, bool], set[str]] = defaultdict(set)
    for c in candidates:
        c.version = versions.version(c.tag)
        if c.exclusion is not None:
            continue
        if c.version is None:
            c.exclusion = NO_VERSION
        elif c.tag in moving[c.repository, c.release is None]:
            c.exclusion = MOVING
        elif str(c.version) in seen[c.track]:
            c.exclusion = SEEN_BEFORE
        elif c.oid is None:
            c.exclusion = NO_COMMIT
        else:
            seen[c.track].add(str(c.version))
