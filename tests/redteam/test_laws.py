"""Laws of the signals over made histories, as a year's syncs saw them: what changes nothing, what never lowers."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.redteam.evaluate import signals_of
from benchmarks.redteam.history import (
    AS_OF,
    SYNCS,
    WINDOW_START,
    Comment,
    Commit,
    History,
    Issue,
    Person,
    Pull,
    Push,
    Release,
    Repo,
    Review,
)
from benchmarks.redteam.honest import LONG_WORD
from benchmarks.redteam.record import record
from tests.laws import costly

LAW = costly(2)
BEGUN = WINDOW_START - timedelta(weeks=60)
FEES = "economics/fees.toml"


@dataclass(frozen=True)
class Work:
    """What an insider lands on a day of the window."""

    day: int
    who: int
    lines: int
    way: str  # pushed | merged | reviewed
    path: str


@dataclass(frozen=True)
class Asked:
    """An outsider's issue or pull request, answered after so many days or never."""

    day: int
    who: int
    wait: int | None
    is_issue: bool
    closed: bool


WORK = st.builds(
    Work,
    st.integers(0, 360),
    st.integers(0, 3),
    st.integers(10, 60),
    st.sampled_from(("pushed", "merged", "reviewed")),
    st.sampled_from(("src/a.py", "docs/guide.md", FEES)),
)
ASKED = st.builds(
    Asked,
    st.integers(0, 330),
    st.integers(0, 23),
    st.none() | st.integers(0, 30),
    st.booleans(),
    st.booleans(),
)
PLAN = st.tuples(st.lists(WORK, max_size=25), st.lists(ASKED, max_size=25))
Plan = tuple[list[Work], list[Asked]]

# Enough of everything that each signal is known, whatever is drawn besides.
STEADY: Plan = (
    [
        Work(9 * n, n % 4, 30, ("pushed", "merged", "reviewed")[n % 3], ("src/a.py", "docs/guide.md", FEES)[n % 7 % 3])
        for n in range(40)
    ],
    [Asked(8 * n, n % 24, (None, 1, 3, 12)[n % 4], n % 5 > 1, n % 3 == 0) for n in range(42)],
)


def made(plan: Plan, parts: int = 1) -> History:
    """The history of a plan and of the steady part, in one repository or dealt out to several."""
    team = [Person(name, member=True) for name in ("ann", "bob", "cat", "dan")]
    outsiders = [Person(f"asker-{n}") for n in range(24)]
    repos = [Repo(f"acme/part-{n}", BEGUN) for n in range(parts)]
    h = History(0, Random(0), team, outsiders, repos)
    h.syncs = [*SYNCS[:36:6], *SYNCS[-2:]]
    for repo in repos:
        h.pushes.append(Push(repo, team[0], BEGUN + timedelta(hours=2), [Commit("Begin", 30, team[0])]))
    for n, work in enumerate([*STEADY[0], *plan[0]]):
        land(h, n, work)
    for n, asked in enumerate([*STEADY[1], *plan[1]]):
        ask(h, n, asked)
    for n in range(8):
        at = WINDOW_START + timedelta(days=40 * n + 5, hours=15)
        revert = Commit(f'Revert "Change {n}"', 30, team[n % 4], at, words=250 if n % 2 else 0)
        h.pushes.append(Push(repos[n % parts], team[n % 4], at, [revert]))
    for n in range(13):
        at = WINDOW_START + timedelta(days=28 * n + 20, hours=23)
        h.releases += [Release(repo, f"v1.{n}.0", at, team[0]) for repo in repos]
    return h


def land(h: History, n: int, work: Work) -> None:
    who, repo = h.team[work.who], h.repos[n % len(h.repos)]
    at = WINDOW_START + timedelta(days=work.day, hours=10, minutes=n)
    commit = Commit(f"Change {n}", work.lines, who, at, path=work.path)
    if work.way == "pushed":
        h.pushes.append(Push(repo, who, at, [commit]))
        return
    pull = Pull(repo, who, at - timedelta(days=8), f"Change {n}", [commit], at, who, path=work.path)
    if work.way == "reviewed":
        pull.reviews.append(Review(h.team[(work.who + 1) % 4], at - timedelta(hours=2)))
    h.pulls.append(pull)


