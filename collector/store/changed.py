"""Record by triggers, in the table `changed_repositories`, which repositories' facts changed.

Triggers see every change, also those of a migration or of `collect forget`, so that no writer can forget to note one.
What is derived from the facts of a project (collector/derive) is made again only for those. Accounts whose dates
changed, or that became bots, are noted in `changed_accounts`: signals of any project they work in may depend on them.
"""

import sqlite3

# Table of facts -> the repository of a row, as SQL in which ROW stands for the row.
_OF_ROW = "ROW.repository"
_OF_PULL_REQUEST = "(SELECT repository FROM pull_requests WHERE id = ROW.pull_request)"
REPOSITORY = {
    **dict.fromkeys(
        (
            "releases", "tags", "tag_ancestry", "tagged_commits", "commits", "commit_parents", "history_boundaries",
            "commit_paths", "branch_commits", "issues", "pull_requests", "discussions", "comments", "events", "pushes",
            "advisories", "changes", "late_arrivals", "project_repositories",
        ),
        _OF_ROW,
    ),
    **dict.fromkeys(("pull_request_files", "pull_request_commits", "reviews"), _OF_PULL_REQUEST),
    "issue_labels": "(SELECT repository FROM issues WHERE id = ROW.issue)",
    "repositories": "ROW.id",
    "sync_state": _OF_ROW,
}  # fmt: skip
# Of these tables only changes of some columns matter: the others change with each sync.
COLUMNS = {
    "repositories": (
        "full_name", "project", "role", "tracked", "status", "default_branch", "is_fork", "parent", "first_seen_at",
    ),
    "project_repositories": ("project", "role", "tracked"),
    "sync_state": ("first_complete_at",),
}  # fmt: skip
# Table, event, account, condition. Bots are noted here too: commenters among them are of no derived table.
_ACCOUNTS = (
    ("accounts", "UPDATE", "NEW.id", "WHEN OLD.created_at IS NOT NEW.created_at OR OLD.gone_at IS NOT NEW.gone_at"),
    ("machines", "INSERT", "NEW.account", ""),
    ("machines", "UPDATE", "NEW.account", ""),
    ("machines", "DELETE", "OLD.account", ""),
)


def watch(db: sqlite3.Connection) -> None:
    """Create the triggers that are missing. Runs in the caller's transaction, after a change of the schema."""
    for table, repository in REPOSITORY.items():
        columns = COLUMNS.get(table, ())
        differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            condition = f"WHEN {differs}" if event == "UPDATE" and columns else ""
            noted = [repository.replace("ROW", row) for row in rows]
            notes = "".join(
                f"INSERT OR IGNORE INTO changed_repositories SELECT {one} WHERE {one} IS NOT NULL; " for one in noted
            )
            db.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{event.lower()}_noted AFTER {event} ON {table} {condition} "
                f"BEGIN {notes}END"
            )
    for table, event, account, condition in _ACCOUNTS:
        db.execute(
            f"CREATE TRIGGER IF NOT EXISTS {table}_{event.lower()}_noted AFTER {event} ON {table} {condition} "
            f"BEGIN INSERT OR IGNORE INTO changed_accounts VALUES ({account}); END"
        )
