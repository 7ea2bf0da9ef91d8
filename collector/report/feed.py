"""The news of the last weeks as feeds: Atom (https://www.rfc-editor.org/rfc/rfc4287) and JSON Feed
(https://www.jsonfeed.org/version/1.1/).

An entry is what changed in one project in one week, from Monday to Monday. Its id stays the same while a week that has
only begun fills up.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from html import escape
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from collector import clock
from collector.report import news_text, words
from collector.report.news_model import News, ProjectNews

ATOM, JSON = "news.atom", "news.json"
"""The names of the files, beside the page PAGE."""
PAGE = "news.html"
TITLE = "What changed in the tracked projects"


@dataclass(frozen=True)
class _Entry:
    """An entry; `url` is None where the site has no address."""

    ident: str
    title: str
    html: str
    since: str
    updated: str
    url: str | None
    project: ProjectNews


def atom(news: Sequence[News], base_url: str | None) -> str:
    """Format weekly news, newest first, as an Atom feed. `base_url` is the address of the published site."""
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    SubElement(root, "id").text = _ident(base_url, "news")
    SubElement(root, "title").text = _title(news)
    # A feed without entries needs one, too: https://www.rfc-editor.org/rfc/rfc4287#section-4.1.1
    SubElement(root, "updated").text = _moment(news[0].as_of if news else "1970-01-01")
    SubElement(SubElement(root, "author"), "name").text = "collect"
    if base_url is not None:
        SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": _url(base_url, ATOM)})
        SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": _url(base_url, PAGE)})
    for entry in _entries(news, base_url):
        element = SubElement(root, "entry")
        SubElement(element, "id").text = entry.ident
        SubElement(element, "title").text = entry.title
        SubElement(element, "published").text = entry.updated
        SubElement(element, "updated").text = entry.updated
        SubElement(element, "category", {"term": words.plain(entry.project.slug)})
        if entry.url is not None:
            SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.url})
        SubElement(element, "content", {"type": "html"}).text = entry.html
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def json_feed(news: Sequence[News], base_url: str | None) -> str:
    """Format weekly news, newest first, as a JSON feed; `_news` of an item is what `--since --format json` has."""
    feed: dict[str, object] = {"version": "https://jsonfeed.org/version/1.1", "title": _title(news), "language": "en"}
    if base_url is not None:
        feed |= {"home_page_url": _url(base_url, PAGE), "feed_url": _url(base_url, JSON)}
    feed["items"] = [
        {
            "id": entry.ident,
            **({"url": entry.url} if entry.url else {}),
            "title": entry.title,
            "content_html": entry.html,
            "date_published": entry.updated,
            "tags": [entry.project.slug],
            "_news": {"since": entry.since, **asdict(entry.project)},
        }
        for entry in _entries(news, base_url)
    ]
    return json.dumps(feed, separators=(",", ":"), allow_nan=False) + "\n"


def _entries(news: Sequence[News], base_url: str | None) -> Iterator[_Entry]:
    for week in news:
        monday = date.fromisoformat(week.since)
        for project in week.projects:
            if project.any:
                yield _Entry(
                    ident=_ident(base_url, f"{project.slug} {monday - timedelta(days=monday.weekday())}"),
                    title=_headline(project),
                    html=_html(project, week),
                    since=week.since,
                    updated=_moment(week.as_of),
                    url=None if base_url is None else f"{_url(base_url, PAGE)}#{project.slug}",
                    project=project,
                )


def _headline(project: ProjectNews) -> str:
    """Return the project's name and its first piece of news."""
    lines = [line for part in news_text.parts(project) for line in part.lines]
    more = f", and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{words.plain(project.name)}: {lines[0].text}{more}"


def _html(project: ProjectNews, week: News) -> str:
    parts = [f"<p>From {week.since} to {week.as_of}.</p>"]
    if week.synthetic:
        parts.insert(0, f"<p><strong>{escape(words.SYNTHETIC)}</strong></p>")
    for part in news_text.parts(project):
        items = (
            f'<li><a href="{escape(line.url)}">{escape(line.text)}</a></li>'
            if line.url
            else f"<li>{escape(line.text)}</li>"
            for line in part.lines
        )
        parts.append(f"<h2>{escape(part.title)}</h2><ul>{''.join(items)}</ul>")
    return "".join(words.plain(part) for part in parts)


def _title(news: Sequence[News]) -> str:
    return f"SYNTHETIC: {TITLE}" if any(week.synthetic for week in news) else TITLE


def _ident(base_url: str | None, name: str) -> str:
    # The same whenever the feed is written anew, as readers know an entry by it:
    # https://www.rfc-editor.org/rfc/rfc4287#section-4.2.6
    return uuid5(NAMESPACE_URL, f"{base_url or 'collect'} {name}").urn


def _url(base_url: str, name: str) -> str:
    return f"{base_url.rstrip('/')}/{name}"


def _moment(day: str) -> str:
    return clock.to_text(clock.midnight(date.fromisoformat(day)))
