"""Write a batch of facts in one transaction: upserts, tombstones, and a record of suspicious changes.

A row of a batch is new, changed, unchanged, or returns after it was gone. `first_seen_at` is written once. Changes of
columns that GitHub should never change go to `changes`; objects that an earlier sync should have seen go to
`late_arrivals`.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from collector.store import privacy, unreadable
from collector.store.batch import ORDER, TABLES, Batch, Change, CompleteList, Counts, Row, Table, Witness

# Keys per statement: SQLite limits the number of bound parameters (https://www.sqlite.org/limits.html).
CHUNK = 300


# Table -> dependent rows, as (table, condition): they are marked as gone, and restored, together with their parent.
_DEPENDENTS = {
    "issues": (
        ("issue_labels", "issue = ?"),
        ("comments", "subject = ? AND subject_type = 'Issue'"),
        ("events", "subject = ? AND subject_type = 'Issue'"),
    ),
    "pull_requests": (
        ("pull_request_files", "pull_request = ?"),
        ("pull_request_commits", "pull_request = ?"),
        ("reviews", "pull_request = ?"),
        ("comments", "subject = ? AND subject_type = 'PullRequest'"),
        ("events", "subject = ? AND subject_type = 'PullRequest'"),
    ),
    "discussions": (("comments", "subject = ? AND subject_type = 'Discussion'"),),
}


def record_changes(connection: sqlite3.Connection, *changes: Change) -> None:
    """Insert rows into `changes`."""
    sql = 'INSERT INTO changes ("table", key, repository, "column", old, new, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)'
    connection.executemany(sql, changes)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block in a transaction, and roll it back on any exception."""
    # Takes the write lock now. A transaction that only reads at first fails when it writes and another one has written
    # meanwhile, whatever the timeout: https://www.sqlite.org/lang_transaction.html
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back when the disk is full
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def write(
    connection: sqlite3.Connection,
    batch: Batch,
    now: str,
    repository: int | None = None,
    witness: Witness | None = None,
) -> Counts:
    """Write a batch within the caller's transaction. With a `witness`, record late arrivals.

    `now` becomes `first_seen_at` of new rows and `gone_at` of missing ones.
    """
    # First, so that nothing of a forgotten person is written, not even within the transaction.
    privacy.apply(connection, batch, now)
    _prefer_graphql_names(connection, batch)
    counts = Counts()
    for name in ORDER:
        for rows in _grouped_by_columns(batch.rows.get(name, [])):
            counts += _upsert(connection, TABLES[name], rows, now, repository, witness)
    if batch.rows.get("discussions") or any(row.get("discussion_number") for row in batch.rows.get("events", ())):
        _delete_late_arrivals_of_converted(connection, repository)
    # After the rows, since some of those amended may be among them.
    for name, rows in batch.amended.items():
        counts.updated += _amend(connection, TABLES[name], rows)
    for name, immutable in batch.immutable.items():
        if not immutable:
            continue
        marks = ", ".join("?" * len(immutable[0]))
        connection.executemany(f"INSERT OR IGNORE INTO {name} VALUES ({marks})", immutable)
    for table_name in dict.fromkeys(one.table for one in batch.complete_lists):
        lists = [one for one in batch.complete_lists if one.table == table_name]
        for start in range(0, len(lists), CHUNK):
            counts.gone += _mark_missing(connection, TABLES[table_name], lists[start : start + CHUNK], now)
    for name, keys in batch.gone.items():
        counts.gone += mark_gone(connection, TABLES[name], keys, now)
    connection.executemany("UPDATE issues SET moved_to = ? WHERE id = ?", batch.moved)
    for key in batch.reachable_again:
        (since,) = connection.execute("SELECT gone_at FROM commits WHERE repository = ? AND oid = ?", key).fetchone()
        connection.execute("UPDATE commits SET gone_at = NULL WHERE repository = ? AND oid = ?", key)
        name = "/".join(map(str, key))
        record_changes(connection, Change("commits", name, key[0], "gone_at", since, None, now))
    counts.updated += len(batch.reachable_again)
    if repository is not None:
        counts.unreadable = unreadable.record(connection, batch, repository, now)
    if batch.rewritten and repository is not None:
        old, new = batch.rewritten
        record_changes(connection, Change("repositories", str(repository), repository, "head_oid", old, new, now))
    return counts


