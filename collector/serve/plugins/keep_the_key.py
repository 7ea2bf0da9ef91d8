"""A plugin for datasette: nobody may read the table `meta`, which holds the key of the hashes.

The key would tell which forgotten account a hash stands for. Its own page is closed by the metadata; here it is the SQL
of visitors. An authorizer of SQLite's would also blind the views that look up the database's start there.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from datasette import hookimpl
from datasette.utils.asgi import Response

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

_NAMED = re.compile(r"\bmeta\b", re.IGNORECASE)
REFUSAL = "The table meta holds the key of the hashes, so no SQL may name it here.\n"


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Answer 403 to a request whose own SQL names the table."""

    def wrap(app: App) -> App:
        async def guarded(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http" and _names_it(scope["query_string"]):
                await Response.text(REFUSAL, status=403).asgi_send(send)
            else:
                await app(scope, receive, send)

        return guarded

    return wrap


def _names_it(query: bytes) -> bool:
    given = parse_qs(query.decode("latin-1"))
    return any(_NAMED.search(sql) for name in ("sql", "_where") for sql in given.get(name, []))
