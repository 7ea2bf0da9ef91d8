"""What was removed or rewritten, and when that is charged."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from collector.method.signal import Signal, Status
from collector.method.signals.history_integrity import SIGNAL, Kept, history_integrity
from collector.method.statistics.intervals import wilson
from tests.made import AS_OF, Book, repo
from tests.method.contexts import LONG_AGO, context, weeks_old

SEEN = "2026-03-01T00:00:00Z"


@pytest.fixture
def book() -> Book:
    """A repository with 40 issues, seen from the beginning on."""
    book = Book()
    repo = book.repo()
    for number in range(1, 41):
        book.issue(repo, number, f"asker{number % 12}", f"2025-0{7 + number // 20}-{number % 20 + 1:02}T00:00:00Z")
    return book


def integrity(book: Book, as_of: date = AS_OF) -> tuple[Any, dict[str, Any]]:
    found = book.compute(as_of)["history_integrity"]
    return found["value"], json.loads(found["companions"])


def late(book: Book, table: str, ident: int, seen_at: str = SEEN) -> None:
    book.late(table, ident, repo(book), seen_at, dated="2025-08-01T00:00:00Z", previous_sync="2025-12-01T00:00:00Z")


def shares(book: Book, as_of: date = AS_OF) -> tuple[float, float, float]:
    companions = integrity(book, as_of)[1]
    return companions["objects_kept"], companions["work_kept"], companions["versions_kept"]


def test_nothing_lost_is_whole(book: Book) -> None:
    value, companions = integrity(book)
    assert value == 1.0
    assert companions == {"objects_kept": 1.0, "work_kept": 1.0, "versions_kept": 1.0, "numbers_never_seen": 0}


def test_what_vanished_is_charged_from_then_on(book: Book) -> None:
    book.db.execute("UPDATE issues SET gone_at = ? WHERE author = ?", [SEEN, book.accounts["asker3"]])
    assert integrity(book)[0] == pytest.approx(1 - 1 / 12)
    assert integrity(book)[1]["vanished"] == 4
    assert integrity(book, date(2026, 2, 2))[0] == 1.0, "not yet"


def test_each_author_has_one_vote_so_that_a_flood_drowns_no_deletion(book: Book) -> None:
    book.db.execute("UPDATE issues SET gone_at = ? WHERE number = 3", [SEEN])  # asker3's, one of four
    before = integrity(book)[0]
    for number in range(100, 500):
        book.issue(repo(book), number, "flooder", "2025-10-01T00:00:00Z")
    assert before == pytest.approx(1 - 1 / 4 / 12)
    assert integrity(book)[0] == pytest.approx(1 - 1 / 4 / 13)
    assert book.compute()["history_integrity"]["n"] == 440


def test_what_arrived_late_is_charged(book: Book) -> None:
    issue = book.rows("SELECT id FROM issues WHERE number = 1")[0]["id"]
    late(book, "issues", issue)
    assert integrity(book)[0] == pytest.approx(1 - 1 / 4 / 12)
    assert integrity(book)[1]["arrived_late"] == 1
    assert integrity(book, date(2026, 2, 2))[0] == 1.0, "not yet"


def test_what_is_dated_before_the_window_is_not_looked_at(book: Book) -> None:
    book.db.execute("UPDATE issues SET created_at = '2025-06-01T23:59:59Z', gone_at = ? WHERE number <= 5", [SEEN])
    assert book.compute()["history_integrity"]["n"] == 35
    assert integrity(book)[0] == 1.0


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        ({"type": "Bot"}, "by_bot"),
        ({"created_at": "2025-06-01T00:00:00Z"}, "account_under_90_days"),
        ({"created_at": None}, "account_age_unknown"),
        ({"gone_at": "2026-02-01T00:00:00Z"}, "account_gone"),
    ],
)
def test_whose_objects_github_itself_may_have_removed(book: Book, account: dict[str, Any], reason: str) -> None:
    """A rival's tracker that is flooded by accounts which GitHub then removes keeps its record."""
    book.who("flooder", **account)
    for number in range(100, 150):
        book.issue(repo(book), number, "flooder", "2025-08-01T00:00:00Z", gone_at=SEEN)
    found = book.compute()["history_integrity"]
    assert (found["value"], json.loads(found["excluded"])) == (1.0, {reason: 50})


