"""Lines of commits where a signal needs them, pull requests that GitHub associates late, and what it cannot count."""

import shutil
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.config import Config, load
from collector.config.model import Project, TrackedRepository
from collector.demo.stories import demo_config, demo_world
from collector.emulator.git import Commit
from collector.emulator.pulls import PullRequest
from collector.emulator.repository import Repository
from collector.method import compute, evidence
from collector.store import database
from tests.lab import Lab, Server

DATES = (date(2025, 6, 2), date(2026, 1, 12))


def unknown(lab: Lab) -> set[str]:
    """Headlines of commits whose lines are not known."""
    return set(lab.query("SELECT headline FROM commits WHERE additions IS NULL"))


def notes(lab: Lab) -> dict[str, tuple[str, int]]:
    """Headline -> (part, attempts) of what GitHub did not serve of commits."""
    found = lab.query("SELECT key, part, attempts FROM unreadable WHERE kind = 'commits'")
    return {lab.world.git.commits[oid].headline: (part, attempts) for oid, part, attempts in found}


def push(lab: Lab, repo: Repository, headline: str, at: str, **values: Any) -> Commit:
    commit = repo.commit(headline, lab.alice, at, **values)
    repo.push(by=lab.alice, at=at)
    return commit


def help_with(lab: Lab, repo: Repository, title: str, at: str, how: str = "squash", **values: Any) -> PullRequest:
    pull = repo.pull_request(title, lab.bob, at, **values)
    pull.merge(lab.alice, at, how)
    return pull


def test_lines_are_asked_for_only_where_a_signal_needs_them(lab: Lab) -> None:
    repo = lab.repository()
    help_with(lab, repo, "Squashed", "2025-03-01")
    help_with(lab, repo, "Merged", "2025-03-02", "merge")
    help_with(lab, repo, "Large", "2025-03-03", files={f"f{n:05}": (1, 0) for n in range(3010)})
    push(lab, repo, "Pushed", "2025-03-04")
    lab.sync()
    known = set(lab.query("SELECT headline FROM commits WHERE additions IS NOT NULL"))
    assert known == {"Begin", "Pushed", "Large (#3)"}
    asked = lab.asked("CommitDetails")
    assert len(asked) == 1
    lab.night()
    assert lab.asked("CommitDetails") == asked


def test_what_may_be_a_copy_is_measured(lab: Lab) -> None:
    """Of the same headline and author date, in the project or among own commits; and what lands with it."""
    repo = lab.repository()
    pull = repo.pull_request("Fix", lab.bob, "2025-03-01", commits=2)
    pull.merge(lab.alice, "2025-03-02", "squash")
    own = pull.latest("commits")[0]
    other = help_with(lab, repo, "Other", "2025-03-03", "merge", commits=2)
    picked = repo.commit(own.headline, lab.alice, "2025-04-01", authored_at=own.authored_at)
    repo.push(picked, by=lab.alice, at="2025-04-01")
    lab.sync()
    assert own.oid in lab.query("SELECT oid FROM pull_request_commits WHERE additions IS NOT NULL")
    assert not {"Fix (#1)", picked.headline} & unknown(lab)
    assert {c.headline for c in other.latest("commits")} <= unknown(lab)


@pytest.mark.parametrize("how", ["uncountable", "poison"])
def test_a_commit_that_github_cannot_count(lab: Lab, how: str) -> None:
    repo = lab.repository()
    odd = push(lab, repo, "Vendor", "2025-03-01", lines=10_000_000)
    for n in range(5):
        push(lab, repo, f"Work {n}", f"2025-03-{n + 2:02}")
    if how == "poison":
        lab.world.odd.poison(odd, "additions", until="2026-01-06")
    else:
        lab.world.odd.uncountable(odd, until="2026-01-06")
    report = lab.sync()
    assert (report.exit_code, unknown(lab), notes(lab)) == (0, {"Vendor"}, {"Vendor": ("additions", 1)})
    assert lab.query("SELECT error LIKE '%/commit/' || ? || '%' FROM sync_errors", odd.oid) == [1]
    tries = []
    for _ in range(7):
        lab.night()
        tries.append(notes(lab).get("Vendor", ("", 0))[1])
    assert tries == [2, 2, 3, 3, 3, 3, 0], "after 1, 2 and 4 days"
    assert unknown(lab) == set()
    assert lab.differences() == {}


