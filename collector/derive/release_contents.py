"""Find the recent work that each release contains, and when that work first appeared. Does no I/O.

A release contains commits of the default branch and, when it was cut from a release branch, commits beside it. Those
are the work that they are copies of, or work of their own, dated on their branch: it counts for releases only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from collector import clock
from collector.derive.bots_and_mirrors import People
from collector.derive.bulk_landings import bulk_landings
from collector.derive.copies import Landed
from collector.derive.forks import is_others_work
from collector.derive.history import Commit, Likeness, OwnCommit
from collector.derive.landings import Landing
from collector.derive.release_branches import Branches
from collector.derive.work import Gathered, Key, Unit, kept, original
from collector.method.constants import RELEASED_WORK_DAYS


@dataclass(frozen=True)
class Written:
    """A unit with its id, its counted lines and why it does not count (None: it does) in the table `work`."""

    id: int
    unit: Unit
    lines: int
    exclusion: str | None = None


@dataclass(frozen=True)
class Dated:
    """When a piece of work first appeared, by what and by whom. `work` is its id, if it is on the default branch."""

    repository: int
    landed_at: str
    person: int | None
    weeks_only: str | None
    pull_request: int | None
    push: int | None
    work: int | None = None


@dataclass(frozen=True)
class Held:
    """A commit's work in a release: its original, and what the lines are of, the original itself or a part of it."""

    key: Key
    source: str  # an oid
    lines: int | None  # None: not known


Part = dict[Key, dict[str, int | None]]
"""What a release contains of one piece of work: the original of each commit -> source -> lines."""


