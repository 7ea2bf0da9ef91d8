"""Which landed commits are copies or imports (docs/signals.md, "Copy" and "Bulk landing"). Pure."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from collector import clock
from collector.derive.history import Commit, History, OwnCommit
from collector.derive.landings import Landing
from collector.method.constants import BULK_COMMITS, BULK_DAYS


@dataclass(frozen=True, slots=True)
class Landed:
    """A commit of the default branch of one repository of a project, and how it landed."""

    repository: int
    commit: Commit
    landing: Landing


def copies(
    landed: Iterable[Landed], own: Mapping[int, Sequence[OwnCommit]] = MappingProxyType({})
) -> dict[tuple[int, str], tuple[int, str]]:
    """(repository, oid) of each copy -> that of what it copies, over all repositories of one project.

    A copy has the oid, or headline, author date and size, of what landed earlier anywhere in the project, or the tree
    of an earlier commit of its own branch. Earlier is what a default branch had earlier, so that a promotion to come
    changes nothing of the past. What only its client dates proves nothing, so it comes last. What a rewrite dropped did
    land: what stands in its place is a copy of it.

    `own` holds, by pull request id, the commits that it landed squashed or rebased. They count as landed with it: what
    has their oid or likeness is a copy of what the pull request landed as, unless that very pull request brought it.
    """
    first_oid: dict[str, tuple[int, str]] = {}
    first_likeness: dict[object, tuple[int, str]] = {}
    first_tree: dict[tuple[int, str], tuple[int, str]] = {}
    out: dict[tuple[int, str], tuple[int, str]] = {}
    first_own: dict[object, tuple[int, str]] = {}
    brought_by: dict[tuple[int, str], int] = {}  # pull requests of the commits in `first_own`

    landed = list(landed)
    several = len({one.repository for one in landed}) > 1
    for one in _in_order(landed):
        commit, key = one.commit, (one.repository, one.commit.oid)
        marks: list[tuple[dict[Any, tuple[int, str]], object]] = []
        if several:
            marks.append((first_oid, commit.oid))
        if commit.tree is not None:
            marks.append((first_tree, (one.repository, commit.tree)))
        if commit.lines and commit.likeness is not None:
            marks.append((first_likeness, commit.likeness))
        for first, mark in marks:
            original = first.get(mark)
            if original is None:
                first[mark] = key
            elif not commit.is_merge:
                out.setdefault(key, original)
        original = first_own.get(commit.oid) or first_own.get(commit.likeness)
        if original is not None and not commit.is_merge and brought_by[original] != one.landing.pull_request:
            out.setdefault(key, original)
        for its in own.get(one.landing.pull_request or 0, ()):
            brought_by[key] = one.landing.pull_request or 0
            for mark in its.marks:
                first_own.setdefault(mark, key)
    return out


def rewritten(history: History, landings: Mapping[str, Landing]) -> dict[str, str]:
    """oid of what stands in the place of dropped work -> oid of that: it has its headline and author date, or its tree,
    and landed later. Its size may be another: to remove a file from the whole history is no new work."""
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
    """oid of each commit that belongs to a pull request which landed before it did -> what that pull request landed as.

    A squashed or rebased pull request lands its own commits, too: to bring them once more is to copy them.
    """
    by_number = {m.number: m for m in history.merges if m.oid in landings}
    out = {}
    for oid, how in landings.items():
        merge = by_number.get(history.commits[oid].pull_request or 0)
        if merge is not None and merge.id != how.pull_request and merge.at < how.landed_at:
            out[oid] = merge.oid
    return out


def bulk(landed: Iterable[Landed], merged: Container[int] = ()) -> set[tuple[int, int | str]]:
    """(repository, push) of pushes without a pull request that bring an import: too many commits, or too old ones; and
    (repository, commit) of events that prove too many commits to have been there by then.

    `merged` are pushes that GitHub calls merges of pull requests, though it does not tell of which.
    """
    by_push: dict[tuple[int, int], list[str | None]] = defaultdict(list)
    contained: Counter[tuple[int, str]] = Counter()
    for one in landed:
        push, event = one.landing.push, one.landing.contained_in
        if one.landing.landed_by == "push" and push is not None and push not in merged:
            by_push[one.repository, push].append(one.commit.committed_at)
        if event is not None:
            contained[one.repository, event] += 1
    out: set[tuple[int, int | str]] = {event for event, count in contained.items() if count > BULK_COMMITS}
    for found, times in by_push.items():
        if len(times) > BULK_COMMITS or _span(times) > timedelta(days=BULK_DAYS):
            out.add(found)
    return out


def _span(times: list[str | None]) -> timedelta:
    known = [t for t in times if t is not None]
    return clock.from_text(max(known)) - clock.from_text(min(known)) if known else timedelta(0)


def _in_order(landed: Iterable[Landed]) -> list[Landed]:
    """What a default branch had first comes first; of what came together, parents before children."""
    together: dict[tuple[bool, str, str, int], list[Landed]] = defaultdict(list)
    for one in landed:
        how = one.landing
        together[how.tier == "T3", how.reached_at, how.landed_at, one.repository].append(one)
    out = []
    for key in sorted(together):
        out += _parents_first({one.commit.oid: one for one in together[key]})
    return out


def _parents_first(group: Mapping[str, Landed]) -> list[Landed]:
    if len(group) == 1:
        return list(group.values())
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
