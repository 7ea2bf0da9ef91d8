import json
from dataclasses import asdict
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from collector.errors import UsageError
from collector.report import news, news_model, news_text
from collector.report.reading import build
from tests.made import AS_OF, Book, Row
from tests.made import repo as first_repo

SINCE = AS_OF - timedelta(weeks=4)


def begun() -> Book:
    """A project with one release before SINCE and one after."""
    book = Book()
    repo = book.repo()
    book.direct(repo, "c1", f"{SINCE - timedelta(days=3)}T10:00:00Z", "login-one")
    book.release(repo, "v1.0.0", f"{SINCE - timedelta(days=2)}T10:00:00Z", "c1")
    book.direct(repo, "c2", f"{SINCE + timedelta(days=3)}T10:00:00Z", "login-one", "c1")
    book.release(repo, "v1.1.0", f"{SINCE}T00:00:00Z", "c1")
    book.release(repo, "v1.2.0", f"{SINCE + timedelta(days=4)}T10:00:00Z", "c2")
    return book


@pytest.fixture
def book() -> Book:
    return begun()


@cache
def _computed() -> Book:
    book = begun()
    book.compute(SINCE)
    book.compute(AS_OF)
    return book


@pytest.fixture
def computed() -> Book:
    """The same project, with the signals of SINCE and AS_OF."""
    return _computed().copy()


def made(book: Book, since: date = SINCE, as_of: date = AS_OF) -> news_model.ProjectNews:
    book.compute(since)
    book.compute(as_of)
    return news.build(book.db, since, as_of).projects[0]


def change(book: Book, table: str, column: str, old: str | None, new: str | None, at: str, key: str = "1") -> None:
    book.changed(table, key, column, old, new, at, first_repo(book))


def test_new_releases_are_those_that_count_and_were_published_between(book: Book) -> None:
    assert [r.tag_name for r in made(book).releases] == ["v1.2.0"]
    assert [r.tag_name for r in made(book, SINCE - timedelta(weeks=1)).releases] == ["v1.2.0", "v1.0.0"]
    (release,) = made(book).releases
    assert release.url == "https://github.com/acme/engine/releases/tag/v1.2.0"


def test_releases_of_more_than_a_year(book: Book) -> None:
    repo = first_repo(book)
    for year, tag in ((2023, "v0.1.0"), (2024, "v0.2.0")):
        book.direct(repo, tag, f"{year}-07-03T10:00:00Z", "login-one")
        book.release(repo, tag, f"{year}-07-04T10:00:00Z", tag)
    assert [r.tag_name for r in made(book, date(2024, 1, 1)).releases] == ["v1.2.0", "v1.0.0", "v0.2.0"]


def test_the_first_release_is_told_as_one() -> None:
    book = Book()
    repo = book.repo()
    for n in range(12):
        book.direct(repo, f"c{n}", f"{SINCE - timedelta(weeks=12 - n)}T10:00:00Z", "login-one", *[f"c{n - 1}"][: n > 0])
    for days, tag in ((1, "v0.1.0"), (2, "v0.2.0")):
        book.direct(
            repo, tag, f"{SINCE + timedelta(days=days)}T10:00:00Z", "login-one", "v0.1.0" if days > 1 else "c11"
        )
        book.release(repo, tag, f"{SINCE + timedelta(days=days)}T11:00:00Z", tag)
    assert [(r.tag_name, r.is_first) for r in made(book).releases] == [("v0.2.0", False), ("v0.1.0", True)]
    assert "acme/engine: the first ever: 2 releases, the last v0.2.0" in told(book, "table")
    later = made(book, SINCE + timedelta(days=2)).releases
    assert [(r.tag_name, r.is_first) for r in later] == [("v0.2.0", False)]


