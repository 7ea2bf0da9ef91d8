"""Compute signals: derive the tables, materialise the evidence of a date, and store the signals computed from it."""

import gc
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

from collector import clock
from collector.config import Config
from collector.derive import outdated
from collector.derive.tables import derive
from collector.method import carried, completeness, evidence, preconditions, project_state, score_tables, unchanged
from collector.method.completeness import Missing
from collector.method.definition import Context
from collector.method.naive import Dashboard
from collector.method.project_state import Activity
from collector.method.projects import TrackedProject, projects, with_switches
from collector.method.registry import BY_KEY, DAILY
from collector.method.signal import Signal
from collector.method.window import Window
from collector.method_constants import METHOD_VERSION, WINDOW_DAYS
from collector.sql import snapshot
from collector.store import bots, database
from collector.store.write import transaction

# With fewer, starting a process takes longer than it saves.
LEAST_DATES_PER_PROCESS = 8

# More would take more memory at once, fewer more time to plan the statements.
PROJECTS_AT_ONCE = 20

# json.dumps would make an encoder for each text, and look for cycles.
_json = json.JSONEncoder(sort_keys=True, check_circular=False).encode
_WEEKLY = BY_KEY.keys() - DAILY

Row = dict[str, str | int | float | bytes | None]
"""A row of the tables `signals`, `project_facts` or `computed_projects`, by column."""


def prepare(db: sqlite3.Connection, config: Config) -> None:
    """Derive the tables again of projects whose facts, configuration or rules changed. Opens its own transaction."""
    if not outdated.is_any(db, config):
        return
    with _foreign_keys_unchecked(db), transaction(db), _no_search_for_cycles():
        # The configuration's list of bots may have changed since the sync.
        bots.mark_bots(db, config)
        derive(db, config)


def compute(db: sqlite3.Connection, config: Config, as_of: date) -> None:
    """Write the signals of every tracked project as of a date, replacing those of that date.

    If no later date was computed, the database's own views show this one, and what is the same as on an earlier date of
    the week is copied from there. Opens its own transactions.
    """
    prepare(db, config)
    latest = db.execute("SELECT max(as_of) FROM as_of").fetchone()[0]
    with transaction(db):
        if latest is None or clock.to_text(clock.midnight(as_of)) >= latest:
            _compute_latest(db, config, as_of)
        else:
            _replace(db, _computed(db, config, as_of, projects(db, config)), as_of)
        for earlier in score_tables.without_scores(db):
            score_tables.store(db, earlier)


