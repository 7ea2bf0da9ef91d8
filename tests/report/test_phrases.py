import re

import pytest

from collector.method_constants import OCCASIONAL_WEEKS
from collector.report import phrases


def test_what_a_dashboard_would_show() -> None:
    assert phrases.naive({"releases": 41}) == "41 releases"
    assert phrases.naive({"commit_authors_this_half_year": 1}) == "1 commit author this half-year"
    assert (
        phrases.naive({"median_days_of_answered": None, "answered_in_7_days_of_answered": None}) == "nothing answered"
    )
    assert phrases.naive({"merged_with_a_review": 0.14}) == "14 % merged with a review"
    assert phrases.naive(None) == ""


def test_a_slope_is_told_as_what_a_year_multiplies_by() -> None:
    told = phrases.companions({"direction": "spreading", "low_90": 0.0953, "high_90": 0.27})
    assert told == "spreading, 90 % interval x 1.10 to x 1.31 a year"


def test_quarters_are_told_from_the_oldest() -> None:
    told = phrases.companions({"effective_contributors": {"-2": 8.1, "-10": 3.0}})
    assert told == "effective contributors in each 13 weeks, oldest first: 3, 8.1"


def test_why_rows_do_not_count() -> None:
    told = phrases.excluded({"by_bot": 3, "no_new_work_of_90_days": 186, "under_10_lines": 12})
    assert told == "without new work of 90 days: 186, under 10 lines: 12, by bots: 3"


def test_a_reason_loses_its_code_and_no_more() -> None:
    assert phrases.reason("no_regulars: nobody was active in 8 weeks or more") == "nobody was active in 8 weeks or more"
    assert phrases.reason("10 author-days are needed, there are 8") == "10 days of work are needed, there are 8"
    assert phrases.reason("Not found: it is private.") == "Not found: it is private"


def test_what_another_version_calls_a_figure_is_told_in_words() -> None:
    named = {"some_new_share": 0.123, "median": None, "yes": True, "by_kind": {"first_one": 1}, "of": {}}
    assert phrases.naive(named) == "some new share 0.12, median unknown, yes yes, by kind (first one 1), of none"


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("table", ["_NAIVE", "_COMPANIONS"])
def test_no_phrase_is_a_key(table: str, count: int) -> None:
    for name, phrase in getattr(phrases, table).items():
        told = phrase(count)
        assert not re.search(r"[a-z]_[a-z]|_\d|[a-z][A-Z]", told), name
    assert phrases._COMPANIONS[f"people_under_{OCCASIONAL_WEEKS}_weeks"](1) == "1 person active in under 3 weeks"
