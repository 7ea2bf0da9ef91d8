"""A world with one of everything."""

from typing import Any

from collector.emulator.world import World


def inhabited(world: World) -> tuple[Any, Any, Any]:
    """A repository with one of everything, its issue and its pull request."""
    ada, bob, bot = world.user("ada"), world.user("bob"), world.bot("bump")
    repo = world.repository("Acme/Engine", "2024-01-01", language="Rust", license="MIT", stars=3).member(ada)
    repo.commit("First", ada, "2024-01-02")
    repo.push(by=ada, at="2024-01-02T01:00:00")
    issue = repo.issue("It breaks", bob, "2025-01-01", body="How", labels=["bug"])
    issue.comment(ada, "Why", "2025-01-02")
    issue.label("regression", ada, "2025-01-02")
    pull = repo.pull_request(
        "Mend it", ada, "2025-01-03", commits=2, files={"a.py": (9, 1), "b.py": (3, 0)}, closes=[issue]
    )
    pull.review(bob, at="2025-01-04", body="Good")
    pull.comment(bot, "Bump", "2025-01-04")
    issue.connect(pull, ada, "2025-01-04")
    issue.disconnect(pull, ada, "2025-01-05")
    pull.push(by=ada, at="2025-01-05", force=True, commits=2, files={"a.py": (9, 1), "b.py": (3, 0)})
    pull.merge(bob, "2025-01-06", "squash", delete_branch=True)
    repo.tag("v1", at="2025-01-06", annotated=True)
    repo.release("v1", ada, "2025-01-07", body="News")
    return repo, issue, pull
