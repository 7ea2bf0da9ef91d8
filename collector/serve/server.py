"""Run datasette on a database: read-only, with this project's metadata."""

import os
import socket
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from importlib import import_module
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from collector import installation
from collector.errors import UsageError
from collector.serve.guard import guarded
from collector.store import database

SETTINGS: Mapping[str, bool | int] = {
    "allow_download": False,  # SQLite's file may contain deleted rows; `collect backup` makes a copy
    "default_page_size": 50,
    "max_returned_rows": 2000,
    "sql_time_limit_ms": 4000,  # an evidence view reads a year of a project
    "facet_time_limit_ms": 1500,
    "suggest_facets": False,  # each suggestion would run the view's query again
    "truncate_cells_html": 240,
}
# Of all queries of the process at the same time.
SQLITE_BYTES = 128 * 1024 * 1024


def check_installed() -> None:
    """Raise UsageError if datasette or its dashboards are not installed."""
    missing = [name for name in ("datasette", "datasette_dashboards") if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"`collect serve` needs {' and '.join(name.replace('_', '-') for name in missing)}, not installed here.",
            f"Install them: {installation.to_install_extra('serve')}",
        )


def application(path: Path, metadata: dict[str, Any]) -> Any:
    """Return a `datasette.app.Datasette` for the database at `path`, which it opens read-only (mode=ro).

    It can be used during a sync, because the database is in WAL mode (https://sqlite.org/wal.html).
    """
    from datasette.app import Datasette

    from collector.serve.memory import in_words

    # With rich installed, datasette would print every refused query with all local variables. Its plugins register
    # only if datasette.app is imported first.
    import_module("datasette.handle_exception").rich = None  # type: ignore[attr-defined]
    with as_file(files(__package__) / "plugins") as plugins, as_file(files(__package__) / "templates") as templates:
        served = Datasette(
            [str(path)],
            metadata=_Uncopied(metadata),
            settings=dict(SETTINGS),
            plugins_dir=str(plugins),
            template_dir=str(templates),
        )
    for opened in served.databases.values():
        opened.execute_fn = in_words(opened.execute_fn)
    return served


class _Uncopied(dict[str, Any]):
    """Metadata that `copy.deepcopy` returns as it is.

    datasette copies all of it for each table whose name it shows, to look for permissions, and only reads the copy.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def run(app: Any, host: str, port: int, names: Collection[str], ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C, and call `ready` with the address once it accepts requests; port 0 picks a free port.

    `names` are the host names to answer for, beside localhost and IP addresses. Once it listens, SQLite in this process
    may use at most SQLITE_BYTES of memory. Raises UsageError if the address is not available.
    """
    import uvicorn

    with _listening(host, port) as taken:
        database.limit_memory(SQLITE_BYTES)
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{taken.getsockname()[1]}/")
        with suppress(KeyboardInterrupt):  # Ctrl-C is the normal way to stop it
            uvicorn.Server(uvicorn.Config(guarded(app.app(), {host, *names}), log_level="warning", lifespan="on")).run(
                sockets=[taken]
            )


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((str(address[0]), port), family=family)
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror
        raise UsageError(
            f"Cannot listen on port {port} of {host}: {why}.", "Choose another with --port, or 0 for a free one."
        ) from None
