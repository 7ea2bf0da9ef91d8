"""Does a second human look before code lands?"""

from collections.abc import Mapping

from collector.method.author_days import AuthorDay, day_of
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import PEOPLES_WORK
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.intervals import shrunk, wilson
from collector.method_constants import LEAST_REVIEWABLE_DAYS, SUBSTANTIVE_LINES
from collector.text import lacking


def independent_review(reviewed: Mapping[AuthorDay, bool], context: Context) -> Signal:
    """Return the share of substantive author-days that were reviewed; n is the author-days.

    The interval is Wilson's. The scores are those of the value and of the interval's ends, each drawn towards one half
    by imagined days, so that few days say little.
    """
    n, k = len(reviewed), sum(reviewed.values())
    companions: dict[str, object] = {"reviewed_author_days": k}
    reason = context.too_young()
    if reason is None and n < LEAST_REVIEWABLE_DAYS:
        reason = lacking(f"{LEAST_REVIEWABLE_DAYS} author-days", n)
    if reason:
        return context.insufficient(reason, n, companions)
    return context.measured(k / n, wilson(k, n), n, companions, judged_at=lambda share: shrunk(share, n))


def _compute(context: Context) -> Signal:
    reviewed: dict[AuthorDay, bool] = {
        (str(row["person"]), day_of(row)): bool(row["reviewed"]) for row in context.counted
    }
    return independent_review(reviewed, context)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"merged_with_a_review": dashboard.reviewed_share(project)}


SIGNAL = SignalDefinition(
    key="independent_review",
    family="review",
    title="Work that a second person saw",
    question="Does a second human look before code lands?",
    unit="share",
    direction="up",
    least_n=f"{LEAST_REVIEWABLE_DAYS} author-days",
    needs=("issues", "pull_requests"),
    reads=("person", "day", "reviewed"),
    compute=_compute,
    naive=_naive,
    naive_figures={"merged_with_a_review": "share of the merged pull requests with a review by anybody"},
    leaves_out=(*PEOPLES_WORK, f"by_bot_under_{SUBSTANTIVE_LINES}_lines"),
    about_pull_requests=True,
    about_people=True,
)
