"""The overview in the terminal: the family scores of all projects side by side, and the main facts about each."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from collector.method.constants import WINDOW_WEEKS
from collector.method.registry import SIGNALS
from collector.method.scores import OVERALL, FamilyScore
from collector.report import sentences, words
from collector.report.letters import of_report
from collector.report.model import ProjectRow, Report
from collector.report.terminal import Terminal
from collector.store.state import NOT_SHOWN

INDENT = "  "
NAMES = {
    "release cadence": "releases",
    "commit frequency": "commits",
    "issue responsiveness": "issues",
    "review": "review",
    "contributors": "people",
    "docs": "docs",
    "failures": "failures",
    "rules": "rules",
    "builders": "builders",
    "integrity": "record",
}
"""Short family names that fit a column."""

# The widest track (0 to 1), in columns, and the space after it for letters, an arrow and a gap.
_LONGEST, _BESIDE = 14, 4


class Overview:
    """Formats the overview in lines of at most `width` columns."""

    def __init__(self, report: Report, width: int, colour: bool, now: datetime) -> None:
        self.report, self.terminal = report, Terminal(width, colour)
        self.now = None if report.synthetic else now
        computed = {s.family for p in report.projects for s in p.signals}
        self.families = [family for family in NAMES if family in computed]
        # The last column is the number of known signals.
        self.names = (
            min(width // 5, max((len(words.plain(p.name)) for p in report.projects), default=0)) + len(INDENT) + 1
        )
        room = (width - self.names - 6) // max(1, len(self.families))
        self.track = min(_LONGEST, max(1, room - _BESIDE))
        self.letters = of_report(report)

    def text(self) -> str:
        """Return the overview."""
        return "\n".join(line.rstrip() for line in self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        report = self.report
        if report.synthetic:
            yield from self.terminal.wrapped(words.SYNTHETIC, bg="yellow", fg="black")
        count = f"{len(report.projects)} project" + ("" if len(report.projects) == 1 else "s")
        yield self.terminal.styled(
            f"{count} as of {report.as_of}, over the last {WINDOW_WEEKS} complete weeks", bold=True
        )
        if self.families:
            yield ""
            cells = "".join(f"{NAMES[f][: self.track + _BESIDE - 1]:{self.track + _BESIDE}}" for f in self.families)
            yield self.terminal.styled(f"{'':{self.names}}{cells}known", dim=True)
        for category, projects in groupby(report.projects, lambda p: p.category):
            yield self.terminal.styled(words.plain(category).upper(), fg="cyan", bold=True)
            for project in projects:
                yield from self._project(project)
        yield from self._failures()
        yield from self._foot()

    def _project(self, project: ProjectRow) -> Iterator[str]:
        known = sum(s.status == "ok" for s in project.signals)
        start = f"{INDENT}{words.plain(project.name)}"[: self.names - 1].ljust(self.names)
        by_family = {f.family: f for f in project.families}
        then = {f.family: f for f in project.families_a_year_before}
        cells = "".join(self._cell(project, by_family[f], then.get(f)) for f in self.families if f in by_family)
        yield self.terminal.styled(start, bold=True) + cells + f"{known}/{len(SIGNALS)}"
        told = sentences.of(project)
        if project.score is not None and not sentences.shown_as_little(project, OVERALL):
            told.insert(0, f"Overall {words.score(project.low, project.score, project.high)}, from 0 to 1.")
        partly = [f"{f.family} {words.known(f)}" for f in project.families if words.known(f)]
        if partly:
            told.append(f"Known in part: {', '.join(partly)}.")
        if project.repositories and project.data_as_of is None:
            told.append("The first sync is not complete.")
        yield from self.terminal.wrapped(" ".join(told), INDENT * 2)
        for repository in project.repositories:
            if repository.status in NOT_SHOWN:
                what = f"{words.plain(repository.full_name)} {words.REPOSITORY_STATUSES[repository.status]}."
                yield from self.terminal.wrapped(what, INDENT * 2, dim=True)

    def _cell(self, project: ProjectRow, family: FamilyScore, then: FamilyScore | None) -> str:
        """Format a score as a track from 0 to 1 with its interval, its letters, and an arrow if it left last year's
        interval.
        """
        letters = self.letters.get(project.category, {}).get(family.family, {}).get(project.slug, "")
        if family.score is None or family.low is None or family.high is None:
            return self._nothing("unknown")
        if sentences.shown_as_little(project, family.family):
            return self._nothing("little")
        low, at, high = (min(self.track - 1, int(x * self.track)) for x in (family.low, family.score, family.high))
        marks = "".join("●" if n == at else "━" if low <= n <= high else "·" for n in range(self.track))
        return marks + f"{letters[:2]:2}{words.moved(family, then) or ' '} "

    def _nothing(self, word: str) -> str:
        room = self.track + _BESIDE
        return self.terminal.styled(f"{word if len(word) < room else '?':{room}}", dim=True)

    def _failures(self) -> Iterator[str]:
        if self.report.failures:
            yield self.terminal.styled("The last sync was incomplete:", fg="red", bold=True)
        for failure in self.report.failures:
            name = "" if failure.repository == "*" else f"{words.plain(failure.repository)} ({failure.kind}): "
            yield from self.terminal.wrapped(name + words.plain(failure.error), INDENT)

    def _foot(self) -> Iterator[str]:
        if not self.families:
            return
        yield ""
        ages = [p.data_as_of for p in self.report.projects if p.data_as_of is not None]
        age = f"Based on {words.data_age(min(ages), self.now)}. " if ages else ""
        arrows = any(p.a_year_before for p in self.report.projects)
        past = (
            f"{words.UP} {words.DOWN}: outside the interval of a year earlier. "
            if arrows
            else "Nothing is computed for a year earlier: `collect signals --history 13 --every month` does it. "
        )
        yield from self.terminal.wrapped(
            "Each track runs from 0 to 1: ● the family's score, ━ its 95 % interval, ? unknown. Projects of a category "
            f"that share a letter do not differ. {past}Projects are listed by name, not ranked. {age}"
            f"Method {self.report.method_version}.",
            dim=True,
        )
        yield from self.terminal.wrapped(
            "`collect report --project NAME` shows every signal; `collect explain PROJECT SIGNAL` the rows behind one.",
            dim=True,
        )
        if self.report.synthetic:
            yield from self.terminal.wrapped(words.SYNTHETIC, bg="yellow", fg="black")
