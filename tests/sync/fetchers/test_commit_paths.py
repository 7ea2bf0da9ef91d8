"""What direct pushes touched: asked once, of the new head, and only where something is not known."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from collector import clock
from collector.config.model import TrackedRepository
from collector.config.names import Role
from collector.emulator.git import Commit
from collector.github.client import Bounds
from collector.method import compute
from collector.sync import plan
from tests.lab import Lab, Row

DOCS = ("docs/**", "README.md", "**/*.rst")


def declare(lab: Lab, docs: tuple[str, ...] = DOCS, rules: tuple[str, ...] = (), role: Role = "core") -> None:
    lab.configured = None
    config = lab.config()
    projects = tuple(
        replace(p, docs_paths=docs, rule_paths=rules, repos=tuple(TrackedRepository(r.repo, role) for r in p.repos))
        for p in config.projects
    )
    lab.configured = replace(config, projects=projects)


def push(lab: Lab, *paths: str, at: str | None = None) -> Commit:
    """A commit pushed to the default branch, that touches these paths."""
    made = lab.repo.commit(f"Touch {paths}", lab.alice, at, files=dict.fromkeys(paths, (12, 0)))
    lab.repo.push(by=lab.alice, at=at)
    return made


def merged(lab: Lab, *paths: str) -> None:
    lab.repo.pull_request(by=lab.alice, files=dict.fromkeys(paths, (12, 0))).merge(lab.alice)


def stored(lab: Lab) -> set[Row]:
    return set(lab.query("SELECT oid, path, touched FROM commit_paths"))


def asked(lab: Lab) -> int:
    return len(lab.asked("PathHistories"))


@pytest.fixture
def repo(lab: Lab) -> Lab:
    lab.repository()
    declare(lab)
    return lab


def test_a_push_is_asked_about_with_all_paths_in_one_question(repo: Lab) -> None:
    first = repo.history(repo.repo)[0]
    docs, code = push(repo, "docs/guide.md", "src/a.py"), push(repo, "src/a.py", "docs.md")
    assert repo.sync().exit_code == 0
    assert stored(repo) == {
        (docs.oid, "docs", 1),
        (docs.oid, "README.md", 0),
        *((oid, path, 0) for oid in (code.oid, first) for path in ("docs", "README.md")),
    }
    assert asked(repo) == 1


def test_without_direct_pushes_declared_paths_or_news_nothing_is_asked(repo: Lab) -> None:
    repo.sync()
    assert asked(repo) == 1
    repo.night()
    merged(repo, "docs/guide.md")
    repo.night()
    assert asked(repo) == 1
    declare(repo, docs=("**/docs/**",))
    push(repo, "docs/guide.md")
    repo.night()
    assert asked(repo) == 1


def test_later_nights_ask_for_new_commits_only(repo: Lab) -> None:
    repo.sync()
    repo.world.move(days=3)
    made = push(repo, "docs/guide.md")
    repo.night()
    assert (made.oid, "docs", 1) in stored(repo)
    assert repo.asked("PathHistories")[-1].variables["since"] == made.committed_at


def test_new_paths_are_asked_and_only_these(repo: Lab) -> None:
    made = push(repo, "economics/fees.toml", "docs/a.md")
    repo.sync()
    declare(repo, rules=("economics/*.toml",))
    repo.night()
    assert (made.oid, "economics", 1) in stored(repo)
    assert asked(repo) == 2
    last = repo.asked("PathHistories")[-1].variables
    assert [value for name, value in last.items() if name.startswith("path")] == ["economics"]
    repo.night()
    assert asked(repo) == 2


def test_a_docs_repository_is_not_asked_for_its_docs(repo: Lab) -> None:
    declare(repo, rules=("economics/**",), role="docs")
    repo.sync()
    assert {path for _, path, _ in stored(repo)} == {"economics"}


def test_a_long_history_takes_several_pages(repo: Lab) -> None:
    made = [push(repo, "docs/guide.md") for _ in range(230)]
    repo.sync()
    assert {oid for oid, path, touched in stored(repo) if path == "docs" and touched} == {c.oid for c in made}
    assert asked(repo) == 3


def test_a_commit_dated_before_those_around_it_is_found(repo: Lab) -> None:
    repo.sync()
    repo.world.move(days=40)
    old = push(repo, "docs/a.md", at="2025-02-03")
    new = push(repo, "docs/b.md")
    repo.night()
    assert {(old.oid, "docs", 1), (new.oid, "docs", 1)} <= stored(repo)


def test_what_a_force_push_dropped_is_asked_of_the_former_head(repo: Lab) -> None:
    dropped = push(repo, "docs/a.md")
    repo.world.move(days=1)
    begin = repo.commit(repo.history(repo.repo)[-1])
    kept = repo.repo.commit("Instead", repo.alice, parents=[begin], files={"README.md": (12, 0)})
    repo.repo.push(kept, by=repo.alice)
    repo.sync()
    assert {(dropped.oid, "docs", 1), (kept.oid, "README.md", 1)} <= stored(repo)
    assert asked(repo) == 2


def test_a_run_that_stopped_goes_on_where_it_was(repo: Lab) -> None:
    for _ in range(330):
        push(repo, "docs/guide.md")
    whole, stopped = repo.fresh(), 0
    for limit in range(2, 40):
        report = repo.sync(bounds=Bounds(points=limit))
        stopped += bool(repo.query("SELECT 1 FROM sync_state WHERE kind = 'commit_paths' AND cursor IS NOT NULL"))
        if report.exit_code == 0:
            break
    assert stopped
    assert stored(repo) == set(repo.query("SELECT oid, path, touched FROM commit_paths", path=whole))
    assert asked(repo) == 4


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: page["nodes"].append(None),
        lambda page: page.update(totalCount=page["totalCount"] + 1),
        lambda page: page["pageInfo"].update(hasNextPage=True, endCursor=None),
        lambda page: page.update(nodes=None),
    ],
)
def test_what_is_odd_is_recorded_and_asked_again_later(repo: Lab, spoil: Callable[[dict[str, Any]], None]) -> None:
    made = push(repo, "docs/a.md", "README.md")

    def spoiled(body: Any) -> None:
        for name, path in repo.server.log[-1].variables.items():
            if path == "docs":
                spoil(body["data"]["node"]["object"][name.replace("path", "p")])

    repo.server.fail(" PathHistories ", "change", times=None, change=spoiled)
    assert repo.sync().exit_code == 0
    assert (made.oid, "README.md", 1) in stored(repo)
    assert (made.oid, "docs") not in {row[:2] for row in stored(repo)} or "nodes" in str(spoil)
    assert repo.query("SELECT kind, key FROM unreadable") == [("commit_paths", "docs")]
    repo.server.faults.clear()
    repo.night()
    repo.night()
    assert (made.oid, "docs", 1) in stored(repo)
    assert repo.query("SELECT kind, key FROM unreadable") == []


def test_a_plan_foresees_the_question(repo: Lab) -> None:
    def planned() -> list[tuple[int, int]]:
        path = repo.path if repo.path.exists() else Path("none.db")
        said = plan.make(repo.github(), repo.config(), path, clock.from_text(repo.world.now), full=False)
        return [(step.requests, step.points) for step in said.steps if step.kind == "commit_paths"]

    assert planned() == [(1, 1)]
    repo.sync(after=lambda db: compute.prepare(db, repo.config()))
    assert planned() == []
    declare(repo, rules=("economics/**",))
    assert planned() == [(1, 1)]


@pytest.mark.parametrize("seed", [1, 2])
def test_nights_come_to_what_a_fresh_sync_finds(repo: Lab, seed: int) -> None:
    rng = Random(seed)
    for _ in range(8):
        for _ in range(rng.randrange(3)):
            paths = rng.sample(["docs/a.md", "README.md", "src/a.py", "docs.md"], rng.randint(1, 3))
            if rng.random() < 0.6:
                push(repo, *paths)
            else:
                merged(repo, *paths)
        if rng.random() < 0.3:
            begin = repo.commit(repo.history(repo.repo)[-1])
            repo.repo.push(repo.repo.commit("Anew", repo.alice, parents=[begin]), by=repo.alice)
        repo.night(rng.choice([0.5, 1, 9]))
    fresh = repo.query("SELECT oid, path, touched FROM commit_paths", path=repo.fresh())
    assert set(fresh) <= stored(repo)
    assert len({row[:2] for row in stored(repo)}) == len(stored(repo))
