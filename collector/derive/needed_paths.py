"""Find what to ask GitHub about the commits that no pull request brought: which declared paths did they touch?"""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from collector.config import Config
from collector.config.patterns import fixed_parts
from collector.derive.history import History
from collector.derive.work import Gathered


@dataclass(frozen=True)
class Declared:
    """The folders and files that hold a project's docs and rules (`config.patterns.fixed_parts`)."""

    docs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @classmethod
    def by(cls, config: Config, slug: str) -> Self:
        """Return the folders and files that the configuration declares for a project."""
        return cls(fixed_parts(config.docs_paths_of(slug)), fixed_parts(config.rule_paths_of(slug)))

    def of(self, role: str) -> tuple[str, ...]:
        """Return what to ask for in a repository of this role. With the role docs, all of it is documentation."""
        return tuple(sorted({*self.rules, *(self.docs if role != "docs" else ())}))


@dataclass(frozen=True)
class Question:
    """A question to GitHub: which commits in the history of `tip`, back to `since`, touched each of the `parts`?

    `parts` are folders and files, `commits` those whose answer is wanted. `since` is None if a commit has no valid
    date.
    """

    tip: str
    since: str | None
    parts: tuple[str, ...]
    commits: frozenset[str]


def questions(
    db: sqlite3.Connection, gathered: Gathered, repository: int, head: str | None, parts: Sequence[str]
) -> list[Question]:
    """Return the questions that tell which of the parts each direct commit of a repository touched.

    What is stored already is not asked again. One question serves all commits of the head's history; further ones are
    needed only for commits that a force push dropped.
    """
    if repository in gathered.forks or not parts:
        return []
    direct = {
        one.commit.oid
        for one in gathered.landed
        if one.repository == repository and one.landing.pull_request is None and not one.commit.is_merge
    }
    known: dict[str, set[str]] = defaultdict(set)
    for part, oid in db.execute("SELECT path, oid FROM commit_paths WHERE repository = ?", [repository]):
        known[part].add(oid)
    # Parts that lack the same commits are asked together.
    together: dict[frozenset[str], list[str]] = defaultdict(list)
    for part in parts:
        together[frozenset(direct - known[part])].append(part)
    history = gathered.histories[repository]
    return [
        Question(tip, _since(history, tip, commits), tuple(of_these), commits)
        for wanted, of_these in together.items()
        for tip, commits in _by_tip(history, head, wanted)
    ]


def _by_tip(history: History, head: str | None, wanted: Collection[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield (commit, those of `wanted` in its history): for the head, then for what only former heads reach."""
    seen: set[str] = set()
    left = set(wanted)
    for tip in [*([head] if head else []), *sorted(left, key=lambda oid: (-history.depths[oid], oid))]:
        found = left.intersection(history.reach(tip, seen))
        if found:
            left -= found
            yield tip, frozenset(found)


def _since(history: History, tip: str, wanted: Collection[str]) -> str | None:
    """Return the oldest committer date of `wanted` and of the commits between them and `tip`.

    Those in between count because git ends a walk at a commit older than `since`, whatever lies behind it.
    https://git-scm.com/docs/git-log#Documentation/git-log.txt---sinceltdategt
    """
    behind = set(wanted)
    dates: list[str | None] = []
    # Parents before their children, so that one pass finds all commits in between.
    for oid in sorted(history.reach(tip, set()), key=lambda oid: history.depths[oid]):
        commit = history.commits[oid]
        if oid in behind or not behind.isdisjoint(commit.parents):
            behind.add(oid)
            dates.append(commit.committed_at)
    known = [date for date in dates if date is not None]
    return min(known) if len(known) == len(dates) else None
