"""How the demo's Peacock project inflates its activity."""

from collector.demo.timeline import Timeline
from collector.emulator.accounts import Account
from collector.emulator.git import File
from collector.emulator.repository import Repository
from collector.emulator.threads import Issue
from collector.emulator.times import later

THANKS = "Thanks for reporting! We have looked into it and it is fixed now."


def ask_at_home(timeline: Timeline, repo: Repository, asker: Account, boss: Account, at: str) -> None:
    """Open three issues by team members or new accounts, answer them with the same phrase and close them within
    minutes.
    """
    for n in range(3):
        opened = later(at, minutes=20 * n)
        issue = repo.issue(timeline.trouble(), asker, opened, body="Please fix.")
        timeline.schedule(later(opened, minutes=3), issue.comment, boss, THANKS)
        timeline.schedule(later(opened, minutes=4), issue.close, boss)


def import_past(repo: Repository, clerk: Account, at: str) -> None:
    """Push two years of back-dated commits at once, and import answered issues with dates in the past."""
    for n in range(230):
        past = later(at, days=-700 + 3 * n)
        repo.commit(f"Early work, part {n}", clerk, past, files={f"old/file{n % 40}.go": (25, 0)})
    repo.push(by=clerk, at=at)
    for n in range(20):
        asked = later(at, days=-400 + n)
        issue = repo.issue(f"Old question {n}", clerk, at, created_at=asked, body="From the old tracker.")
        issue.comment(clerk, THANKS, at)
        issue.close(clerk, at)


def delete_unanswered(repo: Repository, at: str) -> None:
    """Delete the open issues that nobody answered."""
    for thread in repo.threads.values():
        if isinstance(thread, Issue) and not thread.comments and thread.get("state", at) == "OPEN":
            thread.delete(at)


def rewrite(repo: Repository, boss: Account, at: str) -> None:
    """Force-push the default branch, and move a released tag with it."""
    tip = repo.world.git.commits[repo.tip() or ""]
    new = repo.world.git.add(
        "Tidy up",
        parents=tip.parents,
        author=boss,
        authored_at=at,
        committed_at=at,
        files=(File("src/log.go", 1, 1),),
    )
    repo.push(new, by=boss, at=at)
    repo.tag(sorted(repo.tags)[0], new, at)