def test_others_comments_follow_a_thread_that_went_with_its_authors_account(book: Book) -> None:
    issue = book.rows("SELECT id FROM issues WHERE number = 3")[0]["id"]
    kept = book.rows("SELECT id FROM issues WHERE number = 15")[0]["id"]
    for thread in (issue, kept):
        book.comment(repo(book), thread, "critic", "2025-10-01T00:00:00Z", gone_at=SEEN)
    book.db.execute("UPDATE issues SET gone_at = ? WHERE id = ?", [SEEN, issue])
    assert integrity(book)[1]["vanished"] == 3
    book.db.execute("UPDATE accounts SET gone_at = ? WHERE id = ?", [SEEN, book.accounts["asker3"]])
    found = book.compute()["history_integrity"]
    # asker3's four issues, and the comment on the one that is gone. The one on the thread that stands is charged.
    assert json.loads(found["excluded"]) == {"account_gone": 4, "thread_of_account_gone": 1}
    assert integrity(book)[1]["vanished"] == 1
    assert integrity(book, date(2026, 2, 2))[0] == 1.0, "not yet"


def test_a_qualified_outsiders_comment_is_an_object(book: Book) -> None:
    book.push(repo(book), "x", "2025-01-01T00:00:00Z", "insider")
    issue = book.rows("SELECT id FROM issues WHERE number = 1")[0]["id"]
    for by in ("critic", "insider"):
        book.comment(repo(book), issue, by, "2025-10-01T00:00:00Z", gone_at=SEEN)
    assert book.compute()["history_integrity"]["n"] == 41
    assert integrity(book)[0] == pytest.approx(1 - 1 / 13)
    book.event(repo(book), issue, "CommentDeletedEvent", "2026-02-25T00:00:00Z", "critic")
    assert integrity(book)[0] == 1.0, "its author deleted it between two looks"
    book.db.execute("UPDATE events SET created_at = '2026-02-01T00:00:00Z' WHERE type = 'CommentDeletedEvent'")
    assert integrity(book)[0] < 1, "a later look had still seen it"


def worked(book: Book, days: int = 20) -> None:
    """Author-days of ann, each two weeks after the other: w1 to w20."""
    head = book.direct(repo(book), "base", "2025-06-03T12:00:00Z", "ann", lines=1)
    for n in range(1, days + 1):
        at = f"{date(2025, 6, 3) + timedelta(weeks=2 * n)}T12:00:00Z"
        head = book.direct(repo(book), f"w{n}", at, "ann", head, authored_at=f"2025-01-{n:02}T00:00:00Z")


def rewrite(book: Book, lines: dict[int, int]) -> None:
    """All of w1 to w20 is dropped by a force push, and n1 to n20 stand in its place, of as many lines or so many."""
    book.db.execute("UPDATE commits SET gone_at = '2026-04-15T00:00:00Z' WHERE oid LIKE 'w%'")
    head = "base"
    for n in range(1, 21):
        like: dict[str, Any] = {"headline": f"Change w{n}", "authored_at": f"2025-01-{n:02}T00:00:00Z"}
        if lines.get(n, 20):
            head = book.commit(repo(book), f"n{n}", "2026-04-14T00:00:00Z", head, lines=lines.get(n, 20), **like)
    book.push(repo(book), head, "2026-04-14T12:00:00Z", "boss", "w20", kind="force_push")


