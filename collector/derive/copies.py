"""Find landed commits that are copies (docs/signals.md, "An author-day"). Does no I/O."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from collector.derive.history import Commit, History, OwnCommit
from collector.derive.landings import Landing


class Landed(NamedTuple):
    """A commit on the default branch of a project's repository, and how it landed."""

    repository: int
    commit: Commit
    landing: Landing


def copies(
    landed: Iterable[Landed], own: Mapping[int, Sequence[OwnCommit]] = MappingProxyType({})
) -> dict[tuple[int, str], tuple[int, str]]:
    """Return copy -> original, each as (repository, oid), over all repositories of one project.

    A commit is a copy if another landed earlier in the project with the same oid, or with the same headline, author
    date and size; or if an earlier commit of its own branch has the same tree. Merge commits are never copies.

    - "Earlier" means by `reached_at`, so that a later promotion does not change past results.
    - Commits dated only by their client (tier T3) come last, because that date proves nothing.
    - A commit dropped by a force push did land, so a commit that replaces it is a copy of it.

    `own` maps pull request ids to the commits that they landed squashed or rebased. These count as landed with the
    pull request: a commit with the oid or likeness of one is a copy of its merge commit, unless the same pull request
    brought it.
    """
    landed = list(landed)
    several = len({one.commit.oid for one in landed}) < len(landed)  # whether a commit is in several repositories
    if not several and not own and all(commit.headline is None and commit.tree is None for _, commit, _ in landed):
        return {}
    # What copies have in common -> the first commit that landed with it, itself or squashed into it.
    first, first_own = dict[object, tuple[int, str]](), dict[object, tuple[int, str]]()
    out: dict[tuple[int, str], tuple[int, str]] = {}
    brought_by: dict[tuple[int, str], int] = {}  # pull requests of the commits in `first_own`
    for repository, commit, how in _in_order(landed):
        its = own.get(how.pull_request or 0, ())
        may_be_copy = several or commit.headline is not None or commit.tree is not None or commit.oid in first_own
        if not its and not may_be_copy:
            continue
        key = (repository, commit.oid)
        likeness = commit.likeness if commit.headline is not None else None
        marks: list[object] = [commit.oid] if several else []
        if commit.tree is not None:
            marks.append((repository, commit.tree))
        # Without lines, as an empty commit, it is like every other one of its headline and date.
        if likeness is not None and commit.lines:
            marks.append(likeness)
        for mark in marks:
            original = first.setdefault(mark, key)
            if original is not key and not commit.is_merge:
                out.setdefault(key, original)
        owner = first_own.get(commit.oid) or first_own.get(likeness)
        if owner is not None and not commit.is_merge and brought_by[owner] != how.pull_request:
            out.setdefault(key, owner)
        for squashed in its:
            brought_by[key] = how.pull_request or 0
            for mark in squashed.marks:
                first_own.setdefault(mark, key)
    return out


def rewritten(history: History, landings: Mapping[str, Landing]) -> dict[str, str]:
    """Return replacement -> original, as oids, for commits that replace one dropped by a rewrite of the history.

    A replacement landed later and has the same headline and author date, or the same tree. Its size may differ, since
    removing a file from the whole history is not new work.
    """
    dropped: dict[object, str] = {}
    for oid, commit in history.commits.items():
        if landings[oid].left_at is not None and not commit.is_merge:
            for mark in filter(None, (commit.twin, commit.tree)):
                known = dropped.get(mark)
                if known is None or _order(landings, oid) < _order(landings, known):
                    dropped[mark] = oid
    out = {}
    for oid, commit in history.commits.items() if dropped else ():
        former = None if commit.is_merge else dropped.get(commit.twin) or dropped.get(commit.tree)
        if former is not None and former != oid and _order(landings, former) < _order(landings, oid):
            out[oid] = former
    return out


def _order(landings: Mapping[str, Landing], oid: str) -> tuple[str, str]:
    return landings[oid].landed_at, landings[oid].reached_at


def taken_elsewhere(history: History, landings: Mapping[str, Landing]) -> dict[str, str]:
    """Return copy -> merge commit, as oids, for commits of a pull request that landed earlier than the commit itself.

    Squashing or rebasing a pull request lands its own commits as well, so a commit that brings them again is a copy.
    """
    by_number = {m.number: m for m in history.merges if m.oid in landings}
    out = {}
    for oid, how in landings.items():
        merge = by_number.get(history.commits[oid].pull_request or 0)
        if merge is not None and merge.id != how.pull_request and merge.at < how.landed_at:
            out[oid] = merge.oid
    return out


def _in_order(landed: Iterable[Landed]) -> list[Landed]:
    """Sort by the time of reaching the default branch, tier T3 last; of one push or merge, parents before children."""
    together: dict[tuple[bool, str, str, int], list[Landed]] = defaultdict(list)
    for one in landed:
        repository, _, how = one
        together[how.tier == "T3", how.reached_at, how.landed_at, repository].append(one)
    out = []
    for key in sorted(together):
        group = together[key]
        out += group if len(group) == 1 else _parents_first({one.commit.oid: one for one in group})
    return out


def _parents_first(group: Mapping[str, Landed]) -> list[Landed]:
    out: list[Landed] = []
    done: set[str] = set()
    for start in sorted(group):
        todo = [(start, False)]
        while todo:
            oid, expanded = todo.pop()
            if expanded:
                out.append(group[oid])
            elif oid not in done and oid in group:
                done.add(oid)
                todo.append((oid, True))
                todo += [(p, False) for p in group[oid].commit.parents]
    return out
