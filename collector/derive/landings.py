"""Decide when each commit landed, by what and by whom (docs/signals.md, "Landed"). Does no I/O.

The default branch, and every branch that a landed pull request was merged into, is a series of moves: merged pull
requests and pushes, in the order of GitHub's clock. A commit lands with the first move that brings it to one of these
branches, unless the default branch already had it. So work on a development branch lands when it is merged there, and
counts once that branch is promoted to the default branch (`Landing.reached_at`). A squash or rebase lands like any
merge; `copies` then finds the commits that it duplicates.

Commits that no move brought and no signature dates are older than the push log. They landed at the latest with the
earliest event on GitHub that contains them: a merge, or the publication of a release.

Landings do not depend on anything later than a commit's `reached_at`, so results as of a past date do not change: a
commit dropped by a force push keeps its landing and gets a `left_at`.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta

from collector import clock
from collector.derive import default_branches
from collector.derive.history import Commit, History, Merge, Move, Push, is_null
from collector.method_constants import VERIFICATION_DAYS, VERIFIED_SINCE

# The `landed_at` of a commit without any known date. It sorts before every window.
UNDATED = ""


@dataclass(slots=True)  # what is read most often: a named tuple's fields take twice as long
class Landing:
    """When a commit landed, by what and by whom."""

    landed_at: str
    reached_at: str  # when the default branch first had it
    tier: str  # T1 | T2 | T3
    landed_by: str  # pull_request | push | signature | verification | contained_by | committer_date
    person: int | None  # account id of the pull request's author, the pusher or the signer
    pull_request: int | None = None  # id
    push: int | None = None  # id
    left_at: str | None = None  # when a force push dropped it
    partial: bool = False  # its pull request also brought commits that landed in another way; its files include those
    contained_in: str | None = None  # oid of the merge or release that proves that it had landed by then


def land(history: History) -> dict[str, Landing]:
    """Return oid -> landing, for every commit that is or was on the default branch."""
    default_since = default_branches.reached_since(history)
    history = default_branches.under_one_name(history)
    commits_by_move = _commits_by_move(history)
    reached: dict[str, str] = {}
    for move, oids, _ in commits_by_move:
        if oids and move.ref == history.default_ref:
            at = max(move.at, default_since(move))
            for oid in oids:
                reached.setdefault(oid, at)
    landings: dict[str, Landing] = {}
    for move, oids, again in commits_by_move:
        if not oids:
            continue
        by_reached: dict[str, Landing] = {}  # reached_at -> landing, shared by commits of this move
        on_default = move.ref == history.default_ref
        partial, new = again, oids
        if not on_default or not landings.keys().isdisjoint(oids):
            new = [oid for oid in oids if oid not in landings and (on_default or _still_new(move, reached.get(oid)))]
            others = set(oids).difference(new)
            partial = again or any(not history.commits[oid].is_merge for oid in others)
        for oid in new:
            at = reached.get(oid, move.at)
            how = by_reached.get(at)
            if how is None:
                how = by_reached[at] = by_move(move, at, partial)
            landings[oid] = how
    by_number = {m.number: m for m in history.merges if m.oid in history.commits}
    for oid, commit in history.commits.items():
        if oid not in landings:
            # No move brought it: fall back to the pull request that GitHub associates with it, then to its signature.
            merge = by_number.get(commit.pull_request or 0)
            landings[oid] = _by_pull_request(merge, merge.at, partial=True) if merge else _by_signature(commit)
    _date_by_containing_event(history, landings)
    for oid, left in _dropped_at(history).items():
        landings[oid] = replace(landings[oid], left_at=left)
    return landings


def _moves(history: History) -> list[Move]:
    """Return the moves of the default branch and of the bases of landed pull requests, in GitHub's order.

    A merge queue or a bot may push several pull requests at once, and GitHub dates their merges shortly after that
    push. They are sorted before the push, in the order of their commits.
    """
    landed = [m for m in history.merges if m.oid in history.commits]
    refs = {m.base for m in landed} | {history.default_ref}
    merges = {(m.base, m.oid): m for m in sorted(landed, key=lambda m: m.at, reverse=True)}
    moves, with_push = [], set()
    for p in history.pushes:
        ident, ref, before, after, _, _, at = p
        if ref not in refs or is_null(after):
            continue
        merge = merges.get((ref, after))
        if merge is not None:
            with_push.add(merge.id)
            at = min(at, merge.at)
        moves.append(Move(at, ident, ref, before, after, merge, p))
    without = [m for m in landed if m.id not in with_push]
    pushed = _first_pushes(history, {(m.base, m.oid) for m in without}, refs)
    for m in without:
        at = min(m.at, pushed.get((m.base, m.oid), m.at))
        moves.append(Move(at, 0, m.base, _before(history, m), m.oid, m, None))
    depths = history.depths
    return sorted(moves, key=lambda m: (m.at, depths.get(m.after, 0), m.order))


def _first_pushes(history: History, wanted: set[tuple[str, str]], refs: set[str]) -> dict[tuple[str, str], str]:
    """Return the time at which the push log first contains each wanted (ref, oid)."""
    on_ref: dict[str, set[str]] = {}
    out: dict[tuple[str, str], str] = {}
    for p in history.pushes if wanted else ():
        if p.ref in refs:
            seen = on_ref.setdefault(p.ref, set())
            history.reach(p.before, seen)
            for oid in history.reach(p.after, seen):
                if (p.ref, oid) in wanted:
                    out[p.ref, oid] = p.at
    return out


def _before(history: History, merge: Merge) -> str | None:
    """Return the head of the base branch before a merge that the push log does not have."""
    commits, number = history.commits, merge.number
    parents = commits[merge.oid].parents
    # A rebase adds several commits; GitHub associates each of them with the pull request.
    while len(parents) == 1 and (parent := commits.get(parents[0])) is not None:
        if parent.pull_request != number or parent.is_merge:
            break
        parents = parent.parents
    return parents[0] if parents else None


@dataclass(slots=True)
class _Branch:
    """What is known of a branch after some of its moves."""

    tip: str | None = None  # where the last move led
    brought: set[str] = field(default_factory=set)  # what moves added
    there: set[str] = field(default_factory=set)  # what it has had, be it by a move or not
    behind_tip: set[str] = field(
        default_factory=set
    )  # what was found since a move last began elsewhere than at the tip

    def advance(self, history: History, move: Move) -> list[str]:
        """Follow a move, and return the commits that it added. The caller adds them to `brought`."""
        before, after = move.before, move.after
        if before is not None and before in history.commits:
            if before != self.tip:
                self.behind_tip = set()
            if before not in self.there:
                history.reach(before, self.there)
            found = history.between(before, after, self.behind_tip)
            self.there.update(found)
            self.behind_tip.update(found)
            if not self.brought.isdisjoint(found):
                found = [oid for oid in found if oid not in self.brought]
        else:
            found = history.reach(after, self.there)
            self.behind_tip = set(found)
        self.tip = after
        return found


def _commits_by_move(history: History) -> list[tuple[Move, list[str], bool]]:
    """Return each move with the commits that it added to its branch, and whether it merged any that the branch had had.

    A move adds what is reachable from its end but not from its start, without what earlier moves of the branch added.
    If the log has gaps, commits before a move's start may have come by no move; a later move that starts further back
    can still add them, such as a push that the log shows after a merge built on it.
    """
    branches: dict[str, _Branch] = defaultdict(_Branch)
    out = []
    for move in _moves(history):
        branch, merge = branches[move.ref], move.merge
        found = branch.advance(history, move)
        again = merge is not None and _merges_again(history, merge, branch.brought)
        branch.brought.update(found)
        out.append((move, found, again))
    return out


def _merges_again(history: History, merge: Merge, had: set[str]) -> bool:
    """Return whether a merged pull request contains commits that its base branch `had` before.

    That happens after a rewrite that dropped them. Several pull requests may be pushed at once, so only what the pull
    request itself merged is compared, not all that the push brought.
    """
    before = _before(history, merge)
    if before is None or before not in history.commits:
        return False
    found = history.between(before, merge.oid, set())
    return not had.isdisjoint(found) and any(oid in had and not history.commits[oid].is_merge for oid in found)


def _still_new(move: Move, reached: str | None) -> bool:
    """Return whether the default branch did not have the commit before this move of another branch."""
    if reached is None:
        # It is unknown when the default branch got the commit: only a merged pull request proves that it was new.
        return move.merge is not None
    return reached >= move.at


def by_move(move: Move, reached: str, partial: bool) -> Landing:
    """Return the landing of a commit that a move brought."""
    if move.merge is not None:
        return _by_pull_request(move.merge, reached, partial)
    assert move.push is not None
    return Landing(move.at, max(move.at, reached), "T1", "push", move.push.actor, push=move.push.id)


def _by_pull_request(merge: Merge, reached: str, partial: bool) -> Landing:
    at = max(merge.at, reached)
    return Landing(merge.at, at, "T1", "pull_request", merge.author, pull_request=merge.id, partial=partial)


def _by_signature(commit: Commit) -> Landing:
    """Return the landing of a commit that no move or pull request brought.

    Its date comes from GitHub's own signature (T1), or the time at which GitHub verified its signature (T2), or the
    client's clock (T3).
    """
    at = commit.committed_at
    if at is None:
        return Landing(UNDATED, UNDATED, "T3", "committer_date", None)
    if commit.signed_by_github:
        return Landing(at, at, "T1", "signature", None)
    verified = commit.verified_at
    if verified is not None and _verified_on_arrival(verified, at):
        return Landing(verified, verified, "T2", "verification", commit.signer)
    return Landing(at, at, "T3", "committer_date", None)


def _date_by_containing_event(history: History, landings: dict[str, Landing]) -> None:
    """Replace landings of tier T3 by the earliest merge or release that contains the commit.

    This date may be too late, but never too early. It is unknown who landed the commit.
    """
    if not any(how.tier == "T3" for how in landings.values()):
        return
    events = [(m.at, m.oid) for m in history.merges] + [(p.at, p.oid) for p in history.publications]
    seen: set[str] = set()
    for at, event in sorted(events):
        # A release may be tagged off the default branch, so the walk also passes commits without a landing.
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


def _verified_on_arrival(verified_at: str, committed_at: str) -> bool:
    """Return whether GitHub verified a signature when the commit was pushed, and not only later.

    Since VERIFIED_SINCE GitHub stores the time of the first verification:
    https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification
    """
    apart = abs(clock.from_text(verified_at) - clock.from_text(committed_at))
    return verified_at >= VERIFIED_SINCE and apart <= timedelta(days=VERIFICATION_DAYS)


def _dropped_at(history: History) -> dict[str, str]:
    """Return oid -> time at which it was dropped, for commits that the default branch no longer has.

    This is the time of the last force push that dropped the commit, or of the branch's deletion when the branch was
    created again without it, or of the sync that found it gone if the push log has neither.
    """
    left = {oid: commit.gone_at for oid, commit in history.commits.items() if commit.gone_at is not None}
    if not left:
        return left
    deletion: Push | None = None
    for p in history.pushes:
        if p.ref != history.default_ref:
            continue
        if p.kind == "branch_deletion":
            deletion = p
            continue
        dropping = p if p.kind == "force_push" else deletion
        deletion = None
        if dropping is not None:
            kept: set[str] = set()
            history.reach(p.after, kept)
            left |= {oid: dropping.at for oid in history.reach(dropping.before, kept) if oid in left}
    return left
