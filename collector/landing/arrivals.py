"""When each commit landed, by what and by whom (SIGNALS.md, "Landed"). Pure.

Every branch that a landed pull request went to, and the default branch, is a series of moves in the order of GitHub's
clock: pull requests merged into it and pushes to it. A commit lands with the first move that brings it to any of them,
provided that the default branch did not have it already.
"""

from dataclasses import dataclass, replace

from collector.landing.graph import Commit, History, Merge, Push

ZEROS = frozenset("0")


@dataclass(frozen=True, slots=True)
class Landing:
    """How a commit landed. `reached_at` is when the default branch first had it."""

    landed_at: str
    reached_at: str
    tier: str  # T1 | T2 | T3
    landed_by: str  # pull_request | push | signature | verification | committer_date
    person: int | None
    pull_request: int | None = None
    push: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A branch going from one commit to another, by a merged pull request or a push."""

    at: str
    order: int
    ref: str
    before: str | None
    after: str
    merge: Merge | None
    push: Push | None


def land(history: History) -> dict[str, Landing]:
    """The landing of every commit that is or was on the default branch."""
    brought = _brought(history)
    reached: dict[str, str] = {}
    for move, oids in brought:
        if move.ref == history.default_ref:
            for oid in oids:
                reached.setdefault(oid, move.at)
    landings: dict[str, Landing] = {}
    for move, oids in brought:
        for oid in oids:
            if oid in landings or not _still_new(move, reached.get(oid), history.default_ref):
                continue
            landings[oid] = _by_move(move, reached.get(oid, move.at))
    for oid, commit in history.commits.items():
        if oid not in landings:
            landings[oid] = _by_signature(commit)
    return _unchanged_by_rewriting(history, landings)


def _moves(history: History) -> list[Move]:
    """Every move of the branches that matter, in GitHub's order."""
    landed = [m for m in history.merges if m.oid in history.commits]
    refs = {m.base for m in landed} | {history.default_ref}
    merges = {(m.base, m.oid): m for m in sorted(landed, key=lambda m: m.at, reverse=True)}
    moves, with_push = [], set()
    for p in history.pushes:
        if p.ref not in refs or set(p.after) <= ZEROS:
            continue
        merge = merges.get((p.ref, p.after))
        if merge is not None:
            with_push.add(merge.id)
        at = min(p.at, merge.at) if merge else p.at
        moves.append(Move(at, p.id, p.ref, p.before, p.after, merge, p))
    for m in landed:
        if m.id not in with_push:
            moves.append(Move(m.at, 0, m.base, _before(history, m), m.oid, m, None))
    return sorted(moves, key=lambda m: (m.at, m.order))


def _before(history: History, merge: Merge) -> str | None:
    """Where the base stood before a pull request that the push log does not know."""
    here = history.commits[merge.oid]
    # A rebased pull request is a row of commits; GitHub associates each of them with it.
    while len(here.parents) == 1 and here.parents[0] in history.commits:
        parent = history.commits[here.parents[0]]
        if parent.pull_request != merge.number or parent.is_merge:
            break
        here = parent
    return here.parents[0] if here.parents else None


def _brought(history: History) -> list[tuple[Move, list[str]]]:
    """Each move with the commits that its branch did not have before."""
    on_ref: dict[str, set[str]] = {}
    out = []
    for move in _moves(history):
        seen = on_ref.setdefault(move.ref, set())
        if move.before is not None and move.before in history.commits:
            history.reach(move.before, seen)
        out.append((move, history.reach(move.after, seen)))
    return out


def _still_new(move: Move, reached: str | None, default_ref: str) -> bool:
    """Whether the default branch did not have the commit before the move."""
    if move.ref == default_ref:
        return True
    if reached is None:
        # Nothing tells when the default branch got it: only a pull request is proof that it was new.
        return move.merge is not None
    return reached >= move.at


def _by_move(move: Move, reached: str) -> Landing:
    if move.merge is not None:
        at = move.merge.at
        return Landing(at, max(at, reached), "T1", "pull_request", move.merge.author, pull_request=move.merge.id)
    assert move.push is not None
    return Landing(move.at, max(move.at, reached), "T1", "push", move.push.actor, push=move.push.id)


def _by_signature(commit: Commit) -> Landing:
    """Without a move: by GitHub's own signature, else by when GitHub verified one, else by the client's word alone."""
    at = commit.committed_at
    if commit.signed_by_github:
        return Landing(at, at, "T1", "signature", None)
    if commit.verified_at:
        return Landing(commit.verified_at, commit.verified_at, "T2", "verification", commit.signer)
    return Landing(at, at, "T3", "committer_date", None)


def _unchanged_by_rewriting(history: History, landings: dict[str, Landing]) -> dict[str, Landing]:
    """What a force push gave a new oid stays landed when the old one did; what it dropped for good has not landed."""
    by_likeness: dict[object, str] = {}
    for oid, commit in history.commits.items():
        if not commit.live and not commit.is_merge:
            for mark in (commit.likeness, commit.tree):
                known = by_likeness.get(mark)
                if known is None or landings[oid].landed_at < landings[known].landed_at:
                    by_likeness[mark] = oid
    out = {}
    for oid, commit in history.commits.items():
        if not commit.live:
            continue
        landing = landings[oid]
        if by_likeness and not commit.is_merge:
            old = by_likeness.get(commit.likeness) or by_likeness.get(commit.tree)
            if old is not None and landings[old].landed_at < landing.landed_at:
                landing = replace(landings[old])
        out[oid] = landing
    return out