def test_a_rewrite_to_equal_commits_is_no_charge(book: Book) -> None:
    worked(book)
    rewrite(book, {})
    assert shares(book) == (1.0, 1.0, 1.0)
    assert book.compute()["history_integrity"]["value"] == 1.0


def test_work_that_a_rewrite_dropped_or_changed_is_altered(book: Book) -> None:
    worked(book)
    rewrite(book, {3: 0, 5: 12})
    assert shares(book) == pytest.approx((1.0, 18 / 20, 1.0))
    assert integrity(book)[1]["author_days_altered"] == 2
    assert shares(book, date(2026, 4, 13)) == (1.0, 1.0, 1.0), "not yet"


def test_what_is_amended_within_a_day_is_no_charge(book: Book) -> None:
    worked(book)
    for oid, hour in (("slip", "11"), ("old", "01")):
        book.db.execute("UPDATE commits SET gone_at = NULL")
        book.commit(repo(book), oid, "2026-04-14T12:00:00Z", "w20", gone_at="2026-04-16T00:00:00Z")
        book.push(repo(book), oid, f"2026-04-14T{hour}:00:00Z", "ann", "w20")
        book.push(repo(book), "w20", "2026-04-15T11:00:00Z", "ann", oid, kind="force_push")
        assert shares(book)[1] == (1.0 if oid == "slip" else pytest.approx(20 / 21))


def released(book: Book, count: int = 10) -> None:
    book.commit(repo(book), "a", "2025-07-01T00:00:00Z")
    book.push(repo(book), "a", "2025-07-01T00:00:00Z", "ann")
    for n in range(count):
        at = f"2025-08-{n + 1:02}T00:00:00Z"
        book.release(repo(book), f"v1.{n}.0", at, "a", first_seen_at=at, author=book.who("ann"))
        book.add("tags", repository=repo(book), name=f"v1.{n}.0", oid="a", target_oid="a", first_seen_at=at)


def moved(book: Book, tag: str, old: str = "z", new: str = "a") -> None:
    book.db.execute(
        'INSERT INTO changes ("table", key, "column", old, new, seen_at) VALUES (?, ?, ?, ?, ?, ?)',
        ["tags", f"{repo(book)}/{tag}", "oid", old, new, SEEN],
    )


def test_a_version_is_charged_once_and_a_moving_tag_never(book: Book) -> None:
    released(book)
    book.add(
        "tags", repository=repo(book), name="latest", oid="a", target_oid="a", first_seen_at="2025-08-01T00:00:00Z"
    )
    for tag in ("v1.3.0", "latest"):
        moved(book, tag)
    release = book.rows("SELECT id FROM releases WHERE tag_name = 'v1.3.0'")[0]["id"]
    book.changed("releases", release, "tag_oid", "z", "a", SEEN)
    book.changed("releases", release, "published_at", "2025-08-04T00:00:00Z", "2025-08-05T00:00:00Z", SEEN)
    assert shares(book)[2] == pytest.approx(9 / 10)
    book.db.execute("UPDATE tags SET gone_at = ? WHERE name = 'v1.4.0'", [SEEN])
    assert shares(book)[2] == pytest.approx(8 / 10)
    assert shares(book, date(2026, 2, 2))[2] == 1.0, "not yet"


def test_an_older_version_is_looked_at_when_it_is_charged(book: Book) -> None:
    released(book)
    old = {"repository": repo(book), "oid": "a", "target_oid": "a", "first_seen_at": "2024-08-01T00:00:00Z"}
    for tag in ("v0.1.0", "v0.2.0"):
        book.add("tags", name=tag, **old)
    assert shares(book)[2] == 1.0
    moved(book, "v0.1.0")
    assert shares(book)[2] == pytest.approx(10 / 11)


