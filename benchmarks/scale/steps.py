"""The steps that are measured, each from a database file."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from benchmarks.scale import facts
from collector.config import Config
from collector.config.model import Project, TrackedRepository
from collector.method import compute as method
from collector.store import database

HISTORY = 104
# Of a larger database the history would take hours to no purpose: it is as many times that of one date.
LONGEST_HISTORY = 100


@contextmanager
def opened(path: Path) -> Iterator[tuple[sqlite3.Connection, Config]]:
    """Open the database, with the configuration that fits it."""
    with closing(database.open_database(path)) as db:
        tracked: dict[str, list[TrackedRepository]] = {}
        for slug, name, role in db.execute("SELECT project, full_name, role FROM repositories ORDER BY id"):
            tracked.setdefault(slug, []).append(TrackedRepository(name, role))
        yield db, Config(projects=tuple(Project(s, s, ("c0",), repos=tuple(of)) for s, of in tracked.items()))


def derive(path: Path) -> None:
    """Derive the tables of all projects."""
    with opened(path) as (db, config):
        method.prepare(db, config)


def signals(path: Path) -> None:
    """Compute one date."""
    with opened(path) as (db, config):
        method.compute(db, config, facts.LAST)


def idle_night(path: Path) -> None:
    """Compute the day after, when a sync found nothing new."""
    with opened(path) as (db, config):
        method.compute(db, config, facts.LAST + timedelta(days=1))


def history(path: Path) -> None:
    """Compute two years of weeks."""
    with opened(path) as (db, config):
        if len(config.projects) <= LONGEST_HISTORY:
            for _ in method.compute_series(db, config, method.series(facts.LAST, HISTORY, "week")):
                pass


def command(*arguments: str) -> Callable[[Path], None]:
    """Return the step that runs `collect` with these arguments; FOLDER stands for the folder of the database."""

    def run(path: Path) -> None:
        from collector.cli import collect

        given = [argument.replace("FOLDER", str(path.parent)) for argument in arguments]
        if exit_code := collect.main([*given, "--db", str(path)], standalone_mode=False):
            raise SystemExit(exit_code)

    return run


STEPS: Mapping[str, Callable[[Path], object]] = {
    "start": lambda path: opened(path).__enter__(),
    "derive": derive,
    "signals": signals,
    "idle night": idle_night,
    "history": history,
    "report": command("report", "--output", "FOLDER/report"),
    "json": command("report", "--format", "json", "--output", "FOLDER/json"),
    "html": command("report", "--format", "html", "--output", "FOLDER/html"),
    "site": command("report", "--format", "html", "--output", "FOLDER/site/"),
    "export": command("export", "--format", "csv", "FOLDER/export"),
    "lake": command("export", "--format", "parquet", "FOLDER/lake"),
    "lake again": command("export", "--format", "parquet", "FOLDER/lake"),
}
"""The steps by name; what a step writes is the file or folder of its name, beside the database."""
