"""A world of fewer than 300 rows that has a row of every kind, and changes once."""

from datetime import date

from collector.emulator.accounts import Account
from collector.emulator.discussions import Discussion
from collector.emulator.pulls import PullRequest
from collector.emulator.threads import Issue
from tests.lab import Lab

START = date(2025, 1, 1)
# The first sync, the next one, after the world has changed, and a third one with nothing new.
FIRST, SECOND, THIRD = "2025-12-01", "2025-12-03", "2025-12-05"
# Smaller than usual, so that lists this short have several pages.
SIZES = {
    "issues": 3, "pull_requests": 3, "discussions": 2, "replies": 2, "commits": 8, "releases": 3, "tags": 3,
    "advisories": 2, "repositories": 1, "diffs": 2,
}  # fmt: skip


def furnish(lab: Lab) -> None:
    """Fill the lab's world."""
    lab.world.now = FIRST + "T00:00:00Z"
    carol, robot = lab.world.user("carol"), lab.world.bot("robot")
    _engine(lab, carol, robot)
    other = lab.repository("example/other")
    other.push(other.commit("More", carol, "2025-11-20"), by=carol, at="2025-11-20")
    other.issue("Fine", lab.bob, "2025-03-01").comment(carol, at="2025-03-02")
    other.release("v0.1", lab.alice, "2025-12-02")


def _engine(lab: Lab, carol: Account, robot: Account) -> None:
    repo = lab.repository(has_discussions=True)
    base = repo.commit("Base", lab.alice, "2024-02-10")
    side = [
        repo.commit(f"Side {n}", carol, f"2025-02-{n + 11}", branch="side", parents=[base] if not n else None)
        for n in range(5)
    ]
    for n in range(16):
        repo.commit(f"Work {n}", lab.alice, f"2025-04-{n + 1:02}")
        repo.push(by=lab.alice, at=f"2025-04-{n + 1:02}")
    merge = repo.commit("Merge", lab.alice, "2025-09-01", parents=[lab.commit(repo.tip()), side[-1]])
    repo.push(merge, by=lab.alice, at="2025-09-01")
    long = repo.issue("Long", lab.bob, "2025-03-01", labels=("bug", "help"))
    for n in range(53):
        long.comment((lab.alice, carol, robot, None)[n % 4], f"Word {n}", "2025-03-02")
    for n in range(8):
        issue = repo.issue(f"Issue {n}", (lab.bob, carol)[n % 2], f"2025-05-{n + 1:02}", labels=("bug",))
        issue.comment(lab.alice, f"Thanks {n}", f"2025-05-{n + 2:02}")
        if n % 2:
            issue.close(lab.alice, f"2025-06-{n + 1:02}")
    for n in range(6):
        pull = repo.pull_request(f"Mend {n}", (lab.bob, carol)[n % 2], f"2025-07-{n + 1:02}")
        pull.review(lab.alice, at=f"2025-07-{n + 2:02}")
        pull.comment(lab.alice, at=f"2025-07-{n + 2:02}")
        if n < 4:
            pull.merge(lab.alice, f"2025-07-{n + 9:02}", ("merge", "squash", "rebase", "squash")[n])
    for n in range(7):
        repo.release(f"v{n}", lab.alice, f"2025-10-{n + 1:02}", body=f"What is new in {n}")
    repo.tag("light", at="2025-10-20")
    _discussions(lab, carol, robot)
    for n in range(3):
        repo.advisory(lab.alice, f"2025-09-{n + 2:02}", f"Hole {n}")
    _changes(lab, carol)


def _discussions(lab: Lab, carol: Account, robot: Account) -> None:
    """Discussions with comments, replies and an answer."""
    for n in range(5):
        talk = lab.repo.discussion(f"Talk {n}", (lab.bob, carol, None)[n % 3], f"2025-08-{n + 1:02}")
        said = [talk.comment(by, f"Idea {n}", f"2025-08-{n + 2:02}") for by in (lab.alice, robot)[: n % 3]]
        for comment in said:
            talk.comment(lab.bob, f"Reply {n}", f"2025-08-{n + 3:02}", reply_to=comment)
        if n == 2:
            talk.choose(said[0], lab.bob, "2025-08-09")


def _changes(lab: Lab, carol: Account) -> None:
    """What happens between the first and the second sync."""
    repo, at = lab.repo, "2025-12-02"
    issues = [thread for thread in repo.threads.values() if isinstance(thread, Issue)]
    pulls = [thread for thread in repo.threads.values() if isinstance(thread, PullRequest)]
    talks = [thread for thread in repo.threads.values() if isinstance(thread, Discussion)]
    issues[2].comment(carol, at=at)
    issues[4].close(lab.alice, at)
    issues[5].label("later", lab.alice, at)
    pulls[4].review(carol, at=at)
    pulls[5].merge(lab.alice, at)
    repo.issue("Newest", carol, at).comment(lab.bob, at=at)
    dropped = repo.commit("Dropped", lab.alice, at)
    repo.push(by=lab.alice, at=at)
    kept = repo.commit("Kept", lab.alice, at, parents=[lab.commit(dropped.parents[0])])
    repo.push(kept, by=lab.alice, at=at, kind="force_push")
    repo.release("v7", lab.alice, at)
    talks[1].choose(talks[1].said[0], carol, at)
    talks[2].comment(carol, "Late", at, reply_to=talks[2].said[0])
    talks[3].close(lab.bob, at)
    repo.discussion("Newest talk", carol, at).comment(lab.bob, at=at)
    repo.advisory(lab.alice, at, "Newest hole")
