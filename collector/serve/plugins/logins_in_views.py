"""A datasette plugin that shows logins for account ids in views; in tables, datasette does so through foreign keys."""

from typing import Any

from datasette import hookimpl
from markupsafe import Markup

ACCOUNTS = ("author", "person")


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Return a link to the account, with its login as text."""
    if column in ACCOUNTS and isinstance(value, int) and table:
        return _link(value, table, database, datasette)
    return None


async def _link(account: int, table: str, database: str, datasette: Any) -> Markup | None:
    found = await datasette.get_database(database).execute(
        "SELECT login FROM accounts WHERE id = ? AND EXISTS "
        "(SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = ?)",
        [account, table],
    )
    login = found.first()
    place = datasette.urls.row(database, "accounts", str(account))
    return Markup('<a href="{}">{}</a>').format(place, login[0]) if login else None
