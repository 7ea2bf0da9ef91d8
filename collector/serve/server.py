"""datasette on a database: read-only, with this project's metadata."""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from collector.errors import UsageError

SETTINGS: Mapping[str, bool | int] = {
    "allow_download": False,  # the file holds the key of the hashes
    "default_page_size": 50,
    "max_returned_rows": 2000,
    "sql_time_limit_ms": 5000,  # a view of evidence looks at a year of a project
    "facet_time_limit_ms": 1500,
    "suggest_facets": False,  # each suggestion would ask the views once more
    "truncate_cells_html": 240,
}


def check_installed() -> None:
    """Raise UsageError when datasette or its dashboards are not there."""
    missing = [name for name in ("datasette", "datasette_dashboards") if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"`collect serve` needs {' and '.join(name.replace('_', '-') for name in missing)}, not installed here.",
            "Run `pip install 'collect-signals[serve]'`, or ./scripts/collect, which has it.",
        )


def application(path: Path, metadata: dict[str, Any]) -> Any:
    """datasette itself, a `datasette.app.Datasette`, on the database at `path`, which it opens with mode=ro.

    So it can write nothing, and reads beside a running sync: the database is in WAL mode.
    """
    from datasette.app import Datasette

    with as_file(files(__package__) / "plugins") as plugins:
        return Datasette([str(path)], metadata=metadata, settings=dict(SETTINGS), plugins_dir=str(plugins))


def run(app: Any, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C. `ready` is told the address once it answers there; port 0 takes a free one.

    Raises UsageError when the address cannot be taken.
    """
    import uvicorn

    with _listening(host, port) as taken:
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{taken.getsockname()[1]}/")
        with suppress(KeyboardInterrupt):  # that is how one ends it
            uvicorn.Server(uvicorn.Config(app.app(), log_level="warning", lifespan="on")).run(sockets=[taken])


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((str(address[0]), port), family=family)
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror
        raise UsageError(
            f"Port {port} of {host} cannot be taken: {why}.", "Give another with --port, or 0 for any that is free."
        ) from None
