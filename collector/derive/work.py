"""Group a project's landed commits into units of work, and decide what counts and where the line counts come from."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from collector.derive import copies, read
from collector.derive.bulk_landings import bulk_landings
from collector.derive.copies import Landed
from collector.derive.exclusions import BOT, BULK, CLIENT_DATED, COPY, FORK_PUSH, MERGE, NO_DATE, REWRITTEN
from collector.derive.forks import forks, is_others_work
from collector.derive.history import History, OwnCommit
from collector.derive.landings import UNDATED, Landing, land

Key = tuple[int, str]
"""(repository, oid) of a commit."""

# Kinds of pushes that merge a pull request:
# https://docs.github.com/en/rest/repos/repos#list-repository-activities
MERGES = ("pr_merge", "merge_queue_merge")


@dataclass
class Gathered:
    """Everything that landed in a project's repositories, and what decides how its lines are counted."""

    histories: dict[int, History] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    forks: set[int] = field(default_factory=set)
    landings: dict[int, dict[str, Landing]] = field(default_factory=dict)  # repository -> oid -> how it landed
    landed: list[Landed] = field(default_factory=list)  # the same as a list
    copied: dict[Key, Key] = field(default_factory=dict)  # copy -> original
    rewritten: dict[Key, Key] = field(default_factory=dict)  # replacement -> commit dropped by a rewrite
    imports: set[tuple[int, int | str]] = field(default_factory=set)  # (repository, push or event) of bulk landings
    complete_files: set[int] = field(default_factory=set)  # pull requests whose stored files account for all lines
    own: dict[int, list[OwnCommit]] = field(default_factory=dict)  # pull request -> own commits that may be copied
    shared: set[int] = field(default_factory=set)  # pull requests whose own commits may have landed elsewhere too


@dataclass(slots=True)
class Unit:
    """Commits that landed together: by a pull request, by a push, or one commit dated only by signature or client.

    With `by_files`, its lines are those of its pull request's files. Otherwise they are the sum over its counted
    commits, which is a lower bound if some are `unsized`.
    """

    repository: int
    landing: Landing
    oid: str | None  # of a commit that landed by neither a pull request nor a push
    members: list[tuple[Landed, str | None]] = field(default_factory=list)  # (commit, why it does not count)
    counted: list[Landed] = field(default_factory=list)  # the members that count
    lines: int = 0  # changed lines of the commits that count; unknown ones are taken as 0
    unknown: int = 0  # how many of the commits that count have unknown lines
    by_files: bool = False

    def add(self, one: Landed, exclusion: str | None) -> None:
        """Add a commit, and why it does not count (None: it does)."""
        self.members.append((one, exclusion))
        if exclusion is None:
            self.counted.append(one)
            lines = one.commit.lines
            if lines is None:
                self.unknown += 1
            else:
                self.lines += lines

    @property
    def unsized(self) -> int:
        """How many of the commits that count have unknown lines; 0 with `by_files`, which does not need them."""
        return 0 if self.by_files else self.unknown

    @property
    def exclusion(self) -> str | None:
        """Why no commit of it counts: the most frequent reason other than MERGE. None if any commit counts."""
        if self.counted:
            return None
        reasons = Counter(why for _, why in self.members if why is not None)
        frequent = [why for why, _ in reasons.most_common()]
        return next((why for why in frequent if why != MERGE), frequent[0])


def original(gathered: Gathered, key: Key) -> Key:
    """Return the original of a commit: the one that it copies or replaces, directly or by steps; otherwise itself."""
    if not gathered.copied and not gathered.rewritten:
        return key
    seen = {key}
    while (before := gathered.copied.get(key) or gathered.rewritten.get(key)) is not None and before not in seen:
        seen.add(before)
        key = before
    return key


def kept(gathered: Gathered) -> set[Key]:
    """Return the originals of which a copy is on the default branch: dropping such a commit lost no work."""
    gone = {(one.repository, one.commit.oid) for one in gathered.landed if one.landing.left_at is not None}
    return {first for copy, first in gathered.copied.items() if copy not in gone}


def gather(db: sqlite3.Connection, slug: str) -> Gathered:
    """Load a project's tracked repositories, and find landings, copies and bulk landings."""
    found = Gathered(forks=forks(db, slug))
    own = found.own = read.own_commits(db, slug)
    found.shared = set(own) | read.stacked(db, slug)
    twins = read.twins(db, slug)
    twins |= {(c.headline, c.authored_at) for commits in own.values() for c in commits if c.headline and c.authored_at}
    for ident, name in read.repositories(db, slug):
        history = found.histories[ident] = read.history(db, ident, twins)
        found.names[ident] = name
        landings = found.landings[ident] = land(history)
        found.landed += [Landed(ident, history.commits[oid], how) for oid, how in landings.items()]
        elsewhere = copies.taken_elsewhere(history, landings)
        found.copied |= {(ident, oid): (ident, original) for oid, original in elsewhere.items()}
        instead = copies.rewritten(history, landings)
        found.rewritten |= {(ident, oid): (ident, former) for oid, former in instead.items()}
        found.complete_files |= read.pull_requests_with_complete_files(db, ident)
    # After all repositories: a copy may have its original in another.
    found.copied |= copies.copies(found.landed, own)
    merged = {p.id for history in found.histories.values() for p in history.pushes if p.kind in MERGES}
    found.imports = bulk_landings(found.landed, merged)
    return found


def units(gathered: Gathered, is_bot: Callable[[Landed], bool]) -> list[Unit]:
    """Group commits that landed together into units.

    Commits of one landing that were promoted or dropped at different times are separate units, so that each unit has
    one `reached_at` and one `left_at`.
    """
    out: dict[tuple[Any, ...], Unit] = {}
    in_doubt: set[int] = set(gathered.shared)  # pull requests of which a part may have landed in another way
    for one in gathered.landed:
        repository, commit, how = one
        pull_request, push = how.pull_request, how.push
        single = commit.oid if pull_request is None and push is None else None
        group = (repository, pull_request, push, single, how.reached_at, how.left_at)
        unit = out.get(group)
        if unit is None:
            unit = out[group] = Unit(repository, how, single)
        exclusion = _exclusion(one, gathered, is_bot)
        unit.add(one, exclusion)
        if pull_request is not None and (
            how.partial or (not commit.is_merge and (exclusion in (COPY, REWRITTEN) or commit.twin is not None))
        ):
            in_doubt.add(pull_request)
    units_of = Counter(unit.landing.pull_request for unit in out.values())
    for unit in out.values():
        # Files are more exact than commits, because one commit may undo another. They can be used if all are stored and
        # everything in them landed for the first time, with this pull request, in one unit.
        brought_by = unit.landing.pull_request
        unit.by_files = (
            brought_by in gathered.complete_files and brought_by not in in_doubt and units_of[brought_by] == 1
        )
    return list(out.values())


def _exclusion(one: Landed, gathered: Gathered, is_bot: Callable[[Landed], bool]) -> str | None:
    repository, commit, how = one
    if commit.is_merge:
        return MERGE
    if is_others_work(repository, how, gathered.forks):
        return FORK_PUSH
    event = how.push if how.push is not None else how.contained_in
    if event is not None and (repository, event) in gathered.imports:
        return BULK
    key = (repository, commit.oid)
    if key in gathered.rewritten:
        return REWRITTEN
    if key in gathered.copied:
        return COPY
    if is_bot(one):
        return BOT
    # Checked last, so that these two reasons mean: it would count if GitHub's clock dated it.
    if how.landed_at == UNDATED:
        return NO_DATE
    return CLIENT_DATED if how.tier == "T3" else None
