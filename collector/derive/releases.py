"""Releases and version tags: which could count, and which recent work each of them contains.

Which of them count is decided in the view `judged_releases`, as of its date.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from collector.derive import read, versions
from collector.derive.bots_and_mirrors import People
from collector.derive.exclusions import MOVING, NO_COMMIT, NO_VERSION, NOT_LANDED, SEEN_BEFORE
from collector.derive.release_contents import Contents, Piece, WrittenUnit
from collector.derive.release_days import Certainty, ReleaseDays, release_days
from collector.derive.work import Gathered
from collector.sql import insert


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

    @cached_property
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
    """Fill release_versions, release_days, released_pieces and release_ranges for one project.

    `lines` are the counted lines of pull requests.
    """
    candidates = _releases(db, gathered) + _tags(db, gathered)
    _judge(candidates)
    contents = Contents(gathered, written, lines, people, read.squashed_beside(db, slug), read.picked(db, slug))
    held: dict[str, list[int]] = {}  # key -> places in the pieces of work
    # In the order of publication: the first that holds a piece of work dates it for all.
    in_order = sorted(candidates, key=lambda c: (c.published_at, c.key))
    for c in in_order:
        if c.exclusion is None and c.oid is not None:
            held[c.key] = contents.recent_work(c.repository, c.oid, c.published_at)
    certainty = _certainty(db, gathered.names, candidates)
    days = release_days(contents.pieces, ((certainty(c), held[c.key]) for c in in_order if c.key in held))
    ids = _write_versions(db, slug, candidates, dict(zip(held, days, strict=True)))
    _write_pieces(db, slug, contents.pieces, {ids[key]: places for key, places in held.items()})


def _certainty(
    db: sqlite3.Connection, repositories: Iterable[int], candidates: list[TaggedVersion]
) -> Callable[[TaggedVersion], Certainty]:
    """Return a function that says at which dates a candidate may count."""
    published = [c for c in candidates if c.release is not None and c.published_at]
    released = {(c.repository, name) for c in published for name in (c.tag, str(c.version))}
    flagged_anew = {
        release
        for repository in repositories
        for (release,) in db.execute(
            "SELECT l.id FROM releases AS l CROSS JOIN changes AS c ON c.\"table\" = 'releases' "
            "AND c.key = CAST(l.id AS TEXT) AND c.\"column\" = 'is_prerelease' WHERE l.repository = ?",
            [repository],
        )
    }

    def of(c: TaggedVersion) -> Certainty:
        names = {(c.repository, c.tag), (c.repository, str(c.version))}
        if c.release in flagged_anew or (c.release is None and names & released):
            return Certainty.SOMETIMES
        return Certainty.ONLY_BEFORE_FULL_RELEASES if c.pre_release else Certainty.ALWAYS

    return of


def _write_versions(
    db: sqlite3.Connection, slug: str, candidates: list[TaggedVersion], days: Mapping[str, ReleaseDays]
) -> dict[str, int]:
    """Write the rows of release_versions and release_days, and return the id of each version by its key."""
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM release_versions").fetchone()
    ids = {c.key: ident for ident, c in enumerate(candidates, last + 1)}
    none = ReleaseDays()
    insert(
        db,
        "INSERT OR FAIL INTO release_versions",
        (
            "id", "project", "release_key", "repository", "release", "tag_name", "published_at", "exclusion",
            "pre_release", "version", "package", "number", "next_patch", "first_days", "newest_work",
        ),
        (
            (
                ids[c.key], slug, c.key, c.repository, c.release, c.tag, c.published_at, c.exclusion, c.pre_release,
                *_named(c.version), of.first_days, of.newest_work,
            )
            for c in candidates
            for of in (days.get(c.key, none),)
        ),
    )  # fmt: skip
    insert(
        db,
        "INSERT OR FAIL INTO release_days",
        ("release_version", "day", "person", "weeks_only", "newest_work"),
        ((ids[key], *part, at) for key, of in days.items() for part, at in of.by_date.items()),
    )
    return ids


def _write_pieces(db: sqlite3.Connection, slug: str, pieces: Sequence[Piece], held: Mapping[int, list[int]]) -> None:
    """Write released_pieces, and as ranges which of them each version of `held` contains, by their places."""
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM released_pieces").fetchone()
    # Those of a repository one after another: a release rarely contains work of several.
    order = sorted(range(len(pieces)), key=lambda place: pieces[place].dated.repository)
    ids = {place: ident for ident, place in enumerate(order, last + 1)}
    insert(
        db,
        "INSERT OR FAIL INTO released_pieces",
        ("id", "project", "oid", "lines", "work"),
        (
            (ids[place], slug, oid, counted, d.work)
            for place in order
            for d, oid, counted in (pieces[place],)
            if d.work is not None
        ),
    )
    insert(
        db,
        "INSERT OR FAIL INTO released_pieces",
        ("id", "project", "oid", "lines", "repository", "pull_request", "landed_at", "person", "weeks_only"),
        (
            (ids[place], slug, oid, counted, d.repository, d.pull_request, d.landed_at, d.person, d.weeks_only)
            for place, (d, oid, counted) in enumerate(pieces)
            if d.work is None
        ),
    )
    insert(
        db,
        "INSERT OR FAIL INTO release_ranges",
        ("release_version", "first", "last"),
        (
            (version, first, last)
            for version, places in held.items()
            for first, last in _ranges(sorted(ids[place] for place in places))
        ),
    )


def _ranges(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each row of successive numbers. `numbers` are sorted."""
    starts = [place for place in range(len(numbers)) if not place or numbers[place] != numbers[place - 1] + 1]
    for start, end in pairwise([*starts, len(numbers)]):
        yield numbers[start], numbers[end - 1]


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
