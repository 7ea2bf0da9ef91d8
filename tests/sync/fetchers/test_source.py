"""When it is a list's turn to be re-read."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from collector.sync.fetchers.source import NO_TURN, Source

WEEK = timedelta(days=7)


def source(repository: int, github_time: str | None = None) -> Source:
    """What decides about turns."""
    unused: Any = None
    return Source(
        github=unused,
        repository=cast(Any, SimpleNamespace(database_id=repository)),
        start="2025-01-01T00:00:00Z",
        now="2026-01-10T03:00:00Z",
        github_time=github_time,
        hash_key="",
        meter=unused,
        pages=unused,
        read=unused,
    )


@given(st.integers(1), st.sampled_from(["issues", "tags"]), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_turn_is_always_the_same_and_never_the_first_night(repository: int, kind: str, period: timedelta) -> None:
    turn = source(repository).turn(kind, period)
    assert turn == source(repository).turn(kind, period)
    assert timedelta(0) <= turn <= max(timedelta(0), period - NO_TURN)


def test_turns_are_spread_evenly_over_the_other_nights() -> None:
    nights = Counter(-((source(n).turn("issues", WEEK) - WEEK) // timedelta(days=1)) for n in range(600))
    assert set(nights) == {2, 3, 4, 5, 6, 7}
    assert max(nights.values()) < 600 * 0.25


def test_lists_of_one_repository_have_turns_of_their_own() -> None:
    assert source(7).turn("issues", WEEK) != source(7).turn("pull_requests", WEEK)


def test_a_rereading_begins_by_both_clocks() -> None:
    assert source(1).rereading_begins() == {"sweep_at": "2026-01-10T03:00:00Z", "sweep_witnessed_at": None}
    assert source(1, "2026-01-09T00:00:00Z").rereading_begins(timedelta(days=2)) == {
        "sweep_at": "2026-01-08T03:00:00Z",
        "sweep_witnessed_at": "2026-01-07T00:00:00Z",
    }