def state(book: Book, as_of: date, state: str, last_change: str | None = "2025-11-30T10:00:00Z") -> None:
    book.db.execute(
        "UPDATE project_facts SET state = ?, last_change = ? WHERE as_of = ?", [state, last_change, as_of.isoformat()]
    )


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("active", "silent", "Fell silent: no work has landed for half a year (last on 2025-11-30)"),
        ("silent", "waking", "Woke up: work lands again after half a year without any"),
        ("never_published", "active", "Published its first work"),
        ("silent", "sporadic", "Woke up: work lands again after half a year without any"),
        ("stale", "slowing", "Can be told now: it works"),
        ("active", "stale", "Cannot be told any more"),
        ("active", "slowing", None),
        ("waking", "sporadic", None),
        ("too_young", "active", None),
        ("active", "active", None),
    ],
)
def test_a_change_of_state_is_news(computed: Book, before: str, after: str, sentence: str | None) -> None:
    state(computed, SINCE, before)
    state(computed, AS_OF, after)
    found = news.build(computed.db, SINCE, AS_OF).projects[0].states
    assert [(s.before, s.after) for s in found] == ([(before, after)] if sentence else [])
    if sentence:
        assert sentence in told(computed, "table", 200)


def test_of_a_project_that_cannot_be_told_only_the_state_is_news(computed: Book) -> None:
    reading(computed, SINCE, 10, 8, 14)
    reading(computed, AS_OF, None, None, None, "stale")
    assert len(news.build(computed.db, SINCE, AS_OF).projects[0].signals) == 1
    state(computed, AS_OF, "stale")
    assert news.build(computed.db, SINCE, AS_OF).projects[0].signals == []


def test_what_only_time_or_this_database_changes_is_no_news(computed: Book) -> None:
    reading(computed, SINCE, 10, 8, 14)
    reading(computed, AS_OF, 90, 89, 91)
    assert len(news.build(computed.db, SINCE, AS_OF).projects[0].signals) == 1
    computed.db.execute("UPDATE signals SET signal = 'longest_release_silence'")
    assert news.build(computed.db, SINCE, AS_OF).projects[0].signals == []
    computed.db.execute("UPDATE signals SET signal = 'concentration_trend'")
    assert news.build(computed.db, SINCE, AS_OF).projects[0].signals == []
    computed.db.execute('UPDATE signals SET companions = \'{"direction": "spreading"}\' WHERE as_of = ?', [str(AS_OF)])
    assert len(news.build(computed.db, SINCE, AS_OF).projects[0].signals) == 1
    computed.db.execute("UPDATE signals SET signal = 'release_weeks'")
    computed.db.execute(
        "UPDATE signals SET status = 'insufficient', value = NULL, reason = ? WHERE as_of = ?",
        ["before_lookback: the database begins later", SINCE.isoformat()],
    )
    assert news.build(computed.db, SINCE, AS_OF).projects[0].signals == []


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [("silent", "silent", 0), ("active", "active", 1), ("active", "silent", 1), ("silent", "waking", 1)],
)
def test_counts_of_a_project_that_stays_silent_fall_by_time_alone(
    computed: Book, before: str, after: str, changes: int
) -> None:
    reading(computed, SINCE, 10, 8, 14)
    reading(computed, AS_OF, 2, 1, 6)
    state(computed, SINCE, before)
    state(computed, AS_OF, after)
    assert len(news.build(computed.db, SINCE, AS_OF).projects[0].signals) == changes


def test_that_enough_was_watched_is_no_news(computed: Book) -> None:
    reading(computed, SINCE, None, None, None, "insufficient")
    reading(computed, AS_OF, 3, 2, 4)
    computed.db.execute("UPDATE signals SET signal = 'history_integrity'")
    assert news.build(computed.db, SINCE, AS_OF).projects[0].signals == []


