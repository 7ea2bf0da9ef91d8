"""What is the same on a later date of the week is copied, and is what would be computed."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import clock
from collector.config import Bot, Config
from collector.config.model import Project
from collector.method import compute, evidence, unchanged
from collector.method.registry import BY_KEY
from tests.made import AS_OF, Book
from tests.method.test_laws import LANDINGS, LAW, Landing, told

MONDAY = AS_OF
TABLES = ("signals", "project_facts", "scores", "score_letters")
Change = Callable[[Book, date], object]


def rows(db: sqlite3.Connection, day: date) -> dict[str, list[str]]:
    return {t: sorted(map(repr, db.execute(f"SELECT * FROM {t} WHERE as_of = ?", [day.isoformat()]))) for t in TABLES}


def anew(book: Book, day: date) -> dict[str, list[str]]:
    """The rows of a date, all computed, in a copy."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        book.db.backup(copy)
        for table in ("computed_projects", *TABLES):
            copy.execute(f"DELETE FROM {table}")
        compute.compute(copy, book.config, day)
        return rows(copy, day)


def computed(book: Book, day: date, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Compute a date. Returns project -> how many of its signals were computed from facts."""
    count: dict[str, int] = {}
    real = compute.contexts

    def counted(*args: Any) -> Any:
        for context in real(*args):
            count[context.project.slug] = count.get(context.project.slug, 0) + 1
            yield context

    with monkeypatch.context() as patch:
        patch.setattr(compute, "contexts", counted)
        compute.compute(book.db, book.config, day)
    assert rows(book.db, day) == anew(book, day)
    return count


def nothing(book: Book, day: date) -> None:
    pass


def a_night(book: Book, day: date) -> None:
    """A sync that found nothing new."""
    book.db.execute("UPDATE sync_state SET completed_at = ?, sweep_at = ?", [f"{day}T02:00:00Z"] * 2)
    for repo, kind in book.db.execute("SELECT repository, kind FROM sync_state").fetchall():
        book.looked(repo, kind, f"{day}T02:00:00Z")


def an_old_sync(book: Book, day: date) -> None:
    book.db.execute("UPDATE sync_state SET completed_at = '2026-01-01T00:00:00Z'")


def an_account_that_is_gone(book: Book, day: date) -> None:
    book.db.execute("UPDATE accounts SET gone_at = ? WHERE login = 'asker1'", [f"{day}T02:00:00Z"])


def an_account_of_another_age(book: Book, day: date) -> None:
    book.db.execute("UPDATE accounts SET created_at = '2026-05-01T00:00:00Z' WHERE login = 'asker2'")


def another_start(book: Book, day: date) -> None:
    book.meta("start", "2025-01-01T00:00:00Z")


def issues_switched_off(book: Book, day: date) -> None:
    book.db.execute("UPDATE repositories SET has_issues = 0")


def an_archived_repository(book: Book, day: date) -> None:
    book.db.execute("UPDATE repositories SET archived_at = ?", [f"{day}T01:00:00Z"])


def a_younger_repository(book: Book, day: date) -> None:
    book.db.execute("UPDATE repositories SET created_at = ?", [f"{day - timedelta(weeks=20)}T12:00:00Z"])


def a_lost_repository(book: Book, day: date) -> None:
    book.db.execute("UPDATE repositories SET status = 'private_or_gone'")


def a_fact_to_fetch(book: Book, day: date) -> None:
    book.db.execute("UPDATE sync_state SET backfill = '' WHERE kind = 'pull_requests'")


def a_bot(book: Book, day: date) -> None:
    book.db.execute("UPDATE accounts SET is_bot = 1, type = 'Bot' WHERE login = 'asker3'")


def a_listed_bot(book: Book, day: date) -> None:
    book.config = replace(book.config, bots=(Bot("ann", "a script"),))


def a_comment(book: Book, day: date) -> None:
    (repo, subject) = book.db.execute("SELECT repository, id FROM issues ORDER BY id LIMIT 1").fetchone()
    book.comment(repo, subject, "bob", f"{day}T01:00:00Z")


def a_deleted_issue(book: Book, day: date) -> None:
    book.db.execute("UPDATE issues SET gone_at = ? WHERE number = 3", [f"{day}T01:00:00Z"])


CHANGES: tuple[Change, ...] = (
    nothing, a_night, an_old_sync, an_account_that_is_gone, an_account_of_another_age, another_start,
    issues_switched_off, an_archived_repository, a_younger_repository, a_lost_repository, a_fact_to_fetch, a_bot,
    a_listed_bot, a_comment, a_deleted_issue,
)  # fmt: skip


@LAW
@given(LANDINGS, st.integers(-40, 0), st.lists(st.tuples(st.integers(1, 5), st.sampled_from(CHANGES)), max_size=4))
def test_what_is_copied_is_what_would_be_computed(
    landings: list[Landing], first: int, nights: list[tuple[int, Change]]
) -> None:
    """On any dates, within a week and across its border, and whatever changes between them."""
    book = told(landings, repos=2)
    day = AS_OF + timedelta(days=first)
    compute.compute(book.db, book.config, day)
    for days, change in nights:
        day += timedelta(days=days)
        change(book, day)
        compute.compute(book.db, book.config, day)
        assert rows(book.db, day) == anew(book, day)


Thread = tuple[str, int, int, int | None, int | None]
"""Of which kind, who opened it (0 to 19), how many hours before the week, and after how many hours it was answered by
an insider, and closed by its author."""
HOURS = st.one_of(st.none(), st.integers(0, 30), st.integers(0, 3000))
THREADS = st.lists(
    st.tuples(
        st.sampled_from(("issue", "pull request", "draft", "discussion")),
        st.integers(0, 19),
        st.one_of(st.integers(1, 400), st.integers(1, 8000)),
        HOURS,
        HOURS,
    ),
    min_size=60,
    max_size=120,
)


def waiting(threads: list[Thread], changed: list[int]) -> Book:
    """Threads of outsiders until a week before the date, each SDK's last change so many days before, and releases."""
    book = Book()
    end = clock.midnight(AS_OF) - timedelta(hours=1)
    repo = book.repo()
    head = book.direct(repo, "first", "2025-01-01T00:00:00Z", "ann")
    for n, days in enumerate(changed):
        asset = book.repo(f"acme/sdk{n}", role="sdk")
        book.direct(asset, f"s{n}", f"{AS_OF - timedelta(days=days)}T12:00:00Z", "ann")
        head = book.direct(repo, f"c{n}", f"{AS_OF - timedelta(days=days)}T13:00:00Z", "ann", head)
        book.release(repo, f"v1.{n}.0", f"{AS_OF - timedelta(days=days)}T14:00:00Z", head)
    by_age = sorted(threads, key=lambda thread: -thread[2])  # numbered like this: others look imported
    for number, (kind, who, hours, answered, closed) in enumerate(by_age, 1):
        opened = end - timedelta(hours=hours, seconds=number % 60)

        def after(hours: int, opened: datetime = opened) -> str:
            return clock.to_text(min(opened + timedelta(hours=hours, minutes=5), end))

        at, by = clock.to_text(opened), f"asker{who}"
        if kind == "discussion":
            subject, subject_type = book.discussion(repo, number, by, at), "Discussion"
        elif kind == "issue":
            subject, subject_type = book.issue(repo, number, by, at), "Issue"
        else:
            subject, subject_type = book.pull(repo, number, by, at, is_draft=int(kind == "draft")), "PullRequest"
        if answered is not None:
            book.comment(repo, subject, "ann", after(answered), subject_type=subject_type, length=90)
        if closed is not None and kind != "discussion":
            if who % 2:
                book.event(repo, subject, "ClosedEvent", after(closed), by, subject_type=subject_type)
            else:
                book.comment(repo, subject, f"asker{who + 1}", after(closed), subject_type=subject_type, length=90)
    return book


@LAW
@given(THREADS, st.lists(st.integers(1, 365), min_size=2, max_size=6), st.integers(1, 6))
def test_what_waits_has_waited_longer(threads: list[Thread], changed: list[int], days: int) -> None:
    """Whatever is open, daily signals of a later date of the week follow from the stored evidence, to the last bit."""
    book = waiting(threads, [*changed, *range(178, 184)])
    compute.compute(book.db, book.config, MONDAY)
    with pytest.MonkeyPatch.context() as patch:
        for day in (MONDAY + timedelta(days=days), MONDAY + timedelta(days=6)):
            assert computed(book, day, patch) == {}


@pytest.fixture
def quiet() -> Book:
    """Two projects in which nothing happens from the first day on."""
    book = told([(n % 3, 4 * n, 20) for n in range(85)])
    there = book.repo("other/engine", "other")
    for n in range(20):
        book.direct(there, f"o{n}", f"2026-0{1 + n // 5}-0{1 + n % 5}T12:00:00Z", "zoe")
    compute.compute(book.db, book.config, MONDAY)
    return book


def test_in_a_quiet_week_no_fact_is_read(quiet: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(1, 7):
        a_night(quiet, MONDAY + timedelta(days=n))
        assert computed(quiet, MONDAY + timedelta(days=n), monkeypatch) == {}
    assert computed(quiet, MONDAY + timedelta(days=7), monkeypatch) == dict.fromkeys(("acme", "other"), len(BY_KEY))


@pytest.mark.parametrize("change", [c for c in CHANGES if c not in (nothing, a_night)], ids=lambda c: c.__name__)
def test_what_may_change_a_signal_lets_all_be_computed(
    quiet: Book, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = MONDAY + timedelta(days=1)
    change(quiet, day)
    assert computed(quiet, day, monkeypatch)["acme"] == len(BY_KEY)


def test_a_project_whose_facts_did_not_change_is_copied_beside_one_whose_did(
    quiet: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = MONDAY + timedelta(days=1)
    a_comment(quiet, day)
    assert computed(quiet, day, monkeypatch) == {"acme": len(BY_KEY)}
    # What was said on that day counts as of the next.
    day += timedelta(days=1)
    assert computed(quiet, day, monkeypatch) == {"acme": len(BY_KEY)}
    day += timedelta(days=1)
    assert computed(quiet, day, monkeypatch) == {}


def test_an_account_that_is_gone_matters_until_the_date_has_passed_it(
    quiet: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = MONDAY + timedelta(days=1)
    an_account_that_is_gone(quiet, day)
    for days, project in ((0, "acme"), (1, "acme"), (2, None)):
        assert computed(quiet, day + timedelta(days=days), monkeypatch).keys() == {project} - {None}


def test_the_same_date_is_computed_again(quiet: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    assert computed(quiet, MONDAY, monkeypatch)["acme"] == len(BY_KEY)


def test_signals_that_were_deleted_are_computed(quiet: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet.db.execute("DELETE FROM signals WHERE project = 'acme' AND signal = 'active_weeks'")
    day = MONDAY + timedelta(days=1)
    assert computed(quiet, day, monkeypatch) == {"acme": len(BY_KEY)}


def test_the_rows_name_the_configuration_of_their_date(quiet: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet.config = Config(projects=(Project("third", "Third", ("c",)),))
    day = MONDAY + timedelta(days=1)
    assert computed(quiet, day, monkeypatch) == {}
    found = quiet.rows("SELECT DISTINCT config_hash FROM signals WHERE as_of = ?", day.isoformat())
    assert found == [{"config_hash": quiet.config.hash()}]


def test_an_earlier_date_is_computed_and_moves_nothing(quiet: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    assert computed(quiet, MONDAY - timedelta(days=3), monkeypatch)["acme"] == len(BY_KEY)
    assert computed(quiet, MONDAY + timedelta(days=1), monkeypatch) == {}


def test_every_time_that_a_view_compares_with_the_date_is_looked_at() -> None:
    date_of = r"\(SELECT (?:as_of FROM as_of|until FROM scope)\)"
    compared = {
        column
        for view in evidence.views()
        for pattern in (rf"(\w+) [<>]=? {date_of}",)
        for column in re.findall(pattern, view.select)
    }
    assert {"reached_at", "gone_at", "chosen_at"} < compared
    # `at` names one of the others in a view of its own; those in looks are in the mark.
    assert compared - {"at"} <= {column for columns in unchanged.TIMES.values() for column in columns}
