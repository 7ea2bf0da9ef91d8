"""Which repositories are tracked, what has become of each, and what GitHub shows of them in one batched question."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from collector.config import Config, Project, TrackedRepository
from collector.github import documents
from collector.github.client import GitHub, Meter, RequestFailed, TooHeavy
from collector.github.models import OddAnswer, RepositoryState, parse
from collector.github.pages import PageSize
from collector.store.batches import TABLES, Batch, Counts, mark_gone, write

AT_ONCE = 50


@dataclass
class Tracked:
    """A repository of the configuration, and what is known of it."""

    project: Project
    entry: TrackedRepository
    id: int | None = None
    node_id: str | None = None
    full_name: str | None = None
    status: str | None = None
    state: RepositoryState | None = None
    missing: str | None = None  # not_found, blocked or forbidden
    error: str | None = None
    defect: bool = False  # whether `error` is a defect of this program
    double_of: str | None = None  # the other name of the configuration that is the same repository

    @property
    def name(self) -> str:
        """The name to speak of it by."""
        return self.full_name or self.entry.repo

    @property
    def by_id(self) -> bool:
        """Whether to ask by node id: a name may by now be another repository's."""
        return self.node_id is not None and self.status not in ("private_or_gone", "blocked")


def store_projects(db: sqlite3.Connection, config: Config) -> None:
    """The configured projects; one that left the configuration stays, untracked."""
    slugs = [p.slug for p in config.projects]
    for p in config.projects:
        db.execute(
            "INSERT INTO projects (slug, name, category, homepage, note, tracked) VALUES (?, ?, ?, ?, ?, 1) "
            "ON CONFLICT (slug) DO UPDATE SET name = excluded.name, category = excluded.category, "
            "homepage = excluded.homepage, note = excluded.note, tracked = 1",
            [p.slug, p.name, p.category, p.homepage, p.note],
        )
    marks = ", ".join("?" * len(slugs))
    db.execute(f"UPDATE projects SET tracked = 0 WHERE slug NOT IN ({marks})", slugs)
    names = [r.repo.lower() for p in config.projects for r in p.repos]
    marks = ", ".join("?" * len(names))
    db.execute(
        f"UPDATE repositories SET tracked = lower(configured_as) IN ({marks}) "
        f"WHERE tracked <> (lower(configured_as) IN ({marks}))",
        names * 2,
    )


def tracked(db: sqlite3.Connection, config: Config) -> list[Tracked]:
    """The configured repositories with what the database knows of them."""
    stored = {
        row[0].lower(): row[1:]
        for row in db.execute("SELECT configured_as, id, node_id, full_name, status FROM repositories")
    }
    out = []
    for project in config.projects:
        for entry in project.repos:
            ident, node_id, full_name, status = stored.get(entry.repo.lower(), (None, None, None, None))
            out.append(Tracked(project, entry, ident, node_id, full_name, status))
    return out


async def ask(github: GitHub, repos: list[Tracked], meter: Meter) -> None:
    """Fill in what GitHub shows of each: its state, or why it is missing. What is gone by id is asked for by name."""
    await _ask(github, repos, meter, AT_ONCE)
    again = [r for r in repos if r.by_id and r.missing]
    for r in again:
        r.node_id = None
    await _ask(github, again, meter, AT_ONCE)
    for r in again:
        if r.state is not None and r.state.database_id != r.id:
            r.state, r.missing = None, "not_found"  # the name is another repository's now
    _refuse_doubles(repos)


