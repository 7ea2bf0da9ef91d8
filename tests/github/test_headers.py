"""Odd values of headers are handled by one rule, and never raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.github import headers as h

NOW = 1_767_225_600.0  # 2026-01-01
DATE = {"date": "Thu, 01 Jan 2026 00:00:00 GMT"}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("-5", 0),  # over
        ("Thu, 01 Jan 2026 00:00:45 GMT", 45),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0),  # past
        ("Thu, 01 Jan 2026 00:00:45 -0000", 45),  # without a zone it is UTC
        ("1000000000", 1e9),  # absurd: said is said, and too long to wait
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799 - NOW),
        ("", 60),
        ("²", 60),
        ("1e9", 60),
        ("soon", 60),
        ("nan", 60),
        ("9" * 5000, 60),
        ("Fri, 31 Dec 10000 23:59:59 GMT", 60),
        ("Fri, 01 Jan 0001 00:00:00 +2359", 0),
    ],
)
def test_retry_after(text: str, seconds: float) -> None:
    assert h.retry_after({"retry-after": text}, NOW) == seconds


def test_no_retry_after_asks_for_no_wait() -> None:
    assert h.retry_after({}, NOW) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("0", 0), ("-3", 0), ("", None), ("²", None), ("1e3", None), ("many", None), ("9" * 40, None)],
)
def test_counts(text: str, number: int | None) -> None:
    assert h.remaining({"x-ratelimit-remaining": text}) == number
    assert h.used({"x-ratelimit-used": text}) == number
    assert h.reset({"x-ratelimit-reset": text}) == number
    assert h.remaining({}) is None


def test_reset_by_a_clock_that_is_wrong() -> None:
    ahead = {"x-ratelimit-reset": str(int(NOW) + 86_400 + 20)}
    assert h.seconds_to_reset(ahead, NOW) == 60
    # GitHub's own clock, in the Date header, says how long it is.
    assert h.seconds_to_reset({**ahead, "date": "Fri, 02 Jan 2026 00:00:00 GMT"}, NOW) == 21


@pytest.mark.parametrize("text", ["", "later", "²", "1e9", "inf", "nan", "0", "-1", "9" * 18, "9" * 400])
def test_reset_that_is_none(text: str) -> None:
    assert h.seconds_to_reset({"x-ratelimit-reset": text, **DATE}, NOW) == 60
    assert h.seconds_to_reset({}, NOW) == 60


def test_reset_that_is_past() -> None:
    assert h.seconds_to_reset({"x-ratelimit-reset": str(int(NOW) - 7200), **DATE}, NOW) == 60


# Of no GitHub that there was, or is likely to be asked by this program.
NO_TIMES = ("Fri, 31 Dec 9999 23:59:59 -1400", "Mon, 01 Jan 0001 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT")


@pytest.mark.parametrize("text", ["", "yesterday", "²", "Fri, 31 Dec 99999 00:00:00 GMT", "0", "-1", *NO_TIMES])
def test_a_date_that_is_none(text: str) -> None:
    assert h.date({"date": text}) is None
    assert h.date({}) is None


@given(st.text(max_size=60))
def test_nothing_raises(text: str) -> None:
    names = ("retry-after", "date", "x-ratelimit-remaining", "x-ratelimit-used", "x-ratelimit-reset")
    headers = dict.fromkeys(names, text)
    assert (h.retry_after(headers, NOW) or 0) >= 0
    assert 0 < h.seconds_to_reset(headers, NOW) <= h.WINDOW + 61
    assert (h.remaining(headers) or 0) >= 0
    h.date(headers)
