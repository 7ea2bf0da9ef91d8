"""Does an outsider get a human answer within a week? The event is the answer.

CHAOSS: https://chaoss.community/kb/metric-time-to-first-response/
"""

from collections.abc import Sequence
from dataclasses import replace

from collector.method.ageing import waiting
from collector.method.definition import Context, Row, SignalDefinition
from collector.method.left_out import ISSUES
from collector.method.naive import Dashboard
from collector.method.signal import Signal, Status
from collector.method.statistics.survival import Observation, median
from collector.method.time_to_event import estimate, observations, probability_within
from collector.method_constants import FIRST_RESPONSE_DAYS, LEAST_ISSUE_ACCOUNTS, LEAST_ISSUES


def first_response(
    issues: Sequence[Observation], by_anyone: Sequence[Observation], context: Context, discussions: int = 0
) -> Signal:
    """Return the probability that an outsider's thread has a human answer within the days.

    `issues` are the threads; `discussions` says how many of them are discussions. `by_anyone` are the same threads
    waiting for an answer by any other human, insider or not: the companion `answered_by_anyone_7d` is the same
    probability for them.
    """
    signal = probability_within(
        FIRST_RESPONSE_DAYS, issues, context, noun="issue", least=LEAST_ISSUES, least_accounts=LEAST_ISSUE_ACCOUNTS
    )
    companions = dict(signal.companions)
    if discussions:
        companions |= {"issues": len(issues) - discussions, "discussions": discussions}
    if signal.status is Status.OK:
        answered = estimate(by_anyone).probability_by(FIRST_RESPONSE_DAYS)
        companions[f"answered_by_anyone_{FIRST_RESPONSE_DAYS}d"] = answered
    return replace(signal, companions=companions)


def _compute(context: Context) -> Signal:
    by_anyone = observations(context, "answered_by_anyone", "anyone_days")
    discussions = sum(row["kind"] == "discussion" for row in context.counted)
    signal = first_response(observations(context, "answered"), by_anyone, context, discussions)
    return replace(signal, companions=signal.companions | _last_answer(context.counted))


def _last_answer(threads: Sequence[Row]) -> dict[str, object]:
    """Return when a thread was last answered, and how many people opened one since that was not; None without any."""
    last = max((row["answered_at"] for row in threads if row["answered"]), default=None)
    ignored = {row["author"] for row in threads if not row["answered"] and row["opened_at"] > (last or "")}
    return {"last_answer_at": last, "people_unanswered_since": len(ignored)}


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
    least_n=f"{LEAST_ISSUES} issues by {LEAST_ISSUE_ACCOUNTS} people",
    needs=("issues", "pull_requests", "discussions"),
    ageing=waiting({"days": "answered", "anyone_days": "answered_by_anyone"}),
    reads=(
        "kind",
        "author",
        "opened_at",
        "answered_at",
        "days",
        "answered",
        "anyone_days",
        "answered_by_anyone",
        "withdrawn_at",
    ),
    compute=_compute,
    naive=_naive,
    naive_figures={
        "median_days_of_answered": "median of the days to a first comment by anybody else, of issues that got one",
        f"answered_in_{FIRST_RESPONSE_DAYS}_days_of_answered": "share of those that got it in that time",
    },
    leaves_out=ISSUES,
    about_issues=True,
)