def _delete_late_arrivals_of_converted(connection: sqlite3.Connection, repository: int | None) -> None:
    """Delete late arrivals of discussions that an issue became: they have the issue's date.

    The event that names the discussion may be stored before it or after it.
    """
    connection.execute(
        "DELETE FROM late_arrivals WHERE \"table\" = 'discussions' AND repository = :repository AND key IN ("
        "SELECT CAST(d.id AS TEXT) FROM events AS e JOIN discussions AS d ON d.repository = e.repository "
        "AND d.number = e.discussion_number "
        "WHERE e.type = 'ConvertedToDiscussionEvent' AND e.repository = :repository)",
        {"repository": repository},
    )


def _prefer_graphql_names(connection: sqlite3.Connection, batch: Batch) -> None:
    """Keep the stored login and type of bots that a batch names by REST.

    REST and GraphQL may use different logins for one bot, such as Copilot; GraphQL's wins once it is known.
    """
    for row in batch.rows.get("accounts", ()):
        if row["id"] in batch.named_by_rest:
            known = connection.execute("SELECT login, type FROM accounts WHERE id = ?", [row["id"]]).fetchone()
            if known and (known[1] != "User" or row["type"] != "User"):
                row["login"], row["type"] = known


def _amend(connection: sqlite3.Connection, table: Table, rows: list[Row]) -> int:
    """Update some columns of stored rows and return how many rows changed. `gone_at` stays as it is."""
    changed = 0
    for row in rows:
        columns = [c for c in row if c not in table.key]
        new = [f"coalesce(?, {c})" if c in table.keep_if_null else "?" for c in columns]
        values, key = [row[c] for c in columns], [row[k] for k in table.key]
        changed += connection.execute(
            f"UPDATE {table.name} SET {', '.join(f'{c} = {n}' for c, n in zip(columns, new, strict=True))} "
            f"WHERE {' AND '.join(f'{k} = ?' for k in table.key)} "
            # IS NOT compares null, too, so that only rows that change are written and counted.
            f"AND ({', '.join(columns)}) IS NOT ({', '.join(new)})",
            [*values, *key, *values],
        ).rowcount
    return changed


def mark_gone(connection: sqlite3.Connection, table: Table, keys: Sequence[tuple[Any, ...]], now: str) -> int:
    """Mark rows and their dependents as gone, and return how many were not marked yet."""
    condition = " AND ".join(f"{c} = ?" for c in table.key)
    marked = 0
    for name, where in ((table.name, condition), *_DEPENDENTS.get(table.name, ())):
        sql = f"UPDATE {name} SET gone_at = ? WHERE {where} AND gone_at IS NULL"
        marked += max(0, connection.executemany(sql, [(now, *k) for k in keys]).rowcount)
    return marked


def record_account(connection: sqlite3.Connection, ident: int, is_there: bool, now: str) -> int:
    """Record that GitHub was asked about an account, within a transaction. Returns 1 if it is newly known as gone.

    Objects may still name an account that GitHub closed: only another answer to the question brings it back.
    """
    if is_there:
        connection.execute("UPDATE accounts SET asked_at = ?, gone_at = NULL WHERE id = ?", [now, ident])
        return 0
    connection.execute("UPDATE accounts SET asked_at = ? WHERE id = ?", [now, ident])
    sql = "UPDATE accounts SET gone_at = ? WHERE id = ? AND gone_at IS NULL"
    return connection.execute(sql, [now, ident]).rowcount


