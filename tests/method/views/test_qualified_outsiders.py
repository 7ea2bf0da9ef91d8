"""Who counts as a qualified outsider, at every moment."""

from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collector.method import evidence
from tests.made import AS_OF, Book

DAYS = tuple(f"2026-01-{day:02}T00:00:00Z" for day in range(1, 31))
MADE_90_DAYS_BEFORE = {"2026-01-10T00:00:00Z": "2025-10-12T00:00:00Z", "2026-01-20T00:00:00Z": "2025-10-22T00:00:00Z"}


def standing(old_enough: str | None, insider: str | None, bot: str | None) -> Mapping[str, list[str | None]]:
    """Moment -> the reasons that hold then for an account with these dates; one row without a reason: it qualifies."""
    book = Book()
    book.issue(book.repo(), 1, "asker", DAYS[0])
    asker = book.accounts["asker"]
    made = old_enough and MADE_90_DAYS_BEFORE[old_enough]
    book.db.execute("UPDATE accounts SET created_at = ? WHERE id = ?", [made, asker])
    if insider:
        book.add("insiders", project="acme", account=asker, since=insider, reason="merged")
    if bot is not None:
        book.add("machines", account=asker, since=bot)
    evidence.building_blocks(book.db, AS_OF)
    rows = book.rows("SELECT * FROM qualified_outsiders WHERE account = ?", asker)
    return {day: [row["reason"] for row in rows if row["since"] <= day < row["until"]] for day in DAYS}


@pytest.mark.parametrize(
    ("old_enough", "insider", "bot", "expected"),
    [
        ("2026-01-10T00:00:00Z", None, None, {9: "account_under_90_days", 10: None, 30: None}),
        (None, None, None, {1: "account_age_unknown", 30: "account_age_unknown"}),
        ("2026-01-10T00:00:00Z", DAYS[14], None, {10: None, 14: None, 15: "by_insider", 30: "by_insider"}),
        ("2026-01-10T00:00:00Z", DAYS[4], None, {4: "account_under_90_days", 5: "by_insider", 10: "by_insider"}),
        ("2026-01-10T00:00:00Z", DAYS[14], DAYS[19], {19: "by_insider", 20: "by_bot"}),
        ("2026-01-10T00:00:00Z", DAYS[14], DAYS[11], {11: None, 12: "by_bot", 15: "by_bot"}),
        ("2026-01-10T00:00:00Z", DAYS[14], "", {1: "by_bot", 15: "by_bot"}),  # always
    ],
)
def test_age_power_and_being_a_bot_decide(
    old_enough: str | None, insider: str | None, bot: str | None, expected: dict[int, str | None]
) -> None:
    found = standing(old_enough, insider, bot)
    assert {day: found[DAYS[day - 1]] for day in expected} == {day: [reason] for day, reason in expected.items()}


@given(
    old_enough=st.sampled_from([None, *MADE_90_DAYS_BEFORE]),
    insider=st.none() | st.sampled_from(DAYS),
    bot=st.sampled_from([None, "", *DAYS]),
)
@example(old_enough=DAYS[9], insider=DAYS[9], bot=DAYS[9])
def test_each_moment_has_one_answer(old_enough: str | None, insider: str | None, bot: str | None) -> None:
    assert {len(reasons) for reasons in standing(old_enough, insider, bot).values()} == {1}


def test_an_author_whom_github_names_no_more_stays_one_for_dates_before() -> None:
    book = Book()
    book.issue(book.repo(), 1, "asker", DAYS[0])
    book.deleted("asker", "2026-06-02T00:00:00Z")
    evidence.building_blocks(book.db, AS_OF)
    assert [row["reason"] for row in book.rows("SELECT reason FROM qualified_outsiders WHERE since > ''")] == [None]
