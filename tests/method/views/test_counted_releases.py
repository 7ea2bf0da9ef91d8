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
        "v1.0.0": None, "v1.0.1": "no_new_work_of_90_days", "v1.1.0": None, "v1.1.1": "no_commit",
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


@pytest.mark.parametrize(("old", "new"), [(1, 0), (0, 1)], ids=["made a full release", "made a pre-release"])
def test_githubs_flag_is_as_the_last_sync_by_the_date_saw_it(book: Book, old: int, new: int) -> None:
    for n, tag in enumerate(("v1.0.0", "v1.1.0-rc.1")):
        release = book.release(repo(book), tag, f"2026-03-{3 + 7 * n:02}T00:00:00Z", f"w{1 + n}", is_prerelease=new)
        book.changed("releases", release, "is_prerelease", old, new, "2026-05-20T00:00:00Z", repo(book))
    book.release(repo(book), "v2.0.0", "2026-03-17T00:00:00Z", "w3")
    for day, flag in ((date(2026, 5, 19), old), (date(2026, 5, 20), new), (AS_OF, new)):
        reasons = book.reasons("release_weeks", day)
        assert reasons["v1.0.0"] == ("pre_release" if flag else None)
        assert (reasons["v1.1.0-rc.1"], reasons["v2.0.0"]) == ("pre_release", None)


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
    assert book.reasons("release_weeks") == {"v1.0.0": "no_new_work_of_90_days"}


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


def test_a_version_of_which_there_is_only_a_tag_counts(book: Book) -> None:
    there = {"repository": repo(book), "target_oid": ""}
    book.add("tags", name="v0.1.0", oid="w1", first_seen_at=LONG_AGO, **there)
    book.add("tags", name="v0.2.0", oid="w1", first_seen_at="2026-03-20T00:00:00Z", **there)
    book.add("tags", name="v0.3.0", oid="w2", first_seen_at="2026-03-21T00:00:00Z", **there)
    book.add("tags", name="v9.0.0", oid="elsewhere", first_seen_at=LONG_AGO, **there)
    found = {r["tag_name"]: (r["published_at"], r["reason"], r["flag"]) for r in book.evidence("release_weeks")}
    assert found == {
        "v0.1.0": ("2026-03-02T10:00:00Z", None, "from_tags"),
        "v0.2.0": ("2026-03-20T00:00:00Z", "no_new_work_of_90_days", "from_tags"),
        "v0.3.0": ("2026-03-21T00:00:00Z", None, "from_tags"),
    }
    book.release(repo(book), "v1.0.0", "2026-04-01T00:00:00Z", "w5")
    assert sorted(counted(book)) == ["v0.1.0", "v0.3.0", "v1.0.0"], "an old release takes nothing from the tags since"
    assert counted(book, date(2026, 3, 30)) == ["v0.1.0", "v0.3.0"]


def test_the_version_of_a_release_is_the_releases(book: Book) -> None:
    for name, oid, day in (("v1.0.0", "w1", "04"), ("1.1.0-rc.1", "w2", "10"), ("v1.2.0", "w3", "17")):
        seen = f"2026-03-{day}T00:00:00Z"
        book.add("tags", name=name, oid=oid, repository=repo(book), target_oid="", first_seen_at=seen)
    book.release(repo(book), "1.0.0", "2026-03-05T00:00:00Z", "w1")
    book.release(repo(book), "v1.1.0-rc.1", "2026-03-11T00:00:00Z", "w2", is_prerelease=1)
    book.release(repo(book), "v1.2.0", "2026-03-18T00:00:00Z", "w3", is_draft=1, published_at=None)
    assert book.reasons("release_weeks") == {"1.0.0": None, "v1.1.0-rc.1": "pre_release", "v1.2.0": None}
    flags = {r["tag_name"]: r["flag"] for r in book.evidence("release_weeks") if r["counted"]}
    assert flags == {"1.0.0": None, "v1.2.0": "from_tags"}, "a draft cannot be seen: its tag counts"


@pytest.mark.parametrize(("seen", "expected"), [(AS_OF, []), (date(2026, 3, 4), ["v1.0.0"])])
def test_before_its_publication_a_release_counts_by_its_tag_only_if_a_sync_saw_that(
    book: Book, seen: date, expected: list[str]
) -> None:
    at = f"{seen}T00:00:00Z"
    book.add("tags", name="v1.0.0", oid="w1", repository=repo(book), target_oid="", first_seen_at=at)
    if seen == AS_OF:  # by the first sync: the tag may be as old as its commit
        book.db.execute("UPDATE sync_state SET first_complete_at = ? WHERE kind = 'tags'", [at])
    book.release(repo(book), "v1.0.0", "2026-03-18T00:00:00Z", "w1")
    assert counted(book, date(2026, 3, 16)) == expected
    assert counted(book) == ["v1.0.0"]


def test_work_that_another_repository_of_the_project_released_is_not_new(book: Book) -> None:
    """One day's work, sliced over repositories that release one after the other."""
    for n in range(3):
        other = book.repo(f"acme/slice{n}")
        book.direct(other, f"s{n}", "2026-03-30T12:00:00Z", "dev", lines=12)
        book.release(other, f"v1.{n}.0", f"2026-04-{7 + 7 * n:02}T00:00:00Z", f"s{n}")
    assert counted(book) == ["v1.0.0"]


