"""Find which author-days each release is the first to hold. Does no I/O.

To hold an author-day is to contain at least SUBSTANTIVE_LINES of it. A release counts if it holds days that no earlier
counted release holds (the view `judged_releases`). Nearly always this is the same at every date, so that a number is
enough; where it is not, the days themselves are kept. A pre-release may count only until the first full release, and
a tag only until a release of its version is published.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from collector.derive.release_contents import Piece
from collector.method_constants import SUBSTANTIVE_LINES


class Certainty(Enum):
    """The dates, from its publication on, at which a release may count."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    ONLY_BEFORE_FULL_RELEASES = "only before full releases"


Day = tuple[str, str | int | None]
"""An author-day: a UTC day and a person, or the name of a bucket of work that counts for no person."""


class Part(NamedTuple):
    """The part of an author-day that must reach SUBSTANTIVE_LINES by itself.

    A person's day has one part. A bucket's day has one for each person whose work is in it, and one for nobody's.
    """

    day: str
    person: int | None
    weeks_only: str | None


@dataclass
class ReleaseDays:
    """The author-days of a release: how many it is first to hold at every date, and those where the date decides."""

    first_days: int = 0
    newest_work: str | None = None  # of these
    by_date: dict[Part, str] = field(default_factory=dict)  # -> the newest work


def release_days(pieces: Sequence[Piece], releases: Iterable[tuple[Certainty, Sequence[int]]]) -> Iterator[ReleaseDays]:
    """Yield the author-days of each release of a project.

    `releases` are in the order of publication, each with the places of its `pieces`.
    """
    parts = [_part_of(piece) for piece in pieces]
    settled: set[Day] = set()
    disputed: set[Day] = set()
    has_full_release = False
    for certainty, places in releases:
        if has_full_release and certainty is Certainty.ONLY_BEFORE_FULL_RELEASES:
            yield ReleaseDays()
            continue
        held = _held([(parts[place], pieces[place]) for place in places if parts[place][0] not in settled])
        if certainty is not Certainty.ALWAYS:
            disputed.update(author_day for author_day, _ in held)
            yield ReleaseDays(by_date={part: at for (_, part), at in held.items()})
            continue
        has_full_release = True
        settled.update(author_day for author_day, _ in held)
        first = {key: at for key, at in held.items() if key[0] not in disputed}
        yield ReleaseDays(
            len({author_day for author_day, _ in first}),
            max(first.values(), default=None),
            {part: at for (author_day, part), at in held.items() if author_day in disputed},
        )


def _part_of(piece: Piece) -> tuple[Day, Part]:
    """Return the author-day of a piece of work, and the part of it that the piece is in."""
    dated = piece.dated
    day = dated.landed_at[:10]
    return (day, dated.weeks_only or dated.person), Part(day, dated.person, dated.weeks_only)


def _held(pieces: Iterable[tuple[tuple[Day, Part], Piece]]) -> dict[tuple[Day, Part], str]:
    """Return the parts of author-days with enough lines in these pieces of work, and the newest work of each."""
    lines: dict[tuple[Day, Part], int] = {}
    newest: dict[tuple[Day, Part], str] = {}
    for part, (dated, _, counted) in pieces:
        known = lines.get(part)
        if known is None:
            lines[part], newest[part] = counted, dated.landed_at
        else:
            lines[part] = known + counted
            newest[part] = max(newest[part], dated.landed_at)
    return {part: at for part, at in newest.items() if lines[part] >= SUBSTANTIVE_LINES}