class Contents:
    """The contents of a project's releases, which must be asked for in the order of publication.

    `lines` are the counted lines of pull requests, `squashed` the own commits of those squashed on release branches,
    `picked` the landed work that commits beside the default branches may be copies of.
    """

    def __init__(
        self,
        gathered: Gathered,
        written: Sequence[Written],
        lines: Mapping[int, int],
        people: People,
        squashed: Mapping[Key, Sequence[OwnCommit]],
        picked: Sequence[tuple[int, str, OwnCommit]],
    ) -> None:
        self.gathered, self.lines, self.people, self.squashed = gathered, lines, people, squashed
        self.landings = {(one.repository, one.commit.oid): one.landing for one in gathered.landed}
        self.work = {(w.unit.repository, one.commit.oid): w for w in written for one in w.unit.counted}
        self.by_id = {w.id: w for w in written}
        self.kept = kept(gathered)
        self.branches = {repository: Branches(history) for repository, history in gathered.histories.items()}
        # What tells a copy -> what it is a copy of.
        self.known: dict[str | Likeness, Held] = {}
        for repository, oid, own in sorted(picked, key=lambda one: (self.landings[one[0], one[1]].landed_at, one[1])):
            key = original(gathered, (repository, oid))
            for mark in own.marks:
                self.known.setdefault(mark, Held(key, key[1] if own.oid == oid else own.oid, _size(own)))
        self.firsts: dict[Key, Dated] = {}

    def recent_work(self, repository: int, tagged: str, published_at: str) -> Iterator[tuple[Dated, str, int]]:
        """Yield the work of RELEASED_WORK_DAYS before a publication that a tagged commit contains.

        Each with the oid of one of its commits and the number of its lines that the release contains.
        """
        since = clock.to_text(clock.from_text(published_at) - timedelta(days=RELEASED_WORK_DAYS))
        parts: dict[Dated, Part] = {}
        with_copies: set[Dated | None] = set()
        held, beside = self._contained(repository, tagged, published_at, since)
        for key in held:
            self._hold(parts, Held(key, key[1], self._lines_of(key)), self._landed(key, published_at))
        for oid, appeared in self._beside(repository, beside, published_at).items():
            for one in self._originals(repository, beside[oid]):
                if one.key != (repository, oid):
                    with_copies.add(appeared)
                self._hold(parts, one, _first(self._landed(one.key, published_at), appeared))
        for dated, part in sorted(parts.items(), key=lambda one: (one[0].landed_at, min(one[1]))):
            if since <= dated.landed_at <= published_at:
                yield dated, min(part)[1], self._lines(dated, part, dated not in with_copies)

    def _contained(
        self, repository: int, tagged: str, published_at: str, since: str
    ) -> tuple[set[Key], dict[str, Commit]]:
        """Return the originals of contained commits that had landed, and the contained commits that had not."""
        history = self.gathered.histories[repository]
        held: set[Key] = set()
        beside: dict[str, Commit] = {}
        # What a commit is built on landed no later than it.
        for oid in history.contained(tagged, lambda oid: self.landings[repository, oid].landed_at < since):
            landing = self.landings.get((repository, oid))
            if landing is None or landing.landed_at > published_at:
                beside[oid] = history.commits.get(oid) or history.tagged[oid]
            elif not self._is_no_basis((repository, oid), published_at):
                held.add(original(self.gathered, (repository, oid)))
        return held, beside

    def _beside(self, repository: int, beside: Mapping[str, Commit], published_at: str) -> dict[str, Dated | None]:
        """Return oid -> appearance, of the commits beside the default branch; None where nothing dates it."""
        appearances = self.branches[repository].appearances(beside, published_at)
        imports = bulk_landings(Landed(repository, beside[oid], how) for oid, how in appearances.items())
        out: dict[str, Dated | None] = {oid: None for oid, commit in beside.items() if not commit.is_merge}
        for oid in out:
            how = appearances.get(oid)
            if how and (repository, how.push) not in imports and self._may_count(repository, beside[oid], how):
                weeks_only = self.people.weeks_only(repository, how)
                out[oid] = Dated(repository, how.landed_at, how.person, weeks_only, how.pull_request, how.push)
        return out

    def _may_count(self, repository: int, commit: Commit, how: Landing) -> bool:
        """Whether work that appeared so counts: not a bot's, and not a push to a fork."""
        others = is_others_work(repository, how, self.gathered.forks)
        return not others and not self.people.is_work_of_bot(Landed(repository, commit, how))

    def _originals(self, repository: int, commit: Commit) -> list[Held]:
        """Return the work that a commit beside the default branch brings.

        A squashed pull request of which own commits are copies brings their originals, and the rest of its own.
        """
        key = (repository, commit.oid)
        copied = [(self._original(one), _size(one)) for one in self.squashed.get(key, ())]
        out = [first for first, _ in copied if first is not None]
        if out:
            rest = sum(lines or 0 for first, lines in copied if first is None)
            return [*out, Held(key, commit.oid, rest)] if rest else out
        one = OwnCommit(commit.oid, commit.headline, commit.authored_at, commit.additions, commit.deletions)
        found = self._original(one) or Held(key, commit.oid, commit.lines)
        for mark in one.marks:
            self.known.setdefault(mark, found)
        return [found]

    def _original(self, one: OwnCommit) -> Held | None:
        return next((self.known[mark] for mark in one.marks if mark in self.known), None)

    def _landed(self, key: Key, published_at: str) -> Dated | None:
        """Return the landing of work on the default branch by a publication; None without one that counts."""
        work = self.work.get(key)
        if work is None or work.unit.landing.landed_at > published_at:
            return None
        how, weeks_only = work.unit.landing, self.people.weeks_only(work.unit.repository, work.unit.landing)
        return Dated(key[0], how.landed_at, how.person, weeks_only, how.pull_request, how.push, work.id)

    def _hold(self, parts: dict[Dated, Part], held: Held, dated: Dated | None) -> None:
        """Add a commit's work to what a release contains, as dated by the first release that contained it."""
        if dated is not None:
            dated = self.firsts.setdefault(held.key, dated)
            parts.setdefault(dated, {}).setdefault(held.key, {})[held.source] = held.lines

    def _lines(self, dated: Dated, part: Part, is_new: bool) -> int:
        """Return the counted lines of a piece of work that a release contains. `is_new`: nothing in it is a copy."""
        known = sum(_sum_of(key, sources) for key, sources in part.items())
        if dated.work is not None:
            work = self.by_id[dated.work]
            oids = [one.commit.oid for one in work.unit.counted]
            is_whole = all(oid in part.get((work.unit.repository, oid), ()) for oid in oids)
            return work.lines if is_whole else min(work.lines, known)
        of_files = self.lines.get(dated.pull_request or 0)
        if of_files is None:
            return known
        is_whole = dated.pull_request in self.gathered.complete_files and is_new
        return of_files if is_whole else min(of_files, known)

    def _lines_of(self, key: Key) -> int | None:
        return self.gathered.histories[key[0]].commits[key[1]].lines

    def _is_no_basis(self, key: Key, published_at: str) -> bool:
        """Whether a rewrite had dropped a commit by then, and brought nothing equal in its place."""
        left_at = self.landings[key].left_at
        return left_at is not None and left_at <= published_at and key not in self.kept


def _first(one: Dated | None, other: Dated | None) -> Dated | None:
    return min(filter(None, (one, other)), key=lambda dated: dated.landed_at, default=None)


def _sum_of(key: Key, sources: Mapping[str, int | None]) -> int:
    """Return the lines of a commit that a release contains: all of them, or the sum of the parts that were picked."""
    return sources[key[1]] or 0 if key[1] in sources else sum(lines or 0 for lines in sources.values())


def _size(own: OwnCommit) -> int | None:
    return None if own.additions is None or own.deletions is None else own.additions + own.deletions