def ask(h: History, n: int, asked: Asked) -> Issue | Pull:
    who, repo = h.outsiders[asked.who], h.repos[n % len(h.repos)]
    at = WINDOW_START + timedelta(days=asked.day, hours=6, minutes=n)
    thing: Issue | Pull
    if asked.is_issue:
        thing = Issue(repo, who, at)
        h.issues.append(thing)
    else:
        thing = Pull(repo, who, at, f"Offer {n}", [Commit(f"Offer {n}", 12, who, at)], outside=True)
        h.pulls.append(thing)
    if asked.wait is not None:
        answer(h, thing, asked.wait)
        if isinstance(thing, Issue) and asked.closed:
            thing.close(h.team[n % 4], at + timedelta(days=asked.wait, hours=9))
    return thing


def answer(h: History, thing: Issue | Pull, wait: int) -> None:
    """A person of the team answers in new words."""
    thing.comments.append(Comment(h.team[len(thing.comments) % 4], thing.at + timedelta(days=wait, hours=3)))


Figures = dict[str, tuple[Any, ...]]


def figures(h: History, day: datetime | None = None) -> Figures:
    """The value, the interval and n of every signal."""
    as_of = day.date() if day else AS_OF
    asked = "SELECT signal, status, value, low, high, n FROM signals WHERE project = 'acme' AND as_of = ?"
    with closing(record(h)) as db:
        signals_of(db, as_of)
        return {key: tuple(rest) for key, *rest in db.execute(asked, [as_of.isoformat()])}


def values(h: History) -> dict[str, float | None]:
    return {key: row[1] for key, row in figures(h).items()}


def hide(h: History, hits: list[int]) -> None:
    """Let things vanish, move and come late between two syncs, once for each hit."""
    for n, hit in enumerate(hits):
        at = SYNCS[hit % 36] + timedelta(days=2, hours=n)
        match hit % 5:
            case 0:
                issue = h.issues[hit % len(h.issues)]
                issue.deleted_at = max(at, issue.at + timedelta(hours=1))
            case 1:
                old = [r for r in h.releases if r.at < at]
                if old:
                    old[-1].tag_moves.append(at)
            case 2:
                old = [r for r in h.releases if r.at < at and not r.flips]
                if old:
                    old[0].flips = [(at, True), (at + timedelta(hours=1), False)]
            case 3:
                made_anew = [Commit(f"Anew {hit}", 20, h.team[0], at)]
                h.pushes.append(Push(h.main, h.team[0], at, made_anew, back=2))
            case _:
                who = h.outsiders[hit % len(h.outsiders)]
                h.issues.append(Issue(h.main, who, at, at - timedelta(days=40 + hit % 90)))


@LAW
@given(PLAN, st.lists(st.integers(0, 400), max_size=6), st.integers(3, 7))
def test_a_date_is_the_same_whether_synced_then_or_later(plan: Plan, hits: list[int], place: int) -> None:
    def seen(later: bool) -> Figures:
        h = made(plan)
        hide(h, hits)
        then = datetime.combine(h.syncs[place].date(), time(), UTC)
        h.syncs = sorted({*(s for s in h.syncs if later or s < then), then})
        return figures(h, then)

    assert seen(later=True) == seen(later=False)


@LAW
@given(PLAN, st.integers(0, 51))
def test_moving_to_another_address_changes_nothing(plan: Plan, week: int) -> None:
    moved = made(plan)
    moved.main.moved_at = WINDOW_START + timedelta(weeks=week, days=1)
    assert figures(moved) == figures(made(plan))


@LAW
@given(PLAN)
def test_splitting_a_repository_changes_only_the_upkeep_of_builders(plan: Plan) -> None:
    one, two = values(made(plan)), values(made(plan, parts=2))
    for key in one.keys() - {"builder_upkeep"}:
        assert one[key] == pytest.approx(two[key]), key


UNMOVED = (
    "first_response_7d", "resolution_90d", "review_response_7d", "independent_review", "builder_upkeep",
    "returning_builders", "server_evidence", "history_integrity",
)  # fmt: skip


