"""Find the recent work that each release contains, and when that work first appeared. Does no I/O.

A release contains commits of the default branch and, when it was cut from a release branch, commits beside it. Those
are the work that they are copies of, or work of their own, dated on their branch: it counts for releases only.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from collector import clock
from collector.derive.bots_and_mirrors import People
from collector.derive.bulk_landings import bulk_landings
from collector.derive.copies import Landed
from collector.derive.forks import is_others_work
from collector.derive.history import Commit, Likeness, OwnCommit
from collector.derive.landings import Landing
from collector.derive.release_branches import Branches
from collector.derive.work import Gathered, Key, Unit, kept, original
from collector.method_constants import RELEASED_WORK_DAYS


class WrittenUnit(NamedTuple):
    """A unit with its id, its counted lines and why it does not count (None: it does) in the table `work`."""

    id: int
    unit: Unit
    lines: int
    exclusion: str | None = None


class Dated(NamedTuple):
    """When a piece of work first appeared, by what and by whom. `work` is its id, if it is on the default branch."""

    repository: int
    landed_at: str
    person: int | None
    weeks_only: str | None
    pull_request: int | None
    push: int | None
    work: int | None = None


class Held(NamedTuple):
    """A commit's work in a release: its original, and what the lines are of, the original itself or a part of it."""

    key: Key
    source: str  # an oid
    lines: int | None  # None: not known


class Piece(NamedTuple):
    """A piece of work in releases: the oid of one of its commits, and how many of its lines they contain."""

    dated: Dated
    oid: str
    lines: int


Part = dict[Key, dict[str, int | None]]
"""What a release contains of one piece of work: the original of each commit -> source -> lines."""


