"""All about each project in the terminal: the verdict, the year, and every signal by family."""

import textwrap
from collections.abc import Iterator
from datetime import date, datetime

from collector.method.registry import SIGNALS
from collector.method.scores import OVERALL, FamilyScore
from collector.method.window import Window
from collector.method_constants import WINDOW_WEEKS
from collector.report import marks, phrases, sentences, words
from collector.report.model import ProjectRow, Report, SignalRow
from collector.report.overview import failures
from collector.report.terminal import Terminal

INDENT = "  "
_TRACK = 20


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
        return "\n".join(line.rstrip() for line in self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        report = self.report
        if report.synthetic:
            yield from self.terminal.wrapped(words.SYNTHETIC, "", bg="yellow", fg="black")
            yield ""
        for category, projects in report.in_order():
            for project in projects:
                yield from self._project(project, category)
                yield ""
        yield from failures(report, self.terminal)
        yield from self._foot()

    def _project(self, project: ProjectRow, category: str) -> Iterator[str]:
        state = words.state(project, date.fromisoformat(self.report.as_of))
        facts = f" ({project.slug}), {words.plain(category)}{f': {state}' if state else ''}"
        name = words.plain(project.name)
        first, *more = textwrap.wrap(name + facts, self.width, subsequent_indent=INDENT)
        start = name if first.startswith(name) else first
        yield self.terminal.styled(start, bold=True) + self.terminal.styled(first.removeprefix(start), fg="cyan")
        yield from more
        yield from self.terminal.wrapped(words.plain(project.verdict), INDENT, bold=True)
        note, same = words.plain(project.note or ""), words.alike(project)
        if note not in (same or ""):
            yield from self.terminal.wrapped(note, INDENT, dim=True)
        yield from self._year(project)
        texts = sentences.of(project)
        if project.score is not None and not sentences.shown_as_little(project, OVERALL):
            texts.append(f"Overall, 0 to 1: {words.overall(project)}.")
        if texts:
            yield ""
            yield from self.terminal.wrapped(" ".join(texts), INDENT)
        if not same:
            for family in project.families:
                yield from self._family(project, family)
        yield from self._left_out(project)
        yield from self._repositories(project)

    def _year(self, project: ProjectRow) -> Iterator[str]:
        known = sum(s.status == "ok" for s in project.signals)
        age = f"; {words.data_age(project.data_as_of, self.now)}" if project.repositories else ""
        dates = [
            f"last {what} on {at[:10]}"
            for what, at in (("change", project.last_change), ("release", project.last_release))
            if at
        ]
        facts = f"{known} of {len(SIGNALS)} signals known, as of {self.report.as_of}{age}."
        last = ", ".join(dates)
        yield from self.terminal.wrapped(f"{last[:1].upper()}{last[1:]}. {facts}" if dates else facts, INDENT, dim=True)
        if any(project.weekly_author_days) and self.width >= len(project.weekly_author_days) + len(INDENT):
            window, most = Window(date.fromisoformat(self.report.as_of)), max(project.weekly_author_days)
            yield ""
            yield INDENT + marks.sparkline(project.weekly_author_days)
            yield from self.terminal.wrapped(
                f"Days of work in each week from {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}, at most {most}.",
                INDENT,
                dim=True,
            )

    def _family(self, project: ProjectRow, family: FamilyScore) -> Iterator[str]:
        own = [s for s in project.signals if s.family == family.family]
        if not own:
            return
        yield ""
        name, question = words.FAMILIES.get(family.family, (family.family, ""))
        arrow = sentences.arrow(project, family.family)
        facts = [self._score(project, family), arrow, self._letters(project, family.family)]
        start, track = f"{INDENT}{name.upper():12}", marks.track(project, family, min(_TRACK, self.width - 60))
        middle = f"{track}  {' '.join(fact for fact in facts if fact)}"
        beside = f"  {question}" if len(start + middle + question) + 2 <= self.width else ""
        yield self.terminal.styled(start, bold=True) + middle + self.terminal.styled(beside, dim=True)
        for signal in own:
            yield from self._signal(signal)

    def _letters(self, project: ProjectRow, family: str) -> str:
        return self.report.letters.get(project.category, {}).get(family, {}).get(project.slug, "")

    def _has_letters(self) -> bool:
        return any(self._letters(p, f.family) for p in self.report.projects for f in p.families)

    def _score(self, project: ProjectRow, family: FamilyScore) -> str:
        if sentences.shown_as_little(project, family.family):
            return "too little to rate"
        known = words.known(family)
        return words.score(family.low, family.score, family.high) + (f", {known} known" if known else "")

    def _signal(self, signal: SignalRow) -> Iterator[str]:
        title = f"{INDENT * 2}{words.title(signal.signal):{self.titles}}"
        if signal.value is None:
            lines = textwrap.wrap(words.reason(signal), self.width - len(title)) or [""]
            yield title + self.terminal.styled(lines[0], fg="yellow")
            for line in lines[1:]:
                yield " " * len(title) + self.terminal.styled(line, fg="yellow")
        else:
            yield f"{title}{words.value(signal):{self.values}}{words.interval(signal):{self.intervals}}"
        naive = phrases.naive(signal.naive)
        texts = [phrases.companions(signal.companions), f"a dashboard would show {naive}" if naive else ""]
        more = "; ".join(text for text in texts if text)
        yield from self.terminal.wrapped(more, INDENT * 3, dim=True)

    def _left_out(self, project: ProjectRow) -> Iterator[str]:
        left_out = [(s.signal, phrases.excluded(s.excluded)) for s in project.signals if s.excluded]
        if left_out:
            yield ""
            yield f"{INDENT}{self.terminal.styled('LEFT OUT', bold=True)}"
        for signal, text in left_out:
            start = f"{INDENT * 2}{words.title(signal):{self.titles}}"
            yield from textwrap.wrap(
                text, self.width, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False
            )

    def _repositories(self, project: ProjectRow) -> Iterator[str]:
        if project.repositories:
            yield ""
            yield f"{INDENT}{self.terminal.styled('REPOSITORIES', bold=True)}"
        for repository in project.repositories:
            status = words.REPOSITORY_STATUSES.get(repository.status, "")
            synced = (
                f"last complete sync {repository.last_sync[:10]}" if repository.last_sync else "first sync not complete"
            )
            facts = [repository.role, status, synced]
            text = f"{words.plain(repository.full_name)}: {', '.join(fact for fact in facts if fact)}"
            yield from self.terminal.wrapped(text, INDENT * 2)

    def _foot(self) -> Iterator[str]:
        keys = {s.signal for p in self.report.projects for s in p.signals}
        if keys:
            texts = [
                f"Each value is over {WINDOW_WEEKS} weeks, with its 95 % interval.",
                marks.legend([p for p in self.report.projects if not words.alike(p)]),
                words.LETTERS if self._has_letters() else "",
                f"Projects are not ranked. Method {self.report.method_version}.",
            ]
            yield from self.terminal.wrapped(" ".join(text for text in texts if text), dim=True)
            yield from self.terminal.wrapped(
                "`collect explain PROJECT SIGNAL` lists the rows behind a signal, by these names: "
                + ", ".join(info.key for info in SIGNALS if info.key in keys)
                + ".",
                dim=True,
            )
        if self.report.synthetic:
            yield from self.terminal.wrapped(words.SYNTHETIC, bg="yellow", fg="black")
