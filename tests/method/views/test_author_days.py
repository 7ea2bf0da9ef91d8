import json
from datetime import date
from typing import Any

import pytest

from tests.made import AS_OF, Book

DAY = "2026-03-02T12:00:00Z"


def test_ten_lines_in_all_make_a_day_however_they_were_split() -> None:
    book = Book()
    repo, other = book.repo(), book.repo("acme/other")
    book.direct(repo, "a", DAY, "dev", lines=5)
    book.direct(other, "b", "2026-03-02T23:59:59Z", "dev", lines=5)
    book.direct(repo, "c", "2026-03-03T00:00:00Z", "dev", "a", lines=9)
    assert book.reasons("active_weeks") == {"a": None, "b": None, "a...c": "under_10_lines"}


def test_two_people_do_not_make_one_day() -> None:
    book = Book()
    repo = book.repo()
    book.direct(repo, "a", DAY, "dev", lines=5)
    book.direct(repo, "b", DAY, "other", "a", lines=5)
    assert set(book.reasons("active_weeks").values()) == {"under_10_lines"}


def test_at_most_five_days_a_person_and_week() -> None:
    book = Book()
    repo = book.repo()
    oid = book.direct(repo, "base", "2026-02-01T12:00:00Z", "dev", lines=1)
    for n in range(8):
        oid = book.direct(repo, f"c{n}", f"2026-03-{2 + n:02}T12:00:00Z", "dev", oid)
    found = [(r["day"], r["reason"]) for r in book.evidence("contributor_days") if r["lines"] > 1]
    over = [day for day, reason in sorted(found) if reason]
    assert over == ["2026-03-07", "2026-03-08"]
    assert {reason for _, reason in found} == {None, "over_5_days_a_week"}


def test_one_week_people_carry_nothing() -> None:
    book = Book()
    repo = book.repo()
    oid = "base"
    book.direct(repo, oid, "2026-02-01T12:00:00Z", None)
    for n, who in enumerate(["regular", "guest", "regular", "guest", "regular"]):
        oid = book.direct(repo, f"c{n}", f"2026-03-{2 + 7 * n:02}T12:00:00Z", who, oid)
    assert [r["reason"] for r in sorted(book.evidence("effective_contributors"), key=lambda r: str(r["day"]))] == [
        "by_ghost", None, "active_in_under_3_weeks", None, "active_in_under_3_weeks", None,
    ]  # fmt: skip


def test_what_a_force_push_dropped_stays_landed() -> None:
    book = Book()
    repo = book.repo()
    book.direct(repo, "a", DAY, "dev")
    book.direct(repo, "b", "2026-03-09T12:00:00Z", "dev", "a", gone_at="2026-05-01T00:00:00Z")
    book.direct(repo, "c", "2026-03-23T12:00:00Z", "dev", "a", lines=1)
    book.db.execute("UPDATE pushes SET kind = 'force_push', before_oid = 'b' WHERE after_oid = 'c'")
    at = {d: book.compute(d)["active_weeks"]["value"] for d in (date(2026, 3, 23), date(2026, 3, 30))}
    assert [*at.values()] == [2, 2]
    assert book.reasons("active_weeks")["a...b"] is None


@pytest.mark.parametrize(("lines", "reason"), [(20, "rewritten"), (9, "rewritten")], ids=["as it was", "purged"])
def test_what_a_rewrite_brings_in_place_of_dropped_work_is_no_new_work(lines: int, reason: str) -> None:
    book = Book()
    repo = book.repo()
    alike: dict[str, Any] = {"headline": "Add it", "authored_at": "2026-03-01T00:00:00Z"}
    book.direct(repo, "base", "2026-02-02T12:00:00Z", "dev")
    book.direct(repo, "old", DAY, "dev", "base", gone_at="2026-04-20T13:00:00Z", **alike)
    book.commit(repo, "new", "2026-04-20T11:00:00Z", "base", lines=lines, **alike)
    book.commit(repo, "more", "2026-04-20T11:00:00Z", "new")
    book.push(repo, "more", "2026-04-20T12:00:00Z", "boss", "old", kind="force_push")
    assert {oid: row["exclusion"] for oid, row in book.landings().items()} == {
        "base": None, "old": None, "new": reason, "more": None,
    }  # fmt: skip
    assert book.compute()["active_weeks"]["value"] == 3


def test_rewriting_everything_changes_no_day() -> None:
    book = Book()
    repo = book.repo()
    old, new = "base", "base"
    book.direct(repo, "base", DAY, "dev")
    rewritten = []
    for n in range(4):
        at = f"2026-03-{9 + 7 * n:02}T12:00:00Z"
        likeness: dict[str, Any] = {"headline": f"Work {n}", "authored_at": f"2026-03-{n + 1:02}"}
        old = book.direct(repo, f"old{n}", at, "dev", old, gone_at="2026-04-20T13:00:00Z", **likeness)
        rewritten.append((f"new{n}", at, likeness))
    for oid, at, likeness in rewritten:
        new = book.commit(repo, oid, at, new, **likeness)
    book.push(repo, new, "2026-04-20T12:00:00Z", "boss", old, kind="force_push")
    before, after = (book.compute(d)["active_weeks"]["value"] for d in (date(2026, 4, 20), date(2026, 4, 27)))
    assert before == after == 5


def test_weeks_are_corroborated_by_a_review_of_a_second_insider_before_the_merge() -> None:
    book = Book()
    repo = book.repo()
    book.who("young", created_at="2026-02-20T00:00:00Z")
    book.who("robot[bot]")
    book.direct(repo, "base", "2025-12-01T12:00:00Z", "second")
    for who in ("dev", "young", "robot[bot]", "outsider"):
        if who != "outsider":
            book.push(repo, "base", "2025-12-01T13:00:00Z", who, "base")
    cases = [("second", 1), ("second", 3), ("dev", 1), ("young", 1), ("robot[bot]", 1), ("outsider", 1)]
    for n, (reviewer, day) in enumerate(cases):
        start = date(2026, 3, 2).toordinal() + 7 * n
        at = [f"{date.fromordinal(start + d)}T12:00:00Z" for d in range(4)]
        book.commit(repo, f"s{n}", at[2], signed_by_github=1)
        pull = book.pull(repo, n + 1, "dev", at[0], at[2], oid=f"s{n}")
        book.add("reviews", pull_request=pull, author=book.who(reviewer), submitted_at=at[day])
    companions = json.loads(book.compute(AS_OF)["active_weeks"]["companions"])
    assert companions == {"corroborated_weeks": 1}


def test_a_day_that_stands_there_twice_counts_once() -> None:
    book = Book()
    repo = book.repo()
    alike: dict[str, Any] = {"headline": "Add it", "authored_at": "2026-03-01T00:00:00Z"}
    book.direct(repo, "old", DAY, "dev", lines=6, gone_at="2026-03-02T14:00:00Z", **alike)
    book.commit(repo, "new", DAY, lines=6, **alike)
    book.push(repo, "new", "2026-03-02T13:00:00Z", "dev", "old", kind="force_push")
    assert set(book.reasons("active_weeks").values()) == {"under_10_lines", "rewritten"}
