"""When something broke, was it explained in public?"""

from collections import Counter

from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import LINES_UNKNOWN, UNDER_LINES
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.intervals import shrunk, wilson
from collector.method_constants import EXPLAINED_DAYS, LEAST_FAILURES, REVERTED_WORK_DAYS
from collector.text import lacking

SAME_EVENT = "same_event"
_PLURALS = {"revert": "reverts", "hotfix": "hotfixes", "advisory": "advisories", "incident": "incidents"}


def failure_disclosure(explained: int, failures: int, context: Context) -> Signal:
    """Return the share of failures that were explained in time, with Wilson's interval; n is the failures.

    The scores are those of the share and of the interval's ends, each drawn towards one half by imagined failures.
    Nothing can be said where nothing broke in public.
    """
    kinds = Counter(str(row["kind"]) for row in context.rows if row["counted"] or row["reason"] == SAME_EVENT)
    companions: dict[str, object] = {"explained": explained, **{_PLURALS[kind]: n for kind, n in sorted(kinds.items())}}
    if reason := context.too_young():
        return context.insufficient(reason, failures, companions)
    if not failures:
        return context.not_observable("no revert, hotfix, security advisory or labelled incident in the window")
    if failures < LEAST_FAILURES:
        return context.insufficient(lacking(f"{LEAST_FAILURES} failures", failures), failures, companions)
    return context.measured(
        explained / failures,
        wilson(explained, failures),
        failures,
        companions,
        judged_at=lambda share: shrunk(share, failures),
    )


def _compute(context: Context) -> Signal:
    rows = context.counted
    return failure_disclosure(sum(bool(row["explained"]) for row in rows), len(rows), context)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"issues_labelled_bug": dashboard.bugs(project)}


SIGNAL = SignalDefinition(
    key="failure_disclosure",
    family="failures",
    title="Failures explained",
    question=f"When something broke, was it explained in public within {EXPLAINED_DAYS} days?",
    unit="share",
    direction="up",
    least_n=f"{LEAST_FAILURES} failures",
    reads=("kind", "explained"),
    compute=_compute,
    naive=_naive,
    naive_figures={"issues_labelled_bug": "issues of the window with a label that contains the word bug"},
    leaves_out=(
        SAME_EVENT,
        "revert_of_a_revert",
        "reverts_own_work",
        f"work_older_than_{REVERTED_WORK_DAYS}_days",
        LINES_UNKNOWN,
        UNDER_LINES,
    ),
    needs=("issues", "pull_requests", "releases", "advisories"),
)
