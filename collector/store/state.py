"""The sync's own tables: how far each kind of each repository has come, and what each run did."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from collector import clock

if TYPE_CHECKING:
    # Their import takes longer than the commands that only read may.
    from collector.store.batch import Row, Unreadable

# The kinds of activity of a repository, each of which is fetched by itself.
KINDS = ("releases", "tags", "commits", "issues", "pull_requests", "pushes")
# What has to be complete for a repository to be so: its lists, and what is asked of single commits after them.
COMPLETE = (*KINDS, "commit_sizes")
# The statuses of repositories that GitHub no longer shows: what was stored of them stays, and gets no younger.
LOST = ("private_or_gone", "blocked")
# Those, and the status of repositories that this token may not see, which says nothing about them.
NOT_SHOWN = (*LOST, "not_authorised")


@dataclass
class State:
    """A row of sync_state."""

    repository: int
    kind: str
    fingerprint: str | None = None
    watermark: str | None = None
    target: str | None = None
    cursor: str | None = None
    hidden: int | None = None
    page_size: int | None = None  # a size that this list bears; None: what this installation has learnt
    listed: int = 0  # rows that the walk under way has seen
    sweep_cursor: str | None = None
    sweep_edge: str | None = None
    sweep_at: str | None = None
    sweep_witnessed_at: str | None = None
    sweep_done: int = 0
    first_complete_at: str | None = None
    completed_at: str | None = None
    witnessed_at: str | None = None

    def since_sweep(self, now: str, github_time: str | None) -> timedelta | None:
        """How long ago the list's re-reading began, by our clock or by GitHub's, whichever has gone on further."""
        if self.sweep_at is None:
            return None
        ours = clock.from_text(now) - clock.from_text(self.sweep_at)
        if ours < timedelta(0):
            return timedelta.max  # our clock was ahead then: nobody knows how long ago that was
        if github_time is None or self.sweep_witnessed_at is None:
            return ours
        return max(ours, clock.from_text(github_time) - clock.from_text(self.sweep_witnessed_at))


_COLUMNS = [f.name for f in fields(State)]


def kinds(has_issues: bool, has_pull_requests: bool) -> list[str]:
    """What has to be complete of a repository, without what its owner has switched off."""
    switched_off = {"issues": not has_issues, "pull_requests": not has_pull_requests}
    return [kind for kind in COMPLETE if not switched_off.get(kind)]


def load(connection: sqlite3.Connection, repository: int, kind: str) -> State:
    """How far a kind of a repository has come; a new one when it was never asked."""
    row = connection.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM sync_state WHERE repository = ? AND kind = ?", [repository, kind]
    ).fetchone()
    return State(*row) if row else State(repository, kind)


def save(connection: sqlite3.Connection, state: State) -> None:
    """Write a state, when it differs from what is stored."""
    if load(connection, state.repository, state.kind) == state:
        return
    marks = ", ".join("?" * len(_COLUMNS))
    connection.execute(
        f"INSERT OR REPLACE INTO sync_state ({', '.join(_COLUMNS)}) VALUES ({marks})", list(asdict(state).values())
    )
    if state.completed_at is not None:
        look = [state.repository, state.kind, state.completed_at]
        connection.execute("INSERT OR IGNORE INTO looks VALUES (?, ?, ?)", look)


def confirm(connection: sqlite3.Connection, parts: list[tuple[str, str]], now: str, github_time: str | None) -> None:
    """Note that these lists (owner/name, kind), read without an error and with no walk under way, are complete now.

    Also those in which nothing was new, or of which only a part was re-read.
    """
    connection.executemany(
        "UPDATE sync_state SET completed_at = ?, witnessed_at = ? WHERE completed_at IS NOT NULL "
        "AND cursor IS NULL AND target IS NULL AND kind = ? "
        "AND repository = (SELECT id FROM repositories WHERE full_name = ?)",
        [(now, github_time, kind, repository) for repository, kind in parts],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO looks SELECT s.repository, s.kind, s.completed_at FROM sync_state AS s "
        "JOIN repositories AS r ON r.id = s.repository WHERE r.full_name = ? AND s.kind = ? AND s.completed_at = ?",
        [(repository, kind, now) for repository, kind in parts],
    )


def reset(connection: sqlite3.Connection, repositories: Sequence[int] | None = None) -> None:
    """Have the next sync read every list of these repositories, or of all, from its start. Facts stay."""
    progress = ("fingerprint", "watermark", "target", "cursor", "hidden", "completed_at", "sweep_at", "sweep_cursor")
    sets = ", ".join(f"{column} = NULL" for column in progress)
    sql = f"UPDATE sync_state SET {sets} WHERE kind <> 'commit_sizes'"
    if repositories is None:
        connection.execute(sql)
    else:
        connection.executemany(f"{sql} AND repository = ?", [[ident] for ident in repositories])


def move_start(connection: sqlite3.Connection) -> None:
    """Have everything read again for an earlier first moment; at the old one, the walk through history had ended."""
    reset(connection)
    connection.execute("DELETE FROM history_boundaries WHERE committed_at IS NOT NULL")


def begin_run(connection: sqlite3.Connection, now: str) -> int:
    """A new row of sync_runs; returns its id."""
    cursor = connection.execute("INSERT INTO sync_runs (started_at) VALUES (?)", [now])
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def end_run(connection: sqlite3.Connection, run: int, values: "Row", parts: "list[Row]") -> None:
    """Complete a row of sync_runs and write what its parts did."""
    sets = ", ".join(f"{c} = ?" for c in values)
    connection.execute(f"UPDATE sync_runs SET {sets} WHERE id = ?", [*values.values(), run])
    for part in parts:
        row: dict[str, Any] = {"run": run, **part}
        marks = ", ".join("?" * len(row))
        connection.execute(
            f"INSERT OR REPLACE INTO sync_run_parts ({', '.join(row)}) VALUES ({marks})", list(row.values())
        )


def delete_runs(connection: sqlite3.Connection, before: str) -> int:
    """Delete the records of runs that began before a time; returns how many.

    The last run stays, and so does the last that changed anything: what was derived is compared with it.
    """
    old = (
        "SELECT id FROM sync_runs WHERE started_at < ? AND id < (SELECT max(id) FROM sync_runs) AND id NOT IN "
        "(SELECT coalesce(max(id), 0) FROM sync_runs WHERE inserted + updated + gone > 0 OR finished_at IS NULL)"
    )
    for table in ("sync_run_parts", "sync_errors"):
        connection.execute(f"DELETE FROM {table} WHERE run IN ({old})", [before])
    return connection.execute(f"DELETE FROM sync_runs WHERE id IN ({old})", [before]).rowcount


def record_error(
    connection: sqlite3.Connection, run: int | None, repository: str, kind: str, error: str, now: str
) -> None:
    """A row of sync_errors."""
    connection.execute(
        "INSERT INTO sync_errors (run, repository, kind, error, at) VALUES (?, ?, ?, ?, ?)",
        [run, repository, kind, error, now],
    )


def record_unreadable(
    connection: sqlite3.Connection, run: int | None, repository: str, parts: "Iterable[Unreadable]", now: str
) -> None:
    """A row of sync_errors for each part of an object that GitHub does not serve."""
    for part in parts:
        error = f"{part.part or 'the object'} of {part.url} is not served: {part.error}"
        record_error(connection, run, repository, part.kind, error, now)
