"""Releases that were cut from release branches: what they contain, and when it first appeared."""

from typing import Any

import pytest

from collector.derive import needed_sizes
from collector.derive.work import gather
from tests.made import Book, repo

RELEASE = "refs/heads/release/1.x"


@pytest.fixture
def book() -> Book:
    """Work w1 to w3 on the default branch, a week apart from 2026-03-02 on; v1.0.0 holds w1."""
    book = Book()
    made = book.repo()
    for n in range(3):
        parents = [f"w{n}"] if n else []
        book.direct(made, f"w{n + 1}", f"2026-03-{2 + 7 * n:02}T10:00:00Z", "dev", *parents)
    book.release(made, "v1.0.0", "2026-03-03T00:00:00Z", "w1")
    return book


def patch(book: Book, oid: str, parent: str, at: str, by: str = "keeper", **values: Any) -> None:
    """A commit pushed to the release branch, and nowhere else."""
    book.beside(repo(book), oid, at, parent, **values)
    book.push(repo(book), oid, at, by, parent, ref=RELEASE)


def held(book: Book, tag: str) -> list[tuple[str, str | None, int]]:
    """The days of work in a release, with their people and lines."""
    book.landings()
    found = book.rows(
        "SELECT w.day, a.login, w.lines FROM release_work AS w JOIN release_versions USING (release_key) "
        "LEFT JOIN accounts AS a ON a.id = w.person WHERE tag_name = ? ORDER BY w.landed_at",
        tag,
    )
    return [(row["day"], row["login"], row["lines"]) for row in found]


def test_a_pick_from_the_default_branch_is_the_work_that_it_is_a_copy_of(book: Book) -> None:
    patch(book, "picked", "w1", "2026-03-12T00:00:00Z", headline="Change w2", authored_at="2026-03-09T10:00:00Z")
    book.release(repo(book), "v1.0.1", "2026-03-12T01:00:00Z", "picked")
    book.release(repo(book), "v1.1.0", "2026-03-13T00:00:00Z", "w2")
    assert held(book, "v1.0.1") == [("2026-03-02", "dev", 20), ("2026-03-09", "dev", 20)]
    assert book.reasons("release_weeks") == {"v1.0.0": None, "v1.0.1": None, "v1.1.0": "no_new_work_of_90_days"}


def test_a_pick_of_what_does_not_count_on_the_default_branch_does_not_count_either(book: Book) -> None:
    """A bot's push, picked by a person. What the person had pushed first is the person's, whoever brings it back."""
    made = repo(book)
    book.direct(made, "generated", "2026-03-20T10:00:00Z", "robot[bot]", "w3")
    patch(book, "picked", "w1", "2026-03-22T00:00:00Z", headline="Change generated", authored_at="2026-03-20T10:00:00Z")
    book.release(made, "v1.0.1", "2026-03-22T01:00:00Z", "picked")
    assert held(book, "v1.0.1") == [("2026-03-02", "dev", 20)]
    patch(book, "fix", "picked", "2026-03-23T00:00:00Z", authored_at="2026-03-23T00:00:00Z")
    book.direct(
        made,
        "forward",
        "2026-03-23T10:00:00Z",
        "robot[bot]",
        "generated",
        headline="Change fix",
        authored_at="2026-03-23T00:00:00Z",
    )
    book.release(made, "v1.0.2", "2026-03-24T01:00:00Z", "fix")
    assert held(book, "v1.0.2") == [("2026-03-02", "dev", 20), ("2026-03-23", "keeper", 20)]


def test_a_pick_without_its_size_is_no_copy(book: Book) -> None:
    same = {"headline": "Change w2", "authored_at": "2026-03-09T10:00:00Z"}
    patch(book, "picked", "w1", "2026-03-12T00:00:00Z", lines=None, **same)
    book.release(repo(book), "v1.0.1", "2026-03-12T01:00:00Z", "picked")
    assert held(book, "v1.0.1") == [("2026-03-02", "dev", 20), ("2026-03-12", "keeper", 0)]
    assert (repo(book), "picked") in needed_sizes.needed(book.db, "acme", gather(book.db, "acme"))


def test_work_that_is_only_on_the_release_branch_counts_on_the_day_of_its_push(book: Book) -> None:
    patch(book, "only", "w1", "2026-03-17T00:00:00Z")
    book.release(repo(book), "v1.0.1", "2026-03-18T00:00:00Z", "only")
    assert held(book, "v1.0.1") == [("2026-03-02", "dev", 20), ("2026-03-17", "keeper", 20)]
    signals = book.compute()
    assert signals["release_weeks"]["value"] == 2
    assert signals["contributor_days"]["n"] == 3  # it is no landed work


def test_work_that_nothing_dates_does_not_count(book: Book) -> None:
    book.beside(repo(book), "only", "2026-03-17T00:00:00Z", "w1")
    book.release(repo(book), "v1.0.1", "2026-03-18T00:00:00Z", "only")
    assert held(book, "v1.0.1") == [("2026-03-02", "dev", 20)]