def compute_series(db: sqlite3.Connection, config: Config, dates: Sequence[date]) -> Iterator[date]:
    """Like `compute` for each of `dates`, on all processors; yields each date when it is written.

    The database must be a file. Opens its own transactions.
    """
    prepare(db, config)
    (path,) = (row[2] for row in db.execute("PRAGMA database_list") if row[1] == "main")
    workers = min(os.cpu_count() or 1, len(dates) // LEAST_DATES_PER_PROCESS)
    if workers < 2:
        for day in dates:
            compute(db, config, day)
            yield day
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    *earlier, last = sorted(dates)
    # Not forked: a forked process would share this one's open database. https://www.sqlite.org/howtocorrupt.html
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for day, computed in zip(earlier, pool.map(partial(_computed_of_file, path, config), earlier), strict=True):
            with transaction(db):
                _replace(db, [computed], day)
            yield day
    # The last one may move the database's own views.
    compute(db, config, last)
    yield last


def drop_future(db: sqlite3.Connection, today: date) -> None:
    """Delete the signals of dates after today, which a wrong clock left: they would stay the latest.

    Opens its own transaction.
    """
    with transaction(db):
        for table in ("signals", "project_facts", "scores", "score_letters"):
            db.execute(f"DELETE FROM {table} WHERE as_of > ?", [today.isoformat()])
        db.execute("DELETE FROM as_of WHERE as_of > ?", [clock.to_text(clock.midnight(today))])


def series(last: date, count: int, every: str) -> list[date]:
    """Return `count` dates up to `last`, oldest first: Mondays for `week`, firsts of the month for `month`."""
    out = []
    day = last - timedelta(days=last.weekday()) if every == "week" else last.replace(day=1)
    for _ in range(count):
        out.append(day)
        day = day - timedelta(days=7) if every == "week" else (day - timedelta(days=1)).replace(day=1)
    return out[::-1]


def contexts(
    db: sqlite3.Connection, tracked: Sequence[TrackedProject], window: Window, missing: Missing
) -> Iterator[Context]:
    """Yield every signal of every project, with the evidence at the date of the views. Each view is read once."""
    dashboard, at_the_date = Dashboard(db, window), with_switches(db, tracked)
    for key, definition in BY_KEY.items():
        rows = evidence.rows(db, key, definition.reads)
        for project in at_the_date:
            naive = definition.naive(dashboard, project.slug)
            evidence_rows = rows.get(project.slug, [])
            yield Context(definition, project, window, evidence_rows, naive, missing.get(project.slug, {}))


def signal_of(context: Context) -> Signal:
    """Return the signal, with or without a value."""
    return preconditions.obstacle(context) or context.signal.compute(context)


def _computed_of_file(path: str, config: Config, as_of: date) -> dict[str, list[Row]]:
    """Return `_computed` of a database file. Runs in a process of its own, and only reads the file."""
    with closing(database.connect(Path(path), "ro")) as db, snapshot(db):
        every: dict[str, list[Row]] = {}
        for computed in _computed(db, config, as_of, projects(db, config)):
            for table, rows in computed.items():
                every.setdefault(table, []).extend(rows)
        return every


def _compute_latest(db: sqlite3.Connection, config: Config, as_of: date) -> None:
    """Write the signals of the latest date, and what those of later dates follow from while no fact changes."""
    tracked, window = projects(db, config), Window(as_of)
    marks = unchanged.marks(db, tracked, window)
    same = unchanged.find(db, marks, window, _WEEKLY)
    at_the_date = with_switches(db, [project for project in tracked if project.slug in same])
    evidence.store_views(db, as_of)
    anew = [project for project in tracked if project.slug not in same]
    db.executemany("DELETE FROM computed_projects WHERE project = ?", [(project.slug,) for project in anew])
    computed = chain(_carried(db, config, as_of, at_the_date), _computed(db, config, as_of, anew, marks))
    _replace(db, computed, as_of)
    unchanged.forget_changed_accounts(db, window)


def _computed(
    db: sqlite3.Connection,
    config: Config,
    as_of: date,
    tracked: Sequence[TrackedProject],
    marks: Mapping[str, str] | None = None,
) -> Iterator[dict[str, list[Row]]]:
    """Yield table -> its rows of some of the projects as of a date, until all were there.

    With `marks`, those of `computed_projects` are among them.
    """
    shared, window = _shared(config, as_of), Window(as_of)
    for place, some in enumerate(_some_at_once(tracked)):
        slugs = [project.slug for project in some]
        if place:
            evidence.refill(db, slugs)
        else:
            evidence.building_blocks(db, as_of, slugs)
        missing = completeness.missing(db, config, window, slugs)
        rows: list[Row] = []
        daily: dict[str, dict[str, carried.Evidence]] = {slug: {} for slug in slugs}
        with _no_search_for_cycles():
            for context in contexts(db, some, window, missing):
                rows.append(_row(context, shared))
                if marks is not None and context.signal.ageing is not None:
                    daily[context.project.slug][context.signal.key] = carried.evidence(context)
        activities = project_state.activities(db)
        activity = {slug: activities.get(slug, Activity()) for slug in slugs}
        tables = {"signals": rows, "project_facts": [_facts(p, window, activity[p.slug]) for p in some]}
        if marks is not None:
            tables["computed_projects"] = [
                {
                    "project": slug,
                    "as_of": as_of.isoformat(),
                    "mark": marks[slug],
                    "evidence": carried.to_bytes(daily[slug], activity[slug]),
                }
                for slug in slugs
            ]
        yield tables
    evidence.drop_temporary(db)


def _carried(
    db: sqlite3.Connection, config: Config, as_of: date, tracked: Sequence[TrackedProject]
) -> Iterator[dict[str, list[Row]]]:
    """Yield table -> rows, like `_computed`, of projects that need no computing from facts (`unchanged`).

    Daily signals follow from the evidence stored with an earlier date of the week; the others are copied from it.
    """
    shared, window = _shared(config, as_of), Window(as_of)
    needed = {fact for key in DAILY for fact in BY_KEY[key].needs}
    cursor = db.cursor()
    cursor.row_factory = sqlite3.Row
    for some in _some_at_once(tracked):
        slugs = [project.slug for project in some]
        weekly = cursor.execute(
            "SELECT s.* FROM computed_projects AS c "
            "CROSS JOIN signals AS s ON s.project = c.project AND s.as_of = c.as_of "
            "WHERE c.project IN (SELECT value FROM json_each(?)) AND s.signal IN (SELECT value FROM json_each(?))",
            [json.dumps(slugs), json.dumps(sorted(_WEEKLY))],
        )
        rows = [{**dict(row), **shared} for row in weekly]
        missing = completeness.missing(db, config, window, slugs, needed)
        stored, facts = carried.read(db, slugs), []
        for project in some:
            own = stored[project.slug]
            rows += [_row(context, shared) for context in own.contexts(project, window, missing)]
            facts.append(_facts(project, window, own.activity))
        yield {"signals": rows, "project_facts": facts}


def _some_at_once(tracked: Sequence[TrackedProject]) -> Iterator[Sequence[TrackedProject]]:
    return (tracked[first : first + PROJECTS_AT_ONCE] for first in range(0, len(tracked), PROJECTS_AT_ONCE))


def _facts(project: TrackedProject, window: Window, activity: Activity) -> Row:
    return dict(vars(project_state.facts(project, window, activity)))


@contextmanager
def _foreign_keys_unchecked(db: sqlite3.Connection) -> Iterator[None]:
    """Pause SQLite's search for what each row refers to: derived rows refer to facts that were just read.

    It cannot be paused within a transaction: https://www.sqlite.org/pragma.html#pragma_foreign_keys
    """
    (was_on,) = db.execute("PRAGMA foreign_keys").fetchone()
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        db.execute(f"PRAGMA foreign_keys = {was_on}")


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Pause Python's search for cycles of references: rows and commits have none, and it takes long with many."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _shared(config: Config, as_of: date) -> Row:
    """Return the columns that all signals of a date share."""
    return {
        "as_of": as_of.isoformat(),
        "window_days": WINDOW_DAYS,
        "method_version": METHOD_VERSION,
        "config_hash": config.hash(),
    }


def _row(context: Context, shared: Row) -> Row:
    signal = signal_of(context)
    return {
        "project": context.project.slug,
        **shared,
        "signal": signal.key,
        "status": signal.status.value,
        "reason": signal.reason,
        "value": signal.value,
        "low": signal.low,
        "high": signal.high,
        "unit": context.signal.unit,
        "n": signal.n,
        "score": signal.score,
        "score_low": signal.score_low,
        "score_high": signal.score_high,
        "naive": _json(signal.naive),
        "companions": _json(signal.companions),
        "excluded": _json(signal.excluded),
    }


def _replace(db: sqlite3.Connection, computed: Iterable[dict[str, list[Row]]], as_of: date) -> None:
    """Replace the rows of a date, and then compute its scores anew from them."""
    for table in ("signals", "project_facts"):
        db.execute(f"DELETE FROM {table} WHERE as_of = ?", [as_of.isoformat()])
    for tables in computed:
        for table, rows in tables.items():
            if rows:
                columns = list(rows[0])
                marks = ", ".join(f":{column}" for column in columns)
                db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    score_tables.store(db, as_of)
