"""Which author-days of two years tell whether the work is spreading."""

from datetime import date, timedelta

from tests.made import AS_OF, Book


def worked(book: Book, repo: int, by: str, first: date, days: int) -> None:
    """One landing a week, from a Monday on."""
    for n in range(days):
        day = first + timedelta(weeks=n)
        book.direct(repo, f"{by}{day}", f"{day}T12:00:00Z", by)


def test_windows_of_13_weeks_each_with_its_own_regulars() -> None:
    book = Book()
    repo = book.repo()
    newest, oldest = AS_OF - timedelta(weeks=13), AS_OF - timedelta(weeks=104)
    for by in ("ann", "bob", "cat"):
        worked(book, repo, by, newest, 13)
    worked(book, repo, "dan", newest, 2)
    for by in ("ann", "bob"):
        worked(book, repo, by, oldest, 13)
    worked(book, repo, "ann", oldest - timedelta(weeks=1), 1)
    found: dict[tuple[int, str | None], int] = {}
    for row in book.evidence("concentration_trend"):
        key = (row["quarter"], row["reason"])
        found[key] = found.get(key, 0) + 1
    assert found == {
        (7, None): 39,
        (7, "active_in_under_3_weeks"): 2,
        (0, "window_under_30_author_days"): 26,
    }
    signal = book.compute()["concentration_trend"]
    assert (signal["status"], signal["n"]) == ("insufficient", 1)


def test_a_window_before_the_database_tells_nothing() -> None:
    book = Book(start="2025-06-01T00:00:00Z")
    repo = book.repo()
    for by in ("ann", "bob", "cat"):
        worked(book, repo, by, date(2025, 3, 3), 13)
    assert {r["reason"] for r in book.evidence("concentration_trend")} == {"before_lookback"}
