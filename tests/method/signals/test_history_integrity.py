"""What was removed or rewritten, and when that is charged."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from collector.method.signal import Signal, Status
from collector.method.signals.history_integrity import SIGNAL, history_integrity
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
    book.db.execute(
        "INSERT INTO late_arrivals VALUES (?, ?, ?, ?, ?, ?)",
        [table, str(ident), repo(book), "2025-08-01T00:00:00Z", "2025-12-01T00:00:00Z", seen_at],
    )


def test_nothing_lost_is_whole(book: Book) -> None:
    value, companions = integrity(book)
    assert (value, companions) == (1.0, {"rewrites": 0, "vanished_or_late": 0, "numbers_never_seen": 0})


def test_what_vanished_is_charged_from_then_on(book: Book) -> None:
    book.db.execute("UPDATE issues SET gone_at = ? WHERE number <= 10", [SEEN])
    assert integrity(book)[0] == pytest.approx(0.75)
    assert integrity(book)[1]["vanished"] == 10
    assert integrity(book, date(2026, 2, 2))[0] == 1.0, "not yet"


def test_what_arrived_late_is_charged(book: Book) -> None:
    issue = book.rows("SELECT id FROM issues WHERE number = 1")[0]["id"]
    late(book, "issues", issue)
    assert integrity(book)[0] == pytest.approx(1 - 1 / 40)
    assert integrity(book)[1]["arrived_late"] == 1


def test_what_vanished_before_the_window_was_not_seen_in_it(book: Book) -> None:
    book.db.execute("UPDATE issues SET gone_at = '2025-06-01T00:00:00Z' WHERE number <= 5")
    assert book.compute()["history_integrity"]["n"] == 35
    assert integrity(book)[0] == 1.0


def test_force_pushes_to_the_default_branch_divide(book: Book) -> None:
    book.commit(repo(book), "a", "2025-08-01T00:00:00Z")
    book.push(repo(book), "a", SEEN, "ann", "b", kind="force_push")
    assert integrity(book)[0] == 0.5
    book.push(repo(book), "a", SEEN, "ann", "b", kind="force_push", ref="refs/heads/topic")
    book.push(repo(book), "a", "2025-01-01T00:00:00Z", "ann", "b", kind="force_push")
    assert integrity(book)[0] == 0.5, "another branch, another year"
    assert integrity(book, date(2026, 2, 2))[0] == 1.0, "not yet"


def test_a_version_is_charged_once_and_a_moving_tag_never(book: Book) -> None:
    book.commit(repo(book), "a", "2025-08-01T00:00:00Z")
    book.push(repo(book), "a", "2025-08-01T00:00:00Z", "ann")
    tag = {"repository": repo(book), "oid": "a", "target_oid": "a"}
    for name in ("v1.0.3", "v1.0.4", "latest", "v1.0"):
        book.add("tags", name=name, **tag, **({"first_seen_at": "2026-01-01T00:00:00Z"} if name == "v1.0" else {}))
        book.db.execute(
            'INSERT INTO changes ("table", key, "column", old, new, seen_at) VALUES (?, ?, ?, ?, ?, ?)',
            ["tags", f"{repo(book)}/{name}", "oid", "z", "a", SEEN],
        ) if name != "v1.0.4" else None
    release = book.release(repo(book), "v1.0.3", "2025-08-02T00:00:00Z", "a")
    book.changed("releases", release, "tag_oid", "z", "a", SEEN)
    book.changed("releases", release, "published_at", "2025-08-01T00:00:00Z", "2025-08-02T00:00:00Z", SEEN)
    assert integrity(book)[1]["rewrites"] == 1
    book.db.execute("UPDATE tags SET gone_at = ? WHERE name = 'v1.0.4'", [SEEN])
    assert integrity(book)[1]["rewrites"] == 2
    assert integrity(book, date(2026, 2, 2))[1]["rewrites"] == 0, "not yet"


def test_a_release_that_was_deleted_and_made_anew_is_a_rewrite(book: Book) -> None:
    book.commit(repo(book), "a", "2025-08-01T00:00:00Z")
    book.release(repo(book), "v1.0.0", "2025-08-02T00:00:00Z", "a", gone_at=SEEN)
    assert integrity(book)[1]["rewrites"] == 0, "it vanished, and that is charged as such"
    book.release(repo(book), "v1.0.0", "2026-02-28T00:00:00Z", "a")
    assert (integrity(book)[1]["rewrites"], integrity(book)[1]["vanished"]) == (1, 1)


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


def test_an_issue_that_can_be_read_elsewhere_did_not_vanish(book: Book) -> None:
    book.db.execute("UPDATE issues SET gone_at = ? WHERE number <= 10", [SEEN])
    book.db.execute("UPDATE issues SET moved_to = 'https://api.example/repositories/7/issues/1' WHERE number <= 4")
    assert book.compute()["history_integrity"]["n"] == 40
    assert integrity(book)[0] == pytest.approx(1 - 6 / 40)
    charges = {r["number"]: r["charge"] for r in book.evidence("history_integrity")}
    assert [n for n in sorted(charges) if charges[n]] == list(range(5, 11))


def history_of(objects: int, charged: int, rewrites: int, created_at: datetime = LONG_AGO) -> Signal:
    return history_integrity(objects, charged, rewrites, {"vanished": charged}, context(SIGNAL, created_at))


def test_nothing_lost_and_nothing_rewritten_is_whole() -> None:
    signal = history_of(40, 0, 0)
    assert (signal.status, signal.value, signal.score, signal.n) == (Status.OK, 1.0, 1.0, 40)
    assert (signal.low, signal.high) == wilson(40, 40)


def test_what_vanished_is_a_share_and_each_rewrite_divides() -> None:
    signal = history_of(40, 10, 2)
    assert signal.value == pytest.approx(0.75 / 3)
    assert (signal.low, signal.high) == pytest.approx([bound / 3 for bound in wilson(30, 40)])
    assert signal.companions == {"vanished": 10, "rewrites": 2, "vanished_or_late": 10}


def test_fewer_than_30_objects_are_insufficient() -> None:
    signal = history_of(29, 0, 5)
    assert (signal.status, signal.n) == (Status.INSUFFICIENT, 29)
    assert str(signal.reason).startswith("29 issues, pull requests and releases watched")


def test_a_project_under_26_weeks_is_insufficient() -> None:
    assert history_of(90, 0, 0, weeks_old(3)).reason == "the oldest repository is 3 weeks old, 26 needed"
