from typing import Any

import pytest

from collector.method.registry import SIGNALS
from collector.report import words
from collector.report.model import SignalRow


def row(unit: str, value: float | None, low: float = 0.1, high: float = 0.9, **changed: Any) -> SignalRow:
    known = value is not None
    fields: dict[str, Any] = {
        "signal": "release_weeks",
        "family": "release cadence",
        "status": "ok" if known else "insufficient",
        "reason": None,
        "low": low if known else None,
        "high": high if known else None,
        "n": 1,
        "score": None,
        "score_low": None,
        "score_high": None,
        "naive": None,
        "companions": {},
        "excluded": {},
    }
    return SignalRow(unit=unit, value=value, **{**fields, **changed})


@pytest.mark.parametrize(
    ("unit", "value", "low", "high", "text", "interval"),
    [
        ("weeks", 14.2, 8, 22, "14 of 52 weeks", "8 to 22"),
        ("days", 1234.4, 900, 1500, "1,234 days", "900 to 1,500"),
        ("probability", 0.414, 0.2, 0.6, "41 %", "20 to 60 %"),
        ("people", 3.21, 2, 4.5, "3.2 people", "2 to 4.5"),
        ("per year", 0.1823, -0.1054, 0.3, "x 1.20 a year", "x 0.90 to 1.35"),
        ("of 13", 9.0, 8, 10, "9 of 13 months", "8 to 10"),
        ("0..1", 0.987, 0.9, 1, "99 %", "90 to 100 %"),
    ],
)
def test_a_figure_has_its_unit(unit: str, value: float, low: float, high: float, text: str, interval: str) -> None:
    assert words.value(row(unit, value, low, high)) == text
    assert words.interval(row(unit, value, low, high)) == interval


def test_no_figure_is_a_word_and_never_a_number() -> None:
    for status in ("insufficient", "not_observable", "stale"):
        unknown = row("weeks", None, status=status, reason="for a reason")
        assert not any(c.isdigit() for c in words.value(unknown))
        assert words.interval(unknown) == ""
        assert words.reason(unknown).endswith(": for a reason")


def test_every_signal_of_a_unit_can_be_shown() -> None:
    for info in SIGNALS:
        assert words.value(row(info.unit, 0.5))


def test_plain_text_keeps_letters_of_all_languages() -> None:
    assert words.plain("Zażółć 漢字 é") == "Zażółć 漢字 é"
    assert words.plain("a\x00\x1b[1m\u200b\u2028b") == "a[1mb"
