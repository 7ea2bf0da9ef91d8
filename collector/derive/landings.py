"""When each commit landed, by what and by whom (docs/signals.md, "Landed"). Pure.

Every branch that a landed pull request went to, and the default branch, is a series of moves in the order of GitHub's
clock: pull requests merged into it and pushes to it. A commit lands with the first move that brings it to any of them,
provided that the default branch did not have it already. So work on a development branch lands when it is merged there,
and counts from the promotion of that branch to the default one on (`Landing.reached_at`); a squash or rebase lands like
any merge, and `copies` finds what it brings once more.

What no move brings, and no signature dates, was there before the push log begins. The earliest event on GitHub that
contains it, a merge or the publication of a release, says until when it had landed at the latest.

Nothing here depends on what came later than a commit's `reached_at`, so that the answer as of a past date stays what it
was: what a rewrite drops keeps its landing and gets a `left_at`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from collector import clock
from collector.derive.history import Commit, History, Merge, Push
from collector.method.constants import VERIFICATION_DAYS, VERIFIED_SINCE

ZEROS = frozenset("0")
# Stands for the landing of a commit of which nothing tells a time: it is before any window.
UNDATED = ""


@dataclass(frozen=True, slots=True)
class Landing:
    """How a commit landed. `reached_at` is when the default branch first had it, `left_at` when it was dropped.

    `partial`: its pull request also brought commits that landed otherwise, so its files tell of those, too.
    `contained_in` is the commit of the event that proves it to have landed by then.
    """

    landed_at: str
    reached_at: str
    tier: str  # T1 | T2 | T3
    landed_by: str  # pull_request | push | signature | verification | contained_by | committer_date
    person: int | None
    pull_request: int | None = None
    push: int | None = None
    left_at: str | None = None
    partial: bool = False
    contained_in: str | None = None


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
    since = _default_since(history)
    history = _under_one_name(_with_former_branches(history))
    brought = _brought(history)
    reached: dict[str, str] = {}
    for move, oids in brought:
        if move.ref == history.default_ref:
            for oid in oids:
                reached.setdefault(oid, max(move.at, since(move)))
    landings: dict[str, Landing] = {}
    for move, oids in brought:
        together: dict[str, Landing] = {}  # what came by one move and reached the branch together landed alike
        new = [oid for oid in oids if oid not in landings and _still_new(move, reached.get(oid), history.default_ref)]
        others = set(oids).difference(new) if len(new) < len(oids) else set()
        partial = any(not history.commits[oid].is_merge for oid in others)
        for oid in new:
            at = reached.get(oid, move.at)
            landings[oid] = together.get(at) or together.setdefault(at, _by_move(move, at, partial))
    by_number = {m.number: m for m in history.merges if m.oid in history.commits}
    for oid, commit in history.commits.items():
        if oid not in landings:
            # Where the moves leave a gap, GitHub's own word that a landed pull request brought it comes next.
            merge = by_number.get(commit.pull_request or 0)
            landings[oid] = _by_pull_request(merge, merge.at, partial=True) if merge else _by_signature(commit)
    _date_by_what_contains(history, landings)
    for oid, left in _left(history).items():
        landings[oid] = replace(landings[oid], left_at=left)
    return landings


def _default_since(history: History) -> Callable[[Move], str]:
    """For a move of what is the default branch now: since when that is so, if it was another branch before that."""
    ref = history.default_ref
    until = history.exchanges[-1].seen_at if history.exchanges else ""
    # It may have been the default one before, too.
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
    """The history as if former default branches had had the name of today's, for as long as they were it."""
    pushes, merges = list(history.pushes), list(history.merges)
    ref = history.default_ref
    for exchange in history.exchanges:
        if exchange.former != ref:
            former, until = exchange.former, exchange.seen_at
            pushes = [replace(p, ref=ref) if p.ref == former and p.at <= until else p for p in pushes]
            merges = [replace(m, base=ref) if m.base == former and m.at <= until else m for m in merges]
    return replace(history, pushes=pushes, merges=merges) if history.exchanges else history


def _under_one_name(history: History) -> History:
    """The history as if the default branch had always had its present name.

    A default branch that got its name later begins in the push log with its creation at another branch's head. What
    came to that one until then came to the default branch; else all of it would land at once, with the creation.
    """
    known = {history.default_ref}
    while True:
        born = next((p for p in history.pushes if p.ref == history.default_ref), None)
        if born is None or not set(born.before) <= ZEROS:
            return history
        heads: dict[str, str] = {}
        for p in history.pushes:
            if (p.at, p.id) < (born.at, born.id):
                heads[p.ref] = p.after
        former = next((ref for ref, head in heads.items() if head == born.after and ref not in known), None)
        if former is None:
            return history
        known.add(former)
        ref, at = history.default_ref, born.at
        pushes = [replace(p, ref=ref) if p.ref == former and p.at <= at else p for p in history.pushes]
        merges = [replace(m, base=ref) if m.base == former and m.at <= at else m for m in history.merges]
        history = replace(history, pushes=pushes, merges=merges)


