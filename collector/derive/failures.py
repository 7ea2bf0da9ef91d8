"""Recognise reverts by their headlines or titles, and labels of incidents by their words."""

import re
import sqlite3
from collections.abc import Iterator

from collector.method_constants import INCIDENT_WORDS, REVERT_BEGINNINGS

_WORDS = re.compile(r"[^\W\d_]+")
# Narrows down the rows whose text begins so; SQLite compares without case here.
_MAY_REVERT = "LIKE 'revert%'"


def write(db: sqlite3.Connection, project: str) -> None:
    """Write the reverts of a project into `reverts`, and add its labels of incidents to `incident_labels`."""
    mine = "(SELECT repository FROM project_repositories WHERE project = ? AND tracked)"
    for column, sql in (
        ("oid", f"SELECT repository, oid, headline FROM commits WHERE repository IN {mine} AND headline {_MAY_REVERT}"),
        (
            "pull_request",
            f"SELECT repository, id, title FROM pull_requests WHERE repository IN {mine} AND title {_MAY_REVERT}",
        ),
    ):
        db.executemany(
            f"INSERT INTO reverts (project, repository, {column}, of_revert) VALUES (?, ?, ?, ?)",
            [
                (project, repository, key, is_of_revert(text))
                for repository, key, text in db.execute(sql, [project])
                if is_revert(text)
            ],
        )
    labels = db.execute(
        "SELECT l.name FROM issues AS i CROSS JOIN issue_labels AS l ON l.issue = i.id "
        f"WHERE i.repository IN {mine} UNION SELECT label FROM events "
        f"WHERE type IN ('LabeledEvent', 'UnlabeledEvent') AND repository IN {mine} AND label IS NOT NULL",
        [project, project],
    )
    db.executemany(
        "INSERT OR IGNORE INTO incident_labels VALUES (?)", [(name,) for (name,) in labels if is_of_incident(name)]
    )


def is_revert(text: str) -> bool:
    """Return whether a headline or a title is that of a revert."""
    return text.startswith(REVERT_BEGINNINGS)


def is_of_revert(text: str) -> bool:
    """Return whether a headline of a revert says that it reverts a revert."""
    return any(text.startswith(begin) and is_revert(text[len(begin) :].lstrip(' "')) for begin in REVERT_BEGINNINGS)


def is_of_incident(label: str) -> bool:
    """Return whether a word of a label is one for an incident; words are runs of letters."""
    return not set(INCIDENT_WORDS).isdisjoint(_WORDS.findall(label.lower()))


def with_unread_message(db: sqlite3.Connection, repository: int) -> Iterator[str]:
    """Yield the commits of a repository that are reverts, and whose messages were not read."""
    found = db.execute(
        f"SELECT oid, headline FROM commits WHERE repository = ? AND headline {_MAY_REVERT} "
        "AND message_prose_length IS NULL ORDER BY oid",
        [repository],
    )
    yield from (oid for oid, headline in found.fetchall() if is_revert(headline))
