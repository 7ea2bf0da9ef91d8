"""Does an outsider get a human answer within a week? The event is the answer.

CHAOSS: https://chaoss.community/kb/metric-time-to-first-response/
"""

from collections.abc import Sequence

from collector.method.constants import FIRST_RESPONSE_DAYS, LEAST_ISSUE_ACCOUNTS, LEAST_ISSUES
from collector.method.definition import Context, SignalDefinition
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.survival import Observation, median
from collector.method.time_to_event import observations, probability_within


def first_response(issues: Sequence[Observation], context: Context) -> Signal:
    """The probability that an outsider's issue has a human answer within the days."""
    return probability_within(
        FIRST_RESPONSE_DAYS, issues, context, noun="issue", least=LEAST_ISSUES, least_accounts=LEAST_ISSUE_ACCOUNTS
    )


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    days = dashboard.issue_answers(project)
    in_time = sum(d <= FIRST_RESPONSE_DAYS for d in days)
    return {
        "median_days_of_answered": median(days),
        f"answered_in_{FIRST_RESPONSE_DAYS}_days_of_answered": in_time / len(days) if days else None,
    }


SIGNAL = SignalDefinition(
    key="first_response_7d",
    family="issue responsiveness",
    title=f"Issues answered in {FIRST_RESPONSE_DAYS} days",
    question="Does an outsider get a human answer within a week?",
    unit="probability",
    direction="up",
    least_n=f"{LEAST_ISSUES} issues of {LEAST_ISSUE_ACCOUNTS} accounts",
    compute=lambda context: first_response(observations(context, "answered"), context),
    naive=_naive,
    about_issues=True,
)