def test_a_topic_branch_that_was_merged_into_the_release_branch_dates_nothing(book: Book) -> None:
    made = repo(book)
    book.beside(made, "topic", "2026-03-10T00:00:00Z", "w1")
    book.push(made, "topic", "2026-03-10T00:00:00Z", "helper", ref="refs/heads/topic")
    book.beside(made, "merge", "2026-03-17T00:00:00Z", "w1", "topic", lines=0)
    book.pull(made, 7, "author", "2026-03-10T00:00:00Z", "2026-03-17T00:00:00Z", oid="merge", base_ref="release/1.x")
    book.push(made, "merge", "2026-03-17T00:00:01Z", "keeper", "w1", ref=RELEASE, kind="pr_merge")
    book.release(made, "v1.0.1", "2026-03-18T00:00:00Z", "merge")
    assert held(book, "v1.0.1") == [("2026-03-02", "dev", 20), ("2026-03-17", "author", 20)]


def test_a_squashed_backport_is_a_copy_of_what_it_brings(book: Book) -> None:
    made = repo(book)
    patch(book, "squash", "w1", "2026-03-17T00:00:00Z", lines=45)
    pull = book.pull(made, 7, "backports", "2026-03-16T00:00:00Z", "2026-03-17T00:00:00Z", oid="squash")
    book.db.execute("UPDATE pull_requests SET base_ref = 'release/1.x'")
    for oid, headline, at, lines in (
        ("own1", "Change w2", "2026-03-09T10:00:00Z", 20),
        ("own2", "Mend the pick", "2026-03-16T00:00:00Z", 25),
    ):
        book.add("pull_request_commits", pull_request=pull, oid=oid, headline=headline, authored_at=at, additions=lines)
    book.release(made, "v1.0.1", "2026-03-18T00:00:00Z", "squash")
    expected = [("2026-03-02", "dev", 20), ("2026-03-09", "dev", 20), ("2026-03-17", "backports", 25)]
    assert held(book, "v1.0.1") == expected


def test_work_that_came_to_the_default_branch_later_is_released_once(book: Book) -> None:
    """A fix made on the release branch and brought to the default branch keeps the day of its first release."""
    patch(book, "fix", "w1", "2026-03-17T00:00:00Z", authored_at="2026-03-17T00:00:00Z")
    book.release(repo(book), "v1.0.1", "2026-03-18T00:00:00Z", "fix")
    before = held(book, "v1.0.1")
    same: dict[str, Any] = {"headline": "Change fix", "authored_at": "2026-03-17T00:00:00Z"}
    book.direct(repo(book), "forward", "2026-03-24T00:00:00Z", "dev", "w3", **same)
    book.release(repo(book), "v1.1.0", "2026-03-25T00:00:00Z", "forward")
    assert held(book, "v1.0.1") == before
    assert ("2026-03-17", "keeper", 20) in held(book, "v1.1.0")
    assert "2026-03-24" not in [day for day, _, _ in held(book, "v1.1.0")]


def test_a_release_of_a_development_branch_is_the_same_after_its_promotion(book: Book) -> None:
    """Before the promotion its commits are known by the tag, afterwards they are on the default branch."""
    made = repo(book)
    dev = {"ref": "refs/heads/dev"}
    book.beside(made, "feature", "2026-03-17T00:00:00Z", "w3")
    book.push(made, "feature", "2026-03-17T00:00:00Z", "dev", "w3", **dev)
    book.release(made, "v1.1.0", "2026-03-18T00:00:00Z", "feature")
    before = held(book, "v1.1.0")
    assert ("2026-03-17", "dev", 20) in before
    book.commit(made, "feature", "2026-03-17T00:00:00Z", "w3")
    book.commit(made, "promoted", "2026-04-01T00:00:00Z", "w3", "feature", lines=0)
    book.push(made, "promoted", "2026-04-01T00:00:00Z", "boss", "w3")
    assert held(book, "v1.1.0") == before


def test_a_push_of_an_import_to_a_release_branch_does_not_count(book: Book) -> None:
    made = repo(book)
    book.beside(made, "old", "2025-12-01T00:00:00Z", "w1")
    book.beside(made, "new", "2026-03-17T00:00:00Z", "old")
    book.push(made, "new", "2026-03-17T00:00:00Z", "keeper", "w1", ref=RELEASE)
    book.release(made, "v1.0.1", "2026-03-18T00:00:00Z", "new")
    assert held(book, "v1.0.1") == [("2026-03-02", "dev", 20)]


def test_two_release_branches_with_the_same_fix_release_it_once(book: Book) -> None:
    made = repo(book)
    same: dict[str, Any] = {"headline": "Fix", "authored_at": "2026-03-17T00:00:00Z"}
    patch(book, "fix1", "w1", "2026-03-17T00:00:00Z", **same)
    book.beside(made, "fix2", "2026-03-19T00:00:00Z", "w2", **same)
    book.push(made, "fix2", "2026-03-19T00:00:00Z", "keeper", "w2", ref="refs/heads/release/2.x")
    book.release(made, "v2.0.0", "2026-03-10T00:00:00Z", "w2")
    book.release(made, "v1.0.1", "2026-03-18T00:00:00Z", "fix1")
    book.release(made, "v2.0.1", "2026-03-20T00:00:00Z", "fix2")
    assert book.reasons("release_weeks")["v2.0.1"] == "no_new_work_of_90_days"
    assert ("2026-03-17", "keeper", 20) in held(book, "v2.0.1")
