"""A datasette plugin that blocks visitors' SQL from reading the table `meta`, which contains the hash key.

With the key, a forgotten account could be identified from its hash. The metadata denies access to the table's page;
this plugin rejects SQL that names it. A SQLite authorizer would also break the views that read the database's start.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from datasette import hookimpl
from datasette.utils.asgi import Response

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

_NAMED = re.compile(r"\bmeta\b", re.IGNORECASE)
REFUSAL = "The table meta contains the hash key, so queries must not name it.\n"


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Respond with 403 to a request whose SQL names the table."""

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
