"""The command `collect report`."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector import installation
from collector.cli import options

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from collector.config import Config
    from collector.report.formats import Layout


@click.command(
    "report",
    short_help="Show each project's signals, with what is missing and why.",
    epilog="Example: collect report --category compute --format markdown --output report.md",
)
@options.as_of
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="NAME",
    help="Only this project (name or slug), in detail; repeatable.",
)
@click.option("--category", metavar="NAME", help="Only projects in this category.")
@options.form
@click.option(
    "--since",
    type=options.DayOrAgo(),
    help="Show what changed between that date and --as-of instead of the signals; also yesterday, last-week, 7d (seven "
    "days before --as-of) or 2w.",
)
@click.option(
    "--output",
    metavar="FILE",
    help="Write to this file instead of stdout; with --format html, a folder (DIR/) becomes a site of many pages.",
)
@click.option("--base-url", metavar="URL", help="Web address of the site of --output DIR/, for the links in its feeds.")
@options.db
@options.config
def command(
    as_of: date | timedelta | None,
    projects: tuple[str, ...],
    category: str | None,
    form: str,
    since: date | timedelta | None,
    output: str | None,
    base_url: str | None,
    db: Path,
    config: Path,
) -> None:
    """Show each project's signals: value, 95 % interval, what is missing and why, and the age of the data.

    Without --as-of it shows the latest computed signals. For a date that has none yet, they are computed first.
    """
    from collector import clock
    from collector.errors import UsageError
    from collector.report import as_of_date, formats

    with options.opened(db) as connection:
        now = clock.utc_now()
        day = as_of_date.ensure_computed(connection, as_of, now, lambda: _loaded(config))
        layout = formats.Layout(options.width(), options.colour() and not output, now, bool(projects))
        is_folder = output is not None and _is_folder(output)
        is_site = is_folder and since is None and form == "html"
        if is_folder and not is_site:
            raise UsageError(
                f"{output} is a folder, which only the HTML report of a date fills.",
                "Use it with --format html and without --since, or name a file with --output.",
            )
        if base_url is not None and not (is_site and base_url.startswith(("https://", "http://"))):
            raise UsageError("--base-url is the web address of a site.", "Use it with --format html --output DIR/.")
        if is_site and output is not None:
            _site(connection, day, projects, category, layout, Path(output), base_url)
            return
        if since is None:
            signals(connection, day, projects, category, form, layout, None if output is None else Path(output))
            return
        text = _news(connection, since, day, projects, category, form, layout, lambda: _loaded(config))
    _write(text, None if output is None else Path(output))


def _is_folder(output: str) -> bool:
    return output.endswith(("/", os.sep)) or Path(output).is_dir()


def _site(
    db: "sqlite3.Connection",
    day: date,
    projects: tuple[str, ...],
    category: str | None,
    layout: "Layout",
    folder: Path,
    base_url: str | None,
) -> None:
    from collector.report import reading
    from collector.report.html import site
    from collector.sql import snapshot

    with snapshot(db):
        count = site.write(db, reading.build(db, day, projects, category), layout.now, folder, base_url)
    click.echo(f"{count} files in {folder}; begin with {folder / 'index.html'}", err=True)


def _write(text: "str | Iterable[str]", output: Path | None) -> None:
    from collector.report import formats

    if output is not None:
        formats.save(text, output)
        return
    for piece in [text] if isinstance(text, str) else text:
        click.echo(piece, nl=False)


def _loaded(path: Path) -> "Config":
    """Load the configuration; only computing signals needs it, and importing its models is slow."""
    from collector.config import load

    return load(path)


def signals(
    db: "sqlite3.Connection",
    day: date,
    projects: tuple[str, ...],
    category: str | None,
    form: str,
    layout: "Layout",
    output: Path | None,
) -> None:
    """Print the report of a date in one of the formats, or write it to a file. Raises UsageError and DatabaseError."""
    from collector.report import formats, reading
    from collector.sql import snapshot

    with snapshot(db):
        report = reading.build(db, day, projects, category)
        if form == "html":
            from collector.report.html import page as html

            _write(html.render(db, report, layout.now), output)
            return
    text = formats.render(report, form, layout)
    _write(installation.spelt(text) if form == "table" else text, output)


def _news(
    db: "sqlite3.Connection",
    since: date | timedelta,
    day: date,
    projects: tuple[str, ...],
    category: str | None,
    form: str,
    layout: "Layout",
    config: "Callable[[], Config]",
) -> str:
    from collector.report import as_of_date, news, news_text

    begin = day - since if isinstance(since, timedelta) else since
    news.check(begin, day)
    found = news.build(db, as_of_date.ensure_computed(db, begin, layout.now, config), day, projects, category)
    if form != "html":
        return news_text.render(found, form, layout.width, layout.colour)
    from collector.report.html import page as html

    return html.news(found, layout.now)
