"""Which landed commits are copies or imports (SIGNALS.md, "Copy" and "Bulk landing"). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from collector import clock
from collector.landing.arrivals import Landing
from collector.landing.graph import Commit

BULK_COMMITS = 200
BULK_SPAN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Landed:
    """A commit of the default branch of one repository of a project, and how it landed."""

    repository: int
    commit: Commit
    landing: Landing


def copies(landed: Iterable[Landed]) -> dict[tuple[int, str], tuple[int, str]]:
    """(repository, oid) of each copy -> that of what it copies, over all repositories of one project.

    A copy has the oid, or headline, author date and size, of what landed earlier anywhere in the project, or the tree
    of an earlier commit of its own branch. What only its client dates proves nothing, so it comes last.
    """
    first_oid: dict[str, tuple[int, str]] = {}
    first_likeness: dict[object, tuple[int, str]] = {}
    first_tree: dict[tuple[int, str], tuple[int, str]] = {}
    out: dict[tuple[int, str], tuple[int, str]] = {}
    for one in _in_order(landed):
        commit, key = one.commit, (one.repository, one.commit.oid)
        likeness = commit.likeness if commit.lines and not commit.is_merge else None
        original = first_oid.get(commit.oid) or first_tree.get((one.repository, commit.tree))
        if original is None and likeness is not None:
            original = first_likeness.get(likeness)
        if original is not None and not commit.is_merge:
            out[key] = original
        first_oid.setdefault(commit.oid, key)
        first_tree.setdefault((one.repository, commit.tree), key)
        if likeness is not None:
            first_likeness.setdefault(likeness, key)
    return out


def bulk(landed: Iterable[Landed]) -> set[tuple[int, int]]:
    """(repository, push) of pushes without a pull request that bring an import: too many commits, or too old ones."""
    by_push: dict[tuple[int, int], list[str]] = defaultdict(list)
    for one in landed:
        if one.landing.landed_by == "push" and one.landing.push is not None:
            by_push[one.repository, one.landing.push].append(one.commit.committed_at)
    return {push for push, times in by_push.items() if len(times) > BULK_COMMITS or _span(times) > BULK_SPAN}


def _span(times: list[str]) -> timedelta:
    return clock.from_text(max(times)) - clock.from_text(min(times))


def _in_order(landed: Iterable[Landed]) -> list[Landed]:
    """Earliest landing first; what landed together, parents before children."""
    together: dict[tuple[bool, str, int], list[Landed]] = defaultdict(list)
    for one in landed:
        together[one.landing.tier == "T3", one.landing.landed_at, one.repository].append(one)
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
