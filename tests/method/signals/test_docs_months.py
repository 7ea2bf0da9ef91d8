"""Periods with work on docs: whose lines count, where, and when docs exist."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.config import Config
from collector.config.model import Project, TrackedRepository
from collector.method.signal import Status
from collector.method.signals.docs_months import SIGNAL, docs_months
from collector.method.statistics.intervals import wilson
from tests.made import Book, Row, repo
from tests.method.contexts import context, day, weeks_old

MAY = "2026-05-04T12:00:00Z"
BEFORE = "2025-05-05T12:00:00Z"


def configured(book: Book, docs: tuple[str, ...] = ("docs/**",), rules: tuple[str, ...] = ()) -> None:
    names = [row["full_name"] for row in book.rows("SELECT full_name FROM repositories")]
    repos = tuple(TrackedRepository(name, "core") for name in names)
    book.config = Config(
        projects=(Project("acme", "Acme", ("compute",), docs_paths=docs, rule_paths=rules, repos=repos),)
    )


def pull(
    book: Book, number: int, at: str, by: str = "ann", path: str = "docs/guide.md", lines: int = 12, **more: Any
) -> None:
    """A merged pull request that changes one file."""
    ident = book.landed(repo(book), number, by, at, at, lines=lines, **more)
    book.add("pull_request_files", pull_request=ident, path=path, additions=lines)


def push(
    book: Book, oid: str, at: str, *touched: str, untouched: tuple[str, ...] = (), by: str = "ann", **more: Any
) -> None:
    """A direct push of a commit, of which it is known what it touched."""
    book.direct(repo(book), oid, at, by, **more)
    for path in (*touched, *untouched):
        book.add("commit_paths", repository=repo(book), oid=oid, path=path, touched=int(path in touched))


def value(book: Book) -> Row:
    return book.compute()["docs_months"]


@pytest.fixture
def acme() -> Book:
    """A repository whose docs folder is declared."""
    made = Book()
    made.repo()
    configured(made)
    return made


def test_the_files_of_pull_requests_and_whole_commits_of_pushes_count(acme: Book) -> None:
    pull(acme, 1, MAY)
    pull(acme, 2, MAY, path="src/main.py")
    push(acme, "d", "2026-03-02T12:00:00Z", "docs", lines=30)
    push(acme, "s", "2026-02-02T12:00:00Z", untouched=("docs",))
    assert {row["lines"] for row in acme.evidence("docs_months") if row["counted"]} == {12, 30}
    assert value(acme)["value"] == 2.0


def test_ten_lines_of_several_people_make_a_period(acme: Book) -> None:
    pull(acme, 1, MAY, "ann", lines=5)
    pull(acme, 2, "2026-05-05T12:00:00Z", "bob", lines=5)
    pull(acme, 3, "2026-03-02T12:00:00Z", "bob", lines=9)
    assert value(acme)["value"] == 1.0


def test_a_docs_repository_is_docs_entirely() -> None:
    book = Book()
    book.repo(role="docs")
    configured(book)
    book.direct(repo(book), "d", MAY, "ann")
    pull(book, 1, "2026-03-02T12:00:00Z", path="anything.txt")
    assert value(book)["value"] == 2.0


def test_generated_files_bots_and_copies_do_not_count_but_show_that_docs_exist(acme: Book) -> None:
    pull(acme, 1, MAY, path="docs/generated/api.md")
    pull(acme, 2, MAY, by="writer[bot]")
    acme.who("writer[bot]")
    acme.db.execute("UPDATE accounts SET type = 'Bot' WHERE login = 'writer[bot]'")
    push(acme, "a", BEFORE, "docs", headline="Same", authored_at=BEFORE)
    push(acme, "b", MAY, "docs", headline="Same", authored_at=BEFORE)
    found = value(acme)
    assert (found["status"], found["value"]) == ("ok", 0.0)
    assert json.loads(found["excluded"]) == {"generated": 1, "bot": 1, "copy": 1, "outside_the_window": 1}


def test_work_of_deleted_accounts_and_mirrors_counts(acme: Book) -> None:
    ident = acme.landed(repo(acme), 1, None, MAY, MAY, lines=12)
    acme.add("pull_request_files", pull_request=ident, path="docs/a.md", additions=12)
    assert value(acme)["value"] == 1.0


def test_without_any_docs_it_is_not_observable(acme: Book) -> None:
    pull(acme, 1, MAY, path="src/main.py")
    assert (value(acme)["status"], value(acme)["value"]) == ("not_observable", None)
    pull(acme, 2, BEFORE, path="docs/old.md", lines=1)
    found = value(acme)
    assert (found["status"], found["value"], found["n"]) == ("ok", 0.0, 13)
    assert acme.reasons("docs_months") == {"2": "outside_the_window"}


def test_while_paths_are_unknown_it_waits(acme: Book) -> None:
    pull(acme, 1, MAY)
    acme.direct(repo(acme), "d", MAY, "ann")
    found = value(acme)
    assert found["status"] == "insufficient"
    assert found["reason"] == "facts_incomplete: the paths that 1 pushed commit touched are not known yet"
    acme.add("commit_paths", repository=repo(acme), oid="d", path="docs", touched=0)
    assert value(acme)["status"] == "ok"
    configured(acme, rules=("fees/**",))
    assert value(acme)["status"] == "insufficient"


@pytest.mark.parametrize("change", [{"status": "private_or_gone"}, {"role": "docs"}], ids=["lost", "docs"])
def test_what_cannot_or_need_not_be_asked_is_not_waited_for(acme: Book, change: Row) -> None:
    pull(acme, 1, MAY)
    acme.direct(repo(acme), "d", MAY, "ann")
    for column, new in change.items():
        table = "project_repositories" if column == "role" else "repositories"
        acme.db.execute(f"UPDATE {table} SET {column} = ?", [new])
    assert value(acme)["status"] == "ok"


def test_what_landed_after_the_date_is_not_waited_for(acme: Book) -> None:
    pull(acme, 1, "2026-03-02T12:00:00Z")
    acme.direct(repo(acme), "d", MAY, "ann")
    assert acme.compute(date(2026, 5, 1))["docs_months"]["status"] == "ok"


def test_release_notes_are_shown_beside(acme: Book) -> None:
    pull(acme, 1, MAY)
    for n, (at, prose) in enumerate((("2026-05-05", 200), ("2026-05-12", 199), ("2026-05-19", None)), 2):
        pull(acme, n, f"{at}T12:00:00Z", path="src/a.py")
        acme.release(repo(acme), f"v1.{n}.0", f"{at}T13:00:00Z", f"pr{n}", prose_length=prose)
        acme.db.execute("INSERT INTO commit_parents VALUES (?, ?, ?, 0)", [repo(acme), f"pr{n}", f"pr{n - 1}"])
    companions = json.loads(value(acme)["companions"])
    assert companions["periods"] == 1
    assert companions["releases_with_notes"] == pytest.approx(1 / 3)


def test_many_commits_move_the_naive_figure_only(acme: Book) -> None:
    pull(acme, 1, MAY)
    before = value(acme)
    for n in range(30):
        push(acme, f"d{n}", MAY, "docs", lines=1)
    after = value(acme)
    assert after["value"] == before["value"]
    assert json.loads(after["naive"])["commits"] == json.loads(before["naive"])["commits"] + 30


def test_it_is_scaled_by_the_periods_of_existence() -> None:
    changes = [(day(363), 10), (day(335), 4), (day(334), 6), (day(300), 10), (day(100), 10)]
    signal = docs_months(changes, context(SIGNAL, weeks_old(29)), None)
    # Created 29 weeks before a Thursday, it overlaps the last 29 weeks of the window, and so its last 8 periods.
    assert (signal.n, signal.value) == (8, 3 * 13 / 8)
    assert signal.status == Status.OK
    assert signal.value is not None
    assert signal.low is not None
    assert signal.high is not None
    assert signal.low <= signal.value <= signal.high


def test_the_interval_is_wilsons() -> None:
    signal = docs_months([(day(28 * n), 10) for n in range(9)], context(SIGNAL), None)
    low, high = wilson(9, 13)
    assert (signal.value, signal.low, signal.high) == (9.0, 13 * low, 13 * high)
    assert signal.score == pytest.approx(9 / 13)


@given(st.lists(st.tuples(st.integers(0, 363).map(day), st.integers(0, 30)), max_size=40), st.integers(26, 120))
def test_laws(changes: list[tuple[date, int]], age: int) -> None:
    here = context(SIGNAL, weeks_old(age))
    signal = docs_months(changes, here, None)
    assert signal.value is not None
    assert signal.low is not None
    assert signal.high is not None
    assert 0 <= signal.low <= signal.value <= signal.high <= 13
    more = docs_months([*changes, (day(200), 5)], here, None)
    assert more.value is not None
    assert more.value >= signal.value
    split = docs_months([(at, 1) for at, lines in changes for _ in range(lines)], here, None)
    assert split.value == signal.value


def test_too_young_a_project_is_insufficient() -> None:
    signal = docs_months([(day(363), 10)], context(SIGNAL, weeks_old(3)), None)
    assert (signal.status, signal.reason) == (
        Status.INSUFFICIENT,
        "the oldest repository is 3 weeks old, 26 needed",
    )