def test_what_is_dropped_may_be_gone_from_github_too(lab: Lab) -> None:
    repo = lab.repository()
    base = lab.commit(repo.tip())
    push(lab, repo, "Kept", "2025-03-01")
    help_with(lab, repo, "Dropped", "2025-03-02")
    lab.sync()
    assert unknown(lab) == {"Dropped (#1)"}
    lab.world.move(days=1)
    lost = lab.commit(repo.tip())
    repo.push(repo.commit("Kept", lab.alice, "2025-03-01", parents=[base]))
    del repo.readable_from[lost.oid]
    assert lab.sync().exit_code == 0
    assert notes(lab) == {"Dropped (#1)": ("additions", 1)}
    assert lab.query("SELECT gone_at IS NOT NULL FROM commits WHERE oid = ?", lost.oid) == [1]


def test_lines_of_what_is_gone_bring_it_not_back(lab: Lab) -> None:
    repo = lab.repository()
    base = lab.commit(repo.tip())
    help_with(lab, repo, "Dropped", "2025-03-02")
    lab.sync()
    lab.world.move(days=1)
    repo.push(repo.commit("Instead", lab.alice, "2025-03-01", parents=[base]))
    lab.sync()
    assert lab.query("SELECT headline FROM commits WHERE gone_at IS NOT NULL") == ["Dropped (#1)"]
    assert unknown(lab) == set()
    assert lab.query("SELECT count(*) FROM changes WHERE \"column\" = 'gone_at'") == [0]