def reading(
    book: Book, as_of: date, value: float | None, low: float | None, high: float | None, status: str = "ok"
) -> None:
    book.db.execute(
        "UPDATE signals SET status = ?, reason = ?, value = ?, low = ?, high = ?, score = ? "
        "WHERE signal = 'release_weeks' AND as_of = ?",
        [status, None if status == "ok" else "why", value, low, high, value and value / 52, as_of.isoformat()],
    )
    book.db.execute("DELETE FROM signals WHERE signal <> 'release_weeks'")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ((10, 8, 14), (15, 12, 18), "rose"),
        ((10, 8, 14), (7, 5, 9), "fell"),
        ((10, 8, 14), (14, 12, 16), None),
        ((10, 8, 14), (8, 6, 10), None),
        ((10, 10, 10), (12, 12, 12), None),  # nobody would rate it otherwise
        ((0, 1, 4), (0, 1, 3), None),
        ((0, 1, 4), (5, 3, 6), "rose"),
        ((52, 48, 50), (52, 48, 50), None),
        ((10, 8, 14), (None, None, None, "stale"), "status"),
        ((None, None, None, "insufficient"), (3, 2, 4), "status"),
        ((10, 8, 14), (None, None, None, "not_observable"), "status"),
        ((10, 8, 14), (None, None, None, "insufficient"), None),  # the window moved on
        ((None, None, None, "stale"), (None, None, None, "insufficient"), None),
        ((5, 0.2, 9), (0, 0, 4), None),  # shown as 0 to 9
        ((None, None, None, "stale"), (None, None, None, "stale"), None),
    ],
)
def test_a_signal_is_news_when_it_leaves_its_interval_or_its_status(
    computed: Book, before: Any, after: Any, change: str | None
) -> None:
    reading(computed, SINCE, *before)
    reading(computed, AS_OF, *after)
    found = news.build(computed.db, SINCE, AS_OF).projects[0].signals
    assert [s.change for s in found] == ([change] if change else [])
    if change:
        assert (found[0].before.value, found[0].after.value) == (before[0], after[0])


def test_repositories_that_were_renamed_archived_or_gone(book: Book) -> None:
    change(book, "repositories", "full_name", "acme/old", "acme/engine", f"{SINCE + timedelta(days=1)}T05:00:00Z")
    change(book, "repositories", "status", "ok", "archived", f"{AS_OF}T05:00:00Z")
    change(book, "repositories", "status", "archived", "private_or_gone", f"{AS_OF + timedelta(days=1)}T00:00:00Z")
    change(book, "repositories", "status", "empty", "ok", f"{SINCE}T05:00:00Z")
    found = made(book).repositories
    assert [(r.change, r.old, r.new) for r in found] == [
        ("renamed", "acme/old", "acme/engine"),
        ("status", "ok", "archived"),
    ]
    later = made(book, AS_OF, AS_OF + timedelta(days=7)).repositories
    assert [r.new for r in later] == ["private_or_gone"]
    assert [r.new for r in made(book, SINCE - timedelta(days=7), SINCE).repositories] == ["ok"]


def test_history_seen_to_be_altered(book: Book) -> None:
    seen = f"{SINCE + timedelta(days=2)}T05:00:00Z"
    repo = first_repo(book)
    change(book, "repositories", "head_oid", "c1", "c2", seen)
    change(book, "tags", "oid", "c1", "c2", seen, "1/v1.0.0")
    change(book, "releases", "tag_oid", "c1", "c2", seen)
    change(book, "releases", "published_at", SYNCED, seen, seen)
    change(book, "issues", "author", "1", "2", seen)
    change(book, "tags", "oid", "c1", "c2", f"{SINCE}T05:00:00Z", "1/v0.9.0")
    for n in range(3):
        book.late("issues", n, repo, seen, previous_sync="2026-01-01T00:00:00Z")
    found = {(a.kind, a.what): a.count for a in made(book).altered}
    assert found == {
        ("history_rewritten", "repositories"): 1,
        ("tag_moved", "tags"): 1,
        ("tag_moved", "releases"): 1,
        ("release_redated", "releases"): 1,
        ("arrived_late", "issues"): 3,
    }


