from datetime import UTC, date, datetime, timedelta

import pytest

from collector.method.signal import Signal, Status
from collector.method.signals.integrity import history_integrity, server_evidence
from collector.method.statistics.intervals import wilson
from collector.method.window import Window

WINDOW = Window(date(2024, 7, 4))
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
YOUNG = WINDOW.as_of_moment - timedelta(weeks=3)


def evidence_of(server: int, client: int, unwitnessed: int = 0, created_at: datetime = LONG_AGO) -> Signal:
    return server_evidence(server, client, unwitnessed, WINDOW, created_at, {"verified_commits": 0.1}, {"merge": 2})


def history_of(objects: int, charged: int, rewrites: int, created_at: datetime = LONG_AGO) -> Signal:
    return history_integrity(objects, charged, rewrites, {"vanished": charged}, WINDOW, created_at, {})


def test_the_share_on_server_clocks() -> None:
    signal = evidence_of(30, 10, 20)
    assert (signal.status, signal.value, signal.n, signal.score) == (Status.OK, 0.75, 40, 0.75)
    assert (signal.low, signal.high) == wilson(30, 40)
    assert signal.companions == {"client_dated_author_days": 10, "unwitnessed": 0.5}
    assert (signal.naive, signal.excluded) == ({"verified_commits": 0.1}, {"merge": 2})


@pytest.mark.parametrize(("server", "client"), [(10, 9), (0, 0)])
def test_fewer_than_20_author_days_are_insufficient(server: int, client: int) -> None:
    signal = evidence_of(server, client)
    assert (signal.status, signal.reason) == (Status.INSUFFICIENT, f"{server + client} author-days, 20 needed")


def test_nothing_lost_and_nothing_rewritten_is_whole() -> None:
    signal = history_of(40, 0, 0)
    assert (signal.status, signal.value, signal.score, signal.n) == (Status.OK, 1.0, 1.0, 40)
    assert (signal.low, signal.high) == wilson(40, 40)


def test_what_vanished_is_a_share_and_each_rewrite_divides() -> None:
    signal = history_of(40, 10, 2)
    assert signal.value == pytest.approx(0.75 / 3)
    assert (signal.low, signal.high) == pytest.approx([bound / 3 for bound in wilson(30, 40)])
    assert signal.companions == {"vanished": 10, "rewrites": 2, "vanished_or_late": 10}


def test_fewer_than_30_objects_are_insufficient() -> None:
    signal = history_of(29, 0, 5)
    assert (signal.status, signal.n) == (Status.INSUFFICIENT, 29)
    assert str(signal.reason).startswith("29 issues, pull requests and releases watched")


def test_a_project_under_26_weeks_is_insufficient() -> None:
    for signal in (evidence_of(90, 0, created_at=YOUNG), history_of(90, 0, 0, YOUNG)):
        assert signal.reason == "the oldest repository is 3 weeks old, 26 needed"
