"""Whose lines count: a pull request's files, or its commits where the files do not tell; and which commits' lines the
signals need."""

from typing import Any

import pytest

from collector.derive import needed_sizes
from collector.derive.work import gather
from tests.made import Book, Row

DAY, LATER = "2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z"


def landed_pull(book: Book, repo: int, number: int = 1, files: Any = None, **values: Any) -> int:
    """A pull request landed as the squash `s1` of five lines at DAY; its files tell of thirty."""
    files = {"src/a.py": 30} if files is None else files
    row = {"additions": sum(files.values()), "changed_files": len(files), "oid": f"s{number}", **values}
    pull = book.pull(repo, number, "dev", DAY, DAY, **row)
    for path, lines in files.items():
        book.add("pull_request_files", pull_request=pull, path=path, additions=lines)
    return pull


def work(book: Book) -> list[tuple[Any, ...]]:
    book.landings()
    rows = book.rows("SELECT lines, unsized, exclusion FROM work ORDER BY landed_at, pull_request")
    return [tuple(row.values()) for row in rows]


def needed(book: Book) -> set[str]:
    """The commits whose lines would be asked for if none were known."""
    book.db.execute("UPDATE commits SET additions = NULL, deletions = NULL")
    book.db.execute("UPDATE pull_request_commits SET additions = NULL, deletions = NULL")
    return {oid for _, oid in needed_sizes.needed(book.db, "acme", gather(book.db, "acme"))}


@pytest.fixture
def book() -> Book:
    made = Book()
    made.repo()
    return made


@pytest.fixture
def repo(book: Book) -> int:
    return int(book.rows("SELECT id FROM repositories")[0]["id"])


def test_files_that_are_all_listed_tell_the_lines(book: Book, repo: int) -> None:
    book.commit(repo, "s1", DAY, lines=5)
    landed_pull(book, repo)
    assert work(book) == [(30, 0, None)]
    assert needed(book) == set()
    assert work(book) == [(30, 0, None)]


@pytest.mark.parametrize(
    "values",
    [
        {"changed_files": 2},
        {"changed_files": None},
        {"additions": 40},
        {"files": {"logo.png": 0}},
        {"files": {}, "changed_files": 1},
    ],
    ids=["not all are listed", "nobody knows how many", "they are short of lines", "binary", "unread"],
)
def test_else_at_most_the_lines_of_its_commits(book: Book, repo: int, values: Any) -> None:
    book.commit(repo, "s1", DAY, lines=5)
    landed_pull(book, repo, **values)
    assert work(book) == [(5, 0, None)]
    assert needed(book) == {"s1"}
    assert work(book) == [(0, 1, None)], "unknown lines are the least that there can be"


def test_files_may_be_all_there_without_being_counted(book: Book, repo: int) -> None:
    """Their number is asked for only where GitHub may not list all of them."""
    book.commit(repo, "s1", DAY, lines=5)
    landed_pull(book, repo, changed_files=None, diff_of="head:main:s1")
    assert work(book) == [(30, 0, None)]
    assert needed(book) == set()


def test_files_that_are_all_generated_make_no_work(book: Book, repo: int) -> None:
    book.commit(repo, "s1", DAY, lines=5)
    landed_pull(book, repo, files={"yarn.lock": 30})
    assert work(book) == [(0, 0, "generated")]
    assert needed(book) == set()
    assert work(book) == [(0, 0, "generated")]


@pytest.mark.parametrize("twin", ["headline and date", "own commit"])
def test_what_may_be_a_copy_counts_by_its_commits(book: Book, repo: int, twin: str) -> None:
    alike: Row = {"headline": "Fix", "authored_at": DAY}
    book.commit(repo, "s1", DAY, lines=5, **(alike if twin == "headline and date" else {}))
    pull = landed_pull(book, repo)
    if twin == "own commit":
        book.add("pull_request_commits", pull_request=pull, oid="o", **alike)
    book.direct(repo, "d", LATER, "dev", "s1", **alike)
    assert work(book)[0] == (5, 0, None)
    assert needed(book) == {"s1", "d"} | ({"o"} if twin == "own commit" else set())


