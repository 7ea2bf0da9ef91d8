"""Decide when a pull request was last changed before its merge (docs/signals.md, `rule_change_notice`).

The latest of: its opening, or when it was made ready for review; a push that brought its branch a commit, if the branch
is in the same repository, where the log dates it; a force push. A branch in a fork has no log here: its commits are
dated by whoever made them. An update of the branch from its base is no change, and neither is a push that only drops
commits, or that brings commits equal to earlier ones (the same headline, author date and size), as a rebase does.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from collector.derive.history import History, Likeness, Push, is_null
from collector.derive.work import Gathered
from collector.sql import statement

FORCE_PUSH = "force_push"


@dataclass(frozen=True)
class MergedBranch:
    """A merged pull request and its branch. `ref` is None for a branch in a fork, and empty if the log has none.

    `committed_at` are the committer dates of its own commits, `forced_at` the times of force pushes by its timeline.
    """

    id: int
    repository: int
    opened_at: str
    ready_at: str | None  # last made ready for review
    merged_at: str
    ref: str | None
    committed_at: tuple[str, ...] = ()
    forced_at: tuple[str, ...] = ()


def write(db: sqlite3.Connection, slug: str, gathered: Gathered) -> None:
    """Write the last changes of a project's merged pull requests that touch rules. `work_paths` must be written."""
    branches = list(_branches(db, slug))
    if not branches:
        return
    brought: dict[int, set[str]] = defaultdict(set)
    for one in gathered.landed:
        if one.landing.pull_request is not None and not one.commit.is_merge:
            brought[one.landing.pull_request].add(one.commit.oid)
    stored = _branch_commits(db, slug)
    rows = []
    for branch in branches:
        if (history := gathered.histories.get(branch.repository)) is not None:
            own = Own(history, brought[branch.id], stored.get(branch.repository, {}))
            rows.append((slug, branch.id, *last_change(branch, own)))
    db.executemany("INSERT INTO last_changes VALUES (?, ?, ?, ?)", rows)


def last_change(branch: MergedBranch, own: "Own") -> tuple[str, str]:
    """Return when a pull request was last changed before its merge, and by what."""
    changes = [(branch.opened_at, "opened"), *([(branch.ready_at, "ready")] if branch.ready_at else [])]
    logged = [p for p in own.history.pushes if p.ref == branch.ref and p.at < branch.merged_at]
    # The log may date the creation of a branch shortly after the pull request.
    pushes = [p for n, p in enumerate(logged) if p.at > branch.opened_at and (n or p.kind != "branch_creation")]
    changes += [(p.at, p.kind) for p in pushes if not is_null(p.after) and own.is_changed_by(p)]
    if branch.ref is None:
        changes += [(at, "commit") for at in branch.committed_at if branch.opened_at < at < branch.merged_at]
    if not any(p.kind == FORCE_PUSH for p in pushes):
        # Otherwise the log has them, with what they brought.
        changes += [(at, FORCE_PUSH) for at in branch.forced_at if at < branch.merged_at]
    return max(changes)


class PushedCommit(NamedTuple):
    """A commit that was fetched for a push to a branch. `likeness` is None if a part of it is not known."""

    parents: tuple[str, ...]
    likeness: Likeness | None

    @property
    def is_merge(self) -> bool:
        """Whether it has several parents."""
        return len(self.parents) > 1


@dataclass
class Own:
    """What is known of a pull request's branch, push by push in the order of time.

    `brought` are the commits that landed by it, `stored` the commits that were fetched for its pushes.
    """

    history: History
    brought: set[str]
    stored: Mapping[str, PushedCommit]
    had: set[object] = field(default_factory=set)  # oids and likenesses of commits that the branch had

    def is_changed_by(self, push: Push) -> bool:
        """Return whether a push brought the branch a new commit that is no merge, as far as that is known."""
        commits = self.history.commits
        if push.kind != FORCE_PUSH and push.before in commits and push.after in commits:
            return not self.brought.isdisjoint(self.history.between(push.before, push.after, set()))
        before, after = self._own(push.before), self._own(push.after)
        if before is None or after is None:
            return True
        self._note(before)
        new = [oid for oid, commit in after.items() if oid not in self.had and not commit.is_merge]
        changed = any(after[oid].likeness is None or after[oid].likeness not in self.had for oid in new)
        self._note(after)
        return changed

    def _note(self, commits: Mapping[str, PushedCommit]) -> None:
        self.had |= set(commits) | {c.likeness for c in commits.values() if c.likeness is not None}

    def _own(self, head: str) -> dict[str, PushedCommit] | None:
        """Return the commits of the branch at a head, down to its base; None if one of them is not known."""
        found: dict[str, PushedCommit] = {}
        todo = [head]
        while todo:
            oid = todo.pop()
            if oid in found or (oid in self.history.commits and oid not in self.brought):
                continue
            if oid not in self.stored:
                return None
            found[oid] = self.stored[oid]
            todo += found[oid].parents
        return found


def _branch_commits(db: sqlite3.Connection, slug: str) -> dict[int, dict[str, PushedCommit]]:
    """Return repository -> oid -> commit."""
    out: dict[int, dict[str, PushedCommit]] = defaultdict(dict)
    for repository, oid, parents, *likeness in db.execute(
        "SELECT b.repository, b.oid, b.parents, b.headline, b.authored_at, b.additions, b.deletions "
        "FROM branch_commits AS b JOIN project_repositories AS r USING (repository) "
        "WHERE r.project = ? AND r.tracked",
        [slug],
    ):
        headline, authored_at, additions, deletions = likeness
        known = None if None in likeness else (headline, authored_at, additions, deletions)
        out[repository][oid] = PushedCommit(tuple(parents.split()), known)
    return out


def _branches(db: sqlite3.Connection, slug: str) -> Iterable[MergedBranch]:
    listed: dict[str, dict[int, list[str]]] = {"commit": defaultdict(list), FORCE_PUSH: defaultdict(list)}
    rows = db.execute(statement(__package__, "rule_branches"), {"project": slug}).fetchall()
    head_refs = statement(__package__, "head_refs")
    asked = {"project": slug, "pull_requests": json.dumps([row[0] for row in rows])}
    for kind, pull_request, at in db.execute(statement(__package__, "rule_branch_times"), asked):
        listed[kind][pull_request].append(at)
    repositories = [{"repository": ident} for ident in {row[1] for row in rows}]
    refs = {ident: ref for repository in repositories for ident, ref in db.execute(head_refs, repository)}
    for ident, repository, opened_at, ready_at, merged_at, is_fork in rows:
        commits, forced = (tuple(times[ident]) for times in listed.values())
        ref = None if is_fork else refs.get(ident, "")
        yield MergedBranch(ident, repository, opened_at, ready_at, merged_at, ref, commits, forced)
