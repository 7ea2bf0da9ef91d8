"""The news as sentences, formatted for the terminal, as Markdown or as JSON."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

from collector.errors import UsageError
from collector.report import words
from collector.report.markdown import escaped
from collector.report.model import SignalRow
from collector.report.news_events import WORKING
from collector.report.news_model import (
    Altered,
    NewRelease,
    News,
    ProjectNews,
    RepositoryChange,
    RuleChange,
    SignalChange,
    SignalReading,
    StateChange,
)
from collector.report.terminal import Terminal
from collector.text import plural

TABLES = {
    "releases": "release",
    "issues": "issue",
    "pull_requests": "pull request",
    "discussions": "discussion",
    "commits": "commit",
}
ALTERED: dict[str, Callable[[int, str], str]] = {
    "history_rewritten": lambda n, _: f"the default branch was rewritten {'once' if n == 1 else f'{n} times'}",
    "tag_moved": lambda n, _: f"{plural(n, 'tag')} moved to another commit",
    "release_redated": lambda n, _: f"{plural(n, 'release')} changed the date of publication",
    "arrived_late": lambda n, what: f"{plural(n, TABLES.get(what, what))} appeared with a date before the last sync",
    "vanished": lambda n, what: f"GitHub no longer lists {plural(n, TABLES.get(what, what))}",
}
# The state that a project is in now -> what that means.
STATES = {
    "silent": "Fell silent: no work has landed for half a year",
    "never_published": "Has published next to nothing",
    "stale": "Cannot be told any more: its last complete sync is too long ago",
    "not_on_github": "Has no repository on GitHub any more",
    "too_young": "Is too young to tell",
}


@dataclass(frozen=True)
class Sentence:
    """A sentence, and a link to GitHub."""

    text: str
    url: str | None = None


@dataclass(frozen=True)
class NewsSection:
    """Sentences of one kind, with a title."""

    title: str
    lines: list[Sentence]


def parts(project: ProjectNews) -> list[NewsSection]:
    """Return what changed in a project as sentences, without empty kinds."""
    by_repository = {
        r.repository: [o for o in project.releases if o.repository == r.repository] for r in project.releases
    }
    rules = {r.repository: [o for o in project.rules if o.repository == r.repository] for r in project.rules}
    found = [
        NewsSection("State", [_state(s) for s in project.states]),
        NewsSection("New releases that count", [_releases(releases) for releases in by_repository.values()]),
        NewsSection("Signals that left their interval", [_signal(s) for s in project.signals if s.change != "status"]),
        NewsSection("Signals known now, or no longer", [_signal(s) for s in project.signals if s.change == "status"]),
        NewsSection("Rules changed without notice or another's word", [_rules(own) for own in rules.values()]),
        NewsSection("Repositories", [_repository(r) for r in project.repositories]),
        NewsSection("Altered history", [_altered(a) for a in project.altered]),
    ]
    return [part for part in found if part.lines]


def render(news: News, form: str, width: int, colour: bool) -> str:
    """Format the news as "table", "markdown" or "json", ending with a newline. Raises UsageError for "csv"."""
    match form:
        case "json":
            return json.dumps(asdict(news), indent=2, allow_nan=False) + "\n"
        case "csv":
            raise UsageError("Changes (--since) are not available as CSV.", "Use --format json, or leave out --since.")
        case "markdown":
            return "\n".join(_markdown(news)) + "\n"
    return "\n".join(_table(news, width, colour)) + "\n"


def quiet(news: News) -> str:
    """Say which projects have no news, and whether signals were not compared; empty if neither applies."""
    names = [words.plain(p.name) for p in news.projects if not p.any]
    said = [f"Nothing changed: {', '.join(names)}."] if names else []
    if news.method_before != news.method_version:
        said.append(
            f"Signals are not compared, because those of {news.since} were computed with method "
            f"{news.method_before}: `collect signals --as-of {news.since}` computes them again."
        )
    return " ".join(said)


def _table(news: News, width: int, colour: bool) -> Iterator[str]:
    terminal = Terminal(width, colour)
    if news.synthetic:
        yield from terminal.wrapped(words.SYNTHETIC)
        yield ""
    yield terminal.styled(f"What changed from {news.since} to {news.as_of} (method {news.method_version})", bold=True)
    for category, projects in groupby([p for p in news.projects if p.any], lambda p: p.category):
        yield ""
        yield terminal.styled(words.plain(category).upper(), fg="cyan", bold=True)
        for project in projects:
            yield ""
            yield terminal.styled(words.plain(project.name), bold=True)
            for part in parts(project):
                yield f"  {part.title}:"
                for line in part.lines:
                    yield from terminal.wrapped(line.text, " " * 4, more=" " * 2)
    if quiet(news):
        yield ""
        yield from terminal.wrapped(quiet(news))


def _markdown(news: News) -> Iterator[str]:
    yield f"# What changed from {news.since} to {news.as_of}"
    if news.synthetic:
        yield from ("", f"**{words.SYNTHETIC}**")
    for project in news.projects:
        if project.any:
            yield from ("", f"## {escaped(project.name)}")
        for part in parts(project):
            yield from ("", f"{part.title}:", "")
            for line in part.lines:
                text = escaped(line.text)
                yield f"- [{text}](<{_address(line.url)}>)" if line.url else f"- {text}"
    if quiet(news):
        yield from ("", escaped(quiet(news)))
    yield from ("", f"Method {news.method_version}.")


def _state(change: StateChange) -> Sentence:
    since = f" (last on {change.last_change[:10]})" if change.after == "silent" and change.last_change else ""
    if change.after not in WORKING:
        return Sentence(f"{STATES.get(change.after, change.after)}{since}")
    if change.before == "silent":
        return Sentence("Woke up: work lands again after half a year without any")
    return Sentence("Published its first work" if change.before == "never_published" else "Can be told now: it works")


def _rules(changes: Sequence[RuleChange]) -> Sentence:
    """Summarise the changes in one repository, oldest first, with a link to the newest."""
    last = changes[-1]
    notice = f"{last.notice_days:.0f} days after its last change" if last.notice_days >= 1 else "as it was pushed"
    alone = "" if last.commented else ", without another person's word"
    what = f"{plural(last.lines, 'line')} on {last.landed_at[:10]}, {notice}{alone}"
    if len(changes) > 1:
        what = f"{len(changes)} changes, the last of {what}"
    return Sentence(f"{words.plain(last.repository)}: {what}", last.url)


def _releases(releases: Sequence[NewRelease]) -> Sentence:
    """Summarise the releases of one repository, newest first, with a link to the newest."""
    last = releases[0]
    what = f"{words.plain(last.tag_name)} on {last.published_at[:10]}"
    if len(releases) > 1:
        what = f"{len(releases)} releases, the last {what}"
    if any(release.is_first for release in releases):
        what = f"the first ever, {what}" if len(releases) == 1 else f"the first ever: {what}"
    return Sentence(f"{words.plain(last.repository)}: {what}", last.url)


def _signal(change: SignalChange) -> Sentence:
    title = words.title(change.signal)
    before, after = (_reading(change.signal, change.family, r) for r in (change.before, change.after))
    if change.change == "status":
        return Sentence(f"{title}: now {after}; before, {before}")
    return Sentence(f"{title} {change.change} from {before} to {after}")


def _reading(signal: str, family: str, reading: SignalReading) -> str:
    row = SignalRow(
        signal=signal, family=family, **asdict(reading), n=None, score=None, score_low=None, score_high=None,
        naive=None, companions={}, excluded={},
    )  # fmt: skip
    return words.reason(row) if row.value is None else f"{words.value(row)} ({words.interval(row)})"


def _repository(change: RepositoryChange) -> Sentence:
    name, old = words.plain(change.repository), words.plain(change.old)
    seen = f"(seen on {change.seen_at[:10]})"
    if change.change == "renamed":
        return Sentence(f"{old} is now {words.plain(change.new)} {seen}", change.url)
    is_now = words.REPOSITORY_STATUSES.get(change.new, "is accessible and active again")
    return Sentence(f"{name} {is_now} {seen}", change.url)


def _altered(altered: Altered) -> Sentence:
    happened = ALTERED[altered.kind](altered.count, altered.what)
    return Sentence(f"{words.plain(altered.repository)}: {happened} (last seen on {altered.last_seen_at[:10]})")


def _address(url: str | None) -> str:
    return words.plain(url or "").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
