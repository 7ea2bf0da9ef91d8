"""What adds up, by repository: releases, active weeks, author-days and answers."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from collector import clock
from collector.method.window import Window
from collector.method_constants import FIRST_RESPONSE_DAYS
from collector.report.evidence import Row
from collector.report.model import ProjectRow, RepositoryRow


@dataclass(frozen=True)
class RepositoryPart:
    """One repository's part in its project over the window.

    A week or a day with work in several repositories is in each of them. `last_activity` is the last time that work
    landed, a release came out, or an issue or a pull request was opened.
    """

    repository: RepositoryRow
    last_activity: str | None
    releases: int
    active_weeks: int
    author_days: int
    asked: int
    answered: int


def of(
    project: ProjectRow, rows: Mapping[tuple[str, str], Sequence[Row]], last: Mapping[str, str], as_of: date
) -> list[RepositoryPart]:
    """Return the parts, the busiest first. `rows` are the evidence by project and signal, `last` by `last_activity`."""
    counted: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for signal in ("release_weeks", "active_weeks", "first_response_7d"):
        for row in rows.get((project.slug, signal), ()):
            if row["counted"]:
                counted[signal][str(row["repository"])].append(row)
    window = Window(as_of)
    found = []
    for repository in project.repositories:
        name = repository.full_name
        work, threads = counted["active_weeks"][name], counted["first_response_7d"][name]
        days = {(str(row["day"]), str(row["weeks_only"] or row["person"])) for row in work}
        part = RepositoryPart(
            repository=repository,
            last_activity=last.get(name),
            releases=len(counted["release_weeks"][name]),
            active_weeks=len({window.week_of(date.fromisoformat(day)) for day, _ in days} - {None}),
            author_days=len(days),
            asked=len(threads),
            answered=sum(bool(row["answered"]) and float(str(row["days"])) <= FIRST_RESPONSE_DAYS for row in threads),
        )
        found.append(part)
    return sorted(
        found,
        key=lambda p: (
            -p.author_days,
            -(clock.from_text(p.last_activity).timestamp() if p.last_activity else 0),
            p.repository.full_name,
        ),
    )


def last_activity(db: sqlite3.Connection, as_of: date, slugs: Sequence[str]) -> dict[str, str]:
    """Return repository of these projects -> when something last happened in it before the date."""
    before = clock.to_text(clock.midnight(as_of))
    out: dict[str, str] = {}
    for table, column in (
        ("work", "landed_at"),
        ("releases", "published_at"),
        ("issues", "created_at"),
        ("pull_requests", "created_at"),
    ):
        for name, at in db.execute(
            f"SELECT full_name, (SELECT max({column}) FROM {table} WHERE repository = r.id AND {column} < ?) "
            "FROM repositories AS r WHERE tracked AND id IN (SELECT repository FROM project_repositories "
            "WHERE project IN (SELECT value FROM json_each(?)))",
            [before, json.dumps(slugs)],
        ):
            if at is not None:
                out[name] = max(out.get(name, ""), at)
    return out
