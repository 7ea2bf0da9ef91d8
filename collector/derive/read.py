"""Load what the landing rules need from the database: the history of a repository, and what may be copied."""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from collector.derive.history import Commit, Exchange, History, Merge, OwnCommit, Publication, Push, Twin
from collector.sql import statement

# Author dates by themselves are sorted in half the time, and few of them are shared.
_TWINS = """
    WITH mine AS (SELECT repository FROM project_repositories WHERE project = :project AND tracked)
    SELECT headline, authored_at FROM mine CROSS JOIN commits AS c USING (repository)
    WHERE headline IS NOT NULL AND authored_at IN (
        SELECT authored_at FROM mine CROSS JOIN commits USING (repository) GROUP BY 1 HAVING count(*) > 1
    )
    GROUP BY 1, 2 HAVING count(DISTINCT c.oid) > 1 AND NOT min(c.is_merge)
"""


def twins(db: sqlite3.Connection, project: str) -> set[Twin]:
    """Return the (headline, author date) pairs shared by several commits of a project's tracked repositories.

    Commits with the same oid in several repositories count once: the oid already identifies those copies. Pairs shared
    only by merge commits are left out: a merge may be the original of a copy, but is never a copy itself.
    """
    found = db.execute(_TWINS, {"project": project})
    return set(found)


_OWN = """
    WITH mine AS (
        SELECT repository FROM project_repositories AS r WHERE project = :project AND tracked
          AND EXISTS (SELECT 1 FROM commits AS c WHERE c.repository = r.repository AND NOT c.is_merge)
    ), own AS (
        SELECT p.id, repository, p.number, o.oid, o.headline, o.authored_at, o.additions, o.deletions
        FROM mine CROSS JOIN pull_requests AS p USING (repository)
        CROSS JOIN pull_request_commits AS o ON o.pull_request = p.id LIMIT -1
    )
"""


def own_commits(db: sqlite3.Connection, project: str) -> dict[int, list[OwnCommit]]:
    """Return pull request id -> its own commits that other landed commits may be copies of.

    Only pull requests that were squashed or rebased have stored own commits. A possible copy has the same oid, or the
    same headline and author date. Commits that GitHub associates with the same pull request are left out, because
    `copies.taken_elsewhere` handles them.
    """
    found = db.execute(
        _OWN + "SELECT o.id, o.oid, o.headline, o.authored_at, o.additions, o.deletions FROM own AS o "
        "CROSS JOIN mine AS m CROSS JOIN commits AS c ON c.repository = m.repository AND c.oid = o.oid "
        "WHERE NOT c.is_merge AND NOT (c.repository = o.repository AND c.pull_request IS o.number) "
        "UNION "
        "SELECT o.id, o.oid, o.headline, o.authored_at, o.additions, o.deletions FROM mine AS m "
        "CROSS JOIN commits AS c ON c.repository = m.repository "
        "CROSS JOIN own AS o ON o.authored_at = c.authored_at AND o.headline = c.headline "
        "WHERE NOT c.is_merge AND NOT (c.repository = o.repository AND c.pull_request IS o.number)",
        {"project": project},
    )
    out: dict[int, list[OwnCommit]] = defaultdict(list)
    for pull_request, *commit in found:
        out[pull_request].append(OwnCommit(*commit))
    return out


def stacked(db: sqlite3.Connection, project: str) -> set[int]:
    """Return the squashed or rebased pull requests that share own commits with another one.

    The files of the later pull request may contain the changes of the earlier one again.
    """
    found = db.execute(
        _OWN + "SELECT id FROM own WHERE oid IN (SELECT oid FROM own GROUP BY oid HAVING min(id) <> max(id)) "
        "OR (headline, authored_at) IN "
        "(SELECT headline, authored_at FROM own GROUP BY 1, 2 HAVING min(id) <> max(id))",
        {"project": project},
    )
    return {row[0] for row in found}


