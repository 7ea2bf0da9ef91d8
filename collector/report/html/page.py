"""The report as one page, and the page of what changed."""

import sqlite3
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


def render(db: sqlite3.Connection, report: Report, now: datetime) -> str:
    """Render the report as one page, with everything but the overview folded. `now` is used for the age of the data."""
    as_of = date.fromisoformat(report.as_of)
    drawn = series.read(db, as_of, report.method_version)
    return (
        environment(report.synthetic, now, Links(site=False))
        .get_template("page.html")
        .render(
            report=report,
            as_of=as_of,
            window=Window(as_of),
            categories=matrix.lines(report),
            families=FAMILIES,
            compared=any(p.a_year_before for p in report.projects),
            sections=[section(p, drawn) for _, projects in report.in_order() for p in projects],
            subjects=glossary.read(),
        )
    )


def news(found: News, now: datetime) -> str:
    """Render the page of changes between two dates."""
    grouped = [(p, news_text.parts(p)) for p in found.projects if p.any]
    return (
        environment(found.synthetic, now, Links(site=False))
        .get_template("news.html")
        .render(news=found, projects=grouped, quiet=news_text.quiet(found))
    )
