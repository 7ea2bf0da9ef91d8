"""Repair times that cannot be true: GitHub's own in its future, and ours that were stored while our clock was wrong."""

import sqlite3
from datetime import datetime

from collector import clock
from collector.store import settings

# Columns of `sync_state` with times of GitHub's: those of every kind, and those of the kinds whose watermark is a time.
_WITNESSES, _WATERMARKS = ("witnessed_at", "sweep_witnessed_at"), ("watermark", "target")
_KINDS_WITH_TIMES = ("issues", "pull_requests", "discussions", "pushes")
# Columns with times by this machine's clock, in any table.
_OURS = ("first_seen_at", "gone_at", "seen_at")
_OURS_OF_PROGRESS = ("first_complete_at", "completed_at")


def delete(db: sqlite3.Connection, now: datetime) -> None:
    """Delete watermarks, witnesses and `github_time` that are later than `now` or invalid, within a transaction.

    A list without its watermark is read down to the database's start once. A late arrival whose witness is later than
    its own discovery is deleted: no sync had looked before it.
    """
    latest = clock.to_text(now + clock.TRUSTED)

    def is_wrong(time: str | None) -> bool:
        return time is not None and (clock.normalised(time) is None or time > latest)

    if is_wrong(settings.meta(db, "github_time")):
        db.execute("DELETE FROM meta WHERE key = 'github_time'")
    for repository, kind in db.execute("SELECT repository, kind FROM sync_state").fetchall():
        columns = (*_WITNESSES, *(_WATERMARKS if kind in _KINDS_WITH_TIMES else ()))
        where = "WHERE repository = ? AND kind = ?"
        row = db.execute(f"SELECT {', '.join(columns)} FROM sync_state {where}", [repository, kind]).fetchone()
        wrong = {column for column, time in zip(columns, row, strict=True) if is_wrong(time)}
        if not wrong.isdisjoint(_WATERMARKS):
            wrong |= {*_WATERMARKS, "cursor", "fingerprint"}
        if wrong:
            sets = ", ".join(f"{column} = NULL" for column in sorted(wrong))
            db.execute(f"UPDATE sync_state SET {sets} {where}", [repository, kind])
    db.create_function("is_wrong", 2, _is_witness_after, deterministic=True)
    db.execute("DELETE FROM late_arrivals WHERE is_wrong(previous_sync, seen_at)")


def redate(db: sqlite3.Connection, now: datetime) -> None:
    """Set times that a wrong clock of this machine put after `now`, which is GitHub's, to `now`, within a transaction.

    Otherwise signals would leave out what was first seen in the future.
    """
    latest, present = clock.to_text(now + clock.TRUSTED), clock.to_text(now)
    if not db.execute("SELECT 1 FROM sync_runs WHERE started_at > ? LIMIT 1", [latest]).fetchone():
        return
    columns = db.execute(
        "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'"
    ).fetchall()
    for table, column in columns:
        is_ours = column in _OURS or (table == "sync_state" and column in _OURS_OF_PROGRESS)
        if is_ours or (table == "sync_runs" and column in ("started_at", "finished_at")):
            db.execute(f'UPDATE "{table}" SET {column} = ? WHERE {column} > ?', [present, latest])
    db.execute("UPDATE unreadable SET ask_again_at = ? WHERE last_asked_at > ?", [present, latest])
    db.execute("UPDATE OR REPLACE looks SET at = ? WHERE at > ?", [present, latest])


def _is_witness_after(witness: str, seen: str) -> bool:
    """Return whether a witness is later by more than TRUSTED than the sync that it was used in, or no valid time."""
    if clock.normalised(witness) is None:
        return True
    try:
        return clock.from_text(witness) - clock.from_text(seen) > clock.TRUSTED
    except (ValueError, OverflowError):
        return False