def test_the_next_run_goes_on_where_a_budget_ended(lab: Lab) -> None:
    from collector.github.client import Bounds

    repo = lab.repository()
    for n in range(150):
        push(lab, repo, f"Work {n}", f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
    lab.sync(lab.folder / "whole.db")
    needed = len(lab.asked("CommitDetails"))
    (total,) = lab.query("SELECT points FROM sync_runs", path=lab.folder / "whole.db")
    report = lab.sync(bounds=Bounds(points=total - 1))
    assert report.exit_code == 5
    assert 0 < len(unknown(lab)) < 150
    assert lab.sync().exit_code == 0
    assert unknown(lab) == set()
    assert len(lab.asked("CommitDetails")) <= 2 * needed + 1


# the pull request of a commit


def test_a_forks_pull_request_is_not_taken_for_ours(lab: Lab) -> None:
    repo = lab.repository()
    help_with(lab, repo, "Ours", "2025-03-01")
    fork = repo.fork("bob/engine", "2025-03-31")
    pushed = push(lab, repo, "Pushed", "2025-04-01")
    fork.push(pushed, branch="upstream", at="2025-04-02")
    fork.pull_request("Theirs", at="2025-04-02", head="upstream").merge(lab.bob, "2025-04-03")
    lab.sync()
    assert lab.query("SELECT headline, pull_request FROM commits WHERE pull_request IS NOT NULL") == [("Ours (#1)", 1)]


def test_what_an_earlier_version_took_from_forks_is_asked_for_again_once(lab: Lab) -> None:
    repo = lab.repository()
    help_with(lab, repo, "Ours", "2025-03-01", "merge")
    help_with(lab, repo, "Squashed", "2025-03-02")
    push(lab, repo, "Pushed", "2025-04-01")
    lab.sync()
    true = lab.live("commits")
    lab.change("UPDATE commits SET pull_request = 1 WHERE headline = 'Pushed'")
    lab.change("UPDATE sync_state SET target = '' WHERE kind = 'commit_sizes'")
    lab.night()
    assert lab.live("commits") == true
    asked = len(lab.asked("CommitDetails"))
    lab.night()
    assert len(lab.asked("CommitDetails")) == asked


@pytest.mark.parametrize("late", [False, True], ids=["a young commit", "an old commit on a branch merged now"])
def test_a_pull_request_that_github_names_late_is_found(lab: Lab, late: bool) -> None:
    repo = lab.repository()
    lab.sync()
    lab.world.move(days=1)
    pull = repo.pull_request("Help", lab.bob, "2025-03-01" if late else "2026-01-01")
    pull.merge(lab.alice, method="merge" if late else "squash")
    lab.world.odd.lag(pull, 30)
    lab.sync()
    assert lab.query("SELECT count(pull_request) FROM commits") == [0]
    lab.night()
    assert lab.query("SELECT count(pull_request) FROM commits") == [0]
    lab.night()
    assert lab.query("SELECT count(pull_request) FROM commits") == [2 if late else 1]
    assert lab.differences() == {}


def test_a_commit_without_a_pull_request_is_asked_about_for_three_days(lab: Lab) -> None:
    repo, other = lab.repository(), lab.repository("example/other")
    lab.sync()
    lab.night()
    lab.world.move(hours=1)
    for n in range(3):
        push(lab, repo, f"Pushed {n}", lab.world.now)
    lab.sync()
    nightly = []
    for _ in range(6):
        asked = len(lab.asked("CommitDetails"))
        lab.night()
        nightly.append(len(lab.asked("CommitDetails")) - asked)
    assert nightly == [1, 1, 0, 0, 0, 0]
    assert other.node_id not in str(lab.asked("CommitDetails")[-1])


def test_all_young_commits_are_asked_about_however_many_were_pushed_since(lab: Lab) -> None:
    repo = lab.repository()
    lab.sync()
    lab.world.move(days=1)
    pull = repo.pull_request("Help", lab.bob, "2026-01-01")
    pull.merge(lab.alice, method="squash")
    lab.world.odd.lag(pull, 20)
    lab.sync()
    lab.world.move(hours=2)
    for n in range(70):
        push(lab, repo, f"Pushed {n}", lab.world.now)
    lab.sync()
    lab.night()
    assert lab.query("SELECT count(pull_request) FROM commits") == [1]


def test_what_a_first_sync_finds_of_old_is_not_asked_about(lab: Lab) -> None:
    repo = lab.repository()
    push(lab, repo, "Old", "2025-03-01")
    lab.sync()
    asked = len(lab.asked("CommitDetails"))
    lab.night()
    assert len(lab.asked("CommitDetails")) == asked


def test_a_commit_of_many_pull_requests_belongs_to_the_first_merged(lab: Lab) -> None:
    repo = lab.repository()
    repo.commit("Shared", lab.bob, "2025-03-01", branch="shared")
    repo.push(branch="shared", by=lab.bob, at="2025-03-01")
    pulls = [repo.pull_request(f"Try {n}", lab.bob, f"2025-03-{n + 2:02}", head="shared") for n in range(7)]
    for pull in pulls:
        pull.take_branch("2025-03-20")
    pulls[6].merge(lab.alice, "2025-04-01")
    pulls[2].merge(lab.alice, "2025-04-02")
    lab.sync()
    assert lab.query("SELECT pull_request FROM commits WHERE headline = 'Shared'") == [pulls[6].number]
    assert len(lab.asked("PullRequestsOfCommit")) >= 1


# one account, one name


def test_a_bot_keeps_the_login_that_graphql_says(lab: Lab) -> None:
    robot = lab.world.bot("agent-of-code", rest_login="Agent")
    repo = lab.repository()
    push(lab, repo, "Work", "2025-03-01")
    repo.commit("By a robot", None, "2025-03-02")
    repo.push(by=robot, at="2025-03-02")
    lab.sync()
    assert lab.query("SELECT login FROM accounts WHERE id = ?", robot.id) == ["Agent[bot]"], "only REST named it"
    repo.issue("Beep", robot, "2025-03-03")
    for _ in range(3):
        lab.world.move(days=1)
        repo.commit("By a robot", None)
        repo.push(by=robot)
        lab.sync()
        assert lab.query("SELECT login, type FROM accounts WHERE id = ?", robot.id) == [("agent-of-code[bot]", "Bot")]
    fresh = lab.fresh()
    assert lab.query("SELECT login FROM accounts WHERE id = ?", robot.id, path=fresh) == ["agent-of-code[bot]"]


def test_a_person_who_only_pushes_may_change_the_name(lab: Lab) -> None:
    repo = lab.repository()
    repo.commit("Work", None, "2025-03-01")
    repo.push(by=lab.bob, at="2025-03-01")
    lab.sync()
    lab.change("UPDATE accounts SET login = 'robert' WHERE id = ?", lab.bob.id)
    lab.world.move(days=1)
    repo.commit("More", None)
    repo.push(by=lab.bob)
    lab.sync()
    assert lab.query("SELECT login FROM accounts WHERE id = ?", lab.bob.id) == ["bob"]


# known lines change nothing


def all_known(lab: Lab, path: Path) -> Path:
    """A copy of a database in which the lines of every commit are known."""
    full = path.with_suffix(".full.db")
    shutil.copy(path, full)
    db = sqlite3.connect(full)
    with db:
        db.execute("DELETE FROM meta WHERE key = 'derived_from'")
        for table in ("commits", "pull_request_commits"):
            for (oid,) in db.execute(f"SELECT DISTINCT oid FROM {table}").fetchall():
                commit = lab.world.git.commits[oid]
                db.execute(
                    f"UPDATE {table} SET additions = ?, deletions = ? WHERE oid = ?",
                    [commit.additions, commit.deletions, oid],
                )
    db.close()
    return full


def computed(path: Path, config: Config, days: tuple[date, ...] = DATES) -> dict[str, list[Any]]:
    """What is derived and computed from a database."""
    db = database.open_database(path)
    try:
        for day in days:
            compute.compute(db, config, day)
        views = [view.name for view in evidence.views() if view.name.startswith("evidence_")]
        return {
            **{view: sorted(map(str, db.execute(f"SELECT * FROM {view}"))) for view in views},
            "signals": db.execute("SELECT * FROM signals ORDER BY project, signal, as_of").fetchall(),
            "landings": db.execute("SELECT * FROM landings ORDER BY repository, oid").fetchall(),
            "work": db.execute(
                "SELECT project, repository, landed_at, reached_at, pull_request, push, oid, person, lines, unsized, "
                "exclusion, left_at FROM work ORDER BY 1, 2, 3, 4, 5, 6, 7"
            ).fetchall(),
            "lines": db.execute("SELECT * FROM counted_pull_requests ORDER BY 1").fetchall(),
        }
    finally:
        db.close()


class Play:
    """A project of two repositories in which anything happens."""

    def __init__(self, lab: Lab, data: st.DataObject) -> None:
        self.lab, self.draw = lab, data.draw
        self.repos = [lab.repository("example/engine"), lab.repository("example/parts")]
        self.repos[0].change("2025-02-01", default_branch="main")
        repos = tuple(TrackedRepository(r.name, "core") for r in self.repos)
        self.config = Config(projects=(Project("example", "Example", "tests", repos=repos),))
        lab.configured = self.config
        self.made: list[Any] = []
        self.day = 0

    def at(self) -> str:
        self.day += self.draw(st.integers(0, 3))
        return f"2025-{self.day // 28 % 10 + 3:02}-{self.day % 28 + 1:02}T{self.day % 24:02}:00:00Z"

    def lines(self) -> int:
        return self.draw(st.sampled_from([0, 4, 20]))

    def move(self) -> None:
        lab, at = self.lab, self.at()
        repo = self.draw(st.sampled_from(self.repos))
        match self.draw(
            st.sampled_from(["push", "copy", "mirror", "squash", "merge", "rebase", "promote", "rewrite", "close"])
        ):
            case "push":
                self.made.append(push(lab, repo, f"Push {len(self.made)}", at, lines=self.lines()))
            case "copy" if self.made:
                old = self.draw(st.sampled_from(self.made))
                lines = old.additions if self.draw(st.booleans()) else self.lines()
                push(lab, repo, old.headline, at, authored_at=old.authored_at, lines=lines)
            case "mirror" if self.made:
                # The same commit, by a merge, in this repository or in the other.
                tip, old = lab.commit(repo.tip()), self.draw(st.sampled_from(self.made))
                push(lab, repo, f"Take over {self.day}", at, parents=[tip, old])
            case "squash" | "merge" | "rebase" as how:
                count = self.draw(st.integers(1, 3))
                pull = help_with(lab, repo, f"Pull {self.day}", at, how, commits=count)
                self.made += pull.latest("commits")
            case "promote":
                for n in range(2):
                    repo.commit(f"Develop {self.day} {n}", lab.alice, at, branch="dev", lines=self.lines())
                repo.push(branch="dev", by=lab.alice, at=at)
                promotion = repo.pull_request(f"Promote {self.day}", lab.bob, at, head="dev")
                promotion.take_branch(at)
                promotion.merge(lab.alice, at)
            case "rewrite":
                tip = lab.commit(repo.tip())
                if tip.parents:
                    parent = lab.world.git.commits[tip.parents[0]]
                    again = repo.commit(
                        tip.headline, lab.alice, at, parents=[parent], authored_at=tip.authored_at, lines=self.lines()
                    )
                    repo.push(again, by=lab.alice, at=at)
            case "close":
                issue = repo.issue("Broken", lab.world.user(f"asker{self.day}"), at)
                if self.draw(st.booleans()):
                    mending = push(lab, repo, "Mend it", at, lines=self.lines())
                else:
                    pull = help_with(lab, repo, f"Mend {self.day}", at, "merge", lines=self.lines())
                    mending = pull.latest("commits")[0]
                issue.close(lab.alice, at, closer=mending)
            case _:
                pass


def test_unknown_lines_change_no_signal_of_the_demo(lab: Lab) -> None:
    lab.world = demo_world()
    lab.server = Server(lab.world, clock=lab.seconds)
    file = lab.folder / "repos.toml"
    file.write_text(demo_config(), encoding="utf-8")
    tracked = load(file)
    lab.configured = tracked
    assert lab.sync(since=date(2023, 1, 1)).exit_code == 0
    known, of_all = lab.query("SELECT count(additions), count(*) FROM commits WHERE NOT is_merge")[0]
    assert known < 0.6 * of_all
    days = (date(2025, 9, 1), date(2026, 7, 6))
    assert computed(lab.path, tracked, days) == computed(all_known(lab, lab.path), tracked, days)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_unknown_lines_change_no_signal(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, empty_database: Path, lab: Lab
) -> None:
    lab = type(lab)(tmp_path_factory.mktemp("play"), empty_database)
    play = Play(lab, data)
    for _ in range(data.draw(st.integers(1, 2))):
        for _ in range(data.draw(st.integers(3, 9))):
            play.move()
        assert lab.sync().exit_code == 0
        assert computed(lab.path, play.config) == computed(all_known(lab, lab.path), play.config)
        lab.world.move(days=1)


def test_a_push_log_that_begins_late_charges_nothing(lab: Lab) -> None:
    """What is older lands by its merge, its signature or what contains it; nobody knows how far the log reaches."""
    repo = lab.repository()
    push(lab, repo, "Unsigned", "2025-03-01")
    help_with(lab, repo, "Merged", "2025-03-02")
    push(lab, repo, "Logged", "2025-09-01")
    repo.change(activity_from="2025-08-01")
    for _ in range(9):
        assert lab.night().exit_code == 0
    repo.change(activity_from="2025-08-15")
    assert lab.night().exit_code == 0
    found = computed(lab.path, lab.config())
    landed = {row[1]: (row[4], row[5], row[9]) for row in found["landings"]}
    by_headline = {lab.world.git.commits[oid].headline: how for oid, how in landed.items()}
    assert by_headline == {
        "Begin": ("T1", "contained_by", None),
        "Unsigned": ("T1", "contained_by", None),
        "Merged (#1)": ("T1", "pull_request", None),
        "Logged": ("T1", "push", None),
    }
    assert unknown(lab) == {"Merged (#1)"}
    assert lab.query("SELECT count(*) FROM late_arrivals") == [0]
    assert lab.query("SELECT count(*) FROM pushes WHERE gone_at IS NOT NULL") == [0]
    assert not [row for row in found["evidence_history_integrity"] if "vanished" in row or "arrived_late" in row]
