"""The demo's world: the same every time, readable by the configuration, and showing what its stories tell."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from collector import config
from collector.demo.stories import demo_config, demo_world
from collector.emulator.pulls import PullRequest
from collector.emulator.repository import Repository
from collector.emulator.server import GitHubEmulator
from collector.emulator.threads import Issue
from collector.emulator.times import epoch, later
from collector.emulator.world import World
from collector.github import queries


@pytest.fixture(scope="module")
def demo() -> World:
    return demo_world()


def answers(world: World) -> list[bytes]:
    """The bytes of every list of the demo, page by page."""
    server, found = GitHubEmulator(world), []
    order = {"field": "CREATED_AT", "direction": "ASC"}
    for repo in world.repositories:
        questions: list[tuple[str, str, dict[str, Any]]] = [
            ("Issues", "issues", {"order": order}),
            ("PullRequests", "pullRequests", {"order": order}),
            ("Releases", "releases", {}),
            ("Tags", "refs", {}),
        ]
        for name, field, more in questions:
            after = None
            while True:
                variables = {"repository": repo.node_id, "first": 100, "after": after, **more}
                body = {"query": queries.load(name), "variables": variables}
                request = httpx.Request("POST", "https://x/graphql", headers={"authorization": "Bearer x"}, json=body)
                answer = server.handle(request)
                found.append(answer.content)
                assert "errors" not in answer.json()
                page = answer.json()["data"]["node"][field]["pageInfo"]
                after = page["endCursor"]
                if not page["hasNextPage"]:
                    break
    return found


def find(world: World, name: str) -> Repository:
    repo = world.find(name)
    assert repo is not None
    return repo


def issues(repo: Repository) -> list[Issue]:
    return [t for t in repo.threads.values() if isinstance(t, Issue)]


def answered(repo: Repository, days: int) -> float:
    """Share of the outsiders' issues that a member answered in time."""
    asked = [i for i in issues(repo) if i.author not in repo.associations]
    quick = [
        i for i in asked if any(c.author in repo.associations and c.at < later(i.at, days=days) for c in i.comments)
    ]
    return len(quick) / len(asked)


def test_the_same_bytes_twice(demo: World) -> None:
    assert answers(demo_world()) == answers(demo)


def test_nothing_lies_after_now() -> None:
    now = "2026-03-02T00:00:00Z"
    world = demo_world(now)
    moments = [p.at for r in world.repositories for p in r.pushes]
    moments += [t.updated_at("~") for r in world.repositories for t in r.threads.values()]
    assert max(moments) < now
    assert min(moments) >= later(now, days=-7 * 104)


def test_every_tracked_repository_is_there(demo: World, tmp_path: Path) -> None:
    path = tmp_path / "repos.toml"
    path.write_text(demo_config(), encoding="utf-8")
    loaded = config.load(path)
    assert [p.slug for p in loaded.projects] == ["heron", "peacock", "oyster", "dormouse", "mole"]
    assert len({p.category for p in loaded.projects}) > 1
    assert loaded.projects[-1].repos == ()
    tracked = [t.repo for p in loaded.projects for t in p.repos]
    assert sorted(tracked) == sorted(r.name for r in demo.repositories)
    assert {b.login for b in loaded.bots} <= set(demo.accounts)


def test_heron_answers_and_reviews_and_oyster_does_not(demo: World) -> None:
    heron, oyster = find(demo, "example-heron/heron"), find(demo, "example-oyster/oyster")
    assert answered(heron, 7) > 0.85
    assert answered(oyster, 7) == 0
    merged = [t for t in heron.threads.values() if isinstance(t, PullRequest) and t.latest("merged_at")]
    assert sum(bool(p.reviews) for p in merged) / len(merged) > 0.9
    assert len(heron.releases) > 24
    assert len(oyster.releases) > 12


def test_peacock_releases_nothing_and_deletes_questions(demo: World) -> None:
    repo = find(demo, "example-peacock/peacock")
    assert len({r.created_at for r in repo.releases}) < 0.5 * len(repo.releases)
    assert any(i.created_at < later(i.at, days=-100) for i in issues(repo))
    week_ago = later(demo.now, days=-7)
    gone = [i for i in issues(repo) if not i.is_there(demo.now)]
    assert len(gone) > 10
    assert all(i.is_there(week_ago) for i in gone)
    assert any(p.kind == "force_push" and p.at > week_ago for p in repo.pushes)


def test_dormouse_was_busier_before(demo: World) -> None:
    repo = find(demo, "example-dormouse/dormouse")
    middle = epoch(later(demo.now, days=-364))
    late = [p for p in repo.pushes if epoch(p.at) > middle]
    assert 0 < len(late) < 0.2 * len(repo.pushes)
