"""From facts to signals: derived tables, evidence for a date, and the signals computed from it."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files

from collector import clock, evidence, landing, measure
from collector.config import Config
from collector.landing.derive import derive
from collector.signals import curves
from collector.signals.signal import METHOD_VERSION, Signal
from collector.signals.window import Window
from collector.store import accounts
from collector.store.batches import transaction

WINDOW_DAYS = 364


def today(now: datetime) -> date:
    """The date whose 00:00 UTC is the last before `now`."""
    return now.astimezone(UTC).date()


def prepare(db: sqlite3.Connection, config: Config) -> None:
    """Make the derived tables anew when facts or configuration changed since. Opens its own transaction."""
    mark = _mark(db, config)
    row = db.execute("SELECT value FROM meta WHERE key = 'derived_from'").fetchone()
    if row and row[0] == mark:
        return
    with transaction(db):
        # The configuration's list of bots may have changed since the sync.
        accounts.mark_bots(db, config)
        derive(db, config)
        db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('derived_from', ?)", [mark])


def compute(db: sqlite3.Connection, config: Config, as_of: date) -> None:
    """Write the signals of every tracked project as of a date, in place of those that were written of it before.

    The database's own views are moved to that date when it is the latest one. Opens its own transactions.
    """
    prepare(db, config)
    latest = db.execute("SELECT max(as_of) FROM as_of").fetchone()[0]
    with transaction(db):
        if latest is None or clock.to_text(clock.midnight(as_of)) >= latest:
            evidence.use(db, as_of, temporary=False)
        evidence.work_out(db, as_of)
        found = measure.signals(db, measure.projects(db, config), Window(as_of))
        _store(db, [(p.slug, s) for p, s in found], as_of, config.hash())
        evidence.drop_temporary(db)


def series(last: date, count: int, every: str) -> list[date]:
    """`count` dates up to `last`: Mondays for `week`, firsts of the month for `month`; oldest first."""
    out = []
    day = last - timedelta(days=last.weekday()) if every == "week" else last.replace(day=1)
    for _ in range(count):
        out.append(day)
        day = day - timedelta(days=7) if every == "week" else (day - timedelta(days=1)).replace(day=1)
    return out[::-1]


def _mark(db: sqlite3.Connection, config: Config) -> str:
    """Changes whenever the derived tables could come out differently."""
    # A run that was killed, or is still at work, has not said yet what it changed.
    last = db.execute(
        "SELECT id, finished_at FROM sync_runs WHERE inserted + updated + gone > 0 OR finished_at IS NULL "
        "ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return f"{METHOD_VERSION}:{_rules()}:{config.hash()}:{last}"


@cache
def _rules() -> str:
    """A digest of the program text that writes the derived tables: a new version may decide otherwise."""
    texts = [path.read_bytes() for path in sorted(files(landing).iterdir(), key=str) if path.name.endswith(".py")]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def _store(db: sqlite3.Connection, signals: Iterable[tuple[str, Signal]], as_of: date, config_hash: str) -> None:
    rows = []
    for slug, s in signals:
        low, high = _score_range(s)
        rows.append(
            (
                slug,
                s.key,
                as_of.isoformat(),
                WINDOW_DAYS,
                s.status.value,
                s.reason,
                s.value,
                s.low,
                s.high,
                s.unit,
                s.n,
                s.score,
                low,
                high,
                json.dumps(s.naive, sort_keys=True),
                json.dumps(s.companions, sort_keys=True),
                json.dumps(s.excluded, sort_keys=True),
                METHOD_VERSION,
                config_hash,
            )
        )
    db.execute("DELETE FROM signals WHERE as_of = ?", [as_of.isoformat()])
    db.executemany(f"INSERT INTO signals VALUES ({', '.join('?' * 19)})", rows)


def _score_range(s: Signal) -> tuple[float | None, float | None]:
    """The scores of the interval's ends, the smaller first: some signals are better when they are low."""
    if s.low is None or s.high is None:
        return None, None
    ends = sorted((curves.score(s.key, s.low), curves.score(s.key, s.high)))
    return ends[0], ends[1]
