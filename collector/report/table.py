"""The details of projects in the terminal: every signal, what was excluded, and the family scores."""

import textwrap
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from collector.method.constants import WINDOW_WEEKS
from collector.method.registry import BY_KEY, SIGNALS
from collector.method.scores import OVERALL, FamilyScore
from collector.report import sentences, words
from collector.report.model import Failure, ProjectRow, Report, SignalRow
from collector.report.terminal import Style, Terminal

INDENT = "  "
# The naive figure is shown from this width on.
WIDE = 108


class TerminalTable:
    """Formats the details of projects in lines of at most `width` columns."""

    def __init__(self, report: Report, width: int, colour: bool, now: datetime) -> None:
        self.report, self.width, self.terminal = report, width, Terminal(width, colour)
        self.now = None if report.synthetic else now
        shown = [s for p in report.projects for s in p.signals]
        self.titles = max((len(words.title(s.signal)) for s in shown), default=0) + 2
        self.values = max((len(words.value(s)) for s in shown if s.value is not None), default=0) + 2
        self.intervals = max([len("95 % interval"), *(len(words.interval(s)) for s in shown)]) + 2

    def text(self) -> str:
        """Return the whole report."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        report = self.report
        if report.synthetic:
            yield from self.terminal.wrapped(words.SYNTHETIC, "", bg="yellow", fg="black")
            yield ""
        count = f"{len(report.projects)} project" + ("" if len(report.projects) == 1 else "s")
        yield self.terminal.styled(
            f"Signals of {count} as of {report.as_of} (method {report.method_version})", bold=True
        )
        yield from self.terminal.wrapped(
            f"Each line: the value over the last {WINDOW_WEEKS} complete weeks, its 95 % interval"
            + (", and the naive figure that a dashboard would show." if self.width >= WIDE else ".")
            + " Projects are listed by name, not ranked."
        )
        for category, projects in groupby(report.projects, lambda p: p.category):
            yield ""
            yield self.terminal.styled(words.plain(category).upper(), fg="cyan", bold=True)
            for project in projects:
                yield ""
                yield from self._project(project)
        yield from self._failures(report.failures)
        yield from self._foot()

    def _project(self, project: ProjectRow) -> Iterator[str]:
        known = sum(s.status == "ok" for s in project.signals)
        name = words.plain(project.name)
        facts = f" ({project.slug}): {known} of {len(SIGNALS)} signals known"
        if project.repositories:
            facts += f"; {words.data_age(project.data_as_of, self.now)}"
        first, *more = textwrap.wrap(name + facts, self.width, subsequent_indent=INDENT)
        start = name if first.startswith(name) else first
        yield self.terminal.styled(start, bold=True) + first.removeprefix(start)
        yield from more
        if project.score is not None and not sentences.shown_as_little(project, OVERALL):
            yield f"{INDENT}Overall, 0 to 1: {words.score(project.low, project.score, project.high)}"
        same, note = words.alike(project), words.plain(project.note or "")
        if note not in (same or ""):
            yield from self.terminal.wrapped(note, INDENT, dim=True)
        yield from self.terminal.wrapped(
            " ".join(sentences.of(project)), INDENT, **(Style(fg="yellow") if same else Style())
        )
        if not same:
            yield ""
            for signal in project.signals:
                yield from self._signal(signal)
        yield from self._details(project)
        for repository in project.repositories:
            if repository.status in words.REPOSITORY_STATUSES:
                what = f"{words.plain(repository.full_name)} {words.REPOSITORY_STATUSES[repository.status]}."
                yield from self.terminal.wrapped(what, INDENT, dim=True)

    def _signal(self, signal: SignalRow) -> Iterator[str]:
        title = f"{INDENT}{words.title(signal.signal):{self.titles}}"
        if signal.value is None:
            lines = textwrap.wrap(words.reason(signal), self.width - len(title)) or [""]
            yield title + self.terminal.styled(lines[0], fg="yellow")
            for line in lines[1:]:
                yield " " * len(title) + self.terminal.styled(line, fg="yellow")
            return
        figures = f"{words.value(signal):{self.values}}{words.interval(signal):{self.intervals}}"
        start = title + figures
        naive = words.figures(signal.naive)
        if self.width < WIDE or not naive:
            yield start.rstrip()
            return
        lines = textwrap.wrap(f"naive: {naive}", max(20, self.width - len(start)))
        yield start + self.terminal.styled(lines[0], dim=True)
        for line in lines[1:]:
            yield " " * len(start) + self.terminal.styled(line, dim=True)

    def _details(self, project: ProjectRow) -> Iterator[str]:
        scores = [f"{f.family} {self._family(project, f)}" for f in project.families if f.score is not None]
        if scores:
            yield ""
            yield from self.terminal.wrapped(f"Scores of the families, 0 to 1: {'; '.join(scores)}.", INDENT)
        for label, of in (("More figures", "companions"), ("Left out", "excluded"), ("Naive", "naive")):
            told = [(s.signal, words.figures(getattr(s, of))) for s in project.signals]
            told = [(signal, text) for signal, text in told if text]
            if told:
                yield ""
                yield f"{INDENT}{label}:"
            for signal, text in told:
                start = f"{INDENT * 2}{words.title(signal):{self.titles}}"
                yield from textwrap.wrap(
                    text, self.width, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False
                )
        if project.repositories:
            yield ""
            yield f"{INDENT}Repositories:"
        for repository in project.repositories:
            synced = repository.last_sync or "first sync not complete"
            facts = f"{words.plain(repository.full_name)} ({repository.role}, {repository.status}): {synced}"
            yield from self.terminal.wrapped(facts, INDENT * 2)

    def _family(self, project: ProjectRow, family: FamilyScore) -> str:
        if sentences.shown_as_little(project, family.family):
            return "little"
        score, known = words.score(family.low, family.score, family.high), words.known(family)
        return f"{score}, {known} known" if known else score

    def _failures(self, failures: list[Failure]) -> Iterator[str]:
        if failures:
            yield ""
            yield self.terminal.styled("The last sync was incomplete:", fg="red", bold=True)
        for failure in failures:
            name = "" if failure.repository == "*" else f"{words.plain(failure.repository)} ({failure.kind}): "
            yield from self.terminal.wrapped(name + words.plain(failure.error), INDENT)

    def _foot(self) -> Iterator[str]:
        keys = dict.fromkeys(s.signal for p in self.report.projects for s in p.signals if s.signal in BY_KEY)
        if keys:
            yield ""
            yield "Questions the signals answer:"
        for info in SIGNALS:
            if info.key in keys:
                start = f"{INDENT}{words.title(info.key):{self.titles}}"
                question = f"{info.question} (needs {info.least_n}; {info.key})"
                yield from textwrap.wrap(question, self.width, initial_indent=start, subsequent_indent=" " * len(start))
        if keys and len(keys) < len(SIGNALS):
            yield f"{INDENT}This version computes {len(keys)} of the method's {len(SIGNALS)} signals."
        if keys:
            yield from self.terminal.wrapped("`collect explain PROJECT SIGNAL` lists the rows behind a signal.", INDENT)
        if self.report.synthetic:
            yield ""
            yield from self.terminal.wrapped(words.SYNTHETIC, "", bg="yellow", fg="black")
