"""The command `collect serve`."""

from pathlib import Path

import click

from collector.cli import options
from collector.cli.logs import LOG

LOCAL = ("127.0.0.1", "::1", "localhost")


@click.command(
    "serve",
    short_help="Open the database in datasette: tables, saved queries and charts.",
    epilog="Example: collect serve --open",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="A host name under which it may be reached, for example through a proxy.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open a browser.")
@click.option(
    "--metadata",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Only write datasette's metadata, for `datasette DB --metadata FILE`; - for stdout.",
)
@options.db
def command(host: str, port: int, names: tuple[str, ...], open_browser: bool, metadata: Path | None, db: Path) -> None:
    """Open the database in datasette: documented tables, saved queries and charts.

    It is read-only and can stay open during a sync. It needs the extra `serve`, which ./scripts/collect includes;
    where it is missing, the command that adds it is shown.
    """
    from collector.report import formats
    from collector.serve import server
    from collector.serve.metadata import build, to_text

    if metadata is None:
        server.check_installed()
    with options.opened(db) as connection:
        metadata_of_views = build(connection, db.stem)
    if metadata == Path("-"):
        click.echo(to_text(metadata_of_views), nl=False)
        return
    if metadata is not None:
        formats.save(to_text(metadata_of_views), metadata)
        return
    if host not in LOCAL:
        LOG.warning("Anyone who can reach %s can read the whole database, including logins.", host)

    def ready(address: str) -> None:
        LOG.info("Open %s in a browser; press Ctrl-C to stop.", address)
        if open_browser:
            click.launch(address)

    server.run(server.application(db, metadata_of_views), host, port, names, ready)
