"""Releases whose tag is not on the default branch: the commits from the tag down to where it left the branch.

Only who descends from whom is kept, so that a release can be told which landed work it contains.
"""

import sqlite3
from collections.abc import AsyncIterator
from typing import Any

from collector.fetchers.commits import stored
from collector.fetchers.source import Source
from collector.github import documents
from collector.github import models as m
from collector.github.client import NotThere
from collector.github.models import Page, parse
from collector.github.pages import PageSize
from collector.store.batches import Batch

TIPS, TIP_COMMITS = 10, 100
# A branch longer than this beyond the default branch is another line of development: it is followed no further.
LONGEST = 50


async def fetch(source: Source) -> AsyncIterator[Batch]:
    """What the releases' tags point to now, then the ancestry of the tags of releases that could count."""
    moved = await source.read(_moved, source.id)
    if moved:
        yield Batch(rows={"releases": [{"id": release, "tag_oid": oid} for release, oid in moved]})
    for _ in range(LONGEST):
        unknown = await source.read(_unknown, source.id, source.start)
        if not unknown:
            return
        variables: dict[str, Any] = {f"oid{i}": oid for i, oid in enumerate(unknown)}
        variables["repository"] = source.repository.id
        size = PageSize("commits", max(10, TIP_COMMITS // len(unknown)))
        text = documents.commit_histories(len(unknown))
        answer = await source.github.graphql("CommitHistories", text, variables, source.meter, size)
        if answer.data.get("node") is None:
            raise NotThere(source.repository.name_with_owner, "not_found")
        yield await _batch(source, unknown, answer.data["node"])


async def _batch(source: Source, oids: list[str], node: dict[str, Any]) -> Batch:
    batch = Batch()
    ancestry = batch.plain.setdefault("tag_ancestry", [])
    for i, oid in enumerate(oids):
        found = node[f"c{i}"]
        if found is None or found["__typename"] != "Commit":
            ancestry.append((source.id, oid, ""))
            continue
        page = parse(Page[m.Commit], found["history"], "CommitHistories").nodes
        known = await source.read(stored, source.id, [c.oid for c in page])
        wanted = {oid}
        for commit in page:
            if commit.oid not in wanted or commit.oid in known:
                continue
            parents = [p.oid for p in commit.parents.nodes] if commit.committed_date >= source.start else []
            wanted |= set(parents)
            ancestry += [(source.id, commit.oid, parent) for parent in parents or [""]]
    return batch


def _moved(db: sqlite3.Connection, repository: int) -> list[tuple[int, str | None]]:
    """Releases whose tag was moved or deleted since they were read: that changes nothing GitHub shows of them."""
    found = db.execute(
        "SELECT r.id, t.oid FROM releases AS r LEFT JOIN tags AS t "
        "ON t.repository = r.repository AND t.name = r.tag_name AND t.gone_at IS NULL "
        "WHERE r.repository = ? AND r.gone_at IS NULL AND r.tag_oid IS NOT t.oid AND ("
        # GitHub's answers about a release and its tag may differ; only what happened to the tag is taken over.
        "  EXISTS (SELECT 1 FROM changes AS c WHERE c.\"table\" = 'tags' AND c.key = r.repository || '/' || r.tag_name)"
        "  OR EXISTS (SELECT 1 FROM tags AS g WHERE g.repository = r.repository AND g.name = r.tag_name"
        "             AND g.gone_at IS NOT NULL))",
        [repository],
    )
    return found.fetchall()


def _unknown(db: sqlite3.Connection, repository: int, start: str) -> list[str]:
    """Tagged commits of releases, and ancestors of such, that are nowhere stored."""
    found = db.execute(
        "SELECT oid FROM ("
        "  SELECT tag_oid AS oid FROM releases WHERE repository = ?1 AND gone_at IS NULL AND tag_oid IS NOT NULL"
        "  AND NOT is_draft AND NOT is_prerelease AND published_at >= ?2"
        "  UNION SELECT parent FROM tag_ancestry WHERE repository = ?1 AND parent <> ''"
        ") AS wanted "
        "WHERE NOT EXISTS (SELECT 1 FROM commits AS c WHERE c.repository = ?1 AND c.oid = wanted.oid) "
        "AND NOT EXISTS (SELECT 1 FROM history_boundaries AS b WHERE b.repository = ?1 AND b.oid = wanted.oid) "
        "AND NOT EXISTS (SELECT 1 FROM tag_ancestry AS t WHERE t.repository = ?1 AND t.oid = wanted.oid) "
        "LIMIT ?3",
        [repository, start, TIPS],
    )
    return [row[0] for row in found]
