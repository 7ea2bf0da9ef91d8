"""Author-days: who did substantive work on which day, and by that who is a regular contributor."""

from collections import defaultdict
from collections.abc import Iterable, Set
from datetime import date
from functools import lru_cache

from collector.method.definition import Context, Row
from collector.method.window import Window
from collector.method_constants import BLOCK_WEEKS, OCCASIONAL_WEEKS, REGULAR_WEEKS, WINDOW_WEEKS

AuthorDay = tuple[str | None, date]
"""A person and a UTC day on which substantive work of theirs landed; None stands for work of nobody known."""

BLOCKS = WINDOW_WEEKS // BLOCK_WEEKS
"""The blocks of the window that the bootstrap draws."""

VISITORS = f"active_in_under_{OCCASIONAL_WEEKS}_weeks"
"""The evidence's reason for people who came too seldom to carry any of the work."""


# The same object for the same day: it is parsed once, and keeps its hash.
_parsed = lru_cache(1_024)(date.fromisoformat)


def day_of(row: Row) -> date:
    """Return the day of a row of evidence."""
    return _parsed(row["day"])


def author_days(context: Context, *judged_by_signal: str) -> list[AuthorDay]:
    """Return the author-days of people in the evidence, each once, ordered by day and person.

    Rows with a reason in `judged_by_signal` are included: the signal's function applies these rules itself, because it
    also reports what they leave out.
    """
    found = {
        (row["day"], str(row["person"])) for row in context.rows if row["counted"] or row["reason"] in judged_by_signal
    }
    return [(person, _parsed(day)) for day, person in sorted(found)]


def weeks_of_people(days: Iterable[AuthorDay], window: Window) -> dict[str, list[int]]:
    """Return person -> the week of each author-day in the window. Days without a person are left out."""
    weeks: dict[str, list[int]] = defaultdict(list)
    for person, day in dict.fromkeys(days):  # in their order, so that sums of floats do not vary from run to run
        if person is not None and (week := window.week_of(day)) is not None:
            weeks[person].append(week)
    return weeks


def is_regular(weeks: Set[int]) -> bool:
    """Return whether a person who worked in these weeks of the window is a regular contributor."""
    return len(weeks) >= REGULAR_WEEKS


def is_occasional(weeks: Set[int]) -> bool:
    """Return whether a person who worked in these weeks of the window is neither a regular nor a visitor."""
    return len(weeks) >= OCCASIONAL_WEEKS and not is_regular(weeks)
