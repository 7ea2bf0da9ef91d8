"""Reads what the landing rules need from the database: one repository's history, and each pull request's lines."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collector.config import matches
from collector.derive.history import Commit, Exchange, History, Merge, OwnCommit, Publication, Push, Twin
from collector.sql import statement


def twins(db: sqlite3.Connection, project: str) -> set[Twin]:
    """The headlines and author dates that several commits of a project's tracked repositories share.

    A commit that is in several repositories under one oid is one; its oid tells that already. A merge may be the
    original of a copy, but is never one: among merges alone nothing is looked for.
    """
    found = db.execute(
        "SELECT headline, authored_at FROM commits AS c JOIN repositories AS r ON r.id = c.repository "
        "WHERE r.project = ? AND r.tracked AND headline IS NOT NULL AND authored_at IS NOT NULL "
        "GROUP BY 1, 2 HAVING count(DISTINCT c.oid) > 1 AND NOT min(c.is_merge)",
        [project],
    )
    return set(found)


_OWN = """
    WITH landed AS (
        SELECT c.repository, c.oid, c.headline, c.authored_at, c.pull_request
        FROM commits AS c JOIN repositories AS r ON r.id = c.repository
        WHERE r.project = ?1 AND r.tracked AND NOT c.is_merge LIMIT -1
    ), own AS (
        SELECT p.id, p.repository, p.number, o.oid, o.headline, o.authored_at, o.additions, o.deletions
        FROM pull_request_commits AS o JOIN pull_requests AS p ON p.id = o.pull_request
        WHERE p.repository IN (SELECT repository FROM landed) LIMIT -1
    )
