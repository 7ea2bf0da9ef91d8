"""Fetch the ancestry of release tags that are not on the default branch, down to where they left it.

The parent relation tells which landed commits a release contains. Headline, author date and size tell which of the
others are copies of landed ones.
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Collection
from typing import Any

from collector.github import commit_models, queries
from collector.github.client import TooHeavy, require
from collector.github.models import Page, parse
from collector.github.page_size import PageSize
from collector.store.batch import Batch, Row
from collector.sync.fetchers import commit_graph, one_commit
from collector.sync.fetchers.pagination import Incomplete
from collector.sync.fetchers.source import Source

# A commit or tag object: its oid, the oids of its parents or its target, and the commit if GitHub serves one.
Node = tuple[str, list[str], commit_models.Commit | None]
# Commits that one batched query for the ancestry of tags returns in total.
TIP_COMMITS = 100
# The most batched queries per run: a longer side branch is another line of development and not followed further.
LONGEST = 50


async def fetch(source: Source) -> AsyncIterator[Batch]:
    """Update the commits that release tags point to, then fetch the ancestry of tags of releases that could count.

    Tagged commits that the default branch has reached since are marked as gone: they are commits of its own now.
    Raises Incomplete when GitHub does not serve some of the commits at all.
    """
    moved = await source.read(_moved, source.id)
    if moved:
        yield Batch(rows={"releases": [{"id": release, "tag_oid": oid} for release, oid in moved]})
    landed = await source.read(_landed, source.id)
    if landed:
        yield Batch(gone={"tagged_commits": [(source.id, oid) for oid in landed]})
    unserved: set[str] = set()
    for _ in range(LONGEST):
        unknown = await source.read(_unknown, source.id, source.start, unserved)
        if not unknown:
            break
        answers = await _ask(source, unknown)
        unserved |= set(unknown) - set(answers)
        yield await _batch(source, answers)
    if unserved:
        raise Incomplete(
            f"GitHub does not serve the tagged history of {source.repository.name_with_owner} at {min(unserved)}.",
            "What was read is stored; the next run retries.",
        )


async def _ask(source: Source, oids: list[str]) -> dict[str, list[Node]]:
    """Fetch the first nodes of the history of each oid; oids that GitHub does not serve are left out."""
    variables: dict[str, Any] = {f"oid{i}": oid for i, oid in enumerate(oids)}
    variables["repository"] = source.repository.id
    several, size = len(oids) > 1, PageSize("commits", max(10, TIP_COMMITS // len(oids)))
    text = queries.tag_histories(len(oids))
    try:
        answer = await source.github.graphql(
            "TagHistories", text, variables, source.meter, size, can_split=several, partial=True
        )
    except TooHeavy:
        if several:
            return {key: nodes for oid in oids for key, nodes in (await _ask(source, [oid])).items()}
        return await _alone(source, oids[0])
    node = require(answer, "node", source.repository.name_with_owner)
    found: dict[str, list[Node]] = {}
    for i, oid in enumerate(oids):
        raw = node[f"c{i}"]
        if raw is None or "history" not in raw:
            target = raw and raw.get("target")
            found[oid] = [(oid, [target["oid"]] if target else [], None)]
            continue
        commits = parse(Page[commit_models.Commit | None], raw["history"], "TagHistories").nodes
        nodes = [_node(source, c) for c in commits if c and c.parent_oids is not None]
        found |= {oid: nodes} if any(name == oid for name, *_ in nodes) else await _alone(source, oid)
    return found


async def _alone(source: Source, oid: str) -> dict[str, list[Node]]:
    """Fetch one commit by its oid, after lists failed to serve it; empty when that fails too."""
    try:
        one = await one_commit.read(source, oid)
    except one_commit.Unserved:
        return {}
    return {oid: [_node(source, one.commit) if one else (oid, [], None)]}


def _node(source: Source, commit: commit_models.Commit) -> Node:
    """Return a commit with its parents; without them if it is older than the database's start."""
    is_old = commit.committed_date is not None and commit.committed_date < source.start
    return commit.oid, [] if is_old else commit.parent_oids or [], commit