def _grouped_by_columns(rows: list[Row]) -> Iterator[list[Row]]:
    """Group rows that have the same columns. Columns that GitHub did not serve are absent, and stay untouched."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    yield from groups.values()


def _restore_dependents(connection: sqlite3.Connection, table: Table, back: list[tuple[Any, ...]]) -> int:
    """Restore dependents that became gone together with their parents, given as (*key, gone_at). Returns how many."""
    count = 0
    for name, where in _DEPENDENTS.get(table.name, ()):
        sql = f"UPDATE {name} SET gone_at = NULL WHERE {where} AND gone_at = ?"
        count += max(0, connection.executemany(sql, back).rowcount)
    return count


def _upsert(
    connection: sqlite3.Connection,
    table: Table,
    rows: list[Row],
    now: str,
    repository: int | None,
    witness: Witness | None,
) -> Counts:
    counts = Counts()
    columns = list(rows[0])
    unique = {tuple(r[k] for k in table.key): r for r in rows}
    keys = list(unique)
    new: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    changes: list[Change] = []
    late: list[tuple[Any, ...]] = []
    back: list[tuple[Any, ...]] = []
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        known = _stored(connection, table, columns, part)
        for key in part:
            row, old = unique[key], known.get(key)
            name = "/".join(map(str, key))
            if old is None:
                new.append((*row.values(), now))
                if witness and table.dated and witness.should_have_seen(row.get(table.dated)):
                    late.append((table.name, name, repository, row[table.dated], witness.at, now))
                continue
            _keep_stored(table, row, old)
            different = [c for c in columns if row[c] != old[c]]
            is_back = old["gone_at"] is not None and table.served_is_there
            if not different and not is_back:
                continue
            changed.append((*row.values(), *key))
            for column in different:
                # Filling an empty column is not a change.
                if column in table.recorded and old[column] is not None:
                    changes.append(Change(table.name, name, repository, column, old[column], row[column], now))
            if is_back:
                back.append((*key, old["gone_at"]))
                changes.append(Change(table.name, name, repository, "gone_at", old["gone_at"], None, now))
    counts.updated = _restore_dependents(connection, table, back)
    _write_rows(connection, table, columns, new, changed)
    record_changes(connection, *changes)
    connection.executemany("INSERT OR IGNORE INTO late_arrivals VALUES (?, ?, ?, ?, ?, ?)", late)
    counts.inserted, counts.updated = len(new), counts.updated + len(changed)
    return counts


def _keep_stored(table: Table, row: Row, old: Row) -> None:
    """Put stored values into a row of a batch, for columns that keep their value against NULL, or their first value."""
    for column in table.keep_if_null:
        if column in row and row[column] is None:
            row[column] = old[column]
    for column in table.keep_first:
        if column in row and old[column] is not None:
            row[column] = old[column]


def _write_rows(
    connection: sqlite3.Connection,
    table: Table,
    columns: list[str],
    new: list[tuple[Any, ...]],
    changed: list[tuple[Any, ...]],
) -> None:
    """Insert new rows, each with `first_seen_at` last, and update changed ones, each with its key last."""
    if new:
        marks = ", ".join("?" * (len(columns) + 1))
        connection.executemany(f"INSERT INTO {table.name} ({', '.join(columns)}, first_seen_at) VALUES ({marks})", new)
    if changed:
        sets = ", ".join([*(f"{c} = ?" for c in columns), *(["gone_at = NULL"] if table.served_is_there else [])])
        condition = " AND ".join(f"{c} = ?" for c in table.key)
        connection.executemany(f"UPDATE {table.name} SET {sets} WHERE {condition}", changed)


def _stored(
    connection: sqlite3.Connection, table: Table, columns: list[str], keys: list[tuple[Any, ...]]
) -> dict[tuple[Any, ...], Row]:
    """Return the stored rows with these keys, by key."""
    marks = "(" + ", ".join("?" * len(table.key)) + ")" if len(table.key) > 1 else "?"
    values = f"VALUES {', '.join([marks] * len(keys))}" if len(table.key) > 1 else ", ".join([marks] * len(keys))
    wanted = [*columns, "gone_at"]
    left = f"({', '.join(table.key)})" if len(table.key) > 1 else table.key[0]
    cursor = connection.execute(
        f"SELECT {', '.join(wanted)} FROM {table.name} WHERE {left} IN ({values})", [v for k in keys for v in k]
    )
    out = {}
    for values_ in cursor:
        row = dict(zip(wanted, values_, strict=True))
        out[tuple(row[k] for k in table.key)] = row
    return out


def _mark_missing(connection: sqlite3.Connection, table: Table, lists: list[CompleteList], now: str) -> int:
    """Mark stored rows that are missing from complete lists of one table as gone. Returns how many."""
    columns = list(lists[0].where)
    marks = ", ".join(["(" + ", ".join("?" * len(columns)) + ")"] * len(lists))
    listed = connection.execute(
        f"SELECT {', '.join(table.key)}, {', '.join(columns)} FROM {table.name} "
        f"WHERE ({', '.join(columns)}) IN (VALUES {marks}) AND gone_at IS NULL",
        [value for one in lists for value in one.where.values()],
    )
    there = {tuple(one.where.values()): one.keys for one in lists}
    width = len(table.key)
    # Of a key of several columns, the last is that of the row within its list; `where` has the others.
    missing = [row[:width] for row in listed if row[width - 1] not in there[row[width:]]]
    return mark_gone(connection, table, missing, now) if missing else 0