def test_tags_that_follow_a_rewrite_to_an_equal_commit_are_no_charge(book: Book) -> None:
    released(book)
    like: dict[str, Any] = {"headline": "Add it", "authored_at": "2025-06-01T00:00:00Z"}
    book.commit(repo(book), "before", "2025-06-20T00:00:00Z", gone_at=SEEN, **like)
    book.commit(repo(book), "after", "2026-02-28T00:00:00Z", **like)
    moved(book, "v1.3.0", "before", "after")
    assert shares(book)[2] == 1.0
    book.db.execute("UPDATE commits SET additions = 7 WHERE oid = 'after'")
    assert shares(book)[2] == pytest.approx(9 / 10)
    book.db.execute("UPDATE commits SET additions = 20, gone_at = '2026-06-02T00:00:00Z' WHERE oid <> 'a'")
    assert shares(book)[2] == pytest.approx(9 / 10), "what was moved away from was dropped after the date"


def test_a_release_that_was_deleted_and_made_anew_is_charged_once(book: Book) -> None:
    released(book)
    book.db.execute("UPDATE releases SET gone_at = ? WHERE tag_name = 'v1.3.0'", [SEEN])
    assert shares(book) == pytest.approx((1 - 1 / 10 / 13, 1.0, 1.0)), "it vanished"
    book.release(repo(book), "v1.3.0", "2026-02-28T00:00:00Z", "a", author=book.who("ann"))
    assert shares(book) == pytest.approx((1.0, 1.0, 9 / 10))
    book.db.execute(
        "UPDATE releases SET published_at = '2026-06-02T00:00:00Z' WHERE tag_name = 'v1.3.0' AND gone_at IS NULL"
    )
    assert shares(book) == pytest.approx((1 - 1 / 10 / 13, 1.0, 1.0)), "not made anew by the date"


@pytest.mark.parametrize(
    ("gone_at", "followed_at", "charged"),
    [
        ("2025-08-14T00:00:00Z", "2025-08-20T00:00:00Z", False),
        ("2025-08-26T00:00:00Z", "2025-08-20T00:00:00Z", True),
        ("2025-08-14T00:00:00Z", "2025-08-25T00:00:01Z", True),
    ],
    ids=["withdrawn for a higher one", "seen for longer", "nothing higher in time"],
)
def test_a_bad_release_may_be_withdrawn(book: Book, gone_at: str, followed_at: str, charged: bool) -> None:
    released(book)
    bad = {"first_seen_at": "2025-08-11T00:00:00Z", "gone_at": gone_at}
    book.release(repo(book), "v1.10.0", "2025-08-11T00:00:00Z", "a", author=book.who("ann"), **bad)
    book.add("tags", repository=repo(book), name="v1.10.0", oid="a", target_oid="a", **bad)
    book.release(repo(book), "v1.10.1", followed_at, "a", author=book.who("ann"))
    assert (integrity(book)[0] < 1) == charged


def test_two_complete_syncs_a_week_apart_are_needed(book: Book) -> None:
    def watched(*times: str) -> None:
        book.db.execute("DELETE FROM looks")
        for kind in ("issues", "pull_requests", "releases"):
            book.looked(repo(book), kind, *times)

    watched("2026-05-26T00:00:00Z", "2026-06-01T00:00:00Z")
    found = book.compute()["history_integrity"]
    assert (found["status"], found["n"]) == ("insufficient", 0)
    assert json.loads(found["excluded"]) == {"not_watched_for_a_week": 40}
    watched("2026-05-25T00:00:00Z", "2026-06-01T00:00:00Z")
    assert book.compute()["history_integrity"]["status"] == "ok"
    assert book.compute(date(2026, 5, 31))["history_integrity"]["status"] == "insufficient"


def test_a_sync_after_the_date_is_no_second_look(book: Book) -> None:
    book.db.execute("DELETE FROM looks")
    book.looked(repo(book), "issues", "2026-05-28T00:00:00Z", "2026-06-08T00:00:00Z")
    assert book.compute()["history_integrity"]["status"] == "insufficient"
    assert book.compute(date(2026, 6, 8))["history_integrity"]["status"] == "ok"


