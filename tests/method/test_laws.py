"""Laws of the signals: what changes nothing, whatever the history is, and what can only raise a figure."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.laws import costly
from tests.made import Book

FIRST = date(2025, 6, 2)  # the window's first day
VALUES = ("status", "value", "low", "high", "n", "score")

Landing = tuple[int, int, int]
"""Who (0 to 3), on which day of the window, how many lines."""
LANDINGS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 363), st.integers(1, 40)), min_size=1, max_size=70)
LAW = costly(4)


def moment(day: int, n: int) -> str:
    return f"{FIRST + timedelta(days=day)}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"


def told(
    landings: list[Landing], parts: int = 1, repos: int = 1, shuffle: int | None = None, machines: bool = False
) -> Book:
    """A history: each landing is a push of one commit, or of that in `parts`; a release each 20 of them, and issues."""
    book = Book()
    ids = [book.repo(f"acme/r{n}") for n in range(repos)]
    logins = ["ann", "bob", "cat", "dan"]
    for n, login in enumerate([*logins, "robot[bot]", *(f"asker{n}" for n in range(12))], 100):
        book.accounts[login] = book.add("accounts", id=n, login=login, is_bot=int(login == "robot[bot]"))
    heads = dict.fromkeys(ids, "")
    calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
    ordered = sorted((day, n, who, lines) for n, (who, day, lines) in enumerate(landings))
    for day, n, who, lines in ordered:
        repo, at = ids[n % repos], moment(day, 3 * n)
        before = heads[repo]
        pieces = min(parts, lines)
        for piece in range(pieces):
            oid = f"c{n}.{piece}"
            share = lines // pieces + (piece < lines % pieces)
            calls.append((book.commit, (repo, oid, at, *filter(None, [heads[repo]])), {"lines": share}))
            heads[repo] = oid
        by = logins[who]
        calls.append((book.push, (repo, heads[repo], at, by), {"before": before or "0" * 40, "id": 5000 + n}))
        if n % 20 == 7:
            calls.append((book.release, (repo, f"v1.{n}.0", moment(day, 3 * n + 1), heads[repo]), {"id": 6000 + n}))
        if machines:
            oid, before = f"b{n}", heads[repo]
            calls.append((book.commit, (repo, oid, moment(day, 3 * n + 2), before), {"lines": 500}))
            calls.append((book.push, (repo, oid, moment(day, 3 * n + 2), "robot[bot]", before), {"id": 7000 + n}))
            heads[repo] = oid
    for n in range(20):
        at = moment(14 * n, 0)
        calls.append((book.issue, (ids[0], 2 * n + 1, f"asker{n % 12}", at), {"id": 8000 + n}))
        if n % 3:
            calls.append(
                (book.comment, (ids[0], 8000 + n, logins[n % 4], moment(14 * n + n % 9, 999)), {"id": 8100 + n})
            )
        if machines:
            calls.append((book.issue, (ids[0], 2 * n + 2, "robot[bot]", at), {"id": 8200 + n}))
            calls.append((book.comment, (ids[0], 8000 + n, "robot[bot]", moment(14 * n, 300)), {"id": 8300 + n}))
    if shuffle is not None:
        random.Random(shuffle).shuffle(calls)
    book.db.execute("PRAGMA foreign_keys = OFF")
    for call, args, values in calls:
        call(*args, **values)
    return book


def values(book: Book) -> dict[str, tuple[Any, ...]]:
    return {key: tuple(row[v] for v in VALUES) for key, row in book.compute().items()}


@LAW
@given(LANDINGS, st.integers(2, 4))
def test_splitting_or_squashing_commits_changes_nothing(landings: list[Landing], parts: int) -> None:
    assert values(told(landings, parts=parts)) == values(told(landings))


@LAW
@given(LANDINGS, st.integers())
def test_the_order_of_rows_changes_nothing(landings: list[Landing], seed: int) -> None:
    assert values(told(landings, shuffle=seed)) == values(told(landings))


@LAW
@given(LANDINGS)
def test_renaming_accounts_changes_nothing(landings: list[Landing]) -> None:
    renamed = told(landings)
    renamed.db.execute("UPDATE accounts SET login = 'z' || id WHERE NOT is_bot")
    assert values(renamed) == values(told(landings))


@LAW
@given(LANDINGS, LANDINGS)
def test_adding_a_project_changes_nothing(landings: list[Landing], others: list[Landing]) -> None:
    """The same people work there, and use powers that they do not have here."""
    both = told(landings)
    there = both.repo("other/engine", "other")
    for n, (who, day, lines) in enumerate(others):
        login = ("ann", "asker1", "asker2", "robot[bot]")[who]
        both.direct(there, f"o{n}", moment(day, 5 * n), login, lines=lines)
        both.release(there, f"v2.{n}.0", moment(day, 5 * n + 1), f"o{n}")
        issue = both.issue(there, n + 1, "asker1", moment(day, 5 * n))
        both.comment(there, issue, "asker2", moment(day, 5 * n + 900))
    assert {key: row for key, row in values(both).items() if ":" not in key} == values(told(landings))


@LAW
@given(LANDINGS)
def test_splitting_a_repository_in_two_changes_nothing(landings: list[Landing]) -> None:
    one, two = values(told(landings)), values(told(landings, repos=2))
    for key in ("active_weeks", "contributor_days", "effective_contributors"):
        assert one[key] == two[key]


@LAW
@given(LANDINGS)
def test_adding_bots_changes_nothing(landings: list[Landing]) -> None:
    assert values(told(landings, machines=True)) == values(told(landings))


@LAW
@given(LANDINGS, LANDINGS)
def test_more_author_days_never_lower_contributor_days(landings: list[Landing], more: list[Landing]) -> None:
    assert values(told(landings + more))["contributor_days"][4] >= values(told(landings))["contributor_days"][4]
