"""Small databases made by hand, through the store's own schema."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collector.method.registry import BY_KEY
from collector.store.database import open_database

KINDS = ("releases", "tags", "commits", "issues", "pull_requests", "pushes", "commit_sizes")
SYNCED = "2026-01-05T06:00:00Z"


class Made:
    """A database and short ways to fill it."""

    day = date(2026, 1, 5)

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db: sqlite3.Connection = open_database(path)
        self.set("synthetic", "0")

    def set(self, key: str, value: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])

    def project(self, slug: str, name: str | None = None, category: str = "compute", note: str = "") -> str:
        row = [slug, name or slug.title(), category, "", note]
        self.db.execute("INSERT INTO projects (slug, name, category, homepage, note) VALUES (?, ?, ?, ?, ?)", row)
        return slug

    def repository(
        self, project: str, name: str, synced: str | None = SYNCED, has_issues: int = 1, **changed: Any
    ) -> int:
        ident = 1 + int(self.db.execute("SELECT count(*) FROM repositories").fetchone()[0])
        row: dict[str, Any] = {
            "id": ident,
            "node_id": f"R{ident}",
            "full_name": name,
            "project": project,
            "role": "core",
            "configured_as": name,
            "status": "ok",
            "created_at": "2020-01-01T00:00:00Z",
            "has_issues": has_issues,
            "first_seen_at": "2025-01-01T00:00:00Z",
        }
        row |= dict.fromkeys(("is_fork", "is_archived", "is_disabled", "has_discussions", "discussions"), 0)
        row |= {"stars": 0, "forks": 0, **changed}
        marks = ", ".join("?" * len(row))
        self.db.execute(f"INSERT INTO repositories ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        for kind in KINDS:
            if synced and (kind != "issues" or has_issues):
                self.synced(ident, kind, synced)
        return ident

    def synced(self, repository: int, kind: str, at: str | None) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO sync_state (repository, kind, completed_at) VALUES (?, ?, ?)",
            [repository, kind, at],
        )

    def signal(self, project: str, key: str, value: float | None = None, **changed: Any) -> None:
        known = value is not None
        row: dict[str, Any] = {
            "project": project,
            "signal": key,
            "as_of": self.day.isoformat(),
            "window_days": 364,
            "status": "ok" if known else "insufficient",
            "reason": None if known else "6 issues of 4 accounts, 15 of 10 needed",
            "value": value,
            "low": value,
            "high": value,
            "unit": BY_KEY[key].unit,
            "n": 20.0 if known else None,
            "score": 0.5 if known else None,
            "score_low": 0.4 if known else None,
            "score_high": 0.6 if known else None,
            "naive": "{}",
            "companions": "{}",
            "excluded": "{}",
            "method_version": "1",
            "config_hash": "0",
        }
        row |= {k: json.dumps(v) if isinstance(v, dict) else v for k, v in changed.items()}
        marks = ", ".join("?" * len(row))
        self.db.execute(f"INSERT INTO signals ({', '.join(row)}) VALUES ({marks})", list(row.values()))

    def run(self, *errors: tuple[str, str, str], exit_code: int = 3) -> None:
        ident = self.db.execute(
            "INSERT INTO sync_runs (started_at, finished_at, exit_code) VALUES (?, ?, ?)", [SYNCED, SYNCED, exit_code]
        ).lastrowid
        self.db.executemany(
            "INSERT INTO sync_errors (run, repository, kind, error, at) VALUES (?, ?, ?, ?, ?)",
            [(ident, *error, SYNCED) for error in errors],
        )


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    database = Made(tmp_path / "made.db")
    yield database
    database.db.close()


@pytest.fixture
def little(made: Made) -> Made:
    """A project of which hardly anything is public, though enough families are known for an overall score."""
    made.project("oyster")
    made.repository("oyster", "example/oyster")
    for key in ("release_weeks", "active_weeks"):
        made.signal("oyster", key, 0.0, score=0.01, score_low=0.0, score_high=0.1)
    made.signal("oyster", "contributor_days", None, n=2)
    return made


@pytest.fixture
def two(made: Made) -> Made:
    """A project with figures and one without a repository."""
    made.project("heron", "Steady Heron")
    made.repository("heron", "example/heron")
    made.signal(
        "heron",
        "release_weeks",
        14.0,
        low=8.0,
        high=22.0,
        naive={"releases": 41},
        companions={"releases": 15},
        excluded={"pre_release": 3},
    )
    made.signal("heron", "first_response_7d", 0.41, low=0.27, high=0.56)
    made.signal("heron", "contributor_days", None)
    made.project("mole", "Hidden Mole", "models", "Nothing was found.")
    for key in ("release_weeks", "contributor_days"):
        made.signal("mole", key, None, status="not_observable", reason="Nothing was found.")
    return made