def test_what_github_no_longer_lists(book: Book) -> None:
    repo, seen = first_repo(book), f"{SINCE + timedelta(days=2)}T05:00:00Z"
    spam = book.who("login-spam", gone_at=seen)
    others: list[Row] = [{}, {}, {"moved_to": "elsewhere"}, {"author": spam}]
    for number, more in enumerate(others, start=1):
        book.issue(repo, number, "login-two", LAST_YEAR, gone_at=seen, **more)
    book.issue(repo, 9, "login-two", LAST_YEAR, gone_at=f"{SINCE}T05:00:00Z")
    book.pull(repo, 10, "login-two", LAST_YEAR, gone_at=seen)
    lost = book.repo("acme/lost", gone_at=seen)
    book.issue(lost, 1, "login-two", LAST_YEAR, gone_at=seen)
    assert {(a.what, a.count) for a in made(book).altered if a.kind == "vanished"} == {
        ("issues", 2),
        ("pull_requests", 1),
    }
    assert "acme/engine: GitHub no longer lists 2 issues (last seen on 2026-05-06)" in told(book, "table")


def test_rules_changed_without_notice() -> None:
    book = Book()
    repo = book.repo(role="governance")
    before = book.direct(repo, "c1", LAST_YEAR, "login-one")
    for week, lines in ((0, 40), (1, 12), (2, 2)):
        landed = SINCE + timedelta(days=1, weeks=week)
        before = book.direct(repo, f"rule{week}", f"{landed}T10:00:00Z", "login-one", before, lines=lines)
    assert [(r.landed_at[:10], r.lines, r.notice_days) for r in made(book).rules] == [
        (f"{SINCE + timedelta(days=1)}", 40, 0),
        (f"{SINCE + timedelta(days=8)}", 12, 0),
    ]
    last = "12 lines on 2026-05-12, as it was pushed, without another person's word"
    assert f"acme/engine: 2 changes, the last of {last}" in told(book, "table", 200)
    weeks = [SINCE + timedelta(days=3 * n) for n in range(10)]
    for day in weeks:
        book.compute(day)
    told_once = [r.lines for a, b in pairwise(weeks) for r in news.build(book.db, a, b).projects[0].rules]
    assert told_once == [40, 12]


LAST_YEAR, SYNCED = "2025-12-01T10:00:00Z", "2026-01-01T00:00:00Z"


def test_nothing_is_told_twice_by_consecutive_news(book: Book) -> None:
    days = [SINCE - timedelta(days=7), SINCE, SINCE + timedelta(days=7), AS_OF]
    for day in days:
        book.compute(day)
    told = [r.tag_name for a, b in pairwise(days) for r in news.build(book.db, a, b).projects[0].releases]
    whole = [r.tag_name for r in news.build(book.db, days[0], days[-1]).projects[0].releases]
    assert sorted(told) == sorted(whole) == ["v1.0.0", "v1.2.0"]


@pytest.mark.parametrize("since", [AS_OF, AS_OF + timedelta(days=1)])
def test_the_first_date_must_be_the_earlier(book: Book, since: date) -> None:
    book.compute()
    with pytest.raises(UsageError, match="nothing between"):
        news.build(book.db, since, AS_OF)


def test_weeks_go_from_monday_to_monday(book: Book) -> None:
    for weeks in range(5):
        book.compute(SINCE + timedelta(weeks=weeks))
    last = AS_OF + timedelta(days=2)
    book.compute(last)
    found = news.weekly(book.db, last, build(book.db, last).projects, weeks=5)
    assert [(n.since, n.as_of) for n in found][:2] == [("2026-06-01", "2026-06-03"), ("2026-05-25", "2026-06-01")]
    assert [r.tag_name for n in found for r in n.projects[0].releases] == ["v1.2.0"]
    assert len(found) == 5
    assert found[-1].since == f"{SINCE}"


def test_only_the_projects_named(book: Book) -> None:
    book.repo("other/one", "other")
    made(book)
    assert [p.slug for p in news.build(book.db, SINCE, AS_OF, ["other"]).projects] == ["other"]
    with pytest.raises(UsageError, match="acme"):
        news.build(book.db, SINCE, AS_OF, ["acne"])


