"""Are outsiders' issues resolved with substance in time? The event is the last closing, if it is one of substance."""

from collections import Counter
from collections.abc import Sequence

from collector.method.ageing import waiting
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import ISSUES
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.survival import Observation
from collector.method.time_to_event import observations, probability_within
from collector.method_constants import LEAST_ISSUE_ACCOUNTS, LEAST_ISSUES, RESOLUTION_DAYS


def resolution(issues: Sequence[Observation], companions: dict[str, object], context: Context) -> Signal:
    """Return the probability that an outsider's issue is resolved with substance within the days."""
    return probability_within(
        RESOLUTION_DAYS,
        issues,
        context,
        noun="issue",
        least=LEAST_ISSUES,
        least_accounts=LEAST_ISSUE_ACCOUNTS,
        companions=companions,
    )


def _compute(context: Context) -> Signal:
    resolved = [row for row in context.counted if row["resolved"]]
    companions: dict[str, object] = {
        "resolved_by": dict(sorted(Counter(str(row["resolved_by"]) for row in resolved).items())),
        # Only the author could say whether it was resolved.
        "authors_who_came_back_after_the_closing": sum(row["author_came_back"] for row in resolved),
    }
    return resolution(observations(context, "resolved"), companions, context)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"closed_share": dashboard.closed_share(project)}


SIGNAL = SignalDefinition(
    key="resolution_90d",
    family="issue responsiveness",
    title=f"Issues resolved in {RESOLUTION_DAYS} days",
    question=f"Are outsiders' issues resolved with substance within {RESOLUTION_DAYS} days?",
    unit="probability",
    direction="up",
    least_n=f"{LEAST_ISSUES} issues by {LEAST_ISSUE_ACCOUNTS} people",
    needs=("issues", "pull_requests"),
    ageing=waiting({"days": "resolved"}),
    reads=("author", "days", "resolved", "resolved_by", "author_came_back", "withdrawn_at"),
    compute=_compute,
    naive=_naive,
    naive_figures={"closed_share": "share of the window's issues that were closed by the date"},
    leaves_out=ISSUES,
    about_issues=True,
)
