"""`collect report`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import options

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from collector.config import Config
    from collector.report.formats import Page


@click.command(
    "report",
    short_help="Show each project's signals, and what is missing and why.",
    epilog="Example: collect report --category compute --format markdown --output report.md",
)
@options.as_of
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="NAME",
    help="Only this project (its name or slug), in detail; may be repeated.",
)
@click.option("--category", metavar="NAME", help="Only projects of this category.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "html", "json", "csv"]),
    default="table",
    show_default=True,
    help="How to write it; html is one file that needs no network.",
)
@click.option("--since", type=options.Day(), help="What changed from that date to --as-of, in place of the signals.")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to this file in place of the screen."
)
@options.db
@options.config
def command(
    as_of: date | None,
    projects: tuple[str, ...],
    category: str | None,
    form: str,
    since: date | None,
    output: Path | None,
    db: Path,
    config: Path,
) -> None:
    """Show each project's signals: value, 95 % interval, what is missing and why, and how old the data is.

    Without --as-of it shows the latest signals. Those of a date that was not computed yet are computed first.
    """
    from collector import clock
    from collector.report import as_of_date, formats

    with options.opened(db) as connection:
        now = clock.utc_now()
        day = as_of_date.ready(connection, as_of, now, lambda: _loaded(config))
        page = formats.Page(options.width(), options.colour() and not output, now, bool(projects))
        if since is None:
            text = _signals(connection, day, projects, category, form, page)
        else:
            text = _news(connection, since, day, projects, category, form, page, lambda: _loaded(config))
    if output is None:
        click.echo(text, nl=False)
    else:
        formats.save(text, output)


def _loaded(path: Path) -> "Config":
    """The configuration; only what must be computed needs it, and its models take a while to import."""
    from collector.config import load

    return load(path)


def _signals(
    db: "sqlite3.Connection", day: date, projects: tuple[str, ...], category: str | None, form: str, page: "Page"
) -> str:
    from collector.report import formats, model

    report = model.build(db, day, projects, category)
    if form != "html":
        return formats.written(report, form, page)
    from collector.report.html import page as html

    return html.written(db, report, page.now)


def _news(
    db: "sqlite3.Connection",
    since: date,
    day: date,
    projects: tuple[str, ...],
    category: str | None,
    form: str,
    page: "Page",
    config: "Callable[[], Config]",
) -> str:
    from collector.report import as_of_date, news, news_text

    news.check(since, day)
    found = news.build(db, as_of_date.ready(db, since, page.now, config), day, projects, category)
    if form != "html":
        return news_text.written(found, form, page.width, page.colour)
    from collector.report.html import page as html

    return html.news(found, page.now)
