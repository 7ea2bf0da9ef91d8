"""Which landings change rules, what is notice of one, and when a pull request was last changed."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.config import Config
from collector.config.model import Project
from collector.method.signal import Status
from collector.method.signals.rule_change_notice import SIGNAL, rule_change_notice
from collector.method.statistics.intervals import wilson
from tests.made import Book, Row, repo
from tests.method.contexts import context, weeks_old

OPENED, MERGED = "2026-05-04T12:00:00Z", "2026-05-11T12:00:00Z"
BETWEEN = "2026-05-06T12:00:00Z"
CONFIG = Config(projects=(Project("acme", "Acme", ("compute",), rule_paths=("fees/**",), note="made"),))


def change(
    book: Book,
    number: int = 1,
    by: str | None = "ann",
    path: str = "fees/table.toml",
    lines: int = 3,
    merged_at: str = MERGED,
    **more: Any,
) -> int:
    """A pull request that changes rules, open for seven days to the second."""
    ident = book.landed(repo(book), number, by, OPENED, merged_at, lines=lines, **more)
    book.add("pull_request_files", pull_request=ident, path=path, additions=lines)
    return ident


def word(book: Book, pull: int, by: str | None = "bob", at: str = BETWEEN, length: int = 40, **more: Any) -> None:
    """A comment on it."""
    book.comment(repo(book), pull, by, at, subject_type="PullRequest", length=length, **more)


def row(book: Book) -> Row:
    (found,) = book.evidence("rule_change_notice")
    return found


@pytest.fixture
def acme() -> Book:
    made = Book(config=CONFIG)
    made.repo()
    return made


def test_seven_days_and_a_word_are_notice(acme: Book) -> None:
    word(acme, change(acme))
    found = row(acme)
    assert (found["counted"], found["noticed"], found["notice_days"], found["change"]) == (1, 1, 7.0, "opened")


def test_a_review_is_a_word_too(acme: Book) -> None:
    pull = change(acme)
    acme.add("reviews", pull_request=pull, author=acme.who("bob"), submitted_at=BETWEEN, length=40, state="COMMENTED")
    assert row(acme)["noticed"] == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"by": "ann"},
        {"by": None},
        {"by": "young"},
        {"by": "checker[bot]"},
        {"at": MERGED},
        {"length": 39},
        {"length": 300, "prose_length": 39},
    ],
    ids=str,
)
def test_what_is_no_word_of_another(acme: Book, spoilt: dict[str, Any]) -> None:
    acme.who("young", created_at="2026-02-06T12:00:00Z")
    acme.who("checker[bot]", type="Bot")
    word(acme, change(acme), **spoilt)
    assert (row(acme)["noticed"], row(acme)["commented"]) == (0, 0)


def test_an_account_of_ninety_days_is_old_enough(acme: Book) -> None:
    acme.who("bob", created_at="2026-02-05T12:00:00Z")
    word(acme, change(acme))
    assert row(acme)["noticed"] == 1


def test_a_second_less_is_no_notice(acme: Book) -> None:
    word(acme, change(acme, merged_at="2026-05-11T11:59:59Z"))
    assert (row(acme)["noticed"], row(acme)["commented"]) == (0, 1)


def test_a_push_has_no_notice_and_one_push_is_one_change(acme: Book) -> None:
    acme.commit(repo(acme), "a", OPENED, lines=2)
    acme.commit(repo(acme), "b", OPENED, "a", lines=2)
    acme.push(repo(acme), "b", OPENED, "ann")
    for oid in ("a", "b"):
        acme.add("commit_paths", repository=repo(acme), oid=oid, path="fees", touched=1)
    found = row(acme)
    assert (found["counted"], found["rule_lines"], found["noticed"], found["notice_days"]) == (1, 4, 0, 0)


def test_what_neither_a_push_nor_a_pull_request_brought_is_a_change_for_each_commit(acme: Book) -> None:
    for n, oid in enumerate(("a", "b")):
        acme.commit(repo(acme), oid, OPENED, *(["a"] if n else []), signed_by_github=1)
        acme.add("commit_paths", repository=repo(acme), oid=oid, path="fees", touched=1)
    assert [found["counted"] for found in acme.evidence("rule_change_notice")] == [1, 1]


@pytest.mark.parametrize(
    ("role", "path", "lines", "reason"),
    [
        ("core", "fees/table.toml", 2, "under_3_lines"),
        ("core", "fees/generated/a.toml", 30, "generated"),
        ("governance", "text.md", 9, "under_10_lines"),
        ("governance", "text.md", 10, None),
        ("governance", "fees/table.toml", 3, None),
    ],
)
def test_how_many_lines_make_a_change(role: str, path: str, lines: int, reason: str | None) -> None:
    book = Book(config=CONFIG)
    book.repo(role=role)
    change(book, path=path, lines=lines)
    assert row(book)["reason"] == reason


def test_other_paths_are_not_looked_at(acme: Book) -> None:
    change(acme, path="src/main.py")
    assert acme.evidence("rule_change_notice") == []


def test_a_bots_pull_request_is_the_change_of_who_merged_it(acme: Book) -> None:
    acme.who("writer[bot]", type="Bot")
    pull = change(acme, by="writer[bot]", merger="ann")
    word(acme, pull, by="ann")
    assert (row(acme)["counted"], row(acme)["noticed"]) == (1, 0)
    word(acme, pull, by="bob")
    assert (row(acme)["counted"], row(acme)["noticed"]) == (1, 1)


def test_what_bots_opened_and_merged_is_out(acme: Book) -> None:
    acme.who("writer[bot]", type="Bot")
    change(acme, by="writer[bot]", merger="writer[bot]")
    assert row(acme)["reason"] == "bot"


def test_the_week_begins_with_the_last_change(acme: Book) -> None:
    pull = change(acme)
    acme.event(repo(acme), pull, "ReadyForReviewEvent", BETWEEN, "ann", subject_type="PullRequest")
    assert (row(acme)["change"], row(acme)["changed_at"]) == ("ready", BETWEEN)
    later = "2026-05-07T12:00:00Z"
    acme.event(repo(acme), pull, "HeadRefForcePushedEvent", later, "ann", subject_type="PullRequest")
    assert (row(acme)["change"], row(acme)["changed_at"]) == ("force_push", later)
    acme.event(repo(acme), pull, "HeadRefForcePushedEvent", "2026-05-12T00:00:00Z", "ann", subject_type="PullRequest")
    assert row(acme)["changed_at"] == later, "after the merge nothing changes"


def test_pushes_to_a_branch_of_the_same_repository_are_changes(acme: Book) -> None:
    change(acme, is_cross_repository=0, head_oid="x")
    acme.push(repo(acme), "w", "2026-05-05T12:00:00Z", "ann", ref="refs/heads/topic", kind="branch_creation")
    acme.push(repo(acme), "x", BETWEEN, "ann", "w", ref="refs/heads/topic")
    acme.push(repo(acme), "y", "2026-05-08T12:00:00Z", "ann", ref="refs/heads/other")
    assert (row(acme)["change"], row(acme)["changed_at"]) == ("push", BETWEEN)


def test_an_update_from_the_base_is_no_change(acme: Book) -> None:
    ident = repo(acme)
    acme.direct(ident, "base", "2026-05-01T00:00:00Z", "ann")
    acme.commit(ident, "own", OPENED, "base", lines=3)
    acme.direct(ident, "main", "2026-05-05T12:00:00Z", "ann", "base")
    acme.commit(ident, "update", BETWEEN, "own", "main", lines=0)
    acme.commit(ident, "merge", MERGED, "main", "update", lines=0)
    pull = acme.pull(
        ident, 1, "ann", OPENED, MERGED, oid="merge", is_cross_repository=0, head_oid="update", additions=3
    )
    acme.add("pull_request_files", pull_request=pull, path="fees/a.toml", additions=3)
    for oid in ("base", "main"):
        acme.add("commit_paths", repository=ident, oid=oid, path="fees", touched=0)
    acme.push(ident, "update", BETWEEN, "ann", "own", ref="refs/heads/topic")
    assert (row(acme)["change"], row(acme)["changed_at"]) == ("opened", OPENED)
    acme.commit(ident, "more", "2026-05-07T12:00:00Z", "update", lines=3)
    acme.db.execute("UPDATE commit_parents SET parent = 'more' WHERE oid = 'merge' AND position = 1")
    acme.push(ident, "more", "2026-05-07T12:00:00Z", "ann", "update", ref="refs/heads/topic")
    acme.db.execute("UPDATE pull_requests SET head_oid = 'more'")
    assert (row(acme)["change"], row(acme)["changed_at"]) == ("push", "2026-05-07T12:00:00Z")


@pytest.mark.parametrize(
    ("lines", "parents", "changed"),
    [(3, ("main",), False), (4, ("main",), True), (0, ("own", "main"), False)],
    ids=["rebased", "amended", "updated"],
)
def test_what_a_push_brought_is_told_by_the_commits_of_the_branch(
    acme: Book, lines: int, parents: tuple[str, ...], changed: bool
) -> None:
    ident = repo(acme)
    acme.direct(ident, "base", "2026-05-01T00:00:00Z", "ann")
    acme.direct(ident, "main", "2026-05-05T12:00:00Z", "ann", "base")
    for oid in ("base", "main"):
        acme.add("commit_paths", repository=ident, oid=oid, path="fees", touched=0)
    change(acme, is_cross_repository=0, head_oid="new")
    kind = "push" if "own" in parents else "force_push"
    acme.push(ident, "new", BETWEEN, "ann", "own", ref="refs/heads/topic", kind=kind)
    shared = {"repository": ident, "headline": "Fees", "authored_at": OPENED, "deletions": 0}
    acme.add("branch_commits", oid="own", parents="base", additions=3, **shared)
    acme.add("branch_commits", oid="new", parents=" ".join(parents), additions=lines, **shared)
    assert row(acme)["change"] == (kind if changed else "opened")


def test_commits_of_a_fork_are_dated_by_who_committed_them(acme: Book) -> None:
    pull = change(acme, is_cross_repository=1)
    for oid, at in (("a", "2026-05-01T00:00:00Z"), ("b", BETWEEN), ("c", "2026-05-12T00:00:00Z")):
        row_ = {"oid": oid, "headline": oid, "authored_at": OPENED, "committed_at": at}
        acme.add("pull_request_commits", pull_request=pull, **row_)
    assert (row(acme)["change"], row(acme)["changed_at"]) == ("commit", BETWEEN)


def test_the_signal_of_a_project(acme: Book) -> None:
    for number in (1, 2, 3):
        pull = change(acme, number)
        if number < 3:
            word(acme, pull)
    acme.direct(repo(acme), "d", OPENED, "ann")
    acme.add("commit_paths", repository=repo(acme), oid="d", path="fees", touched=1)
    found = acme.compute()["rule_change_notice"]
    assert (found["status"], found["value"], found["n"]) == ("ok", 0.5, 4)
    assert json.loads(found["companions"]) == {"with_notice": 2, "median_notice_days": 7.0}
    assert json.loads(found["naive"]) == {"commits": 4}


def test_while_paths_are_unknown_it_waits(acme: Book) -> None:
    for number in (1, 2, 3):
        change(acme, number)
    acme.direct(repo(acme), "d", OPENED, "ann")
    assert acme.compute()["rule_change_notice"]["reason"].startswith("facts_incomplete: ")
    assert acme.compute(date(2026, 5, 1))["rule_change_notice"]["reason"] == "3 rule changes are needed, there are none"


def test_splitting_a_push_into_commits_changes_nothing(acme: Book) -> None:
    for n in range(9):
        acme.commit(repo(acme), f"c{n}", OPENED, *([f"c{n - 1}"] if n else []), lines=3)
        acme.add("commit_paths", repository=repo(acme), oid=f"c{n}", path="fees", touched=1)
    acme.push(repo(acme), "c8", OPENED, "ann")
    for number in (1, 2):
        word(acme, change(acme, number))
    found = acme.compute()["rule_change_notice"]
    assert (found["n"], found["value"]) == (3, pytest.approx(2 / 3))
    assert json.loads(found["naive"]) == {"commits": 11}


def test_the_share_and_its_interval() -> None:
    signal = rule_change_notice([(True, 9.0), (True, 8.0), (True, 20.0), (False, 9.0), (False, 0.0)], context(SIGNAL))
    assert (signal.status, signal.value, signal.n) == (Status.OK, 0.6, 5)
    assert (signal.low, signal.high) == wilson(3, 5)
    assert signal.score == pytest.approx((3 + 2.5) / 10)
    assert signal.companions["median_notice_days"] == 9.0


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 100)), min_size=3, max_size=40))
def test_laws(changes: list[tuple[bool, float]]) -> None:
    signal = rule_change_notice(changes, context(SIGNAL))
    assert signal.value is not None
    assert signal.low is not None
    assert signal.high is not None
    assert 0 <= signal.low <= signal.value <= signal.high <= 1
    more = rule_change_notice([*changes, (True, 8.0)], context(SIGNAL))
    assert more.value is not None
    assert more.value >= signal.value


def test_too_few_changes_and_young_projects_are_insufficient() -> None:
    assert rule_change_notice([(True, 8.0)] * 2, context(SIGNAL)).reason == "3 rule changes are needed, there are 2"
    young = rule_change_notice([(True, 8.0)] * 3, context(SIGNAL, weeks_old(3)))
    assert young.reason == "the oldest repository is 3 weeks old, 26 needed"
