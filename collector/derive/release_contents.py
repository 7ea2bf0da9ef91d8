"""Find the recent work that each release contains, and when that work first appeared. Does no I/O.

A release contains commits of the default branch and, when it was cut from a release branch, commits beside it. Those
are the work that they are copies of, or work of their own, dated on their branch: it counts for releases only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(slots=True, eq=False)
class Origin:
    """The original of commits that releases contain."""

    key: Key
    lines: int | None = None  # None: not known
    landed: Dated | None = None  # on the default branch, if it counts
    # If it is the only commit of a piece of work, that piece: a release contains it whole or not at all.
    whole: Piece | None = None
    place: int | None = None  # of `whole` in the pieces of all releases
    first: Dated | None = None  # by the first release that contained it, which dates it for all


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
        # The commits that count, which are no copies, by repository and oid.
        self.origins: dict[int, dict[str, Origin]] = {repository: {} for repository in gathered.histories}
        for w in written:
            dated = self._dated(w.unit.repository, w.unit.landing, w.id)
            for repository, commit, _ in w.unit.counted:
                origin = Origin((repository, commit.oid), commit.lines, dated)
                self.origins[repository][commit.oid] = origin
            if len(w.unit.counted) == 1:
                origin.whole = Piece(dated, commit.oid, w.lines)
        self.unaltered = kept(gathered)
        self.branches = {repository: Branches(history) for repository, history in gathered.histories.items()}
        # What tells a copy -> what it is a copy of.
        self.known: dict[str | Likeness, Held] = {}
        landings = gathered.landings
        for repository, oid, own in sorted(picked, key=lambda one: (landings[one[0]][one[1]].landed_at, one[1])):
            key = original(gathered, (repository, oid))
            for mark in own.marks:
                self.known.setdefault(mark, Held(key, key[1] if own.oid == oid else own.oid, _size(own)))
        self.others: dict[Key, Origin] = {}  # those beside the default branches, and those that do not count
        self.pieces: list[Piece] = []
        self.places: dict[Piece, int] = {}  # in `pieces`, of those that are not the whole of an origin

    def recent_work(self, repository: int, tagged: str, published_at: str) -> list[int]:
        """Return the work of RELEASED_WORK_DAYS before a publication that a tagged commit contains.

        As places in `pieces`, in the order of their times.
        """
        since = clock.to_text(clock.from_text(published_at) - timedelta(days=RELEASED_WORK_DAYS))
        parts: dict[Dated, Part] = {}
        whole: dict[Origin, Piece] = {}
        with_copies: set[Dated | None] = set()

        def hold(origin: Origin, dated: Dated, source: str, lines: int | None) -> None:
            first = origin.first
            if first is None:
                first = origin.first = dated
            if since <= first.landed_at <= published_at:
                if origin.whole is not None and first.work is not None and source == origin.key[1]:
                    whole[origin] = origin.whole
                else:
                    parts.setdefault(first, {}).setdefault(origin.key, {})[source] = lines

        landed, beside = self._contained(repository, tagged, published_at, since)
        for origin in landed:
            if origin.landed is not None and origin.landed.landed_at <= published_at:
                hold(origin, origin.landed, origin.key[1], origin.lines)
        for oid, appeared in self._beside(repository, beside, published_at).items() if beside else ():
            for key, source, lines in self._originals(repository, beside[oid]):
                if key != (repository, oid):
                    with_copies.add(appeared)
                dated = self._first_appearance(key, published_at, appeared)
                if dated is not None:
                    hold(self._origin(key), dated, source, lines)
        recent = [
            (piece.dated.landed_at, origin.key, self._place(origin, piece) if origin.place is None else origin.place)
            for origin, piece in whole.items()
        ]
        for first, part in parts.items():
            origin = self._origin(min(part))
            if origin not in whole:
                piece = Piece(first, origin.key[1], self._lines(first, part, first not in with_copies))
                recent.append((first.landed_at, origin.key, self._place(origin, piece)))
        return [place for *_, place in sorted(recent)]

    def _place(self, origin: Origin, piece: Piece) -> int:
        """Return the place of a piece of `origin` in `pieces`, where it is added if it is not there yet."""
        is_whole = piece == origin.whole
        place = origin.place if is_whole else self.places.get(piece)
        if place is None:
            place = len(self.pieces)
            self.pieces.append(piece)
            if is_whole:
                origin.place = place
            else:
                self.places[piece] = place
        return place

    def _origin(self, key: Key) -> Origin:
        """Return what is known of an original, on a default branch or beside it."""
        return self.origins[key[0]].get(key[1]) or self.others.setdefault(key, Origin(key))

    def _contained(
        self, repository: int, tagged: str, published_at: str, since: str
    ) -> tuple[list[Origin], dict[str, Commit]]:
        """Return the work of contained commits that had landed, and the contained commits that had not."""
        history, landings = self.gathered.histories[repository], self.gathered.landings[repository]
        origins = self.origins[repository]
        landed: list[Origin] = []
        beside: dict[str, Commit] = {}
        seen, todo = {tagged}, [tagged]
        while todo:
            oid = todo.pop()
            how = landings.get(oid)
            # What a commit is built on landed no later than it.
            if how is not None and how.landed_at < since:
                continue
            commit = history.commits.get(oid) or history.tagged.get(oid)
            if commit is None:
                continue
            if how is None or how.landed_at > published_at:
                beside[oid] = commit
            elif how.left_at is None or how.left_at > published_at or (repository, oid) in self.unaltered:
                landed.append(origins.get(oid) or self._origin(original(self.gathered, (repository, oid))))
            for parent in commit.parents:
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
        return landed, beside

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
        if appeared and landed and self._origin(key).landed is None and landed.landed_at <= appeared.landed_at:
            return None
        return min(filter(None, (self._landed(key, published_at), appeared)), key=lambda d: d.landed_at, default=None)

    def _landed(self, key: Key, published_at: str) -> Dated | None:
        """Return the landing of work on the default branch by a publication; None without one that counts."""
        dated = self._origin(key).landed
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
