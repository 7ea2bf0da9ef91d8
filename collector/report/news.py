"""What changed between two dates: states, releases, signals that left their interval, rules, repositories, history.

An event that GitHub dates is reported if it is not before the first date, and before the second. A change that a sync
saw is dated by the sync, and reported if that is after the first date, and not after the second: the signals of a date
come from the sync of that day. So the news of consecutive periods have everything exactly once.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from collector import clock
from collector.errors import UsageError
from collector.method.signal import Status
from collector.method.window import Window
from collector.report import news_events, reading, words
from collector.report.model import ProjectRow, SignalRow
from collector.report.news_model import (
    NewRelease,
    News,
    ProjectNews,
    RuleChange,
    SignalChange,
    SignalReading,
    StateChange,
)
from collector.store.synthetic import is_synthetic

# Signals that change with every day on which nothing happens; a silence that begins or ends is news of the state.
WITH_TIME = frozenset({"longest_release_silence"})
# A slope over a few points, which swings from week to week: news is its direction, which is only named when clear.
TREND = "concentration_trend"
# What these reasons begin with is about this database, and says nothing about the project.
OF_THE_DATABASE = ("before_lookback", "facts_incomplete")
# It becomes known when enough was watched by this database's own syncs.
WATCHED = frozenset({"history_integrity"})
# Of a project that stays silent, counts in these units fall because the window moves on, and for no other reason.
COUNTS = frozenset({"weeks", "of 13", "days"})
# How many weeks a feed goes back.
FEED_WEEKS = 13


def check(since: date, as_of: date) -> None:
    """Raise UsageError unless `since` is before `as_of`."""
    if since >= as_of:
        raise UsageError(f"There is nothing between {since} and {as_of}.", "Use a date before --as-of for --since.")


def build(
    db: sqlite3.Connection, since: date, as_of: date, projects: Sequence[str] = (), category: str | None = None
) -> News:
    """Build the news between two dates whose signals are computed, for all tracked projects or the named ones.

    Raises UsageError like `check` and `reading.build`.
    """
    check(since, as_of)
    report = reading.build(db, as_of, projects, category)
    return _between(db, since, as_of, report.projects, _dated(db, since, as_of))


def weekly(db: sqlite3.Connection, as_of: date, projects: Sequence[ProjectRow], weeks: int = FEED_WEEKS) -> list[News]:
    """Return the news of each week, from Monday to Monday, up to `as_of`, newest first; the last may be incomplete.

    Signals and states are compared where both Mondays are computed.
    """
    monday = as_of - timedelta(days=as_of.weekday())
    ends = [as_of, *(monday - timedelta(weeks=n) for n in range(weeks))]
    dated = _dated(db, ends[-1], as_of)
    return [_between(db, since, until, projects, dated) for until, since in pairwise(ends) if since < until]


@dataclass(frozen=True)
class _Dated:
    """What GitHub dates within the whole period of the news, by project: read once, because the views are slow."""

    releases: Mapping[str, list[NewRelease]]
    rules: Mapping[str, list[RuleChange]]


def _dated(db: sqlite3.Connection, since: date, as_of: date) -> _Dated:
    return _Dated(news_events.releases(db, since, as_of), news_events.rule_changes(db, since, as_of))


def _between(db: sqlite3.Connection, since: date, as_of: date, projects: Sequence[ProjectRow], dated: _Dated) -> News:
    method, method_before = reading.method_version(db, as_of), reading.method_version(db, since)
    alike = method == method_before
    before = reading.signals_of(db, since) if alike else {}
    after = reading.signals_of(db, as_of)
    states = news_events.state_changes(db, since, as_of) if alike else {}
    still_silent = news_events.silent(db, since) & news_events.silent(db, as_of)
    without = news_events.without_release(db, since)
    first, last = (clock.to_text(clock.midnight(day + timedelta(days=1))) for day in (since, as_of))
    repositories = news_events.repository_changes(db, first, last)
    altered = news_events.altered(db, first, last)
    rows = [
        ProjectNews(
            slug=p.slug,
            name=p.name,
            category=p.category,
            states=states.get(p.slug, []),
            releases=_releases(dated.releases.get(p.slug, []), since, as_of, p.slug in without),
            signals=[
                moved
                for moved in _moved(before.get(p.slug, []), after.get(p.slug, []), states.get(p.slug, []))
                if not (p.slug in still_silent and moved.change == "fell" and moved.after.unit in COUNTS)
            ],
            rules=_rules(dated.rules.get(p.slug, []), since, as_of),
            repositories=repositories.get(p.slug, []),
            altered=altered.get(p.slug, []),
        )
        for p in projects
    ]
    return News(since.isoformat(), as_of.isoformat(), method, method_before, is_synthetic(db), rows)


def _releases(found: Sequence[NewRelease], since: date, as_of: date, had_none: bool) -> list[NewRelease]:
    """Return the releases of the period, newest first; of a project that had none before, the oldest is its first."""
    own = [release for release in found if since.isoformat() <= release.published_at < as_of.isoformat()]
    return [*own[:-1], replace(own[-1], is_first=True)] if own and had_none else own


def _rules(found: Sequence[RuleChange], since: date, as_of: date) -> list[RuleChange]:
    """Return the changes within the window as of `as_of` that were not yet within the window as of `since`."""
    begin, end = (clock.to_text(Window(day).end) for day in (since, as_of))
    return [change for change in found if begin <= change.landed_at < end]


def _moved(
    before: Sequence[SignalRow], after: Sequence[SignalRow], states: Sequence[StateChange]
) -> Iterator[SignalChange]:
    # A change of state already says why all signals became unknown, or known again.
    told_by_state = any({s.before, s.after} & words.UNKNOWN_STATES for s in states)
    earlier: Mapping[str, SignalRow] = {s.signal: s for s in before}
    for now in after:
        then = earlier.get(now.signal)
        change = _change(then, now) if then else None
        if then is not None and change is not None and not (change == "status" and told_by_state):
            yield SignalChange(now.signal, now.family, change, _reading(then), _reading(now))


def _change(then: SignalRow, now: SignalRow) -> str | None:
    if then.status != now.status:
        of_the_database = any((row.reason or "").startswith(OF_THE_DATABASE) for row in (then, now))
        still_unknown = then.value is None and now.value is None
        # Too few observations are left because the window moved on; what ended is told by the state and the record.
        aged = now.status == Status.INSUFFICIENT
        return None if of_the_database or still_unknown or aged or now.signal in WATCHED else "status"
    if now.value is None or then.value is None or then.low is None or then.high is None or now.signal in WITH_TIME:
        return None
    if now.score is not None and then.score is not None and abs(now.score - then.score) < words.LEAST_MOVE:
        return None
    # The interval of a shrunk share may exclude its own value, so compare with both.
    if now.signal == TREND and now.companions.get("direction") == then.companions.get("direction"):
        return None
    side = words.outside(now.unit, now.value, min(then.low, then.value), max(then.high, then.value))
    return {1: "rose", -1: "fell"}.get(side)


def _reading(row: SignalRow) -> SignalReading:
    return SignalReading(row.status, row.reason, row.value, row.low, row.high, row.unit)
