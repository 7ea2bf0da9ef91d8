"""Releases and version tags: which could count, and which recent work each of them contains.

Which of them count is decided in the view `counted_releases`, as of its date.
"""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from collector import clock
from collector.derive import read, versions
from collector.derive.work import Gathered, Key, Unit, kept, original
from collector.method.constants import RELEASED_WORK_DAYS

MOVING, NO_VERSION = "moving_tag", "no_version"
SEEN_BEFORE, NO_COMMIT, NOT_LANDED = "version_seen_before", "no_commit", "not_landed"


@dataclass(frozen=True)
class Written:
    """A unit with its id, its counted lines and why it does not count (None: it does) in the table `work`."""

    id: int
    unit: Unit
    lines: int
    exclusion: str | None = None


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
    version: versions.Version | None = None

    @property
    def track(self) -> tuple[int, bool, bool]:
        """Those that compete for the same versions: (repository, is it a tag, is it a pre-release)."""
        return (self.repository, self.release is None, self.pre_release)


def write(db: sqlite3.Connection, gathered: Gathered, written: list[Written]) -> None:
    """Fill release_versions and release_work for one project."""
    candidates = _releases(db, gathered) + _tags(db, gathered)
    _judge(candidates)
    db.executemany(
        "INSERT INTO release_versions (release_key, repository, release, tag_name, published_at, exclusion, "
        "pre_release, version, package, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (c.key, c.repository, c.release, c.tag, c.published_at, c.exclusion, c.pre_release, *_named(c.version))
            for c in candidates
        ],
    )
    contents = _Contents(gathered, written)
    for c in candidates:
        if c.exclusion is None and c.oid is not None:
            held = contents.recent_work(c.repository, c.oid, c.published_at)
            rows = [(c.key, work, lines) for work, lines in sorted(held.items())]
            db.executemany("INSERT INTO release_work (release_key, work, lines) VALUES (?, ?, ?)", rows)


def _named(version: versions.Version | None) -> tuple[str | None, str | None, str | None]:
    return (None, None, None) if version is None else (str(version), version.package, version.sortable)


class _Contents:
    """What work a tagged commit contains, by the commits themselves, by copies of them, or by what stands in their
    place since a rewrite."""

    def __init__(self, gathered: Gathered, written: list[Written]) -> None:
        self.gathered = gathered
        self.landings = {(one.repository, one.commit.oid): one.landing for one in gathered.landed}
        self.work = {(w.unit.repository, one.commit.oid): w for w in written for one in w.unit.counted}
        self.kept = kept(gathered)

    def recent_work(self, repository: int, tagged: str, published_at: str) -> dict[int, int]:
        """Return work id -> its contained lines, for work landed in the RELEASED_WORK_DAYS before the publication."""
        since = clock.to_text(clock.from_text(published_at) - timedelta(days=RELEASED_WORK_DAYS))
        commits: dict[int, set[str]] = defaultdict(set)
        found: dict[int, Written] = {}
        history = self.gathered.histories[repository]
        # What a commit is built on landed no later than it.
        for oid in history.contained(tagged, lambda oid: self.landings[repository, oid].landed_at < since):
            if self._is_no_basis((repository, oid), published_at):
                continue
            first = original(self.gathered, (repository, oid))
            work = self.work.get(first)
            if work is not None and since <= work.unit.landing.landed_at <= published_at:
                found[work.id] = work
                commits[work.id].add(first[1])
        return {ident: _lines(work, commits[ident]) for ident, work in found.items()}

    def _is_no_basis(self, key: Key, published_at: str) -> bool:
        """Return whether a rewrite had dropped a commit by then, and brought nothing equal in its place."""
        left_at = self.landings[key].left_at
        return left_at is not None and left_at <= published_at and key not in self.kept


def _lines(work: Written, contained: set[str]) -> int:
    """Return the counted lines of a unit that lie in these of its commits."""
    counted = work.unit.counted
    if len(contained) == len(counted):
        return work.lines
    return min(work.lines, sum(one.commit.lines or 0 for one in counted if one.commit.oid in contained))


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
        c.pre_release = c.pre_release or versions.is_pre_release(c.tag)
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
