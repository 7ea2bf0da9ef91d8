"""Do outsiders' pull requests get a human review within a week? The event is an insider's review or comment."""

from collections.abc import Sequence

from collector.method.ageing import waiting
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import THREADS
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.survival import Observation, median
from collector.method.time_to_event import observations, probability_within
from collector.method_constants import LEAST_PULL_REQUEST_ACCOUNTS, LEAST_PULL_REQUESTS, REVIEW_RESPONSE_DAYS


def review_response(pull_requests: Sequence[Observation], context: Context) -> Signal:
    """Return the probability that an outsider's pull request has a human review or comment within the days."""
    return probability_within(
        REVIEW_RESPONSE_DAYS,
        pull_requests,
        context,
        noun="pull request",
        least=LEAST_PULL_REQUESTS,
        least_accounts=LEAST_PULL_REQUEST_ACCOUNTS,
    )


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"median_days_of_answered": median(dashboard.pull_request_answers(project))}


SIGNAL = SignalDefinition(
    key="review_response_7d",
    family="review",
    title=f"Pull requests seen in {REVIEW_RESPONSE_DAYS} days",
    question="Do outsiders' pull requests get a human review within a week?",
    unit="probability",
    direction="up",
    least_n=f"{LEAST_PULL_REQUESTS} pull requests by {LEAST_PULL_REQUEST_ACCOUNTS} people",
    needs=("issues", "pull_requests"),
    ageing=waiting({"days": "answered"}),
    reads=("author", "days", "answered", "withdrawn_at"),
    compute=lambda context: review_response(observations(context, "answered"), context),
    naive=_naive,
    naive_figures={
        "median_days_of_answered": "median of the days to the first comment or review by anybody else, of the pull "
        "requests that got one",
    },
    leaves_out=("from_inside", *THREADS, "draft"),
    about_pull_requests=True,
)