def history(db: sqlite3.Connection, repository: int, twins: set[Twin]) -> History:
    """Load the history of a repository: every commit that is or was on its default branch.

    `twins` are those of the project; headlines and author dates of other commits are not loaded.
    """
    commits = _commits(db, repository, twins)
    row = db.execute("SELECT default_branch FROM repositories WHERE id = ?", [repository]).fetchone()
    pushes = db.execute(
        "SELECT id, ref, before_oid, after_oid, kind, actor, pushed_at FROM pushes "
        # Skip pushes of which GitHub did not serve all of these.
        "WHERE repository = ? AND ref IS NOT NULL AND before_oid IS NOT NULL AND after_oid IS NOT NULL "
        "AND pushed_at IS NOT NULL ORDER BY pushed_at, id",
        [repository],
    )
    merges = db.execute(
        "SELECT id, number, 'refs/heads/' || base_ref, merge_commit_oid, author, merged_at FROM pull_requests "
        "WHERE repository = ? AND merged_at IS NOT NULL AND merge_commit_oid IS NOT NULL AND base_ref IS NOT NULL "
        "ORDER BY merged_at, number",
        [repository],
    )
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
    tagged = tagged_commits(db, repository)
    return History(
        commits,
        list(map(Push._make, pushes)),
        list(map(Merge._make, merges)),
        f"refs/heads/{row[0]}",
        tagged,
        publications,
        exchanges,
    )


def tagged_commits(db: sqlite3.Connection, repository: int) -> dict[str, Commit]:
    """Return the commits that tags of releases reach beside the default branch, by oid.

    One of which only the parents were read holds no work, like a merge.
    """
    parents: dict[str, list[str]] = defaultdict(list)
    for oid, parent in db.execute("SELECT oid, parent FROM tag_ancestry WHERE repository = ?", [repository]):
        parents[oid].append(parent)
    read = {
        row[0]: row[1:]
        for row in db.execute(
            "SELECT oid, committed_at, authored_at, headline, additions, deletions, is_merge FROM tagged_commits "
            "WHERE repository = ?",
            [repository],
        )
    }
    out = {}
    for oid, found in parents.items():
        committed_at, authored_at, headline, additions, deletions, is_merge = read.get(oid, (*[None] * 5, 1))
        out[oid] = Commit(
            oid=oid,
            parents=tuple(found),
            committed_at=committed_at,
            authored_at=authored_at,
            headline=headline,
            tree=None,
            additions=additions,
            deletions=deletions,
            is_merge=bool(is_merge),
            signed_by_github=False,
            verified_at=None,
            signer=None,
            pull_request=None,
        )
    return out


def squashed_beside(db: sqlite3.Connection, project: str) -> dict[tuple[int, str], list[OwnCommit]]:
    """Return (repository, oid) of a tagged commit that squashed a pull request -> the own commits of that one."""
    if not _is_any_tagged(db, project):
        return {}
    found = db.execute(
        "SELECT p.repository, p.merge_commit_oid, o.oid, o.headline, o.authored_at, o.additions, o.deletions "
        "FROM tagged_commits AS t "
        "JOIN project_repositories AS r ON r.repository = t.repository AND r.tracked AND r.project = ? "
        "JOIN pull_requests AS p ON p.repository = t.repository AND p.merge_commit_oid = t.oid "
        "JOIN pull_request_commits AS o ON o.pull_request = p.id "
        # A rebase keeps headlines: then the commits themselves tell what they are.
        "WHERE NOT t.is_merge AND NOT EXISTS (SELECT 1 FROM pull_request_commits AS k "
        "WHERE k.pull_request = p.id AND k.headline = t.headline AND k.authored_at = t.authored_at) "
        "ORDER BY 1, 2, o.authored_at, o.oid",
        [project],
    )
    out: dict[tuple[int, str], list[OwnCommit]] = defaultdict(list)
    for repository, merge, *own in found:
        out[repository, merge].append(OwnCommit(*own))
    return out


