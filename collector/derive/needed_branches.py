"""Find the commits to fetch of the branches of pull requests that change economic rules."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from collector.config import matches
from collector.method_constants import NOTICE_DAYS
from collector.sql import statement


def needed(
    db: sqlite3.Connection, repository: int, rule_patterns: Sequence[Sequence[str]], unserved: set[str]
) -> list[str]:
    """Return the oids that are not stored: heads that pushes left, and ancestors down to where the branch began.

    `rule_patterns` are those of each project of the repository. Commits that landed by another pull request or push are
    the base's. Those of `unserved` are left out.
    """
    pulls = _rule_changes(db, repository, rule_patterns)
    if not pulls:
        return []
    stored = dict(db.execute("SELECT oid, parents FROM branch_commits WHERE repository = ?", [repository]).fetchall())
    wanted: set[str] = set()
    refs = dict(db.execute(statement(__package__, "head_refs"), {"repository": repository}).fetchall())
    for pull_request, number, *during in pulls:
        period = dict(zip(("created_at", "merged_at"), during, strict=True))
        pushes = {"repository": repository, "ref": refs.get(pull_request), **period}
        todo = [oid for (oid,) in db.execute(statement(__package__, "pushed_heads"), pushes)]
        seen = set(todo)
        while todo:
            oid = todo.pop()
            if oid in unserved or _is_of_the_base(db, repository, oid, number):
                continue
            if oid not in stored:
                wanted.add(oid)
                continue
            new = set(stored[oid].split()) - seen
            seen |= new
            todo += new
    return sorted(wanted)


def _rule_changes(
    db: sqlite3.Connection, repository: int, rule_patterns: Sequence[Sequence[str]]
) -> list[tuple[int, int, str, str]]:
    """Return (id, number, when opened, when merged) of rule changes from this repository that may have had notice."""
    is_governance = db.execute(
        "SELECT 1 FROM project_repositories WHERE repository = ? AND tracked AND role = 'governance'", [repository]
    ).fetchone()
    long_open = statement(__package__, "long_open")
    pulls = db.execute(long_open, {"repository": repository, "days": NOTICE_DAYS}).fetchall()
    if is_governance is None and pulls:
        paths: dict[int, list[str]] = defaultdict(list)
        for pull_request, path in db.execute(
            "SELECT f.pull_request, f.path FROM pull_request_files AS f JOIN pull_requests AS p "
            "ON p.id = f.pull_request WHERE p.repository = ? AND p.merged_at IS NOT NULL AND f.gone_at IS NULL",
            [repository],
        ):
            paths[pull_request].append(path)
        pulls = [
            pull for pull in pulls if any(matches(of_one, path) for of_one in rule_patterns for path in paths[pull[0]])
        ]
    return sorted(pulls)


def _is_of_the_base(db: sqlite3.Connection, repository: int, oid: str, number: int) -> bool:
    """Return whether a commit is on the default branch and did not come with the pull request of that number."""
    found = db.execute(
        "SELECT pull_request FROM commits WHERE repository = ? AND oid = ?", [repository, oid]
    ).fetchone()
    return found is not None and found[0] != number
