"""Reports: the CPU of `collect report`, of its page and of its site for ten projects, and how big these are.

At most 0.6 s for the terminal, 4 s for the site, 2 MB for the page and 3 MB for the site.

With a database as argument it is that one, else one made here: ten projects with four years of work, issues and
releases, and two years of weekly signals.
"""

import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from collector.config import Config
from collector.method import compute
from collector.method.registry import SIGNALS
from collector.method_constants import METHOD_VERSION
from collector.store import database
from collector.store.state import COMPLETE

PROJECTS, PEOPLE, WEEKS = 10, 12, 104
LAST = date(2026, 1, 5)
BEFORE = "2015-01-01T00:00:00Z"


def made(path: Path) -> None:
    """A large database."""
    db = database.open_database(path)
    database.set_meta(db, {"start": "2022-01-01T00:00:00Z", "synthetic": 1})
    rng = random.Random(1)
    db.execute("BEGIN")
    db.executemany(
        "INSERT INTO accounts (id, login, type, created_at, first_seen_at) "
        "VALUES (?1, 'account-' || ?1, 'User', ?2, ?2)",
        [(n, BEFORE) for n in range(1, 1000)],
    )
    for p in range(1, PROJECTS + 1):
        project(db, rng, p)
    # An invented database's today is the day of its last sync.
    db.execute("INSERT INTO sync_runs (started_at, finished_at, exit_code) VALUES (?1, ?1, 0)", [f"{LAST}T00:00:00Z"])
    db.execute("COMMIT")
    compute.compute(db, Config(), LAST)
    history(db, rng)
    db.close()


def project(db: sqlite3.Connection, rng: random.Random, p: int) -> None:
    """A project with one repository: a push, now and then an issue and a release, on every day of four years."""
    slug, name = f"p{p}", f"example-{p}/core"
    db.execute("INSERT INTO projects (slug, name, category) VALUES (?, ?, ?)", [slug, f"Project {p}", f"c{p % 3}"])
    db.execute(
        "INSERT INTO repositories (id, node_id, full_name, project, role, configured_as, status, default_branch, "
        "head_oid, created_at, is_fork, is_archived, is_disabled, has_issues, has_discussions, discussions, stars, "
        "forks, first_seen_at) VALUES (?1, ?1, ?2, ?3, 'core', ?2, 'ok', 'main', ?4, ?5, 0, 0, 0, 1, 0, 0, 0, 0, ?5)",
        [p, name, slug, oid(p, 1399), BEFORE],
    )
    for kind in COMPLETE:
        db.execute(
            "INSERT INTO sync_state (repository, kind, first_complete_at, completed_at) VALUES (?, ?, ?, ?)",
            [p, kind, BEFORE, f"{LAST}T00:00:00Z"],
        )
    for n in range(1400):
        at = f"{LAST - timedelta(days=1400 - n)}T10:00:00Z"
        person, key = p * 50 + int(PEOPLE * rng.random() ** 2), p * 10_000 + n
        db.execute(
            "INSERT INTO commits (repository, oid, tree_oid, authored_at, committed_at, additions, deletions, "
            "is_merge, headline, signed_by_github, first_seen_at) "
            "VALUES (?1, ?2, 't' || ?2, ?3, ?3, 40, 2, 0, 'Change ' || ?2, 0, ?3)",
            [p, oid(p, n), at],
        )
        if n:
            db.execute("INSERT INTO commit_parents VALUES (?, ?, ?, 0)", [p, oid(p, n), oid(p, n - 1)])
        db.execute(
            "INSERT INTO pushes (id, repository, ref, before_oid, after_oid, kind, actor, pushed_at, first_seen_at) "
            "VALUES (?1, ?2, 'refs/heads/main', ?3, ?4, 'push', ?5, ?6, ?6)",
            [key, p, oid(p, n - 1) if n else "0" * 40, oid(p, n), person, at],
        )
        if rng.random() < 0.4:
            asked(db, rng, key, p, n, at)
        if rng.random() < 0.15:
            db.execute(
                "INSERT INTO releases (id, repository, tag_name, is_draft, is_prerelease, created_at, published_at, "
                "tag_oid, first_seen_at) VALUES (?1, ?2, ?3, 0, 0, ?4, ?4, ?5, ?4)",
                [key, p, f"v1.{n}.0", at, oid(p, n)],
            )


def asked(db: sqlite3.Connection, rng: random.Random, key: int, p: int, n: int, at: str) -> None:
    """An issue of an outsider, and mostly an answer."""
    db.execute(
        "INSERT INTO issues (id, node_id, repository, number, title, body_length, author, author_association, state, "
        "locked, created_at, updated_at, first_seen_at) "
        "VALUES (?1, ?1, ?2, ?3, '', 0, ?4, 'NONE', 'OPEN', 0, ?5, ?5, ?5)",
        [key, p, n + 1, rng.randrange(700, 1000), at],
    )
    if rng.random() < 0.7:
        later = f"{date.fromisoformat(at[:10]) + timedelta(days=rng.randrange(20))}T12:00:00Z"
        db.execute(
            "INSERT INTO comments (id, repository, subject, subject_type, author, author_association, created_at, "
            "updated_at, length, text_hash, first_seen_at) "
            "VALUES (?1, ?2, ?1, 'Issue', ?3, 'MEMBER', ?4, ?4, 90, ?1, ?4)",
            [key, p, p * 50, later],
        )


def history(db: sqlite3.Connection, rng: random.Random) -> None:
    """Two years of weekly figures for every signal of the method; those of the last date are left as computed."""
    for p in range(1, PROJECTS + 1):
        for signal in SIGNALS:
            value = 0.5
            for week in range(WEEKS):
                value = min(0.9, max(0.1, value + rng.uniform(-0.05, 0.05)))
                db.execute(
                    "INSERT OR IGNORE INTO signals (project, signal, as_of, window_days, status, value, low, high, "
                    "unit, n, score, score_low, score_high, naive, companions, excluded, method_version, config_hash) "
                    "VALUES (?, ?, ?, 364, 'ok', ?, ?, ?, ?, 52, 0.5, 0.4, 0.6, '{}', '{}', '{}', ?, 'x')",
                    [f"p{p}", signal.key, (LAST - timedelta(weeks=week)).isoformat(), value, value - 0.1, value + 0.1,
                     signal.unit, METHOD_VERSION],
                )  # fmt: skip


def oid(p: int, n: int) -> str:
    """The name of a commit."""
    return f"{p:08x}{n:032x}"


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "signals.db"
        if len(sys.argv) == 1:
            made(path)
        page = Path(folder) / "report.html"
        env = {**os.environ, "COLLECT_DB": str(path)}
        print(f"database:             {path.stat().st_size / 1e6:.0f} MB")
        print(f"collect report:       {cpu(['report'], env):.2f} s")
        seconds = cpu(["report", "--format", "html", "--output", str(page)], env)
        print(f"--format html:        {seconds:.2f} s, {page.stat().st_size / 1e6:.2f} MB")
        site = Path(folder) / "site"
        seconds = cpu(["report", "--format", "html", "--output", f"{site}/"], env)
        size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
        print(f"--output DIR/:        {seconds:.2f} s, {size / 1e6:.2f} MB")


def cpu(arguments: list[str], env: dict[str, str]) -> float:
    """Seconds of CPU that the command takes, the least of three times."""
    found = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "collector", *arguments]
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


if __name__ == "__main__":
    main()