def _moves(history: History) -> list[Move]:
    """Every move of the branches that matter, in GitHub's order.

    One push may carry several pull requests, by a merge queue or a bot, and GitHub says that they are merged a moment
    after it; they come before that push, the older commits first.
    """
    landed = [m for m in history.merges if m.oid in history.commits]
    refs = {m.base for m in landed} | {history.default_ref}
    pushed = _first_pushes(history, {(m.base, m.oid) for m in landed}, refs)
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
            at = min(m.at, pushed.get((m.base, m.oid), m.at))
            moves.append(Move(at, 0, m.base, _before(history, m), m.oid, m, None))
    return sorted(moves, key=lambda m: (m.at, history.depths.get(m.after, 0), m.order))


def _first_pushes(history: History, wanted: set[tuple[str, str]], refs: set[str]) -> dict[tuple[str, str], str]:
    """When the push log first shows each of the wanted (ref, oid)."""
    on_ref: dict[str, set[str]] = {}
    out: dict[tuple[str, str], str] = {}
    for p in history.pushes:
        if p.ref in refs:
            seen = on_ref.setdefault(p.ref, set())
            history.reach(p.before, seen)
            for oid in history.reach(p.after, seen):
                if (p.ref, oid) in wanted:
                    out[p.ref, oid] = p.at
    return out


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
    """Each move with the commits that it brought and no move of its branch before it.

    What lies behind the place where a move began is there already, though no move may have brought it: a later one does
    when it began further back, as a push does that the log shows after a merge that was built on it.
    """
    brought: dict[str, set[str]] = {}
    there: dict[str, set[str]] = {}
    tips: dict[str, str] = {}
    behind_tip: dict[str, set[str]] = {}
    out = []
    for move in _moves(history):
        had, seen = brought.setdefault(move.ref, set()), there.setdefault(move.ref, set())
        if move.before is not None and move.before in history.commits:
            goes_on = move.before == tips.get(move.ref)
            if not goes_on:
                behind_tip[move.ref] = set()
            history.reach(move.before, seen)
            found = history.between(move.before, move.after, behind_tip[move.ref])
            seen.update(found)
            behind_tip[move.ref].update(found)
            found = [oid for oid in found if oid not in had]
        else:
            found = history.reach(move.after, seen)
            behind_tip[move.ref] = set(found)
        tips[move.ref] = move.after
        had.update(found)
        out.append((move, found))
    return out


def _still_new(move: Move, reached: str | None, default_ref: str) -> bool:
    """Whether the default branch did not have the commit before the move."""
    if move.ref == default_ref:
        return True
    if reached is None:
        # Nothing tells when the default branch got it: only a pull request is proof that it was new.
        return move.merge is not None
    return reached >= move.at


def _by_move(move: Move, reached: str, partial: bool) -> Landing:
    if move.merge is not None:
        return _by_pull_request(move.merge, reached, partial)
    assert move.push is not None
    return Landing(move.at, max(move.at, reached), "T1", "push", move.push.actor, push=move.push.id)


def _by_pull_request(merge: Merge, reached: str, partial: bool) -> Landing:
    reached = max(merge.at, reached)
    return Landing(merge.at, reached, "T1", "pull_request", merge.author, pull_request=merge.id, partial=partial)


def _by_signature(commit: Commit) -> Landing:
    """Without a move: by GitHub's own signature, else by when GitHub verified one as it arrived, else by the client's
    word alone."""
    at = commit.committed_at
    if at is None:
        return Landing(UNDATED, UNDATED, "T3", "committer_date", None)
    if commit.signed_by_github:
        return Landing(at, at, "T1", "signature", None)
    verified = commit.verified_at
    if verified is not None and _came_with_it(verified, at):
        return Landing(verified, verified, "T2", "verification", commit.signer)
    return Landing(at, at, "T3", "committer_date", None)


def _date_by_what_contains(history: History, landings: dict[str, Landing]) -> None:
    """Let what only its client dates have landed with the earliest event of GitHub's that contains it: that can be too
    late, never too early. Who landed it, nobody knows."""
    if not any(how.tier == "T3" for how in landings.values()):
        return
    events = [(m.at, m.oid) for m in history.merges] + [(p.at, p.oid) for p in history.publications]
    seen: set[str] = set()
    for at, event in sorted(events):
        # A release may be on a branch of its own: what it contains begins behind that.
        todo = [event]
        while todo:
            oid = todo.pop()
            if oid in seen:
                continue
            seen.add(oid)
            how = landings.get(oid)
            if how is not None and how.tier == "T3":
                landings[oid] = Landing(at, at, "T1", "contained_by", None, contained_in=event)
            todo.extend(history.parents(oid))


def _came_with_it(verified_at: str, committed_at: str) -> bool:
    """Whether GitHub verified a signature as the commit arrived."""
    apart = abs(clock.from_text(verified_at) - clock.from_text(committed_at))
    return verified_at >= VERIFIED_SINCE and apart <= timedelta(days=VERIFICATION_DAYS)


def _left(history: History) -> dict[str, str]:
    """When each commit that the default branch no longer has was dropped: by the last force push that did, else, where
    the log shows none, when it was found to be gone."""
    left = {oid: commit.gone_at for oid, commit in history.commits.items() if commit.gone_at is not None}
    if not left:
        return left
    for p in history.pushes:
        if p.ref == history.default_ref and p.kind == "force_push":
            kept: set[str] = set()
            history.reach(p.after, kept)
            left |= {oid: p.at for oid in history.reach(p.before, kept) if oid in left}
    return left
