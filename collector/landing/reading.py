"""Reads what the landing rules need from the database: one repository's history, and each pull request's lines."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from sys import intern

from collector.config import Config, matches
from collector.landing.graph import Commit, History, Merge, Push


def history(db: sqlite3.Connection, repository: int) -> History:
    """The history of one repository: what is and what was on its default branch."""
    row = db.execute("SELECT default_branch FROM repositories WHERE id = ?", [repository]).fetchone()
    parents: dict[str, list[str]] = defaultdict(list)
    for oid, parent in db.execute(
        "SELECT oid, parent FROM commit_parents WHERE repository = ? ORDER BY oid, position", [repository]
    ):
        # One text for one oid, however often it is named: a large history is mostly oids.
        parents[intern(oid)].append(intern(parent))
    commits: dict[str, Commit] = {}
    for r in db.execute(
        "SELECT oid, committed_at, authored_at, headline, tree_oid, additions, deletions, is_merge, signed_by_github, "
        "verified_at, signer, pull_request, gone_at FROM commits WHERE repository = ?",
        [repository],
    ):
        oid = intern(r[0])
        commits[oid] = Commit(
            oid=oid,
            parents=tuple(parents.pop(oid, ())),
            committed_at=r[1],
            authored_at=r[2],
            headline=r[3],
            tree=r[4],
            additions=r[5],
            deletions=r[6],
            is_merge=bool(r[7]),
            signed_by_github=bool(r[8]),
            verified_at=r[9],
            signer=r[10],
            pull_request=r[11],
            gone_at=r[12],
        )
    pushes = [
        Push(*r)
        for r in db.execute(
            "SELECT id, ref, before_oid, after_oid, kind, actor, pushed_at FROM pushes "
            "WHERE repository = ? ORDER BY pushed_at, id",
            [repository],
        )
    ]
    merges = [
        Merge(r[0], r[1], f"refs/heads/{r[2]}", r[3], r[4], r[5])
        for r in db.execute(
            "SELECT id, number, base_ref, merge_commit_oid, author, merged_at FROM pull_requests "
            "WHERE repository = ? AND merged_at IS NOT NULL AND merge_commit_oid IS NOT NULL "
            "ORDER BY merged_at, number",
            [repository],
        )
    ]
    later: dict[str, tuple[str, ...]] = {}
    for oid, parent in db.execute("SELECT oid, parent FROM tag_ancestry WHERE repository = ?", [repository]):
        later[oid] = (*later.get(oid, ()), parent)
    return History(commits, pushes, merges, f"refs/heads/{row[0]}", later)


def counted_lines(db: sqlite3.Connection, config: Config, repository: int) -> dict[int, int]:
    """Pull request id -> changed lines outside generated paths; without those whose lines GitHub does not tell."""
    generated: dict[str, bool] = {}
    counted: dict[int, int] = {}
    known: set[int] = set()
    of_people: set[int] = set()
    for pull_request, path, lines in db.execute(
        "SELECT f.pull_request, f.path, f.additions + f.deletions FROM pull_request_files AS f "
        "JOIN pull_requests AS p ON p.id = f.pull_request WHERE p.repository = ? AND f.gone_at IS NULL",
        [repository],
    ):
        skip = generated.get(path)
        if skip is None:
            skip = generated[path] = matches(config.generated_paths, path)
        counted[pull_request] = counted.get(pull_request, 0) + (0 if skip else lines)
        # Files without any line (binary ones, modes) tell nothing of what the commits changed...
        if lines:
            known.add(pull_request)
        if not skip:
            of_people.add(pull_request)
    # ... unless all are generated.
    return {k: v for k, v in counted.items() if k in known or k not in of_people}


def repositories(db: sqlite3.Connection, project: str) -> Iterable[tuple[int, str, bool]]:
    """(id, owner/name, is it a fork of someone else's) of a project's tracked repositories."""
    found = db.execute(
        "SELECT id, full_name, is_fork AND NOT EXISTS (SELECT 1 FROM repositories AS o WHERE o.project = r.project "
        "AND o.tracked AND o.full_name = r.parent COLLATE NOCASE) "
        "FROM repositories AS r WHERE project = ? AND tracked ORDER BY id",
        [project],
    )
    return [(r[0], r[1], bool(r[2])) for r in found]
