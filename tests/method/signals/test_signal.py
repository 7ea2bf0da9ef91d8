import dataclasses
import math
from typing import Any

import pytest

from collector.method.signal import Signal, Status


def measured(**changes: Any) -> Signal:
    arguments: dict[str, Any] = {
        "value": 0.5,
        "interval": (0.25, 0.75),
        "n": 20,
        "score": 0.5,
        "naive": {},
        "companions": {},
        "excluded": {"bot": 3},
    }
    return Signal.measured("first_response_7d", **(arguments | changes))


def test_a_measured_signal_takes_family_and_unit_from_the_registry() -> None:
    signal = measured()
    assert (signal.status, signal.family, signal.unit) == (Status.OK, "issue responsiveness", "probability")
    assert (signal.value, signal.low, signal.high, signal.score, signal.reason) == (0.5, 0.25, 0.75, 0.5, None)
    assert signal.excluded == {"bot": 3}


@pytest.mark.parametrize(
    ("signal", "status"),
    [
        (Signal.insufficient("active_weeks", "too young", n=3, naive={"commits": 9}), Status.INSUFFICIENT),
        (Signal.not_observable("active_weeks", "no repository"), Status.NOT_OBSERVABLE),
        (Signal.stale("active_weeks", "last synced 12 days before"), Status.STALE),
    ],
)
def test_without_a_value_there_is_none_and_never_zero(signal: Signal, status: Status) -> None:
    assert signal.status is status
    assert signal.reason
    assert (signal.value, signal.low, signal.high, signal.score) == (None, None, None, None)


def test_what_was_looked_at_stays_with_an_insufficient_signal() -> None:
    signal = Signal.insufficient("active_weeks", "too young", n=3, naive={"commits": 9}, excluded={"bot": 1})
    assert (signal.n, signal.naive, signal.excluded) == (3, {"commits": 9}, {"bot": 1})


def test_statuses_are_the_words_that_are_stored() -> None:
    assert [str(status) for status in Status] == ["ok", "insufficient", "not_observable", "stale"]


@pytest.mark.parametrize("changes", [{"value": math.nan}, {"score": math.inf}, {"interval": (None, 1.0)}])
def test_a_measured_signal_needs_finite_figures(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="finite"):
        measured(**changes)


def test_a_missing_value_cannot_be_passed_off_as_zero() -> None:
    with pytest.raises(ValueError, match="no figures"):
        dataclasses.replace(Signal.stale("active_weeks", "old"), value=0.0)


def test_a_reason_is_required_where_there_is_no_value() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        Signal.stale("active_weeks", "")


def test_an_unknown_signal_is_refused() -> None:
    with pytest.raises(KeyError):
        Signal.stale("stars", "old")