async def _ask(github: GitHub, repos: list[Tracked], meter: Meter, at_once: int) -> None:
    for at in range(0, len(repos), at_once):
        part = repos[at : at + at_once]
        by_id, by_name = [r for r in part if r.by_id], [r for r in part if not r.by_id]
        variables: dict[str, Any] = {f"id{i}": r.node_id for i, r in enumerate(by_id)}
        for i, r in enumerate(by_name):
            variables[f"owner{i}"], variables[f"name{i}"] = r.name.split("/")
        keys = [f"i{i}" for i in range(len(by_id))] + [f"n{i}" for i in range(len(by_name))]
        text = documents.repository_states(len(by_id), len(by_name))
        try:
            # One repository alone can only be shown with less of its lists.
            several = len(part) > 1
            pages = None if several else PageSize("releases")
            answer = await github.graphql("RepositoryStates", text, variables, meter, pages, can_split=several)
        except TooHeavy:
            await _ask(github, part, meter, max(1, len(part) // 5))
            continue
        except RequestFailed as error:
            for repo in part:
                repo.error = str(error)
            continue
        for key, repo in zip(keys, by_id + by_name, strict=True):
            found = answer.data.get(key)
            repo.state, repo.missing, repo.error = None, None, None
            if not found:
                absence = answer.missing.get(key)
                repo.missing = absence.reason if absence else "not_found"
                continue
            try:
                repo.state = parse(RepositoryState, found, f"the question about {repo.name}")
            except OddAnswer as error:
                repo.error = str(error)


def _refuse_doubles(repos: list[Tracked]) -> None:
    """Two names of the configuration may by now be one repository: the first keeps it."""
    seen: dict[int, Tracked] = {}
    for repo in repos:
        if repo.state is None:
            continue
        first = seen.setdefault(repo.state.database_id, repo)
        if first is not repo:
            repo.error = (
                f"{repo.entry.repo} and {first.entry.repo} are the same repository, {repo.state.name_with_owner}: "
                "leave one of them out of the configuration."
            )
            repo.state, repo.double_of = None, first.entry.repo


def github_time(repos: list[Tracked]) -> str | None:
    """The newest time of GitHub's own among what was shown: GitHub's clock cannot be behind it."""
    times = []
    for r in repos:
        if r.state is not None:
            times += [r.state.pushed_at or "", r.state.created_at]
            times += [n.updated_at for n in (*r.state.issues.nodes, *r.state.pull_requests.nodes)]
            times += [n.published_at or "" for n in r.state.releases.nodes]
    return max(times, default=None)


def store(db: sqlite3.Connection, repo: Tracked, now: str) -> Counts:
    """Write what has become of a repository. Its history stays under its number, whatever happens to it."""
    state = repo.state
    if state is None:
        if repo.id is None or repo.missing is None:
            return Counts()
        status = "blocked" if repo.missing == "blocked" else "private_or_gone"
        _note_status(db, repo.id, status, now)
        db.execute("UPDATE repositories SET status = ? WHERE id = ? AND status <> ?", [status, repo.id, status])
        # What shows up after its return was not ours to see before.
        db.execute("UPDATE sync_state SET witnessed_at = NULL WHERE repository = ?", [repo.id])
        return Counts(gone=mark_gone(db, TABLES["repositories"], [(repo.id,)], now))
    _note_rename(db, state, now)
    _note_status(db, state.database_id, status_of(state), now)
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
        "is_disabled": int(state.is_disabled),
        "has_issues": int(state.has_issues_enabled),
        "has_discussions": int(state.has_discussions_enabled),
        "discussions": state.discussions.total_count,
        "stars": state.stargazer_count,
        "forks": state.fork_count,
    }
    return write(db, Batch(rows={"repositories": [row]}), now, state.database_id)


def status_of(state: RepositoryState) -> str:
    """The status of a repository that GitHub shows."""
    if state.is_disabled:
        return "disabled"
    if state.is_archived:
        return "archived"
    return "ok" if state.default_branch_ref is not None else "empty"


def _note_status(db: sqlite3.Connection, repository: int, status: str, now: str) -> None:
    old = db.execute("SELECT status FROM repositories WHERE id = ?", [repository]).fetchone()
    if old and old[0] != status:
        db.execute(
            'INSERT INTO changes ("table", key, repository, "column", old, new, seen_at) '
            "VALUES ('repositories', ?, ?, 'status', ?, ?, ?)",
            [str(repository), repository, old[0], status, now],
        )


def _note_rename(db: sqlite3.Connection, state: RepositoryState, now: str) -> None:
    old = db.execute("SELECT full_name FROM repositories WHERE id = ?", [state.database_id]).fetchone()
    if old and old[0] != state.name_with_owner:
        db.execute(
            'INSERT INTO changes ("table", key, repository, "column", old, new, seen_at) '
            "VALUES ('repositories', ?, ?, 'full_name', ?, ?, ?)",
            [str(state.database_id), state.database_id, old[0], state.name_with_owner, now],
        )
        # GitHub shows the new name wherever it speaks of the repository.
        db.execute(
            "UPDATE events SET source_repository = ? WHERE source_repository = ?", [state.name_with_owner, old[0]]
        )
