"""Review: whether a second human looks, at outsiders' pull requests and before code lands."""

from collections.abc import Mapping
from datetime import date, datetime

from collector.method import curves
from collector.method.signal import Signal
from collector.method.signals.waiting import Question
from collector.method.statistics.intervals import shrunk_share, shrunk_wilson
from collector.method.window import Window
from collector.plain import plural

REVIEW_RESPONSE = Question("review_response_7d", days=7, noun="pull request", least=10, least_accounts=6)
"""Do outsiders' pull requests get a human review within a week? The event is a review or comment of an insider."""

LEAST_AUTHOR_DAYS = 20


def independent_review(
    reviewed: Mapping[tuple[str, date], bool],
    window: Window,
    created_at: datetime,
    naive: dict[str, object],
    excluded: dict[str, int],
) -> Signal:
    """Does a second human look before code lands?

    `reviewed` says of each substantive author-day of the window whether at least half of its lines were reviewed by
    another insider before the merge; `created_at` is the creation of the oldest repository. The value is the share of
    those days; interval and score are of the share drawn towards one half by five imagined days, so that few days say
    little. n is the author-days.
    """
    key = "independent_review"
    n, k = len(reviewed), sum(reviewed.values())
    reason = window.too_young(created_at)
    if reason is None and n < LEAST_AUTHOR_DAYS:
        reason = f"{plural(n, 'author-day')}, {LEAST_AUTHOR_DAYS} needed"
    companions: dict[str, object] = {"reviewed_author_days": k}
    if reason:
        return Signal.insufficient(key, reason, n=n, naive=naive, companions=companions, excluded=excluded)
    return Signal.measured(
        key,
        value=k / n,
        interval=shrunk_wilson(k, n),
        n=n,
        score=curves.score(key, shrunk_share(k, n)),
        naive=naive,
        companions=companions,
        excluded=excluded,
    )
