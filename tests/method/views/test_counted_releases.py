from datetime import date

import pytest

from tests.made import AS_OF, LONG_AGO, Book, repo


@pytest.fixture
def book() -> Book:
    """A repository with a piece of work in each of five weeks: w1 on 2026-03-02 to w5 on 2026-03-30."""
    book = Book()
    repo = book.repo()
    for n in range(5):
        parents = [f"w{n}"] if n else []
        book.direct(repo, f"w{n + 1}", f"2026-03-{2 + 7 * n:02}T10:00:00Z", "dev", *parents)
    return book


def counted(book: Book, as_of: date = AS_OF) -> list[str]:
    return [r["tag_name"] for r in book.evidence("release_weeks", as_of) if r["counted"]]


def test_a_release_counts_when_it_holds_new_work(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-03T00:00:00Z", "w1")
    book.release(repo(book), "v1.0.1", "2026-03-04T00:00:00Z", "w1")
    book.release(repo(book), "v1.1.0", "2026-03-10T00:00:00Z", "w2")
    book.release(repo(book), "v1.1.1", "2026-03-11T00:00:00Z", None)
    assert book.reasons("release_weeks") == {
        "v1.0.0": None, "v1.0.1": "no_new_work", "v1.1.0": None, "v1.1.1": "no_commit",
    }  # fmt: skip
    assert book.compute()["release_weeks"]["value"] == 2


def test_the_rest_of_a_day_that_was_released_is_no_new_work(book: Book) -> None:
    book.direct(repo(book), "more", "2026-03-30T20:00:00Z", "dev", "w5")
    book.release(repo(book), "v1.0.0", "2026-03-30T11:00:00Z", "w5")
    book.release(repo(book), "v1.0.1", "2026-03-30T21:00:00Z", "more")
    assert counted(book) == ["v1.0.0"]


@pytest.mark.parametrize(
    ("tag", "values", "reason"),
    [
        ("v1.0.0-rc.1", {}, "pre_release"),
        ("v1.0.0", {"is_prerelease": 1}, "pre_release"),
        ("latest", {}, "no_version"),
    ],
)
def test_what_is_no_release(book: Book, tag: str, values: dict[str, int], reason: str) -> None:
    book.release(repo(book), tag, "2026-03-03T00:00:00Z", "w1", **values)
    book.release(repo(book), "v2.0.0", "2026-03-10T00:00:00Z", "w2")
    assert book.reasons("release_weeks") == {tag: reason, "v2.0.0": None}


def test_a_draft_is_not_even_looked_at(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-03T00:00:00Z", "w1", is_draft=1, published_at=None)
    assert book.evidence("release_weeks") == []


def test_one_version_counts_once_and_packages_count_on_their_own(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-03T00:00:00Z", "w1")
    book.release(repo(book), "1.0.0", "2026-03-10T00:00:00Z", "w2")
    book.release(repo(book), "kit@1.0.0", "2026-03-10T00:00:00Z", "w2")
    assert book.reasons("release_weeks") == {"v1.0.0": None, "1.0.0": "version_seen_before", "kit@1.0.0": None}


def test_work_older_than_90_days_when_released(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-05-31T10:00:00Z", "w1")
    assert counted(book) == ["v1.0.0"]
    book.db.execute("UPDATE releases SET published_at = '2026-05-31T10:00:01Z'")
    assert book.reasons("release_weeks") == {"v1.0.0": "work_older_than_90_days"}


def test_a_draft_flip_keeps_the_first_publication(book: Book) -> None:
    release = book.release(repo(book), "v1.0.0", "2026-05-18T00:00:00Z", "w1")
    book.changed("releases", release, "published_at", "2026-03-03T00:00:00Z", None, "2026-05-17T00:00:00Z")
    found = book.evidence("release_weeks")
    assert [(r["published_at"], r["counted"]) for r in found] == [("2026-03-03T00:00:00Z", 1)]
    book.db.execute("UPDATE releases SET published_at = NULL, is_draft = 1")
    assert [r["published_at"] for r in book.evidence("release_weeks")] == ["2026-03-03T00:00:00Z"]


def test_a_tag_moved_later_brings_nothing_newer_into_a_release(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-03T00:00:00Z", "w1")
    release = book.release(repo(book), "v1.0.1", "2026-03-04T00:00:00Z", "w2")
    book.changed("releases", release, "tag_oid", "w1", "w2", "2026-03-10T00:00:00Z")
    assert counted(book) == ["v1.0.0"]


def test_a_deleted_release_stays(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-03T00:00:00Z", "w1", gone_at="2026-04-01T00:00:00Z")
    assert counted(book) == ["v1.0.0"]


def test_a_project_with_pre_releases_only_gets_one_in_four_weeks(book: Book) -> None:
    for n, day in enumerate(("03-03", "03-10", "03-17", "04-06"), 1):
        book.release(repo(book), f"v1.0.0-alpha.{n}", f"2026-{day}T12:00:00Z", f"w{n if n < 4 else 5}")
    assert counted(book) == ["v1.0.0-alpha.1", "v1.0.0-alpha.4"]
    assert counted(book, date(2026, 4, 13)) == ["v1.0.0-alpha.1", "v1.0.0-alpha.4"], "on any date the same ones"
    assert {r["flag"] for r in book.evidence("release_weeks")} == {"pre_releases_only"}


def test_that_a_full_release_came_later_does_not_change_the_past(book: Book) -> None:
    book.release(repo(book), "v1.0.0-rc.1", "2026-03-03T00:00:00Z", "w1")
    book.release(repo(book), "v1.0.0", "2026-03-10T00:00:00Z", "w2")
    assert counted(book, date(2026, 3, 9)) == ["v1.0.0-rc.1"]
    assert counted(book) == ["v1.0.0"]


def test_version_tags_stand_in_until_there_is_a_release(book: Book) -> None:
    there = {"repository": repo(book), "target_oid": ""}
    book.add("tags", name="v0.1.0", oid="w1", first_seen_at=LONG_AGO, **there)
    book.add("tags", name="v0.2.0", oid="w1", first_seen_at="2026-03-20T00:00:00Z", **there)
    book.add("tags", name="v0.3.0", oid="w2", first_seen_at="2026-03-21T00:00:00Z", **there)
    book.add("tags", name="v9.0.0", oid="elsewhere", first_seen_at=LONG_AGO, **there)
    found = {r["tag_name"]: (r["published_at"], r["reason"], r["flag"]) for r in book.evidence("release_weeks")}
    assert found == {
        "v0.1.0": ("2026-03-02T10:00:00Z", None, "from_tags"),
        "v0.2.0": ("2026-03-20T00:00:00Z", "no_new_work", "from_tags"),
        "v0.3.0": ("2026-03-21T00:00:00Z", None, "from_tags"),
    }
    book.release(repo(book), "v1.0.0", "2026-04-01T00:00:00Z", "w5")
    assert counted(book) == ["v1.0.0"]
    assert counted(book, date(2026, 3, 30)) == ["v0.1.0", "v0.3.0"]


def test_a_promotion_to_come_is_no_new_work_yet(book: Book) -> None:
    book.commit(repo(book), "d", "2026-04-06T10:00:00Z", "w5")
    book.commit(repo(book), "p", "2026-04-20T10:00:00Z", "w5", "d")
    book.pull(repo(book), 1, "dev", "2026-04-06T09:00:00Z", "2026-04-06T10:00:00Z", oid="d", base_ref="dev")
    book.pull(repo(book), 2, "dev", "2026-04-20T09:00:00Z", "2026-04-20T10:00:00Z", oid="p")
    book.release(repo(book), "v1.0.0", "2026-04-01T00:00:00Z", "w5")
    book.release(repo(book), "v1.1.0", "2026-04-08T00:00:00Z", "d")
    assert counted(book, date(2026, 4, 20)) == ["v1.0.0"]
    assert counted(book, date(2026, 4, 27)) == ["v1.0.0", "v1.1.0"]


def test_the_longest_silence_reaches_to_the_date(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-03T00:00:00Z", "w1")
    assert book.compute(date(2026, 6, 4))["longest_release_silence"]["value"] == 274