def picked(db: sqlite3.Connection, project: str) -> list[tuple[int, str, OwnCommit]]:
    """Return the landed work that commits of release branches may be copies of.

    That is, with headline and author date of such a commit, or of an own commit of what was squashed there: landed
    commits, and own commits of landed pull requests, each with (repository, oid) of the commit that landed it.
    """
    if not _is_any_tagged(db, project):
        return []
    found = db.execute(statement(__package__, "picked"), {"project": project})
    return [(repository, oid, OwnCommit(*own)) for repository, oid, *own in found]


def _is_any_tagged(db: sqlite3.Connection, project: str) -> bool:
    """Return whether tags of a project reach commits beside its default branches. Most projects have none."""
    (is_any,) = db.execute(
        "SELECT EXISTS (SELECT 1 FROM project_repositories AS r JOIN tagged_commits AS t USING (repository) "
        "WHERE r.project = ? AND r.tracked)",
        [project],
    ).fetchone()
    return bool(is_any)


def _commits(db: sqlite3.Connection, repository: int, twins: set[Twin]) -> dict[str, Commit]:
    """Return oid -> commit, for every commit that is or was on the default branch."""
    same_tree = {
        tree
        for (tree,) in db.execute(
            "SELECT tree_oid FROM commits WHERE repository = ? GROUP BY tree_oid HAVING count(*) > 1", [repository]
        )
    }
    # Intern oids to save memory: a large history consists mostly of repeated oids.
    intern = dict[str, str]().setdefault
    parents: dict[str, tuple[str, ...]] = {}
    # The first parents apart: there is nothing to sort, and most commits have no other.
    for positions in ("= 0", "> 0 ORDER BY oid, position"):
        for oid, parent in db.execute(
            f"SELECT oid, parent FROM commit_parents WHERE repository = ? AND position {positions}", [repository]
        ):
            parents[intern(oid, oid)] = (*parents.get(oid, ()), intern(parent, parent))
    commits: dict[str, Commit] = {}
    for (
        oid, committed_at, authored_at, headline, tree, additions, deletions, is_merge, signed_by_github, verified_at,
        signer, pull_request, gone_at,
    ) in db.execute(
        "SELECT oid, committed_at, authored_at, headline, tree_oid, additions, deletions, is_merge, signed_by_github, "
        "verified_at, signer, pull_request, gone_at FROM commits WHERE repository = ?",
        [repository],
    ):  # fmt: skip
        # To save memory, leave out values that no other commit shares.
        if (headline, authored_at) not in twins:
            headline = authored_at = None
        oid = intern(oid, oid)
        commits[oid] = Commit._make((
            oid, parents.pop(oid, ()), committed_at, authored_at, headline, tree if tree in same_tree else None,
            additions, deletions, bool(is_merge), bool(signed_by_github), verified_at, signer, pull_request, gone_at,
        ))  # fmt: skip
    return commits


@dataclass(frozen=True, slots=True)
class FirstRelease:
    """A release as it was first published; `published_at` is None for one that was always a draft."""

    id: int
    tag: str
    oid: str | None
    published_at: str | None
    is_prerelease: bool


def releases(db: sqlite3.Connection, repository: int) -> list[FirstRelease]:
    """Return all releases of a repository ever seen, ordered by their first publication.

    Publishing a draft again does not change its date, and moving a tag does not add newer work to an older release.
    """
    found = db.execute(statement(__package__, "release_candidates"), [repository])
    return [FirstRelease(ident, tag, oid, at, bool(is_pre)) for ident, tag, oid, at, is_pre in found]


def pull_requests_with_complete_files(db: sqlite3.Connection, repository: int) -> set[int]:
    """Return the merged pull requests whose stored files account for all lines that GitHub counts.

    GitHub lists at most 3,000 files of a pull request
    (https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files). The number of files is fetched only if the
    list may be incomplete; otherwise `diff_of` says that all files were read.
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


def repositories(db: sqlite3.Connection, project: str) -> list[tuple[int, str]]:
    """Return (id, owner/name) of a project's tracked repositories."""
    sql = (
        "SELECT r.id, r.full_name FROM project_repositories AS p JOIN repositories AS r ON r.id = p.repository "
        "WHERE p.project = ? AND p.tracked ORDER BY r.id"
    )
    return db.execute(sql, [project]).fetchall()
