"""Do outsiders come back? Each account has one vote; the event is its coming back."""

from collections.abc import Sequence
from datetime import timedelta

from collector.method.ageing import waiting
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import ACCOUNTS
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.survival import Observation
from collector.method.time_to_event import estimate, observations
from collector.method_constants import LEAST_NEWCOMERS, RETURNED_WITHIN_DAYS, RETURNING_WEEKS
from collector.text import lacking

FULL_MARKS_SHARE = 0.5  # every second newcomer comes back


def returning_builders(newcomers: Sequence[Observation], context: Context) -> Signal:
    """Return the Kaplan-Meier probability that a newcomer comes back within the days; n is the newcomers.

    `newcomers` are accounts since their first thread; those that have not come back are censored at the date.
    """
    n = len(newcomers)
    reason = context.too_young() or _before_lookback(context)
    if reason is None and n < LEAST_NEWCOMERS:
        reason = lacking(f"{LEAST_NEWCOMERS} newcomers", n)
    if reason:
        return context.insufficient(reason, n)
    curve = estimate(newcomers)
    return context.measured(
        curve.probability_by(RETURNED_WITHIN_DAYS),
        curve.interval_by(RETURNED_WITHIN_DAYS, n),
        n,
        {"km_median_days": curve.median(), "came_back": sum(newcomer.event for newcomer in newcomers)},
    )


def _before_lookback(context: Context) -> str | None:
    """Return why first threads may be missing from the database, None if they are not."""
    begin, start = context.window.end - timedelta(weeks=RETURNING_WEEKS), context.project.start
    if begin >= start or context.created_at >= start:
        return None
    return f"before_lookback: the database begins on {start:%Y-%m-%d}, the {RETURNING_WEEKS} weeks on {begin:%Y-%m-%d}"


def _curve(probability: float) -> float:
    return probability / FULL_MARKS_SHARE


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"with_two_threads_or_more": dashboard.returning_share(project)}


SIGNAL = SignalDefinition(
    key="returning_builders",
    family="builders",
    title="Newcomers who come back",
    question="Do outsiders come back?",
    unit="probability",
    direction="up",
    least_n=f"{LEAST_NEWCOMERS} newcomers",
    needs=("issues", "pull_requests", "discussions"),
    ageing=waiting({"days": "came_back"}),
    reads=("author", "days", "came_back"),
    compute=lambda context: returning_builders(observations(context, "came_back"), context),
    naive=_naive,
    naive_figures={"with_two_threads_or_more": "share of the window's outsiders with threads who opened two or more"},
    leaves_out=("by_insider", "by_bot", *ACCOUNTS),
    curve=_curve,
)
