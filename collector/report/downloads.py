"""The files beside the site's pages: the report as data, the news as feeds, and badges."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from collector import atomic_files
from collector.report import badges, feed, formats
from collector.report.formats import Layout
from collector.report.model import Report
from collector.report.news_model import News

REPORT_JSON, REPORT_CSV = "report.json", "report.csv"


def badge_of(slug: str, signal: str | None = None) -> str:
    """Return the path of a badge in the site's folder: of a project, or of one of its signals."""
    return f"badges/{slug}-{signal}.svg" if signal else f"badges/{slug}.svg"


def data_of(slug: str, form: str) -> str:
    """Return the path of a project's signals in the site's folder, as "csv" or "json"."""
    return f"data/{slug}.{form}"


def files(report: Report, news: Sequence[News], now: datetime, base_url: str | None) -> Iterator[tuple[str, str]]:
    """Yield the path in the site's folder and the content of each file.

    `news` are those of `news.weekly`; `base_url` is where the site will stand, for the links of the feeds.
    """
    layout = Layout(width=0, colour=False, now=now, detail=False)
    yield REPORT_JSON, formats.as_json(report, indent=None)
    yield REPORT_CSV, formats.render(report, "csv", layout)
    yield feed.ATOM, feed.atom(news, base_url)
    yield feed.JSON, feed.json_feed(news, base_url)
    for project in report.projects:
        alone = replace(report, projects=[project], failures=[], letters={})
        yield data_of(project.slug, "json"), formats.as_json(alone, indent=None)
        yield data_of(project.slug, "csv"), formats.render(alone, "csv", layout)
        yield badge_of(project.slug), badges.of_project(project, date.fromisoformat(report.as_of), report.synthetic)
        for row in project.signals:
            yield badge_of(project.slug, row.signal), badges.of_signal(project, row, report.synthetic)


def write(report: Report, news: Sequence[News], now: datetime, folder: Path, base_url: str | None) -> list[Path]:
    """Write `files` into an existing folder and return their paths; each is replaced at once.

    Raises UsageError if that fails, DatabaseError if the disk is full.
    """
    written = []
    folders = set[Path]()
    for name, text in files(report, news, now, base_url):
        path = folder / PurePosixPath(name)
        if path.parent not in folders:
            folders.add(path.parent)
            path.parent.mkdir(exist_ok=True)
            atomic_files.delete_leftovers(path.parent)
        formats.save(text, path, tidy=False)
        written.append(path)
    return written
