"""The names and the changes of a default branch: renames, and exchanges for another branch. Does no I/O.

GitHub lists pushes and merges under the name that a branch had then; what was the default branch at a time counts as
the default branch of that time.
"""

from collections.abc import Callable
from dataclasses import replace

from collector.derive.history import History, Move, is_null

# An end that comes after every time.
FOREVER = "~"


def default_refs(history: History) -> list[tuple[str, str]]:
    """Return (ref, until) for every name of the default branch, and for each branch that was the default until then."""
    former = [(e.former, e.seen_at) for e in history.exchanges if e.former != history.default_ref]
    _, renamed = _with_renamed_branch(_with_former_branches(history))
    return [(history.default_ref, FOREVER), *former, *renamed]


def under_one_name(history: History) -> History:
    """Return the history with all moves of the default branch of their time under the name that it has today."""
    return _with_renamed_branch(_with_former_branches(history))[0]


def reached_since(history: History) -> Callable[[Move], str]:
    """Return a function that says since when a move's branch is the default branch; empty if it was at that time.

    A move of today's default branch from before it became the default reaches the default branch only with the change.
    """
    if not history.exchanges:
        return lambda move: ""
    ref, until = history.default_ref, history.exchanges[-1].seen_at
    # It may have been the default branch in an earlier period as well.
    before = max((e.seen_at for e in history.exchanges if e.former == ref), default="")
    pushes = {p.id for p in history.pushes if p.ref == ref and before < p.at < until}
    merges = {m.id for m in history.merges if m.base == ref and before < m.at < until}

    def since(move: Move) -> str:
        early = (move.push is not None and move.push.id in pushes) or (
            move.merge is not None and move.merge.id in merges
        )
        return until if early else ""

    return since


def _with_former_branches(history: History) -> History:
    """Return the history with moves of former default branches, while they were the default, under today's name."""
    pushes, merges = list(history.pushes), list(history.merges)
    ref = history.default_ref
    for exchange in history.exchanges:
        if exchange.former != ref:
            former, until = exchange.former, exchange.seen_at
            pushes = [p._replace(ref=ref) if p.ref == former and p.at <= until else p for p in pushes]
            merges = [m._replace(base=ref) if m.base == former and m.at <= until else m for m in merges]
    return replace(history, pushes=pushes, merges=merges) if history.exchanges else history


def _with_renamed_branch(history: History) -> tuple[History, list[tuple[str, str]]]:
    """Return the history as if the default branch had always had its current name, and (former name, until) of it.

    If it was renamed, the push log starts with the creation of a branch with the new name at the old one's head.
    Earlier moves of the old branch are attributed to the new one; otherwise all commits would land at its creation.
    """
    names: list[tuple[str, str]] = []
    while True:
        born = next((p for p in history.pushes if p.ref == history.default_ref), None)
        if born is None or not is_null(born.before):
            return history, names
        heads: dict[str, str] = {}
        for p in history.pushes:
            if (p.at, p.id) < (born.at, born.id):
                heads[p.ref] = p.after
        known = {history.default_ref, *(name for name, _ in names)}
        former = next((ref for ref, head in heads.items() if head == born.after and ref not in known), None)
        if former is None:
            return history, names
        ref, at = history.default_ref, born.at
        names.append((former, at))
        pushes = [p._replace(ref=ref) if p.ref == former and p.at <= at else p for p in history.pushes]
        merges = [m._replace(base=ref) if m.base == former and m.at <= at else m for m in history.merges]
        history = replace(history, pushes=pushes, merges=merges)