async def _batch(source: Source, answers: dict[str, list[Node]]) -> Batch:
    batch = Batch()
    ancestry = batch.immutable.setdefault("tag_ancestry", [])
    for tip, nodes in answers.items():
        known = await source.read(commit_graph.stored, source.id, [oid for oid, *_ in nodes])
        wanted = {tip}
        for oid, parents, commit in nodes:
            if oid in wanted and oid not in known:
                wanted |= set(parents)
                ancestry += [(source.id, oid, parent) for parent in parents or [""]]
                batch.add("tagged_commits", _row(source.id, oid, commit))
    return batch


def _row(repository: int, oid: str, commit: commit_models.Commit | None) -> Row:
    """Return the row of a tagged commit. A tag object, or a commit that GitHub does not have, holds no work."""
    parents = commit.parent_oids or [] if commit else []
    return {
        "repository": repository,
        "oid": oid,
        "headline": commit.message_headline if commit else None,
        "authored_at": commit.authored_date if commit else None,
        "committed_at": commit.committed_date if commit else None,
        "is_merge": int(commit is None or len(parents) > 1),
    }


def _moved(db: sqlite3.Connection, repository: int) -> list[tuple[int, str | None]]:
    """Return releases whose tag was moved or deleted since they were read, which does not change the release itself."""
    found = db.execute(
        "SELECT r.id, t.oid FROM releases AS r LEFT JOIN tags AS t "
        "ON t.repository = r.repository AND t.name = r.tag_name AND t.gone_at IS NULL "
        "WHERE r.repository = ? AND r.gone_at IS NULL AND r.tag_oid IS NOT t.oid AND ("
        # GitHub may report different commits for a release and its tag: only recorded changes of the tag count.
        "  EXISTS (SELECT 1 FROM changes AS c WHERE c.\"table\" = 'tags' AND c.key = r.repository || '/' || r.tag_name)"
        "  OR EXISTS (SELECT 1 FROM tags AS g WHERE g.repository = r.repository AND g.name = r.tag_name"
        "             AND g.gone_at IS NOT NULL))",
        [repository],
    )
    return found.fetchall()


def _landed(db: sqlite3.Connection, repository: int) -> list[str]:
    """Return tagged commits that the default branch reaches by now."""
    found = db.execute(
        "SELECT t.oid FROM tagged_commits AS t JOIN commits AS c ON c.repository = t.repository AND c.oid = t.oid "
        "WHERE t.repository = ? AND t.gone_at IS NULL AND c.gone_at IS NULL",
        [repository],
    )
    return [row[0] for row in found]


def _unknown(db: sqlite3.Connection, repository: int, start: str, without: Collection[str] = ()) -> list[str]:
    """Return oids still to fetch: commits of release tags and their ancestors that are not stored, except `without`."""
    found = db.execute(
        "SELECT oid FROM ("
        "  SELECT tag_oid AS oid FROM releases WHERE repository = :repository AND gone_at IS NULL"
        "  AND tag_oid IS NOT NULL AND NOT is_draft AND NOT is_prerelease AND published_at >= :start"
        "  UNION SELECT parent FROM tag_ancestry WHERE repository = :repository AND parent <> ''"
        "  UNION SELECT oid FROM tag_ancestry WHERE repository = :repository"
        ") AS wanted "
        "WHERE oid NOT IN (SELECT value FROM json_each(:without)) "
        "AND NOT EXISTS (SELECT 1 FROM commits AS c WHERE c.repository = :repository AND c.oid = wanted.oid) "
        "AND NOT EXISTS (SELECT 1 FROM history_boundaries AS b "
        "WHERE b.repository = :repository AND b.oid = wanted.oid) "
        "AND NOT EXISTS (SELECT 1 FROM tagged_commits AS t WHERE t.repository = :repository AND t.oid = wanted.oid) "
        "LIMIT :limit",
        {"repository": repository, "start": start, "limit": commit_graph.TIPS, "without": json.dumps([*without])},
    )
    return [row[0] for row in found]