def test_gaps_in_the_numbers_are_shown_and_not_charged(book: Book) -> None:
    book.issue(repo(book), 51, "asker1", "2026-01-01T00:00:00Z")
    value, companions = integrity(book)
    assert (value, companions["numbers_never_seen"]) == (1.0, 10)


def test_an_issue_that_was_moved_in_sight_did_not_vanish(book: Book) -> None:
    mine = book.accounts["asker3"]
    book.db.execute("UPDATE issues SET gone_at = ? WHERE author = ?", [SEEN, mine])
    book.db.execute("UPDATE issues SET moved_to = '/repositories/7/issues/1' WHERE author = ? AND number < 20", [mine])
    found = book.compute()["history_integrity"]
    assert (found["n"], json.loads(found["excluded"])) == (38, {"transferred": 2})
    assert integrity(book)[0] == pytest.approx(1 - 1 / 12)


def test_a_transfer_that_names_its_source_excuses_what_it_left_behind(book: Book) -> None:
    mine = book.accounts["asker3"]
    former = book.rows("SELECT id, number, created_at FROM issues WHERE author = ? AND number < 20", mine)
    book.db.execute("UPDATE issues SET gone_at = ? WHERE author = ? AND number < 20", [SEEN, mine])
    other = book.repo("acme/other")
    for row in former:
        moved = book.issue(other, row["number"], "asker3", row["created_at"], first_seen_at=SEEN)
        book.event(other, moved, "TransferredEvent", SEEN, "insider", from_repository="acme/engine")
    assert integrity(book)[0] == 1.0


def history_of(n: int, objects: Kept, work: Kept, versions: Kept, created_at: datetime = LONG_AGO) -> Signal:
    return history_integrity(n, objects, work, versions, {"vanished": 1}, context(SIGNAL, created_at))


def test_what_vanished_is_excused_only_once_its_list_is_switched_off(book: Book) -> None:
    book.db.execute("UPDATE issues SET gone_at = ? WHERE number = 3", [SEEN])
    charged = integrity(book)[0]
    book.db.execute("UPDATE repositories SET has_issues = 0")
    assert integrity(book)[0] == 1.0 > charged
    book.changed("repositories", repo(book), "has_issues", 1, 0, "2026-06-02T00:00:00Z", repo(book))
    assert integrity(book)[0] == charged, "it was switched off after the date"


def test_the_value_is_the_product_and_the_interval_that_of_the_objects() -> None:
    signal = history_of(60, Kept(18.5, 20), Kept(45, 50), Kept(9, 10))
    assert signal.value == pytest.approx(18.5 / 20 * 0.9 * 0.9)
    assert (signal.low, signal.high) == pytest.approx([bound * 0.81 for bound in wilson(18.5, 20)])
    assert signal.companions == {
        "objects_kept": pytest.approx(18.5 / 20), "work_kept": 0.9, "versions_kept": 0.9, "vanished": 1,
    }  # fmt: skip


def test_a_share_without_rows_is_left_out() -> None:
    signal = history_of(40, Kept(10, 10), Kept(0, 0), Kept(0, 0))
    assert (signal.status, signal.value) == (Status.OK, 1.0)


def test_fewer_than_30_objects_are_insufficient() -> None:
    signal = history_of(29, Kept(5, 5), Kept(1, 1), Kept(1, 1))
    assert (signal.status, signal.n) == (Status.INSUFFICIENT, 29)
    assert str(signal.reason).startswith("30 issues, pull requests, releases and comments watched")
    assert str(signal.reason).endswith("are needed, there are 29")


def test_a_project_under_26_weeks_is_insufficient() -> None:
    young = history_of(90, Kept(5, 5), Kept(1, 1), Kept(1, 1), weeks_old(3))
    assert young.reason == "the oldest repository is 3 weeks old, 26 needed"
