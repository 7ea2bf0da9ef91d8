"""Which author-days releases hold first is derived once, and at every date as if it were decided anew."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.method import compute, evidence
from collector.method_constants import SUBSTANTIVE_LINES
from tests.laws import costly
from tests.made import Book, Row, repo

FIRST = date(2026, 1, 5)
DAYS = 20


Push = tuple[int, str | None, int]
Version = tuple[int, int, bool, int, bool, bool, tuple[bool, int] | None]


def at(day: int, hour: int = 10) -> str:
    return f"{FIRST + timedelta(days=day)}T{hour:02}:00:00Z"


pushes = st.tuples(st.integers(0, DAYS), st.sampled_from(["ann", "bob", None]), st.sampled_from([4, 6, 20]))
# The day, which commit, whether it is a release and not a tag, the version, whether it is a pre-release by its name, by
# GitHub's flag, and by this flag before the day that it changed.
versions = st.tuples(
    st.integers(0, DAYS), st.integers(0, 9), st.booleans(), st.integers(1, 6), st.booleans(), st.booleans(),
    st.none() | st.tuples(st.booleans(), st.integers(0, DAYS + 5)),
)  # fmt: skip


def book_of(commits: list[Push], published: list[Version]) -> Book:
    """A repository with these pushes in the order of their days, and these releases and tags."""
    book = Book()
    ident = book.repo()
    for n, (day, by, lines) in enumerate(sorted(commits, key=lambda one: one[0])):
        book.direct(ident, f"c{n}", at(day), by, *([f"c{n - 1}"] if n else []), lines=lines)
    for n, (day, commit, is_release, number, by_name, flag, before) in enumerate(published):
        tag, oid = f"v1.{number}.0" + ("-rc.1" if by_name else ""), f"c{commit % len(commits)}"
        if not is_release:
            if not book.rows("SELECT 1 FROM tags WHERE name = ?", tag):
                book.add("tags", repository=ident, name=tag, oid=oid, target_oid=oid, first_seen_at=at(day, 11))
            continue
        release = book.release(ident, tag, at(day, 12 + n % 3), oid, is_prerelease=int(flag))
        if before is not None:
            old, changed = before
            book.changed("releases", release, "is_prerelease", int(old), int(flag), at(changed, 18), ident)
    compute.prepare(book.db, book.config)
    return book


def judged(book: Book) -> dict[str, list[Row]]:
    """Date -> how the releases are judged."""
    found = {}
    for day in range(0, DAYS + 10, 3):
        as_of = FIRST + timedelta(days=day)
        evidence.use_temporary_views(book.db, as_of)
        found[f"{as_of}"] = book.rows("SELECT * FROM judged_releases ORDER BY published_at, release_key")
    evidence.drop_temporary(book.db)
    return found


@costly(5)
@given(st.lists(pushes, min_size=1, max_size=10), st.lists(versions, max_size=8))
def test_the_days_are_those_that_every_date_would_find(commits: list[Push], published: list[Version]) -> None:
    book = book_of(commits, published)
    found = judged(book)
    book.db.executescript(
        "UPDATE release_versions SET first_days = 0, newest_work = NULL; DELETE FROM release_days; "
        "INSERT INTO release_days (release_version, day, person, weeks_only, newest_work) "
        "SELECT v.id, w.day, w.person, w.weeks_only, max(w.landed_at) "
        "FROM release_versions AS v JOIN release_work AS w USING (release_key, project) "
        f"GROUP BY v.id, w.day, w.person, w.weeks_only HAVING sum(w.lines) >= {SUBSTANTIVE_LINES}"
    )
    assert found == judged(book)


def test_a_number_is_enough_where_all_releases_count_always() -> None:
    book = Book()
    book.direct(book.repo(), "c1", at(1), "ann")
    book.direct(repo(book), "c2", at(2), "bob", "c1")
    for day, oid in ((1, "c1"), (3, "c2"), (4, "c2")):
        book.release(repo(book), f"v1.{day}.0", at(day, 12), oid)
    compute.prepare(book.db, book.config)
    assert book.rows("SELECT tag_name, first_days, newest_work FROM release_versions ORDER BY published_at") == [
        {"tag_name": "v1.1.0", "first_days": 1, "newest_work": at(1)},
        {"tag_name": "v1.3.0", "first_days": 1, "newest_work": at(2)},
        {"tag_name": "v1.4.0", "first_days": 0, "newest_work": None},
    ]
    assert book.rows("SELECT * FROM release_days") == []
    # Most releases contain one run of successive pieces of work.
    assert book.rows("SELECT first, last FROM release_ranges ORDER BY release_version") == [
        {"first": 1, "last": 1}, {"first": 1, "last": 2}, {"first": 1, "last": 2},
    ]  # fmt: skip
