"""The overview in the terminal: the families of all projects side by side, and the verdict on each."""

from collections.abc import Iterator
from datetime import datetime

from collector.method.registry import FAMILIES, SIGNALS
from collector.method_constants import WINDOW_WEEKS
from collector.report import marks, sentences, words
from collector.report.model import ProjectRow, Report
from collector.report.terminal import Terminal
from collector.store.state import NOT_SHOWN
from collector.text import plural

INDENT = "  "
# The widest track (0 to 1), in columns, and the widest name beside one.
_LONGEST, _LONGEST_NAME = 12, 24
# From this width on, dates are in full.
_WIDE = 110


class Overview:
    """Formats the overview in lines of at most `width` columns."""

    def __init__(self, report: Report, width: int, colour: bool, now: datetime) -> None:
        self.report, self.terminal = report, Terminal(width, colour)
        self.now = None if report.synthetic else now
        computed = {s.family for p in report.projects for s in p.signals}
        self.families = [family for family in FAMILIES if family in computed]
        longest = max((len(words.plain(p.name)) for p in report.projects), default=0)
        self.names = min(longest, _LONGEST_NAME, max(12, width // 6)) + 1
        self.dates = [("release", 10), ("change", 10)] if width >= _WIDE else [("change", 7)]
        room = width - self.names - sum(space for _, space in self.dates) - (len(self.dates) - 1)
        # Beside each track there is room for an arrow, and for a gap where there is any.
        self.cell = max(3, min(_LONGEST + 2, room // max(1, len(self.families))))
        self.track = self.cell - (1 if self.cell < 7 else 2)

    def text(self) -> str:
        """Return the overview."""
        return "\n".join(line.rstrip() for line in self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        report = self.report
        if report.synthetic:
            yield from self.terminal.wrapped(words.SYNTHETIC, bg="yellow", fg="black")
        yield self.terminal.styled(
            f"{plural(len(report.projects), 'project')} as of {report.as_of}, over {WINDOW_WEEKS} weeks", bold=True
        )
        if self.families:
            yield ""
            yield from self._head()
        for category, projects in report.in_order():
            yield self.terminal.styled(words.plain(category).upper(), fg="cyan", bold=True)
            for project in projects:
                yield self._row(project)
        yield ""
        for _, projects in report.in_order():
            for project in projects:
                yield from self._verdict(project)
        yield from failures(report, self.terminal)
        yield from self._foot()

    def _head(self) -> Iterator[str]:
        """Yield the names of the columns, alternating between two lines where they are wider than their columns."""
        lines = 1 if self.cell > max(len(words.family(f)) for f in self.families) else 2
        for line in range(lines):
            text = " " * self.names
            for place, family in enumerate(self.families):
                if place % lines == line:
                    text = text.ljust(self.names + place * self.cell) + words.family(family)
            if line == 0:
                text = text.ljust(self.names + len(self.families) * self.cell)
                text += " ".join(f"{name:{space}}" for name, space in self.dates)
            yield self.terminal.styled(text.rstrip(), dim=True)

    def _row(self, project: ProjectRow) -> str:
        start = words.plain(project.name)[: self.names - 1].ljust(self.names)
        by_family = {f.family: f for f in project.families}
        cells = (
            (marks.track(project, by_family[family], self.track) + sentences.arrow(project, family)).ljust(self.cell)
            for family in self.families
        )
        days = {"release": project.last_release, "change": project.last_change}
        dates = " ".join(f"{words.last_day(project, days[name])[:space]:{space}}" for name, space in self.dates)
        return self.terminal.styled(start, bold=True) + "".join(cells) + dates

    def _verdict(self, project: ProjectRow) -> Iterator[str]:
        known = sum(s.status == "ok" for s in project.signals)
        # In full here, as a name too long for its column is cut in the table.
        name = words.plain(project.name)
        start = f"{name} ".ljust(self.names)
        texts = [project.verdict, f"{known} of {len(SIGNALS)} signals known."]
        # Too many names for a line each.
        lost = [r for r in project.repositories if r.status in NOT_SHOWN]
        texts += [f"{words.plain(r.full_name)} {words.REPOSITORY_STATUSES[r.status]}." for r in lost]
        first, *more = self.terminal.wrapped(start + words.plain(" ".join(texts)), more=" " * self.names)
        yield self.terminal.styled(first[: len(name)], bold=True) + first[len(name) :]
        yield from more

    def _foot(self) -> Iterator[str]:
        if not self.families:
            return
        yield ""
        based = words.oldest_data(self.report.projects, self.now)
        age = f"Based on {based}. " if based else ""
        past = (
            ""
            if any(p.a_year_before for p in self.report.projects)
            else "Nothing is computed for a year earlier: `collect signals --history 13 --every month` does it. "
        )
        yield from self.terminal.wrapped(
            f"{marks.legend(self.report.projects)} {past}Projects are not ranked. {age}"
            f"Method {self.report.method_version}.",
            dim=True,
        )
        yield from self.terminal.wrapped(
            "`collect report --project NAME` tells all about one; `collect explain PROJECT SIGNAL` lists the rows "
            "behind a signal.",
            dim=True,
        )
        if self.report.synthetic:
            yield from self.terminal.wrapped(words.SYNTHETIC, bg="yellow", fg="black")


def failures(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield what failed in the last sync."""
    if report.failures:
        yield ""
        yield terminal.styled("The last sync was incomplete:", fg="red", bold=True)
    for failure in report.failures:
        name = "" if failure.repository == "*" else f"{words.plain(failure.repository)} ({failure.kind}): "
        yield from terminal.wrapped(name + words.plain(failure.error), INDENT)
