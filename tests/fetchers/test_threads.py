"""How the re-reading of issues and pull requests is spread over a week."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector import clock
from collector.fetchers import threads
from collector.github import models as m
from collector.store.state import State

START = datetime.fromisoformat("2026-01-01T03:00:00Z")


def swept(total: int, nights: int, minutes: list[int]) -> list[int]:
    """Pages read each night, at about the same hour."""
    state, read = State(1, "issues", sweep_at=clock.to_text(START)), []
    pages = max(1, -(-total // 100))
    for night in range(1, nights + 1):
        now = clock.to_text(START + timedelta(days=night, minutes=minutes[night % len(minutes)]))
        due = threads.pages_due(state, total, 100, now, None)
        read.append(due)
        state.sweep_done += due
        if state.sweep_done >= pages:
            state.sweep_at, state.sweep_done = now, 0
    return read


@given(st.integers(0, 5000), st.lists(st.integers(-60, 60), min_size=1, max_size=9))
def test_every_page_is_read_once_in_a_week(total: int, minutes: list[int]) -> None:
    pages = max(1, -(-total // 100))
    for weeks in (1, 2, 3):
        assert sum(swept(total, 7 * weeks, minutes)) == weeks * pages


@given(st.integers(0, 5000))
def test_no_night_has_much_more_than_its_share(total: int) -> None:
    pages = max(1, -(-total // 100))
    assert max(swept(total, 14, [0])) <= pages / 6.5 + 1


def test_small_lists_are_read_once_a_week() -> None:
    assert swept(80, 14, [0]) == [0, 0, 0, 0, 0, 0, 1] * 2
    assert swept(600, 7, [0]) == [0, 1, 1, 1, 1, 1, 1]


def test_nothing_is_due_before_all_was_read_once() -> None:
    assert threads.pages_due(State(1, "issues"), 500, 100, "2026-01-01T00:00:00Z", None) == 0


def test_weeks_that_were_missed_are_made_up_for() -> None:
    state = State(1, "issues", sweep_at="2026-01-01T00:00:00Z", sweep_done=2)
    assert threads.pages_due(state, 500, 100, "2026-03-01T00:00:00Z", None) == 3


def test_githubs_clock_counts_where_ours_stands_still() -> None:
    now = "2026-01-01T00:00:00Z"
    state = State(1, "issues", sweep_at=now, sweep_witnessed_at="2026-01-01T00:00:00Z")
    assert threads.pages_due(state, 50, 100, now, "2026-01-05T00:00:00Z") == 0
    assert threads.pages_due(state, 50, 100, now, "2026-01-08T00:00:00Z") == 1


def page(total: int, *nodes: tuple[str, str]) -> m.Page[m.Touched]:
    return m.Page[m.Touched](total_count=total, nodes=[m.Touched(id=i, updated_at=at) for i, at in nodes])


def test_fingerprint_changes_with_any_news() -> None:
    at, later = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
    seen = [page(0), page(1, ("a", at)), page(2, ("a", at)), page(2, ("b", at)), page(2, ("a", later))]
    assert len({threads.fingerprint(p) for p in seen}) == len(seen)
