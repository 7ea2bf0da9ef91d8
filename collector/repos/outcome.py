"""What becomes of the repositories of a list: those that can be tracked, and those left out with the reason."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any

from collector.repos.temporary_rows import TemporaryRows

# Why a repository is left out -> how a summary says it.
REASONS = {
    "tracked": "tracked already",
    "same_repository": "listed under another name, too",
    "not_public": "not public",
    "blocked": "blocked by GitHub",
    "not_shown": "without an answer",
    "fork": "forks",
    "archived": "archived",
    "disabled": "disabled",
    "empty": "empty",
    "silent": "without a push for a year",
    "limit": "beyond --limit",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A repository that is not taken: `reason` is a key of REASONS, `detail` more about it."""

    repo: str
    ecosystem: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A repository that GitHub shows and that a project does not have; taken unless there is a `reason` against it."""

    repo: str
    listed_as: str
    ecosystem: str
    project: str
    pushed_at: str | None
    stars: int
    fork_of: str | None
    archived: bool
    reason: str | None

    def as_row(self) -> dict[str, object]:
        """Return it as a dict for JSON."""
        return {**asdict(self), "taken": self.reason is None}

    @property
    def is_renamed(self) -> bool:
        """Whether the list has it under a former name."""
        return self.listed_as.lower() != self.repo.lower()

    @property
    def remark(self) -> str:
        """What speaks against it, and its other name; empty otherwise."""
        words = [f"fork of {self.fork_of}" if self.fork_of else self.reason or ""]
        words += [f"was {self.listed_as}"] if self.is_renamed else []
        return ", ".join(filter(None, words))


_FOUND = "repo, listed_as, ecosystem, project, pushed_at, stars, fork_of, archived, reason"
_SCHEMA = f"""
CREATE TABLE left_out (place INTEGER PRIMARY KEY, repo, ecosystem, reason, detail);
CREATE TABLE found ({_FOUND}, name TEXT, id INTEGER, UNIQUE (project, id), UNIQUE (project, name));
CREATE TABLE ranked (rank INTEGER PRIMARY KEY, {_FOUND});
"""


class Outcome:
    """The repositories of a list, shown and left out, in a temporary database.

    The most recently pushed are shown first; forks and archived ones last. Add all, then call `rank`.
    """

    def __init__(self) -> None:
        self._held = TemporaryRows(_SCHEMA)
        self.listed = 0  # one for each project that a repository goes to
        self.tracked = 0  # in that project
        self.new = 0  # that GitHub shows and that are not tracked there, beyond the limit as well

    def leave_out(self, one: LeftOut) -> None:
        """Add a repository that is not taken."""
        sql = "INSERT INTO left_out (repo, ecosystem, reason, detail) VALUES (?, ?, ?, ?)"
        self._held.write(sql, *astuple(one))

    def add(self, found: Found, ident: int | None) -> Found | None:
        """Add a repository with its id; if its project has that already, return the earlier one instead."""
        name = found.repo.lower()
        sql = "INSERT OR IGNORE INTO found VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        if self._held.write(sql, *astuple(found), name, ident):
            return None
        sql = f"SELECT {_FOUND} FROM found WHERE project = ? AND (id = ? OR name = ?)"
        return _found(self._held.row(sql, found.project, ident, name))

    def rank(self, limit: int) -> None:
        """Put those that were added in order, of which the first `limit` are shown, 0 for all."""
        self._held.write(
            f"INSERT INTO ranked ({_FOUND}) SELECT {_FOUND} FROM found "
            "ORDER BY fork_of IS NOT NULL OR archived, coalesce(pushed_at, '') DESC, repo, project"
        )
        self._held.write("DROP TABLE found")
        self.new = int(self._held.row("SELECT count(*) FROM ranked")[0])
        if limit:
            self._held.write("UPDATE ranked SET reason = 'limit' WHERE rank > ? AND reason IS NULL", limit)
        self._held.write("CREATE INDEX ranked_by_project ON ranked (project) WHERE reason IS NULL")
        self._limit = limit or self.new

    def shown(self) -> Iterator[Found]:
        """Yield the repositories to show, in their order."""
        return map(_found, self._held.rows(f"SELECT {_FOUND} FROM ranked WHERE rank <= ? ORDER BY rank", self._limit))

    def taken(self, project: str) -> Iterator[Found]:
        """Yield those to be tracked in a project, in their order."""
        sql = f"SELECT {_FOUND} FROM ranked WHERE project = ? AND reason IS NULL ORDER BY rank"
        return map(_found, self._held.rows(sql, project))

    def taken_in(self) -> dict[str, int]:
        """Return the number of repositories to be tracked in each project that gets some."""
        return dict(self._held.rows("SELECT project, count(*) FROM ranked WHERE reason IS NULL GROUP BY project"))

    def left_out(self) -> Iterator[LeftOut]:
        """Yield the repositories not to be tracked, with the reason: those of `leave_out`, then those of `rank`."""
        for row in self._held.rows("SELECT repo, ecosystem, reason, detail FROM left_out ORDER BY place"):
            yield LeftOut(*row)
        for row in self._held.rows(f"SELECT {_FOUND} FROM ranked WHERE reason IS NOT NULL ORDER BY rank"):
            found = _found(row)
            detail = f"fork of {found.fork_of}" if found.fork_of else ""
            yield LeftOut(found.listed_as, found.ecosystem, str(found.reason), detail)

    def not_public(self) -> Iterator[str]:
        """Yield the names that GitHub does not show, or blocks, each once."""
        sql = "SELECT repo FROM left_out WHERE reason IN ('not_public', 'blocked') GROUP BY repo ORDER BY min(place)"
        return (repo for (repo,) in self._held.rows(sql))

    def counts(self) -> dict[str, int]:
        """Return the number of repositories left out for each reason, in the order of REASONS."""
        found: dict[str, int] = {}
        for table in ("left_out", "ranked"):
            sql = f"SELECT reason, count(*) FROM {table} WHERE reason IS NOT NULL GROUP BY reason"
            for reason, n in self._held.rows(sql):
                found[reason] = found.get(reason, 0) + n
        return {reason: found[reason] for reason in REASONS if reason in found}

    def sentence(self) -> str | None:
        """Describe what was left out, or return None."""
        counts = ", ".join(f"{n:,} {REASONS[reason]}" for reason, n in self.counts().items())
        return f"Left out: {counts}." if counts else None


def _found(row: Sequence[Any]) -> Found:
    found = Found(*row)
    return replace(found, archived=bool(found.archived))