def test_pull_requests_built_on_one_another_count_by_their_commits(book: Book, repo: int) -> None:
    """The files of the second hold the changes of the first once more."""
    book.commit(repo, "s1", DAY, lines=30)
    book.commit(repo, "s2", DAY, "s1", lines=5)
    for number in (1, 2):
        pull = landed_pull(book, repo, number)
        book.add("pull_request_commits", pull_request=pull, oid="shared", headline="Base", authored_at=DAY)
    assert sorted(work(book)) == [(5, 0, None), (30, 0, None)]
    assert needed(book) == {"s1", "s2"}


def test_a_promotion_counts_what_landed_only_with_it(book: Book, repo: int) -> None:
    book.commit(repo, "base", "2026-01-01T00:00:00Z", signed_by_github=1)
    book.commit(repo, "s1", DAY, "base", lines=30)
    landed_pull(book, repo, base_ref="dev")
    book.commit(repo, "left", DAY, "s1", lines=7)
    book.commit(repo, "p", LATER, "base", "left")
    promotion = book.pull(repo, 2, "dev", LATER, LATER, oid="p", additions=37, changed_files=1)
    book.add("pull_request_files", pull_request=promotion, path="src/a.py", additions=37)
    book.landings()
    lines = book.rows("SELECT pull_request, lines FROM work WHERE exclusion IS NULL AND pull_request IS NOT NULL")
    assert {row["pull_request"]: row["lines"] for row in lines}[promotion] == 7
    assert needed(book) == {"base", "left"}


def test_rebased_commits_are_no_copies_of_their_own(book: Book, repo: int) -> None:
    pull = landed_pull(book, repo, oid="r2")
    for n, parents in ((1, ()), (2, ("r1",))):
        book.commit(repo, f"r{n}", DAY, *parents, lines=5, pull_request=1, headline=f"Part {n}", authored_at=DAY)
        book.add("pull_request_commits", pull_request=pull, oid=f"o{n}", headline=f"Part {n}", authored_at=DAY)
    assert work(book) == [(30, 0, None)]
    assert needed(book) == set()


def test_what_is_left_out_in_any_case_needs_no_lines(book: Book, repo: int) -> None:
    fork = book.repo("acme/fork", is_fork=1, parent="elsewhere/engine")
    book.direct(fork, "synced", DAY, "dev")
    tip = book.direct(repo, "a", DAY, "dev")
    for n in range(201):
        tip = book.commit(repo, f"i{n}", LATER, tip)
    book.push(repo, tip, LATER, "dev", "a")
    book.commit(repo, "m", LATER, tip, "a")
    assert needed(book) == {"a"}


def test_what_a_rewrite_dropped_and_what_closed_an_issue_is_needed(book: Book, repo: int) -> None:
    book.commit(repo, "s1", DAY, lines=5)
    landed_pull(book, repo)
    book.commit(repo, "s2", DAY, "s1", gone_at=LATER)
    landed_pull(book, repo, 2)
    issue = book.issue(repo, 3, "asker", DAY)
    assert needed(book) == {"s2"}
    book.event(repo, issue, "ClosedEvent", LATER, "dev", source_repository="ACME/engine", source_oid="s1")
    assert needed(book) == {"s1", "s2"}


def test_a_commit_that_no_clock_dates_does_not_count(book: Book, repo: int) -> None:
    book.commit(repo, "odd", DAY)
    book.db.execute("UPDATE commits SET committed_at = NULL, authored_at = NULL")
    assert work(book) == [(0, 0, "no_date")]
    assert book.rows("SELECT landed_at, tier FROM landings") == [{"landed_at": "", "tier": "T3"}]
    assert book.compute()["active_weeks"]["status"] == "ok"


def test_a_day_that_may_have_ten_lines_says_so(book: Book, repo: int) -> None:
    book.direct(repo, "known", DAY, "dev", lines=4)
    book.direct(repo, "odd", DAY, "dev", "known")
    book.direct(repo, "small", LATER, "dev", "odd", lines=4)
    book.commit(repo, "undated", LATER)
    book.db.execute("UPDATE commits SET additions = NULL WHERE oid IN ('odd', 'undated')")
    found = {row["day"]: row["reason"] for row in book.evidence("active_weeks")}
    assert found == {DAY[:10]: "lines_unknown", LATER[:10]: "under_10_lines"}
    by_oid = book.reasons("server_evidence")
    assert by_oid["undated"] == "lines_unknown"
    book.db.execute("UPDATE commits SET additions = 6 WHERE oid = 'odd'")
    assert {row["day"]: row["reason"] for row in book.evidence("active_weeks")}[DAY[:10]] is None
