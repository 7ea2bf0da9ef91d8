"""The report as Markdown, for an issue, a GitHub step summary or a page: an overview by category, then each project."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from collector.method.letters import Letters
from collector.method.registry import FAMILIES, SIGNALS
from collector.method.scores import OVERALL, FamilyScore
from collector.method_constants import WINDOW_WEEKS
from collector.report import phrases, sentences, words
from collector.report.model import ProjectRow, Report, SignalRow


def render(report: Report, now: datetime) -> str:
    """Format the report, ending with a newline. `now` is used for the age of the data."""
    return "\n".join(_lines(report, None if report.synthetic else now)) + "\n"


def escaped(text: str) -> str:
    """Escape Markdown syntax."""
    text = words.plain(text)
    for mark in "\\`*_[]<>|#!&~":
        text = text.replace(mark, f"\\{mark}")
    # A word joiner after @ prevents GitHub from notifying an account of that name.
    # https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#mentioning-people-and-teams
    return re.sub(r"(?<!\w)@(?=\w)", "@\u2060", text)


def _lines(report: Report, now: datetime | None) -> Iterator[str]:
    yield f"# Signals as of {report.as_of}"
    if report.synthetic:
        yield from ("", f"**{words.SYNTHETIC}**")
    yield from (
        "",
        f"Over the last {WINDOW_WEEKS} complete weeks, with 95 % intervals. "
        "Projects are not ranked: those of which more is known come first, by name.",
    )
    grouped, as_of = report.in_order(), date.fromisoformat(report.as_of)
    for category, projects in grouped:
        yield from ("", f"## {escaped(category)}", "", *_overview(projects, report.letters[category], as_of), "")
        yield from (f"- **{escaped(p.name)}**: {escaped(p.verdict)}" for p in projects)
    if any(p.signals for p in report.projects):
        past = (
            f"{words.UP} {words.DOWN}: better or worse, outside the interval of a year earlier. "
            if any(p.a_year_before for p in report.projects)
            else ""
        )
        yield from (
            "",
            f'Each family is a score from 0 to 1; "1 of 2" says how many of its signals are known. {words.LETTERS} '
            f'{past}Unknown does not mean low. Neither does "little": too little public work to rate.',
        )
    for _, projects in grouped:
        for project in projects:
            yield from ("", *_project(project, now))
    if report.failures:
        yield from ("", "## The last sync was incomplete", "")
    yield from (f"- {escaped(f.repository)} ({f.kind}): {escaped(f.error)}" for f in report.failures)
    yield from ("", f"Method {report.method_version}." + (f" {words.SYNTHETIC}" if report.synthetic else ""))


def _overview(projects: Sequence[ProjectRow], letters: Letters, as_of: date) -> Iterator[str]:
    """Yield the table of a category's family scores, without families that no project has."""
    known = {f.family for p in projects for f in p.families if f.score is not None}
    families = [family for family in FAMILIES if family in known]
    if any(p.score is not None for p in projects):
        families.insert(0, OVERALL)
    yield _line(["project", "state", "last release", "last change", *map(words.family, families), "signals known"])
    yield _line(["---"] * (len(families) + 5))
    for project in projects:
        scores = {f.family: f for f in project.families}
        scores[OVERALL] = project.overall
        cells = [_score(project, scores[f], letters.get(f, {}).get(project.slug, "")) for f in families]
        days = [words.last_day(project, at) for at in (project.last_release, project.last_change)]
        yield _line(
            [escaped(project.name), words.state(project, as_of) or words.NOTHING, *days, *cells, _known(project)]
        )


def _score(project: ProjectRow, own: FamilyScore, letters: str) -> str:
    if sentences.shown_as_little(project, own.family):
        return "little"
    parts = (words.score(own.low, own.score, own.high), words.known(own), letters, sentences.arrow(project, own.family))
    return " ".join(part for part in parts if part)


def _known(project: ProjectRow) -> str:
    return f"{sum(s.status == 'ok' for s in project.signals)} of {len(SIGNALS)}"


def _project(project: ProjectRow, now: datetime | None) -> Iterator[str]:
    yield from (f"### {escaped(project.name)}", "")
    same = words.alike(project)
    texts = sentences.of(project)
    yield from (f"**{escaped(project.verdict)}**", "")
    if project.score is not None and not sentences.shown_as_little(project, OVERALL):
        texts.insert(0, f"Overall, 0 to 1: {words.overall(project)}.")
    if texts:
        yield from (escaped(" ".join(texts)), "")
    if project.note and project.note not in (same or ""):
        yield from (escaped(project.note), "")
    age = f"; {words.data_age(project.data_as_of, now)}" if project.repositories else ""
    yield f"{_known(project)} signals known{age}."
    if not same:
        yield from (
            "",
            "| signal | value | 95 % interval | a dashboard would show | left out |",
            "| --- | --- | --- | --- | --- |",
        )
        yield from (_row(signal) for signal in project.signals)
    odd = [r for r in project.repositories if r.status in words.REPOSITORY_STATUSES]
    yield from [""] * bool(odd)
    yield from (f"- {escaped(r.full_name)} {words.REPOSITORY_STATUSES[r.status]}." for r in odd)


def _row(signal: SignalRow) -> str:
    shown = words.value(signal) if signal.value is not None else words.reason(signal)
    cells = (words.title(signal.signal), shown, words.interval(signal), phrases.naive(signal.naive))
    return _line([escaped(cell) for cell in (*cells, phrases.excluded(signal.excluded))])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
