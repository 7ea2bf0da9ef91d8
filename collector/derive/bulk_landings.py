"""Find the landings that import a history (docs/signals.md, "Bulk landing"). Does no I/O."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from datetime import timedelta

from collector import clock
from collector.derive.copies import Landed
from collector.method_constants import BULK_COMMITS, BULK_DAYS


def bulk_landings(landed: Iterable[Landed], merged: Container[int] = ()) -> set[tuple[int, int | str]]:
    """Return the bulk landings, as (repository, push id) or (repository, oid of an event).

    These are pushes without a pull request that bring more than BULK_COMMITS commits, or commits dated more than
    BULK_DAYS days apart; and events (`Landing.contained_in`) by which more than BULK_COMMITS commits are dated.
    `merged` holds pushes to leave out: GitHub's push log says that they merged a pull request, but not which.
    """
    by_push: dict[tuple[int, int], list[str | None]] = defaultdict(list)
    contained: Counter[tuple[int, str]] = Counter()
    for repository, commit, landing in landed:
        push, event = landing.push, landing.contained_in
        if push is not None and landing.landed_by == "push" and push not in merged:
            by_push[repository, push].append(commit.committed_at)
        if event is not None:
            contained[repository, event] += 1
    out: set[tuple[int, int | str]] = {event for event, count in contained.items() if count > BULK_COMMITS}
    for found, times in by_push.items():
        if len(times) > BULK_COMMITS or (len(times) > 1 and _span(times) > timedelta(days=BULK_DAYS)):
            out.add(found)
    return out


def _span(times: list[str | None]) -> timedelta:
    known = [t for t in times if t is not None]
    return clock.from_text(max(known)) - clock.from_text(min(known)) if len(known) > 1 else timedelta(0)