@LAW
@given(PLAN, st.integers(1, 30), st.integers(0, 89), st.booleans())
def test_floods_of_young_accounts_bots_and_copies_move_nothing_of_issues_review_builders_and_record(
    plan: Plan, count: int, age: int, deleted: bool
) -> None:
    flooded = made(plan)
    bot, team = Person("robot", kind="Bot"), flooded.team
    for n in range(count):
        at = WINDOW_START + timedelta(days=10 * n, hours=4)
        young = Person(f"young-{n}", at - timedelta(days=age))
        for who in (young, bot):
            issue = Issue(flooded.main, who, at)
            if n % 2:
                issue.comments.append(Comment(team[0], at + timedelta(hours=5)))
                issue.close(team[1], at + timedelta(hours=6))
            issue.deleted_at = SYNCS[-2] + timedelta(hours=5) if deleted and at < SYNCS[-3] else None
            flooded.issues.append(issue)
            pull = Pull(flooded.main, who, at, f"Flood {n}", [Commit(f"Flood {n}", 40, who, at)], outside=True)
            if n % 2:
                pull.reviews.append(Review(team[2], at + timedelta(hours=7)))
            if who is bot:
                pull.merged_at, pull.merger = at + timedelta(hours=9), bot
            flooded.pulls.append(pull)
        for old in [i for i in flooded.issues if i.at < at][:20]:
            old.comments.append(Comment(young, at, "Me too, me too, me too, me too, me too, me too."))
            old.comments.append(Comment(bot, at))
    copy = Repo("acme/copy", BEGUN)
    flooded.repos.append(copy)
    flooded.pushes.append(Push(copy, team[0], WINDOW_START + timedelta(weeks=30), [], copies=flooded.main))
    before, after = figures(made(plan)), figures(flooded)
    assert {key: before[key] for key in UNMOVED} == {key: after[key] for key in UNMOVED}


def add_answer(h: History, asked: Asked) -> bool:
    """One more issue is answered, or answered sooner."""
    late = [
        i for i in h.issues if i.author in h.outsiders and not any(c.at < i.at + timedelta(days=3) for c in i.comments)
    ]
    if late:
        answer(h, late[asked.day % len(late)], asked.wait or 0)
    return bool(late)


def add_look(h: History, asked: Asked) -> bool:
    """One more pull request of an outsider is looked at."""
    waiting = [p for p in h.pulls if p.outside and not p.comments]
    if waiting:
        answer(h, waiting[asked.day % len(waiting)], asked.wait or 0)
    return bool(waiting)


def add_review(h: History, asked: Asked) -> bool:
    """One more day of work is landed, and reviewed."""
    land(h, 900, Work(asked.day, asked.who % 4, 40, "reviewed", "src/b.py"))
    return True


def add_notice(h: History, asked: Asked) -> bool:
    """One more change of rules, open for a week as all are, is spoken about by somebody else."""
    changes = [p for p in h.pulls if p.path == FEES and not p.comments]
    if changes:
        change = changes[asked.day % len(changes)]
        other = next(p for p in h.team if p is not change.author)
        change.comments.append(Comment(other, change.at + timedelta(days=2), LONG_WORD))
    return bool(changes)


def add_explanation(h: History, asked: Asked) -> bool:
    """One more revert is explained."""
    silent = [c for p in h.pushes for c in p.commits if c.headline.startswith("Revert") and not c.words]
    silent[asked.day % len(silent)].words = 250
    return True


@pytest.mark.parametrize(
    ("key", "add"),
    [
        ("first_response_7d", add_answer),
        ("review_response_7d", add_look),
        ("independent_review", add_review),
        ("rule_change_notice", add_notice),
        ("failure_disclosure", add_explanation),
    ],
)
@LAW
@given(PLAN, ASKED)
def test_one_more_of_what_is_asked_about_never_lowers(
    key: str, add: Callable[[History, Asked], bool], plan: Plan, asked: Asked
) -> None:
    more = made(plan)
    assume(add(more, asked))
    before, after = values(made(plan))[key], values(more)[key]
    assert before is not None
    assert after is not None
    assert after >= before - 1e-12


@LAW
@given(PLAN, st.lists(st.integers(0, 400), max_size=6))
def test_each_interval_holds_its_value(plan: Plan, hits: list[int]) -> None:
    h = made(plan)
    hide(h, hits)
    known = {key: row[1:4] for key, row in figures(h).items() if row[0] == "ok"}
    assert len(known) >= 12
    for key, (value, low, high) in known.items():
        assert low <= value <= high, key
