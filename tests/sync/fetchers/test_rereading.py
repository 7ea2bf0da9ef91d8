"""When a list is read again as a whole."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.sync.fetchers.rereading import LEAST_PAUSE, rereading_begins, stagger

WEEK = timedelta(days=7)
NOW = "2026-01-10T03:00:00Z"


@given(st.integers(1), st.sampled_from(["issues", "tags"]), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_list_is_always_staggered_alike_and_not_read_in_the_next_night(
    repository: int, kind: str, period: timedelta
) -> None:
    found = stagger(repository, kind, period)
    assert found == stagger(repository, kind, period)
    assert timedelta(0) <= found <= max(timedelta(0), period - LEAST_PAUSE)


def test_lists_are_spread_evenly_over_the_other_nights() -> None:
    nights = Counter(-((stagger(n, "issues", WEEK) - WEEK) // timedelta(days=1)) for n in range(600))
    assert set(nights) == {2, 3, 4, 5, 6, 7}
    assert max(nights.values()) < 600 * 0.25


def test_lists_of_one_repository_are_staggered_apart() -> None:
    assert stagger(7, "issues", WEEK) != stagger(7, "pull_requests", WEEK)


def test_a_rereading_begins_by_both_clocks() -> None:
    assert rereading_begins(NOW, None) == {"sweep_at": "2026-01-10T03:00:00Z", "sweep_witnessed_at": None}
    assert rereading_begins(NOW, "2026-01-09T00:00:00Z", timedelta(days=2)) == {
        "sweep_at": "2026-01-08T03:00:00Z",
        "sweep_witnessed_at": "2026-01-07T00:00:00Z",
    }
