"""The landed work of a project in units: what landed together, what of it counts, and where its lines are told."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any

from collector.derive import copies, read
from collector.derive.copies import Landed
from collector.derive.history import History, OwnCommit
from collector.derive.landings import UNDATED, Landing, land

Key = tuple[int, str]
"""(repository, oid) of a commit."""

# Why a landed commit is no work, in the order in which the reasons are looked for.
MERGE, FORK_PUSH, BULK, REWRITTEN, COPY, BOT = "merge", "fork_push", "bulk", "rewritten", "copy", "bot"
CLIENT_DATED, NO_DATE = "client_dated", "no_date"
# Kinds of pushes by which GitHub merges a pull request.
MERGES = ("pr_merge", "merge_queue_merge")


@dataclass
class Gathered:
    """All that landed in a project's repositories, and what decides how its lines are counted."""

    histories: dict[int, History] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    forks: set[int] = field(default_factory=set)
    landed: list[Landed] = field(default_factory=list)
    copied: dict[Key, Key] = field(default_factory=dict)  # copy -> what it copies
    rewritten: dict[Key, Key] = field(default_factory=dict)  # what stands in the place of dropped work -> that
    imports: set[tuple[int, int | str]] = field(default_factory=set)  # (repository, push or event) of bulk landings
    told: set[int] = field(default_factory=set)  # pull requests whose files tell all their lines
    own: dict[int, list[OwnCommit]] = field(default_factory=dict)  # pull request -> own commits that others are like
    shared: set[int] = field(default_factory=set)  # pull requests whose own commits others may have, too


@dataclass
class Unit:
    """What landed together: a pull request, a push, or a commit by its signature alone.

    `by_files`: its lines are those of its pull request's files. Otherwise they are the sum of its counted commits', of
    which the `unsized` ones are unknown to GitHub, so that the sum is the least that it can be.
    """

    repository: int
    landing: Landing
    oid: str | None
    members: list[tuple[Landed, str | None]] = field(default_factory=list)  # with why each does not count
    by_files: bool = False

    @property
    def counted(self) -> list[Landed]:
        """The commits that count."""
        return [one for one, why in self.members if why is None]

    @property
    def lines(self) -> int:
        """Changed lines of the commits that count, as far as they are known."""
        return sum(one.commit.lines or 0 for one in self.counted)

    @property
    def unsized(self) -> int:
        """Commits that count and whose lines are unknown though they would be counted."""
        return 0 if self.by_files else sum(one.commit.lines is None for one in self.counted)

    @property
    def exclusion(self) -> str | None:
        """Why nothing of it counts: the most frequent reason that is not being a merge."""
        reasons = Counter(why for _, why in self.members if why is not None)
        if sum(reasons.values()) < len(self.members):
            return None
        frequent = [why for why, _ in reasons.most_common()]
        return next((why for why in frequent if why != MERGE), frequent[0])


def original(gathered: Gathered, key: Key) -> Key:
    """The work that a commit is: itself, or the first one of which it is a copy, or in whose place it stands."""
    seen = {key}
    while (before := gathered.copied.get(key) or gathered.rewritten.get(key)) is not None and before not in seen:
        seen.add(before)
        key = before
    return key


def kept(gathered: Gathered) -> set[Key]:
    """What a rewrite dropped and brought again unchanged: something on the branch is a copy of it."""
    there = {(one.repository, one.commit.oid) for one in gathered.landed if one.landing.left_at is None}
    return {first for copy, first in gathered.copied.items() if copy in there}


def gather(db: sqlite3.Connection, slug: str) -> Gathered:
    """Land the commits of all tracked repositories of a project, and find those that are copies."""
    found = Gathered()
    own = found.own = read.own_commits(db, slug)
    found.shared = set(own) | read.stacked(db, slug)
    twins = read.twins(db, slug)
    twins |= {(c.headline, c.authored_at) for commits in own.values() for c in commits if c.headline and c.authored_at}
    for ident, name, is_fork in read.repositories(db, slug):
        history = found.histories[ident] = read.history(db, ident, twins)
        found.names[ident] = name
        if is_fork:
            found.forks.add(ident)
        landings = land(history)
        found.landed += [Landed(ident, history.commits[oid], how) for oid, how in landings.items()]
        elsewhere = copies.taken_elsewhere(history, landings)
        found.copied |= {(ident, oid): (ident, original) for oid, original in elsewhere.items()}
        instead = copies.rewritten(history, landings)
        found.rewritten |= {(ident, oid): (ident, former) for oid, former in instead.items()}
        found.told |= read.told_by_files(db, ident)
    found.copied |= copies.copies(found.landed, own)
    merged = {p.id for history in found.histories.values() for p in history.pushes if p.kind in MERGES}
    found.imports = copies.bulk(found.landed, merged)
    return found


def units(gathered: Gathered, is_bot: Callable[[Landed], bool]) -> list[Unit]:
    """What landed together.

    What was promoted or dropped apart is a unit of its own, so that each is there at the dates at which it was.
    """
    out: dict[tuple[Any, ...], Unit] = {}
    of_pull_request: Counter[int] = Counter()
    in_doubt: set[int] = set(gathered.shared)  # pull requests of which a part may have landed otherwise
    for one in gathered.landed:
        how, commit = one.landing, one.commit
        key = (one.repository, commit.oid)
        is_copy = key in gathered.copied or key in gathered.rewritten
        single = commit.oid if how.pull_request is None and how.push is None else None
        apart = (one.repository, how.pull_request, how.push, single, how.reached_at, how.left_at)
        unit = out.get(apart)
        if unit is None:
            unit = out[apart] = Unit(one.repository, how, single)
            of_pull_request[how.pull_request or 0] += 1
        unit.members.append((one, _exclusion(one, gathered, is_bot)))
        may_be_copy = not commit.is_merge and (is_copy or commit.twin is not None)
        if how.pull_request is not None and (how.partial or may_be_copy):
            in_doubt.add(how.pull_request)
    for unit in out.values():
        unit.by_files = _told_by_files(unit.landing.pull_request, gathered.told, in_doubt, of_pull_request)
    return list(out.values())


def _told_by_files(
    pull_request: int | None, told: Container[int], in_doubt: Container[int], units: Counter[int]
) -> bool:
    """Whether a pull request's files are all listed, and all they change landed with it, at once and for the first
    time: then they say more than its commits, of which one may undo another."""
    return (
        pull_request is not None and pull_request in told and pull_request not in in_doubt and units[pull_request] == 1
    )


def _exclusion(one: Landed, gathered: Gathered, is_bot: Callable[[Landed], bool]) -> str | None:
    how, key = one.landing, (one.repository, one.commit.oid)
    if one.commit.is_merge:
        return MERGE
    if one.repository in gathered.forks and how.landed_by != "pull_request":
        return FORK_PUSH
    event = how.push if how.push is not None else how.contained_in
    if event is not None and (one.repository, event) in gathered.imports:
        return BULK
    if key in gathered.rewritten:
        return REWRITTEN
    if key in gathered.copied:
        return COPY
    if is_bot(one):
        return BOT
    # Last: what carries these names would count but for its clock.
    if how.landed_at == UNDATED:
        return NO_DATE
    return CLIENT_DATED if how.tier == "T3" else None
