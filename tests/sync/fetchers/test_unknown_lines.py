"""Commits whose lines are not known change no signal."""

import shutil
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from collector.config import Config, load
from collector.config.model import Project, TrackedRepository
from collector.demo.stories import demo_config, demo_world
from collector.method import compute, evidence
from collector.store import database, hash_key
from tests.lab import Lab, Server
from tests.laws import costly

DATES = (date(2025, 6, 2), date(2026, 1, 12))


def all_known(lab: Lab, path: Path) -> Path:
    """A copy of a database in which the lines of every commit are known."""
    full = path.with_suffix(".full.db")
    shutil.copy(path, full)
    shutil.copy(hash_key.file_of(path), hash_key.file_of(full))
    db = sqlite3.connect(full)
    with db:
        db.execute("DELETE FROM derived_projects")
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
        evidence.materialise(db, days[-1])
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
        self.config = Config(projects=(Project("example", "Example", ("tests",), repos=repos),))
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
                self.made.append(lab.push(repo, f"Push {len(self.made)}", at, lines=self.lines()))
            case "copy" if self.made:
                old = self.draw(st.sampled_from(self.made))
                lines = old.additions if self.draw(st.booleans()) else self.lines()
                lab.push(repo, old.headline, at, authored_at=old.authored_at, lines=lines)
            case "mirror" if self.made:
                # The same commit, by a merge, in this repository or in the other.
                tip, old = lab.commit(repo.tip()), self.draw(st.sampled_from(self.made))
                lab.push(repo, f"Take over {self.day}", at, parents=[tip, old])
            case "squash" | "merge" | "rebase" as how:
                count = self.draw(st.integers(1, 3))
                pull = lab.merged(repo, f"Pull {self.day}", at, how, commits=count)
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
                    mending = lab.push(repo, "Mend it", at, lines=self.lines())
                else:
                    pull = lab.merged(repo, f"Mend {self.day}", at, "merge", lines=self.lines())
                    mending = pull.latest("commits")[0]
                issue.close(lab.alice, at, closer=mending)
            case _:
                pass


@pytest.mark.variants  # one more world for the law below
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


@costly(2, HealthCheck.function_scoped_fixture)
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
    lab.push(repo, "Unsigned", "2025-03-01")
    lab.merged(repo, "Merged", "2025-03-02")
    lab.push(repo, "Logged", "2025-09-01")
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
    assert lab.query("SELECT headline FROM commits WHERE additions IS NULL") == ["Merged (#1)"]
    assert lab.query("SELECT count(*) FROM late_arrivals") == [0]
    assert lab.query("SELECT count(*) FROM pushes WHERE gone_at IS NOT NULL") == [0]
    assert not [row for row in found["evidence_history_integrity"] if "vanished" in row or "arrived_late" in row]
