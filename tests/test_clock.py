"""Times of GitHub's and git's, whatever their form, as the database writes them."""

import pytest

from collector import clock


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T01:30:00+01:30", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00.987654Z", "2026-01-01T00:00:00Z"),
        ("0001-01-02T00:00:00+12:00", "0001-01-01T12:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_any_offset_and_fraction_is_written_in_utc_to_the_second(text: str, written: str) -> None:
    assert clock.normalised(text) == written


@pytest.mark.parametrize(
    "text",
    [
        "2017-11-08T13:10:03+518:00",
        "10889-08-02T05:06:07Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+12:00",
        "9999-12-31T23:59:59-14:00",
        "2026-02-30T00:00:00Z",
        "yesterday",
        "",
    ],
)
def test_what_no_calendar_has_is_no_time(text: str) -> None:
    assert clock.normalised(text) is None
