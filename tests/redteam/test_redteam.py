"""The red team's short form: a selection of its scenarios, on one honest history each."""

from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.redteam import pretend, record
from benchmarks.redteam.evaluate import SCENARIOS_BY_NAME, Measured, compute, gather, play, signals_of
from benchmarks.redteam.history import (
    SYNCS,
    WINDOW_START,
    Advisory,
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

# Some of every kind, on every signal; `.ci/full redteam` plays all that there are, which takes an hour.
SHORT = (
    "split commits", "draft flip", "unanswered issues deleted", "one off accounts", "new text every week",
    "close with new words", "ring of puppets", "draft and ready again", "monorepo", "reverts of own work",
    "docs by a bot", "notice by fresh accounts", "fresh visitors who come back", "assets touched", "releases doubled",
    "team doubled",
)  # fmt: skip
MORE = (
    "nightlies", "template answers", "issues of aged accounts", "history copied nine times", "accomplice approves",
    "critics made collaborators", "squash merging", "promotions", "default branch of pushes renamed",
    "patches from release branches", "a text generated for each failure", "imported by one account", "faster answers",
    "docs every month",
    "backdated commits in an idle project", "same head ten times", "self answered issues", "issues of fresh accounts",
    "stale bot", "imported answered issues", "foreign history imported", "branch that goes nowhere", "toggled lines",
    "reworded acknowledgements", "close with new words and lock", "transferred and answered",
    "triage team with hidden membership", "review by commands", "borrowed authors", "unlinked cron commits",
    "one pull request closes all", "tiny reviewed pull requests", "merge bot", "crowd of fresh accounts",
    "leaked key purged", "one old release and tags since", "core tags while the sdk releases",
    "bad release withdrawn", "one line a week in docs", "closing words that ride along", "eight newcomers",
)  # fmt: skip
# Of these something is deleted, flipped, rewritten, imported or replaced between two syncs.
PAST = (
    "unanswered issues deleted", "draft flip every month", "rewritten again and again", "imported week by week",
    "default branch replaced",
)  # fmt: skip
MORE_PAST = (
    "leaked key purged", "promotions", "transferred and answered", "one old release and tags since",
    "deleted and published again", "unexplained incidents deleted", "patches from release branches",
)  # fmt: skip


def some(short: tuple[str, ...], more: tuple[str, ...]) -> list[Any]:
    """Return parameters of a test; `more` have the mark `variants`."""
    return [*short, *(pytest.param(name, marks=pytest.mark.variants) for name in more)]


@pytest.mark.parametrize("name", some(SHORT, MORE))
def test_target_is_met(name: str) -> None:
    measured: list[Measured] = play(SCENARIOS_BY_NAME[name], seed=1)
    missed = {
        o.aim.signal: f"{o.mean} is not within {o.aim.low} to {o.aim.high}" for o in gather(measured) if not o.met
    }
    assert len(measured) == len(SCENARIOS_BY_NAME[name].aims)
    assert not missed


def small() -> History:
    """A year of one repository, with something of everything that the second clock has to notice."""
    alice, bob = Person("alice", member=True), Person("bob", member=True)
    asking = [Person(f"asker-{n}") for n in range(24)]
    repo = Repo("acme/engine", WINDOW_START - timedelta(weeks=4))
    h = History(0, Random(0), [alice, bob], asking, [repo])
    h.syncs = [SYNCS[n] for n in (20, 21, 30, 39)]
    h.pushes.append(Push(repo, alice, repo.created_at + timedelta(hours=2), [Commit("Begin", 100)]))
    for n in range(48):
        at = WINDOW_START + timedelta(weeks=n, hours=30)
        pull = Pull(repo, (alice, bob)[n % 2], at, f"Change {n}", [Commit(f"Change {n}", 30, alice, at)])
        pull.merged_at, pull.merger, pull.method = at + timedelta(hours=6), bob, ("squash", "merge", "rebase")[n % 3]
        pull.reviews.append(Review((bob, alice)[n % 2], at + timedelta(hours=3)))
        h.pulls.append(pull)
    for n, who in enumerate(asking):
        issue = Issue(repo, who, WINDOW_START + timedelta(weeks=2 * n, hours=5))
        if n % 3:
            issue.comments.append(Comment(alice, issue.at + timedelta(days=n % 5 + 1)))
            issue.close(bob, issue.at + timedelta(days=9))
        h.issues.append(issue)
    h.pulls[20].closes.append(h.issues[0])
    h.releases += [Release(repo, f"v1.{n}.0", WINDOW_START + timedelta(weeks=4 * n + 2), alice) for n in range(12)]
    _breaks(h)
    return h


def _breaks(h: History) -> None:
    """Something of everything that goes wrong, and patches of it on a release branch."""
    (repo,), (alice, bob) = h.repos, h.team
    for n in range(4):
        at = WINDOW_START + timedelta(weeks=3 + 9 * n, days=2)
        h.advisories.append(Advisory(repo, at, alice, 150 + 40 * n))
        h.issues.append(Issue(repo, h.outsiders[n], at + timedelta(days=7), labels=("kind/incident",)))
        h.issues[-1].comments.append(Comment(bob, at + timedelta(days=8), words=250 * (n % 2) + 20))
        back = Commit(f'Revert "Change {n}"', 40, bob, at + timedelta(days=14), words=100 * n)
        h.pushes.append(Push(repo, bob, at + timedelta(days=14), [back]))
        fix = Commit(f"Fix {n}", 20, bob, at + timedelta(days=15))
        h.pushes.append(Push(repo, bob, at + timedelta(days=15), [fix], branch="stable"))
        h.releases.append(Release(repo, f"v1.0.{n + 1}", at + timedelta(days=16), bob, branch="stable", words=90 * n))


def second_clock(h: History) -> None:
    """Issues deleted before and after they were seen, imports, a flipped release, moved tags, a rewritten branch."""
    (repo,), after = h.repos, h.syncs[1] + timedelta(days=3)
    h.issues[3].deleted_at = h.issues[6].deleted_at = after
    h.issues.append(Issue(repo, h.outsiders[1], after, deleted_at=after + timedelta(hours=1)))
    old = Issue(repo, h.outsiders[2], after, after - timedelta(days=100))
    old.comments.append(Comment(h.team[0], after - timedelta(days=99)))
    h.issues.append(old)
    h.releases[2].flips = [(after, True), (after + timedelta(hours=2), False)]
    h.releases[3].tag_moves = [after]
    h.releases[4].deleted_at = after
    made = [Commit("Rewritten", 40, h.team[0], after)]
    h.pushes.append(Push(repo, h.team[0], after + timedelta(hours=3), made, back=2))


def test_recording_stores_what_a_sync_stores(tmp_path: Path) -> None:
    def made() -> History:
        history = small()
        second_clock(history)
        return history

    def facts(db: Any) -> dict[str, Any]:
        tables = (
            "commits", "pull_requests", "issues", "comments", "reviews", "releases", "tags", "pushes", "advisories",
            "issue_labels", "tagged_commits",
        )  # fmt: skip
        # A pushed topic branch is in the log, too; only the default branch and the release branch are recorded.
        ours = {"pushes": "WHERE ref IN ('refs/heads/main', 'refs/heads/stable')"}
        asked = "SELECT count(*), count(gone_at) FROM {} {}"
        out: dict[str, Any] = {t: db.execute(asked.format(t, ours.get(t, ""))).fetchone() for t in tables}
        asked = 'SELECT "table", "column", count(*) FROM changes GROUP BY 1, 2'
        out["changes"] = db.execute(asked).fetchall()
        out["late"] = db.execute('SELECT "table", dated FROM late_arrivals').fetchall()
        out["landings"] = db.execute(
            "SELECT landed_at, reached_at, tier, landed_by, login, exclusion, left_at FROM landings "
            "LEFT JOIN accounts ON accounts.id = person ORDER BY landed_at, reached_at, oid IS NULL, exclusion"
        ).fetchall()
        return out

    with closing(record.record(made())) as one, closing(pretend.sync(made(), tmp_path / "synced.db")) as other:
        values, synced = signals_of(one), signals_of(other)
        assert facts(one) == facts(other)
    assert {k: v.value for k, v in values.items()} == {k: v.value for k, v in synced.items()}
    before, after = compute(small())["history_integrity"].value, values["history_integrity"].value
    assert before == 1.0
    assert after is not None
    assert after < 0.75


def test_same_seed_gives_the_same_figures() -> None:
    scenario = SCENARIOS_BY_NAME["new text every week"]
    assert compute(scenario.base(3)) == compute(scenario.base(3)) != compute(scenario.base(4))


def test_renaming_the_default_branch_changes_nothing_of_the_past() -> None:
    plain, renamed = small(), small()
    renamed.main.renamed_at = WINDOW_START + timedelta(weeks=45)
    before = date(2026, 3, 2)
    with closing(record.record(plain)) as recorded, closing(record.record(renamed)) as recorded_too:
        one, other = signals_of(recorded, before), signals_of(recorded_too, before)
    assert one["active_weeks"].value
    assert one == other


THEN = date(2026, 3, 2)


@pytest.mark.parametrize("name", some(PAST, MORE_PAST))
def test_a_past_date_is_the_same_whether_we_looked_on_or_not(name: str) -> None:
    def rows(last: datetime) -> list[Any]:
        history = SCENARIOS_BY_NAME[name].base(1)
        history = SCENARIOS_BY_NAME[name].play(history) or history
        # Up to the date, and then perhaps on: what it is synced with may not change what it was.
        then = datetime.combine(THEN, time(), UTC)
        history.syncs = sorted(sync for sync in {*SYNCS, then} if sync <= last)
        with closing(record.record(history)) as db:
            signals_of(db, THEN)
            found = db.execute("SELECT * FROM signals ORDER BY signal").fetchall()
            return [*found, *db.execute("SELECT * FROM project_facts")]

    assert rows(datetime.combine(THEN, time(), UTC)) == rows(SYNCS[-1])
