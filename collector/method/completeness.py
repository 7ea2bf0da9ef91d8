"""Which facts of a project are not complete yet, so that signals that need them wait.

A fact that a newer version asks for is fetched over the following nights; until then it would look as if it did not
exist. Each fact has a name, which signals list in `SignalDefinition.needs`, and a function here.
"""

import json
import sqlite3
from collections.abc import Callable, Container, Mapping
from typing import TYPE_CHECKING, get_args

from collector import clock
from collector.method.window import Window
from collector.store.state import NOT_SHOWN
from collector.text import plural

if TYPE_CHECKING:
    from collector.config import Config

Missing = Mapping[str, Mapping[str, str]]
"""Project -> name of a fact -> what of it is not known yet, as the end of a sentence."""


def missing(
    db: sqlite3.Connection,
    config: "Config",
    window: Window,
    projects: Container[str],
    needed: Container[str] | None = None,
) -> Missing:
    """Return what of these projects is not complete as of a date. Complete projects and facts are left out.

    With `needed`, only these facts are looked at.
    """
    found: dict[str, dict[str, str]] = {}
    for fact, ask in FACTS.items():
        if needed is not None and fact not in needed:
            continue
        for project, what in ask(db, config, window, projects).items():
            found.setdefault(project, {})[fact] = what
    return found


def _paths(db: sqlite3.Connection, config: "Config", window: Window, projects: Container[str]) -> dict[str, str]:
    """Return the projects with direct commits of which some declared path was not asked."""
    from collector.config.names import Role
    from collector.derive.needed_paths import Declared

    found = {}
    for project in config.projects:
        if project.slug not in projects:
            continue
        declared = Declared.by(config, project.slug)
        (commits,) = db.execute(
            # The plus sign keeps SQLite from looking through all direct commits of the database.
            "SELECT count(*) FROM project_repositories AS m CROSS JOIN repositories AS r ON r.id = m.repository "
            "CROSS JOIN landings AS l ON l.repository = r.id AND l.project = m.project "
            "CROSS JOIN commits AS c ON c.repository = l.repository AND c.oid = l.oid "
            "WHERE m.project = :project AND m.tracked AND r.status NOT IN (SELECT value FROM json_each(:not_shown)) "
            "AND +l.pull_request IS NULL AND l.exclusion IS NOT 'merge' AND l.exclusion IS NOT 'fork_push' "
            # Of what a rewrite dropped, GitHub may know nothing any more.
            "AND c.gone_at IS NULL AND l.reached_at < :as_of AND EXISTS ("
            "    SELECT 1 FROM json_each(:paths, '$.' || m.role) AS part WHERE NOT EXISTS ("
            "        SELECT 1 FROM commit_paths AS p"
            "        WHERE p.repository = l.repository AND p.oid = l.oid AND p.path = part.value))",
            {
                "project": project.slug,
                "not_shown": json.dumps(NOT_SHOWN),
                "as_of": clock.to_text(window.as_of_moment),
                "paths": json.dumps({role: declared.of(role) for role in get_args(Role)}),
            },
        ).fetchone()
        if commits:
            found[project.slug] = f"the paths that {plural(commits, 'pushed commit')} touched are not known yet"
    return found


FACTS: Mapping[str, Callable[[sqlite3.Connection, "Config", Window, Container[str]], Mapping[str, str]]] = {
    "paths": _paths
}