@pytest.mark.parametrize(("first", "second", "expected"), [(6, 6, ["v1.1.0"]), (10, 6, ["v1.0.0"])])
def test_a_release_holds_a_day_by_ten_of_its_lines(first: int, second: int, expected: list[str]) -> None:
    book = Book()
    book.direct(book.repo(), "a", "2026-03-02T10:00:00Z", "dev", lines=first)
    book.direct(repo(book), "b", "2026-03-02T20:00:00Z", "dev", "a", lines=second)
    book.release(repo(book), "v1.0.0", "2026-03-02T12:00:00Z", "a")
    book.release(repo(book), "v1.1.0", "2026-03-10T12:00:00Z", "b")
    assert counted(book) == expected


def test_a_release_holds_nothing_that_landed_after_it(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-02T09:00:00Z", "w1")
    assert book.reasons("release_weeks") == {"v1.0.0": "no_new_work_of_90_days"}


@pytest.mark.parametrize("lines", [20, 11], ids=["only new oids", "a file purged"])
def test_a_rewrite_of_the_whole_history_costs_no_release(book: Book, lines: int) -> None:
    for n in (1, 3, 5):
        book.release(
            repo(book),
            f"v1.{n}.0",
            f"2026-03-{3 + 7 * n - 7:02}T00:00:00Z" if n < 5 else "2026-04-20T18:00:00Z",
            f"n{n}",
        )
    book.db.execute("UPDATE releases SET tag_oid = 'w' || substr(tag_oid, 2) WHERE tag_oid <> 'n5'")
    before = counted(book, date(2026, 4, 20))
    book.db.execute("UPDATE commits SET gone_at = '2026-04-20T13:00:00Z'")
    for n in range(1, 6):
        row = book.rows("SELECT headline, authored_at FROM commits WHERE oid = ?", f"w{n}")[0]
        book.commit(
            repo(book),
            f"n{n}",
            row["authored_at"],
            *([f"n{n - 1}"] if n > 1 else []),
            lines=lines,
            headline=row["headline"],
        )
    book.push(repo(book), "n5", "2026-04-20T12:00:00Z", "boss", "w5", kind="force_push")
    assert before == ["v1.1.0", "v1.3.0"]
    assert counted(book) == ["v1.1.0", "v1.3.0", "v1.5.0"], "the dropped work is released by what stands in its place"
    book.release(repo(book), "v1.4.0", "2026-04-20T15:00:00Z", "w4")
    assert ("v1.4.0" in counted(book)) == (lines == 20), "of the old history, it holds what has an equal in the new one"


def test_what_a_rewrite_dropped_is_no_basis_of_a_later_release(book: Book) -> None:
    book.db.execute("UPDATE commits SET gone_at = '2026-04-20T13:00:00Z' WHERE oid IN ('w4', 'w5')")
    book.commit(repo(book), "other", "2026-04-20T11:00:00Z", "w3", lines=1)
    book.push(repo(book), "other", "2026-04-20T12:00:00Z", "boss", "w5", kind="force_push")
    book.release(repo(book), "v1.0.0", "2026-04-19T00:00:00Z", "w4")
    book.release(repo(book), "v1.1.0", "2026-04-27T00:00:00Z", "w5")
    assert counted(book) == ["v1.0.0"], "w5 was dropped before it was released"


def test_pre_releases_that_do_not_count_take_nothing_from_those_that_do(book: Book) -> None:
    for n, day in enumerate(("03-03", "03-10", "04-02"), 1):
        book.release(repo(book), f"v1.0.0-alpha.{n}", f"2026-{day}T12:00:00Z", f"w{min(n, 2)}")
    assert counted(book) == ["v1.0.0-alpha.1", "v1.0.0-alpha.3"], "the week of w2 had not reached users before"


def test_a_release_of_a_development_branch_counts_before_the_promotion(book: Book) -> None:
    book.commit(repo(book), "d", "2026-04-06T10:00:00Z", "w5")
    book.commit(repo(book), "p", "2026-04-20T10:00:00Z", "w5", "d")
    book.pull(repo(book), 1, "dev", "2026-04-06T09:00:00Z", "2026-04-06T10:00:00Z", oid="d", base_ref="dev")
    book.pull(repo(book), 2, "dev", "2026-04-20T09:00:00Z", "2026-04-20T10:00:00Z", oid="p")
    book.release(repo(book), "v1.0.0", "2026-04-01T00:00:00Z", "w5")
    book.release(repo(book), "v1.1.0", "2026-04-08T00:00:00Z", "d")
    for as_of in (date(2026, 4, 20), date(2026, 4, 27)):
        assert counted(book, as_of) == ["v1.0.0", "v1.1.0"]


def test_the_longest_silence_reaches_to_the_date(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-03T00:00:00Z", "w1")
    assert book.compute(date(2026, 6, 4))["longest_release_silence"]["value"] == 274