class Contents:
    """The contents of a project's releases, which must be asked for in the order of publication.

    `pieces` are those of all releases that were asked for.
    `lines` are the counted lines of pull requests, `squashed` the own commits of those squashed on release branches,
    `picked` the landed work that commits beside the default branches may be copies of.
    """

    def __init__(
        self,
        gathered: Gathered,
        written: Sequence[WrittenUnit],
        lines: Mapping[int, int],
        people: People,
        squashed: Mapping[Key, Sequence[OwnCommit]],
        picked: Sequence[tuple[int, str, OwnCommit]],
    ) -> None:
        self.gathered, self.lines, self.people, self.squashed = gathered, lines, people, squashed
        self.by_id = {w.id: w for w in written}
        self.dated: dict[Key, Dated] = {}
        # Of the work of one commit, which a release contains whole or not at all.
        self.of_one: dict[Key, Piece] = {}
        for w in written:
            dated = self._dated(w.unit.repository, w.unit.landing, w.id)
            for one in w.unit.counted:
                self.dated[one.repository, one.commit.oid] = dated
            if len(w.unit.counted) == 1:
                self.of_one[one.repository, one.commit.oid] = Piece(dated, one.commit.oid, w.lines)
        self.unaltered = kept(gathered)
        self.brought: dict[Key, Held] = {}  # by commits of the default branches, as far as asked for
        self.branches = {repository: Branches(history) for repository, history in gathered.histories.items()}
        # What tells a copy -> what it is a copy of.
        self.known: dict[str | Likeness, Held] = {}
        landings = gathered.landings
        for repository, oid, own in sorted(picked, key=lambda one: (landings[one[0]][one[1]].landed_at, one[1])):
            key = original(gathered, (repository, oid))
            for mark in own.marks:
                self.known.setdefault(mark, Held(key, key[1] if own.oid == oid else own.oid, _size(own)))
        self.firsts: dict[Key, Dated] = {}
        self.pieces: list[Piece] = []
        self.places: dict[Key | Piece, int] = {}  # in `pieces`; by the key of work of one commit

    def recent_work(self, repository: int, tagged: str, published_at: str) -> list[int]:
        """Return the work of RELEASED_WORK_DAYS before a publication that a tagged commit contains.

        As places in `pieces`, in the order of their times.
        """
        since = clock.to_text(clock.from_text(published_at) - timedelta(days=RELEASED_WORK_DAYS))
        parts: dict[Dated, Part] = {}
        whole: dict[Key, Dated] = {}
        with_copies: set[Dated | None] = set()
        firsts, of_one, places = self.firsts, self.of_one, self.places

        def hold(held: Held, dated: Dated) -> None:
            key, source, lines = held
            # The first release that contained it dates it for all.
            dated = firsts.setdefault(key, dated)
            if since <= dated.landed_at <= published_at:
                if dated.work is not None and source == key[1] and key in of_one:
                    whole[key] = dated
                else:
                    parts.setdefault(dated, {}).setdefault(key, {})[source] = lines

        landed, beside = self._contained(repository, tagged, published_at, since)
        for one in landed:
            found = self.dated.get(one.key)
            if found is not None and found.landed_at <= published_at:
                hold(one, found)
        for oid, appeared in self._beside(repository, beside, published_at).items() if beside else ():
            for one in self._originals(repository, beside[oid]):
                if one.key != (repository, oid):
                    with_copies.add(appeared)
                found = self._first_appearance(one.key, published_at, appeared)
                if found is not None:
                    hold(one, found)
        recent = [
            (dated.landed_at, key, places[key] if key in places else self._place(key, of_one[key]))
            for key, dated in whole.items()
        ]
        for dated, part in parts.items():
            key = min(part)
            if key not in whole:
                piece = Piece(dated, key[1], self._lines(dated, part, dated not in with_copies))
                recent.append((dated.landed_at, key, self._place(key if piece == of_one.get(key) else piece, piece)))
        return [place for *_, place in sorted(recent)]

    def _place(self, by: Key | Piece, piece: Piece) -> int:
        """Return the place of a piece in `pieces`, where it is added if it is not there yet."""
        place = self.places.setdefault(by, len(self.pieces))
        if place == len(self.pieces):
            self.pieces.append(piece)
        return place

    def _contained(
        self, repository: int, tagged: str, published_at: str, since: str
    ) -> tuple[list[Held], dict[str, Commit]]:
        """Return the work of contained commits that had landed, and the contained commits that had not."""
        history, landings = self.gathered.histories[repository], self.gathered.landings[repository]
        landed: list[Held] = []
        beside: dict[str, Commit] = {}
        # What a commit is built on landed no later than it.
        for oid in history.contained(tagged, lambda oid: landings[oid].landed_at < since):
            how = landings.get(oid)
            if how is None or how.landed_at > published_at:
                beside[oid] = history.commits.get(oid) or history.tagged[oid]
            elif how.left_at is None or how.left_at > published_at or (repository, oid) in self.unaltered:
                landed.append(self._brought((repository, oid)))
        return landed, beside

    def _brought(self, commit: Key) -> Held:
        """Return what a commit of a default branch brings to the releases that contain it: its original."""
        held = self.brought.get(commit)
        if held is None:
            key = original(self.gathered, commit)
            held = self.brought[commit] = Held(key, key[1], self.gathered.histories[key[0]].commits[key[1]].lines)
        return held

    def _beside(self, repository: int, beside: Mapping[str, Commit], published_at: str) -> dict[str, Dated | None]:
        """Return oid -> appearance, of the commits beside the default branch; None where nothing dates it."""
        appearances = self.branches[repository].appearances(beside, published_at)
        imports = bulk_landings(Landed(repository, beside[oid], how) for oid, how in appearances.items())
        out: dict[str, Dated | None] = {oid: None for oid, commit in beside.items() if not commit.is_merge}
        for oid in out:
            how = appearances.get(oid)
            if how and (repository, how.push) not in imports and self._may_count(repository, beside[oid], how):
                out[oid] = self._dated(repository, how)
        return out

    def _may_count(self, repository: int, commit: Commit, how: Landing) -> bool:
        """Return whether work that appeared so counts: not a bot's, and not a push to a fork."""
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

    def _first_appearance(self, key: Key, published_at: str, appeared: Dated | None) -> Dated | None:
        """Return when work beside the default branch first appeared: on that branch by a publication, or where it is.

        None for a pick of what had landed and does not count, such as a bot's work: a pick is what it is a copy of.
        """
        landed = self.gathered.landings[key[0]].get(key[1])
        if appeared and landed and key not in self.dated and landed.landed_at <= appeared.landed_at:
            return None
        return min(filter(None, (self._landed(key, published_at), appeared)), key=lambda d: d.landed_at, default=None)

    def _landed(self, key: Key, published_at: str) -> Dated | None:
        """Return the landing of work on the default branch by a publication; None without one that counts."""
        dated = self.dated.get(key)
        return None if dated is None or dated.landed_at > published_at else dated

    def _dated(self, repository: int, how: Landing, work: int | None = None) -> Dated:
        weeks_only = self.people.weeks_only(repository, how)
        return Dated(repository, how.landed_at, how.person, weeks_only, how.pull_request, how.push, work)

    def _lines(self, dated: Dated, part: Part, is_new: bool) -> int:
        """Return the counted lines of a piece of work that a release contains. `is_new`: nothing in it is a copy."""
        if dated.work is not None:
            work = self.by_id[dated.work]
            # Each commit of the part is one that counts: others have no landing.
            is_whole = len(part) == len(work.unit.counted) and all(oid in sources for (_, oid), sources in part.items())
            return work.lines if is_whole else min(work.lines, _known_lines(part))
        known = _known_lines(part)
        of_files = self.lines.get(dated.pull_request or 0)
        if of_files is None:
            return known
        is_whole = dated.pull_request in self.gathered.complete_files and is_new
        return of_files if is_whole else min(of_files, known)


def _known_lines(part: Part) -> int:
    return sum(_sum_of(key, sources) for key, sources in part.items())


def _sum_of(key: Key, sources: Mapping[str, int | None]) -> int:
    """Return the lines of a commit that a release contains: all of them, or the sum of the parts that were picked."""
    return sources[key[1]] or 0 if key[1] in sources else sum(lines or 0 for lines in sources.values())


def _size(own: OwnCommit) -> int | None:
    return None if own.additions is None or own.deletions is None else own.additions + own.deletions
