"""From a signal's evidence to the signal: which column goes where."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime

from collector import clock
from collector.method.case import Case
from collector.method.signal import Signal
from collector.method.signals import (
    commit_frequency,
    contributors,
    integrity,
    issue_responsiveness,
    release_cadence,
    review,
    waiting,
)
from collector.method.signals.concentration_trend import concentration_trend
from collector.method.statistics.survival import Observation

# The filters that a signal's function applies itself, to say what they left out, as the evidence view names them.
BEYOND_CAP, TOO_FEW_WEEKS = "over_5_days_a_week", "active_in_under_3_weeks"
UNUSED_WINDOWS = ("before_lookback", "window_under_30_author_days")


def _release_weeks(case: Case) -> Signal:
    times = [clock.from_text(r["published_at"]) for r in case.counted]
    return release_cadence.release_weeks(times, case.window, _created(case), case.naive, case.excluded)


def _longest_release_silence(case: Case) -> Signal:
    times = [clock.from_text(r["published_at"]) for r in case.counted]
    return release_cadence.longest_release_silence(times, case.window, _created(case), case.naive, case.excluded)


def _active_weeks(case: Case) -> Signal:
    days = [(None if r["person"] is None else str(r["person"]), _day(r)) for r in case.counted]
    reviewed = {_day(r) for r in case.counted if r["reviewed"]}
    return commit_frequency.active_weeks(days, reviewed, case.window, _created(case), case.naive, case.excluded)


def _contributor_days(case: Case) -> Signal:
    days, slug = _author_days(case, BEYOND_CAP), case.project.slug
    return commit_frequency.contributor_days(days, case.window, _created(case), slug, case.naive, case.excluded)


def _first_response_7d(case: Case) -> Signal:
    return _event_by(case, issue_responsiveness.FIRST_RESPONSE, "answered")


def _resolution_90d(case: Case) -> Signal:
    resolved = [r for r in case.counted if r["resolved"]]
    # Only the author could say whether a resolution is one.
    witness: dict[str, object] = {
        "resolved_by": dict(sorted(Counter(str(r["resolved_by"]) for r in resolved).items())),
        "authors_who_came_back_after_the_closing": sum(r["author_came_back"] for r in resolved),
    }
    return _event_by(case, issue_responsiveness.RESOLUTION, "resolved", witness)


def _review_response_7d(case: Case) -> Signal:
    return _event_by(case, review.REVIEW_RESPONSE, "answered")


def _independent_review(case: Case) -> Signal:
    reviewed = {(str(r["person"]), _day(r)): bool(r["reviewed"]) for r in case.counted}
    return review.independent_review(reviewed, case.window, _created(case), case.naive, case.excluded)


def _effective_contributors(case: Case) -> Signal:
    days, slug = _author_days(case, TOO_FEW_WEEKS), case.project.slug
    return contributors.effective_contributors(days, case.window, _created(case), slug, case.naive, case.excluded)


def _concentration_trend(case: Case) -> Signal:
    days, project = _author_days(case, TOO_FEW_WEEKS, *UNUSED_WINDOWS), case.project
    return concentration_trend(
        days, project.start, case.window, _created(case), project.slug, case.naive, case.excluded
    )


def _server_evidence(case: Case) -> Signal:
    witnessed: dict[tuple[str, str, str], bool] = defaultdict(bool)
    for row in case.counted:
        witnessed[row["clock"], row["bucket"], row["day"]] |= bool(row["witnessed"])
    server = sum(clock_ == "server" for clock_, _, _ in witnessed)
    unwitnessed = sum(not seen for seen in witnessed.values())
    client = len(witnessed) - server
    return integrity.server_evidence(
        server, client, unwitnessed, case.window, _created(case), case.naive, case.excluded
    )


def _history_integrity(case: Case) -> Signal:
    charges = Counter(str(r["charge"]) for r in case.counted if r["charge"])
    rewrites = sum(r["kind"] in ("default_branch", "version") for r in case.counted)
    objects = len(case.counted) - rewrites
    charged = charges["vanished"] + charges["arrived_late"]
    shown: dict[str, object] = {**dict(sorted(charges.items())), "numbers_never_seen": _numbers_never_seen(case)}
    return integrity.history_integrity(objects, charged, rewrites, shown, case.window, _created(case), case.excluded)


def _numbers_never_seen(case: Case) -> int:
    """Numbers between a repository's first and last thread of the window that are no issue or pull request we saw:
    discussions, and what was removed before we looked (GitHub's own removal of spam leaves the same gaps)."""
    begin = clock.to_text(case.window.start)
    seen: dict[str, set[int]] = defaultdict(set)
    first: dict[str, int] = {}
    for row in case.rows:
        number, repository = row["number"], row["repository"]
        if number is not None:
            seen[repository].add(number)
            if row["dated"] >= begin:
                first[repository] = min(number, first.get(repository, number))
    return sum(
        max(seen[repository]) - low + 1 - sum(number >= low for number in seen[repository])
        for repository, low in first.items()
    )


MEASURES: dict[str, Callable[[Case], Signal]] = {
    "release_weeks": _release_weeks,
    "longest_release_silence": _longest_release_silence,
    "active_weeks": _active_weeks,
    "contributor_days": _contributor_days,
    "first_response_7d": _first_response_7d,
    "resolution_90d": _resolution_90d,
    "review_response_7d": _review_response_7d,
    "independent_review": _independent_review,
    "effective_contributors": _effective_contributors,
    "concentration_trend": _concentration_trend,
    "server_evidence": _server_evidence,
    "history_integrity": _history_integrity,
}
"""The signals that are computed, in the method's order."""


def _created(case: Case) -> datetime:
    created_at = case.project.created_at
    assert created_at is not None  # what has no repository is not measured
    return created_at


def _event_by(case: Case, question: waiting.Question, event: str, more: dict[str, object] | None = None) -> Signal:
    observations = [Observation(str(r["author"]), r["days"], bool(r[event])) for r in case.counted]
    return waiting.event_by(question, observations, case.window, _created(case), case.naive, case.excluded, more)


def _day(row: sqlite3.Row) -> date:
    return date.fromisoformat(row["day"])


def _author_days(case: Case, *own_filters: str) -> list[tuple[str | None, date]]:
    """Everyone's substantive author-days, in a fixed order, those included that the signal's own filters leave out."""
    rows = [r for r in case.rows if r["counted"] or r["reason"] in own_filters]
    return sorted({(str(r["person"]), _day(r)) for r in rows}, key=lambda pair: (pair[1], pair[0]))