"""


def own_commits(db: sqlite3.Connection, project: str) -> dict[int, list[OwnCommit]]:
    """Pull request id -> those of its own commits, which it landed squashed or rebased, that other commits may copy:
    they share the oid, or headline and author date.

    What GitHub associates with the same pull request is known already: its squash, its rebased commits and its own oids
    (`copies.taken_elsewhere`).
    """
    found = db.execute(
        _OWN + "SELECT o.id, o.oid, o.headline, o.authored_at, o.additions, o.deletions FROM own AS o "
        "JOIN landed AS c ON c.oid = o.oid WHERE NOT (c.repository = o.repository AND c.pull_request IS o.number) "
        "UNION "
        "SELECT o.id, o.oid, o.headline, o.authored_at, o.additions, o.deletions FROM own AS o "
        "JOIN landed AS c ON c.authored_at = o.authored_at AND c.headline = o.headline "
        "WHERE NOT (c.repository = o.repository AND c.pull_request IS o.number)",
        [project],
    )
    out: dict[int, list[OwnCommit]] = defaultdict(list)
    for pull_request, *commit in found:
        out[pull_request].append(OwnCommit(*commit))
    return out


def stacked(db: sqlite3.Connection, project: str) -> set[int]:
    """Pull requests, landed squashed or rebased, with own commits that another such one has, too.

    The files of the later one may hold the changes of the earlier one once more.
    """
    found = db.execute(
        _OWN + "SELECT id FROM own WHERE oid IN (SELECT oid FROM own GROUP BY oid HAVING count(DISTINCT id) > 1) "
        "UNION "
        "SELECT id FROM own WHERE (headline, authored_at) IN "
        "(SELECT headline, authored_at FROM own GROUP BY 1, 2 HAVING count(DISTINCT id) > 1)",
        [project],
    )
    return {row[0] for row in found}


def history(db: sqlite3.Connection, repository: int, twins: set[Twin]) -> History:
    """The history of one repository: what is and what was on its default branch. `twins` are the project's."""
    same_tree = {
        tree
        for (tree,) in db.execute(
            "SELECT tree_oid FROM commits WHERE repository = ? GROUP BY tree_oid HAVING count(*) > 1", [repository]
        )
    }
    row = db.execute("SELECT default_branch FROM repositories WHERE id = ?", [repository]).fetchone()
    # One text for one oid, however often it is named: a large history is mostly oids.
    one_text = dict[str, str]().setdefault
    parents: dict[str, list[str]] = defaultdict(list)
    for oid, parent in db.execute(
        "SELECT oid, parent FROM commit_parents WHERE repository = ? ORDER BY oid, position", [repository]
    ):
        parents[one_text(oid, oid)].append(one_text(parent, parent))
    commits: dict[str, Commit] = {}
    for r in db.execute(
        "SELECT oid, committed_at, authored_at, headline, tree_oid, additions, deletions, is_merge, signed_by_github, "
        "verified_at, signer, pull_request, gone_at FROM commits WHERE repository = ?",
        [repository],
    ):
        oid = one_text(r[0], r[0])
        # A large history is held in memory: what nothing else has is left out.
        is_alike = (r[3], r[2]) in twins
        commits[oid] = Commit(
            oid=oid,
            parents=tuple(parents.pop(oid, ())),
            committed_at=r[1],
            authored_at=r[2] if is_alike else None,
            headline=r[3] if is_alike else None,
            tree=r[4] if r[4] in same_tree else None,
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
            # What GitHub did not serve whole tells of no move.
            "WHERE repository = ? AND ref || before_oid || after_oid || pushed_at IS NOT NULL ORDER BY pushed_at, id",
            [repository],
        )
    ]
    merges = [
        Merge(r[0], r[1], f"refs/heads/{r[2]}", r[3], r[4], r[5])
        for r in db.execute(
            "SELECT id, number, base_ref, merge_commit_oid, author, merged_at FROM pull_requests "
            "WHERE repository = ? AND merged_at IS NOT NULL AND merge_commit_oid IS NOT NULL AND base_ref IS NOT NULL "
            "ORDER BY merged_at, number",
            [repository],
        )
    ]
    later: dict[str, tuple[str, ...]] = {}
    for oid, parent in db.execute("SELECT oid, parent FROM tag_ancestry WHERE repository = ?", [repository]):
        later[oid] = (*later.get(oid, ()), parent)
    publications = [
        Publication(release.published_at, release.oid)
        for release in releases(db, repository)
        if release.published_at is not None and release.oid is not None
    ]
    exchanges = [
        Exchange(f"refs/heads/{former}", seen_at)
        for former, seen_at in db.execute(
            "SELECT old, seen_at FROM changes WHERE \"table\" = 'repositories' AND \"column\" = 'default_branch' "
            "AND key = ? AND old IS NOT NULL AND new IS NOT NULL ORDER BY seen_at, id",
            [str(repository)],
        )
    ]
    return History(commits, pushes, merges, f"refs/heads/{row[0]}", later, publications, exchanges)


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it was first published; `published_at` is None while it has only been a draft."""

    id: int
    tag: str
    oid: str | None
    published_at: str | None
    is_prerelease: bool


def releases(db: sqlite3.Connection, repository: int) -> list[Release]:
    """All releases of a repository ever seen, by their first publication.

    A draft flipped back and forth keeps its first time, and a tag moved later does not bring newer work into an older
    release.
    """
    found = db.execute(statement(__package__, "release_candidates"), [repository])
    return [Release(ident, tag, oid, at, bool(is_pre)) for ident, tag, oid, at, is_pre in found]


def counted_lines(
    db: sqlite3.Connection, patterns: Sequence[str], repository: int, of_bots: bool = False
) -> dict[int, int]:
    """Pull request id -> changed lines outside the paths of these patterns; without those whose lines GitHub does not
    tell, and of bots alone if asked so."""
    generated: dict[str, bool] = {}
    counted: dict[int, int] = {}
    known: set[int] = set()
    of_people: set[int] = set()
    for pull_request, path, lines in db.execute(
        "SELECT f.pull_request, f.path, coalesce(f.additions, 0) + coalesce(f.deletions, 0) "
        "FROM pull_request_files AS f JOIN pull_requests AS p ON p.id = f.pull_request "
        "WHERE p.repository = ?1 AND f.gone_at IS NULL "
        "AND (NOT ?2 OR p.author IN (SELECT account FROM machines))",
        [repository, of_bots],
    ):
        skip = generated.get(path)
        if skip is None:
            skip = generated[path] = matches(patterns, path)
        counted[pull_request] = counted.get(pull_request, 0) + (0 if skip else lines)
        # Files without any line (binary ones, modes) tell nothing of what the commits changed...
        if lines:
            known.add(pull_request)
        if not skip:
            of_people.add(pull_request)
    # ... unless all are generated.
    return {k: v for k, v in counted.items() if k in known or k not in of_people}


def told_by_files(db: sqlite3.Connection, repository: int) -> set[int]:
    """Pull requests whose files tell all their lines: all are stored, and they make up what GitHub counts in all.

    GitHub lists at most 3,000 files (pytorch/pytorch#120499). How many there are is asked for only where it may list
    fewer; else `diff_of` says that all were read.
    """
    found = db.execute(
        "SELECT p.id FROM pull_requests AS p JOIN pull_request_files AS f ON f.pull_request = p.id "
        "WHERE p.repository = ? AND p.merged_at IS NOT NULL AND f.gone_at IS NULL GROUP BY p.id "
        "HAVING count(*) = CASE WHEN p.diff_of IS NOT NULL THEN coalesce(p.changed_files, count(*)) "
        "ELSE p.changed_files END AND count(f.additions) = count(*) AND count(f.deletions) = count(*) "
        "AND sum(f.additions) = coalesce(p.additions, sum(f.additions)) "
        "AND sum(f.deletions) = coalesce(p.deletions, sum(f.deletions)) AND sum(f.additions + f.deletions) > 0",
        [repository],
    )
    return {row[0] for row in found}


def repositories(db: sqlite3.Connection, project: str) -> Iterable[tuple[int, str, bool]]:
    """(id, owner/name, is it a fork of someone else's) of a project's tracked repositories."""
    found = db.execute(
        "SELECT id, full_name, is_fork AND NOT EXISTS (SELECT 1 FROM repositories AS o WHERE o.project = r.project "
        "AND o.tracked AND o.full_name = r.parent COLLATE NOCASE) "
        "FROM repositories AS r WHERE project = ? AND tracked ORDER BY id",
        [project],
    )
    return [(r[0], r[1], bool(r[2])) for r in found]
