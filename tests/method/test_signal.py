"""A result is whole: figures without a reason, or a reason without figures."""

import math
from typing import Any

import pytest

from collector.method.signal import Signal, Status

FIGURES: dict[str, Any] = {"value": 0.5, "low": 0.25, "high": 0.75, "score": 0.5, "score_low": 0.25, "score_high": 0.75}
NO_FIGURES: dict[str, Any] = dict.fromkeys(FIGURES)


def signal(status: Status, reason: str | None, figures: dict[str, Any]) -> Signal:
    return Signal("active_weeks", status, reason, n=20, naive={}, companions={}, excluded={}, **figures)


def test_statuses_are_the_words_that_are_stored() -> None:
    assert [str(status) for status in Status] == ["ok", "insufficient", "not_observable", "stale"]


@pytest.mark.parametrize("changes", [{"value": math.nan}, {"score": math.inf}, {"low": None}])
def test_a_signal_with_a_value_needs_finite_figures(changes: dict[str, Any]) -> None:
    assert signal(Status.OK, None, FIGURES).value == 0.5
    with pytest.raises(ValueError, match="finite"):
        signal(Status.OK, None, FIGURES | changes)
    with pytest.raises(ValueError, match="no reason"):
        signal(Status.OK, "a reason", FIGURES)


@pytest.mark.parametrize("status", [Status.INSUFFICIENT, Status.NOT_OBSERVABLE, Status.STALE])
def test_a_missing_value_has_a_reason_and_cannot_pass_as_zero(status: Status) -> None:
    assert signal(status, "too little", NO_FIGURES).value is None
    with pytest.raises(ValueError, match="no figures"):
        signal(status, "too little", NO_FIGURES | {"value": 0.0})
    with pytest.raises(ValueError, match="needs a reason"):
        signal(status, "", NO_FIGURES)
