"""Fetch what pushes brought to the branches of pull requests that change economic rules.

How long such a change lay open is counted from the last push that brought a new commit (`derive/last_changes.py`). A
push of the log names only two commits, so GitHub is asked what lies between them, and whether that is a merge of the
base or a rebase; it serves commits by oid even when no branch has them any more. Only pull requests that were open for
long enough are looked at, and of them only pushes that the default branch does not explain
(`derive/needed_branches.py`).
https://docs.github.com/en/pull-requests/committing-changes-to-your-project/troubleshooting-commits/commit-exists-on-github-but-not-in-my-local-clone
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from collector.derive import needed_branches
from collector.github import commit_models, queries
from collector.github.client import RequestFailed, TooHeavy, require
from collector.github.models import OddAnswer, Page, parse
from collector.github.page_size import PageSize
from collector.store.batch import Batch, Unreadable
from collector.store.state import State
from collector.sync.fetchers.needs import Needs
from collector.sync.fetchers.source import Source

KIND = "branch_commits"
# Branches in one query, and commits of each that it lists.
BRANCHES, COMMITS = 8, 10
# Rounds of a run at most: a branch longer than that many lists is not followed further.
ROUNDS = 10


async def fetch(source: Source, state: State, needs: Needs) -> AsyncIterator[Batch]:
    """Fetch the commits that pushes brought to the branches of a repository's rule changes."""
    mark, patterns, unserved = await source.read(needs.branches, source.id, source.now)
    if mark == state.fingerprint:
        return
    for _ in range(ROUNDS):
        wanted = await source.read(needed_branches.needed, source.id, patterns, unserved)
        if not wanted:
            break
        for start in range(0, len(wanted), BRANCHES):
            batch = await _ask(source, wanted[start : start + BRANCHES])
            unserved |= {part.key for part in batch.unreadable}
            yield batch
    yield Batch(state={"fingerprint": mark, "completed_at": source.now})


async def _ask(source: Source, heads: Sequence[str]) -> Batch:
    """Fetch the last commits of branches; record a head that GitHub does not serve."""
    batch, several = Batch(), len(heads) > 1
    variables: dict[str, Any] = {"repository": source.repository.id, **{f"oid{i}": oid for i, oid in enumerate(heads)}}
    text, size = queries.branch_histories(len(heads)), PageSize("branches", COMMITS)
    try:
        answer = await source.github.graphql(
            "BranchHistories", text, variables, source.meter, size, can_split=several, partial=True
        )
    except RequestFailed as error:
        if several and isinstance(error, TooHeavy):
            for head in heads:
                found = await _ask(source, [head])
                batch.unreadable += found.unreadable
                batch.readable += found.readable
                batch.rows.setdefault("branch_commits", []).extend(found.rows.get("branch_commits", ()))
            return batch
        batch.unreadable = [_unserved(source, oid, str(error)) for oid in heads]
        return batch
    node = require(answer, "node", source.repository.name_with_owner)
    for i, head in enumerate(heads):
        try:
            raw = node[f"c{i}"]
            nodes = (
                parse(Page[commit_models.BranchCommit | None], raw["history"], "BranchHistories").nodes if raw else []
            )
        except (OddAnswer, KeyError):
            nodes = []
        served = [commit for commit in nodes if commit is not None and commit.parent_oids is not None]
        if head not in {commit.oid for commit in served}:
            batch.unreadable.append(_unserved(source, head, "GitHub does not serve this commit"))
            continue
        batch.readable.append((KIND, head))
        for commit in served:
            batch.add("branch_commits", _row(source, commit))
    return batch


def _row(source: Source, commit: commit_models.BranchCommit) -> dict[str, Any]:
    return {
        "repository": source.id,
        "oid": commit.oid,
        "parents": " ".join(commit.parent_oids or ()),
        "headline": commit.message_headline,
        "authored_at": commit.authored_date,
        "additions": commit.additions,
        "deletions": commit.deletions,
    }


def _unserved(source: Source, oid: str, why: str) -> Unreadable:
    return Unreadable(KIND, oid, "", source.url(f"commit/{oid}"), why)
