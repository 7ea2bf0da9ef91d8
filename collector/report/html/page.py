"""The report as one page, and the page of what changed."""

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime

from collector.method.registry import FAMILIES
from collector.method.window import Window
from collector.report import glossary, news_text
from collector.report.html import matrix, series
from collector.report.html.environment import environment
from collector.report.html.links import Links
from collector.report.html.project import section
from collector.report.model import Report
from collector.report.news_model import News

# How many pieces of the template are yielded as one: most are a few words, some all of a project.
_PIECES = 20


def render(db: sqlite3.Connection, report: Report, now: datetime) -> Iterator[str]:
    """Yield the report as one page, piece by piece, with everything but the overview folded.

    `now` is used for the age of the data. The database is read while the pieces are taken.
    """
    as_of = date.fromisoformat(report.as_of)
    template = environment(report.synthetic, now, Links(site=False)).get_template("page.html")
    page = template.stream(
        report=report,
        as_of=as_of,
        window=Window(as_of),
        categories=matrix.lines(report),
        families=FAMILIES,
        compared=any(p.a_year_before for p in report.projects),
        sections=(section(project, drawn) for project, drawn in series.by_project(db, report)),
        subjects=glossary.read(),
    )
    page.enable_buffering(_PIECES)
    return page


def news(found: News, now: datetime) -> str:
    """Render the page of changes between two dates."""
    grouped = [(p, news_text.parts(p)) for p in found.projects if p.any]
    return (
        environment(found.synthetic, now, Links(site=False))
        .get_template("news.html")
        .render(news=found, projects=grouped, quiet=news_text.quiet(found))
    )
