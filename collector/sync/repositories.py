"""Load the tracked repositories, and store their current state: name, status and other fields."""

import sqlite3

from collector.config import Config
from collector.github.models import RepositoryState
from collector.store import repositories, unreadable
from collector.store.batch import Batch, Counts, Unreadable
from collector.store.write import write
from collector.sync.repository_query import Tracked


def tracked(db: sqlite3.Connection, config: Config, only: Config | None = None) -> list[Tracked]:
    """Return the configured repositories, or `only` some, each once, with what the database knows about them."""
    stored = {
        row[0].lower(): row[1:]
        for row in db.execute("SELECT configured_as, id, node_id, full_name, status FROM repositories")
    }
    wanted = (only or config).by_repository()
    out = []
    for name, ((project, entry), *others) in config.by_repository().items():
        if name in wanted:
            ident, node_id, full_name, status = stored.get(name, (None, None, None, None))
            out.append(Tracked(project, entry, ident, node_id, full_name, status, others=others))
    return out


def store(db: sqlite3.Connection, repo: Tracked, now: str, web_url: str, run: int | None) -> Counts:
    """Upsert a repository, and record what GitHub failed to serve of it; `web_url` is the URL of GitHub's website.

    Rows are keyed by the repository's database id, so its history survives renames and transfers.
    https://docs.github.com/en/repositories/creating-and-managing-repositories/renaming-a-repository
    """
    state = repo.state
    if state is None:
        return _store_missing(db, repo, now)
    repositories.record_rename(db, state.database_id, state.name_with_owner, now)
    repositories.record_status(db, state.database_id, status_of(state), now)
    branch = state.default_branch_ref
    head = branch.target.oid if branch and branch.target else None
    row = {
        "id": state.database_id,
        "node_id": state.id,
        "full_name": state.name_with_owner,
        "project": repo.project.slug,
        "role": repo.entry.role,
        "tracked": 1,
        "configured_as": repo.entry.repo,
        "status": status_of(state),
        "default_branch": branch.name if branch else None,
        "head_oid": head,
        "created_at": state.created_at,
        "pushed_at": state.pushed_at,
        "description": state.description,
        "homepage": state.homepage_url,
        "primary_language": state.primary_language.name if state.primary_language else None,
        "license": state.license_info.spdx_id if state.license_info else None,
        "is_fork": int(state.is_fork),
        "parent": state.parent.name_with_owner if state.parent else None,
        "is_archived": int(state.is_archived),
        "archived_at": state.archived_at,
        "is_disabled": int(state.is_disabled),
        "has_issues": int(state.has_issues_enabled),
        "has_discussions": int(state.has_discussions_enabled),
        "discussions": state.discussions.total_count if state.discussions else 0,
        "stars": state.stargazer_count,
        "forks": state.fork_count,
    }
    unserved = {_COLUMNS[part] for part in repo.lacks if part in _COLUMNS}
    if state.is_fork and state.parent is None:
        unserved.add("parent")  # the parent may have become private
    if state.discussions is None and repo.id is not None:
        unserved.add("discussions")
    batch = Batch(rows={"repositories": [{c: v for c, v in row.items() if c not in unserved}]})
    _note_lacks(db, batch, repo, now, f"{web_url}/{state.name_with_owner}")
    unreadable.record_errors(db, run, state.name_with_owner, batch.unreadable, now)
    return write(db, batch, now, state.database_id)


# Optional parts of a repository, and their columns.
_COLUMNS = {
    "pushedAt": "pushed_at",
    "description": "description",
    "homepageUrl": "homepage",
    "primaryLanguage": "primary_language",
    "licenseInfo": "license",
    "parent": "parent",
}


def _store_missing(db: sqlite3.Connection, repo: Tracked, now: str) -> Counts:
    """Record that a repository is not visible: to this token, blocked for everybody, or private or deleted."""
    if repo.id is None or repo.missing is None:
        return Counts()
    status = "not_authorised" if repo.is_refused else "private_or_gone"
    if repo.missing.reason == "blocked":
        status = "blocked"
    return Counts(gone=repositories.mark_missing(db, repo.id, status, now))


def _note_lacks(db: sqlite3.Connection, batch: Batch, repo: Tracked, now: str, url: str) -> None:
    """Record the parts that GitHub did not serve, unless they are recorded already and not due for another attempt."""
    assert repo.state is not None
    key = repo.state.id
    noted = db.execute(
        "SELECT part, ask_again_at <= ? FROM unreadable WHERE repository = ? AND kind = 'repository'",
        [now, repo.state.database_id],
    ).fetchall()
    if {part for part, _ in noted} - set(repo.lacks):
        batch.readable = [("repository", key)]
    elif noted and not any(due for _, due in noted):
        return
    batch.unreadable = [Unreadable("repository", key, part, url, why) for part, why in repo.lacks.items()]


def status_of(state: RepositoryState) -> str:
    """Return the status of a visible repository."""
    if state.is_disabled:
        return "disabled"
    if state.is_archived:
        return "archived"
    return "ok" if state.default_branch_ref is not None else "empty"
