"""Date the commits of a release that the default branch did not have when it was published. Does no I/O.

They appear on the branch that the tag is on, by its pushes and by the pull requests that were merged into it. Only
moves that end within the release are looked at: others may lead to commits that were not known yet, and results as of a
past date must not change.
"""

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from collector.derive.history import History, Move, is_null
from collector.derive.landings import Landing, by_move


class Branches:
    """The moves of all branches of a repository."""

    def __init__(self, history: History) -> None:
        self.history = history

    def appearances(self, beside: Collection[str], published_at: str) -> dict[str, Landing]:
        """Return oid -> first appearance on the branch of the tag, of what a release holds `beside` the default one.

        That branch is the one that moved last within the release by its publication; several, if they moved to the
        same commit. What no push and no merge brought to it is left out.
        """
        ends = [move for oid in beside for move in self._moves.get(oid, ()) if move.at <= published_at]
        if not ends:
            return {}
        head = max(ends, key=_order).after
        refs = {move.ref for move in ends if move.after == head}
        first: dict[str, Move] = {}
        for ref in sorted(refs):
            seen: set[str] = set()
            for move in sorted((move for move in ends if move.ref == ref), key=_order):
                todo = [move.after]
                while todo:
                    oid = todo.pop()
                    if oid in seen or oid not in beside:
                        continue
                    seen.add(oid)
                    first[oid] = min(first.get(oid, move), move, key=_order)
                    todo.extend(self.history.parents(oid))
        return {oid: by_move(move, move.at, partial=False) for oid, move in first.items()}

    @cached_property
    def _moves(self) -> dict[str, list[Move]]:
        """The moves by the commit at their end."""
        merges = {(m.base, m.oid): m for m in sorted(self.history.merges, key=lambda m: m.at, reverse=True)}
        out: dict[str, list[Move]] = defaultdict(list)
        for p in self.history.pushes:
            if not is_null(p.after):
                merge = merges.pop((p.ref, p.after), None)
                at = min(p.at, merge.at) if merge else p.at
                out[p.after].append(Move(at, p.id, p.ref, p.before, p.after, merge, p))
        for m in merges.values():
            out[m.oid].append(Move(m.at, 0, m.base, None, m.oid, m, None))
        return out


def _order(move: Move) -> tuple[str, int, str]:
    return move.at, move.order, move.ref