def test_a_project_tracked_only_since_then_has_no_moved_signals(computed: Book) -> None:
    computed.db.execute("DELETE FROM signals WHERE as_of = ?", [SINCE.isoformat()])
    assert news.build(computed.db, SINCE, AS_OF).projects[0].signals == []


def test_signals_of_another_method_are_not_compared(computed: Book) -> None:
    reading(computed, SINCE, 3, 2, 4)
    reading(computed, AS_OF, 9, 8, 11)
    assert "Signals are not compared" not in told(computed, "table")
    computed.db.execute("UPDATE signals SET method_version = '0' WHERE as_of = ?", [SINCE.isoformat()])
    assert news.build(computed.db, SINCE, AS_OF).projects[0].signals == []
    for form in ("table", "markdown"):
        assert "Signals are not compared" in told(computed, form, 300)


def told(book: Book, form: str, width: int = 100) -> str:
    return news_text.render(news.build(book.db, SINCE, AS_OF), form, width, colour=False)


def test_in_sentences(book: Book) -> None:
    change(book, "repositories", "full_name", "acme/old", "acme/engine", f"{AS_OF}T05:00:00Z")
    change(book, "repositories", "status", "ok", "archived", f"{AS_OF}T05:00:00Z")
    change(book, "repositories", "head_oid", "c1", "c2", f"{AS_OF}T05:00:00Z")
    book.repo("quiet/one", "quiet")
    made(book)
    reading(book, SINCE, 3, 2, 4)
    reading(book, AS_OF, 9, 8, 11)
    book.db.execute("DELETE FROM signals WHERE project = 'quiet'")
    text = told(book, "table")
    for sentence in (
        "acme/engine: v1.2.0 on 2026-05-08",
        "Weeks with a release rose from 3 of 52 weeks (2 to 4) to 9 of 52 weeks (8 to 11)",
        "acme/old is now acme/engine (seen on 2026-06-01)",
        "acme/engine is archived (seen on 2026-06-01)",
        "acme/engine: the default branch was rewritten once (last seen on 2026-06-01)",
        "Nothing changed: quiet.",
    ):
        assert sentence in text
        assert sentence.split(" (")[0].split(":")[0] in told(book, "markdown")
    assert "login-" not in text
    assert max(map(len, told(book, "table", 80).splitlines())) <= 80


def test_a_status_is_told_with_its_reason(computed: Book) -> None:
    reading(computed, SINCE, 3, 2, 4)
    reading(computed, AS_OF, None, None, None, "not_observable")
    text = told(computed, "table", 200)
    assert "  Signals known now, or no longer:\n" in text
    assert "left their interval" not in text
    assert "Weeks with a release: now not observable: why; before, 3 of 52 weeks (2 to 4)" in text


def test_many_releases_of_a_repository_are_one_line(book: Book) -> None:
    repo = first_repo(book)
    day = SINCE + timedelta(days=5)
    book.direct(repo, "c3", f"{day}T10:00:00Z", "login-one", "c2")
    book.release(repo, "v1.3.0", f"{day}T11:00:00Z", "c3")
    made(book)
    assert "acme/engine: 2 releases, the last v1.3.0 on 2026-05-09" in told(book, "table")


def test_markdown_cannot_be_broken_by_a_name(book: Book) -> None:
    book.db.execute("UPDATE releases SET tag_name = 'v1.2.0](http://x)<b>' WHERE tag_name = 'v1.2.0'")
    made(book)
    text = told(book, "markdown")
    assert "\\]" in text
    assert "\\<b\\>" in text
    assert "](<https://github.com/acme/engine/releases/tag/v1.2.0](http://x)%3Cb%3E>)" in text


def test_the_json_is_the_model(computed: Book) -> None:
    found = news.build(computed.db, SINCE, AS_OF)
    assert json.loads(told(computed, "json")) == json.loads(json.dumps(asdict(found)))
    with pytest.raises(UsageError, match="not available as CSV"):
        told(computed, "csv")
