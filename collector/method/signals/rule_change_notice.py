"""Are economic rules changed in the open, with notice?"""

from collections.abc import Sequence
from statistics import median

from collector.derive.exclusions import MERGE
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import LANDED, LINES_UNKNOWN, UNDER_LINES
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.intervals import shrunk, wilson
from collector.method_constants import LEAST_RULE_CHANGES, RULE_LINES
from collector.text import lacking


def rule_change_notice(changes: Sequence[tuple[bool, float]], context: Context) -> Signal:
    """Return the share of rule changes with notice, with Wilson's interval; n is the changes.

    `changes` says of each whether it had notice, and its days of notice, 0 for a push. The scores are those of the
    value and of the interval's ends, each drawn towards one half by imagined changes, so that few changes say little.
    """
    n, k = len(changes), sum(noticed for noticed, _ in changes)
    days = median(days for _, days in changes) if changes else None
    companions: dict[str, object] = {"with_notice": k, "median_notice_days": days}
    reason = context.too_young()
    if reason is None and n < LEAST_RULE_CHANGES:
        reason = lacking(f"{LEAST_RULE_CHANGES} rule changes", n)
    if reason:
        return context.insufficient(reason, n, companions)
    return context.measured(k / n, wilson(k, n), n, companions, judged_at=lambda share: shrunk(share, n))


def _compute(context: Context) -> Signal:
    return rule_change_notice([(bool(r["noticed"]), float(r["notice_days"])) for r in context.counted], context)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"commits": dashboard.rule_commits(project)}


SIGNAL = SignalDefinition(
    key="rule_change_notice",
    family="rules",
    title="Rule changes with notice",
    question="Are economic rules changed in the open, with notice?",
    unit="share",
    direction="up",
    least_n=f"{LEAST_RULE_CHANGES} changes",
    needs=("pull_requests", "paths"),
    reads=("noticed", "notice_days"),
    compute=_compute,
    naive=_naive,
    naive_figures={"commits": "commits of the window that landed with changes of economic rules"},
    leaves_out=(*(one for one in LANDED if one != MERGE), f"under_{RULE_LINES}_lines", UNDER_LINES, LINES_UNKNOWN),
)
