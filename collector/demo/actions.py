"""Actions of people in the demo's stories, good and bad."""

from collections.abc import Sequence

from collector.demo.timeline import PARTS, Timeline
from collector.emulator.accounts import Account
from collector.emulator.git_repository import Files
from collector.emulator.pulls import PullRequest
from collector.emulator.repository import Repository
from collector.emulator.threads import Issue
from collector.emulator.times import later

EXPLANATION = (
    "What happened: the {part} took every job twice after the upgrade, so results came about three hours late. "
    "Why: the new release read the old queue and its own. What we did: a hotfix; the queue is now versioned. "
    "What we changed so that it does not come again: an upgrade test with a full queue runs before every release."
)


def land(
    timeline: Timeline,
    repo: Repository,
    author: Account,
    reviewer: Account | None,
    at: str,
    *,
    files: Files | None = None,
    title: str | None = None,
    hours: float = 20,
    fork: bool = False,
    closes: Sequence[Issue] = (),
) -> PullRequest:
    """Open a pull request, with a review if `reviewer` is given, and merge it after about `hours` hours."""
    rng = timeline.random
    files = files or {f"src/{rng.choice(PARTS).replace(' ', '_')}.py": (rng.randint(15, 120), rng.randint(0, 40))}
    title = title or timeline.trouble().replace("The", "Fix: the", 1)
    body = "\n".join(f"Closes #{issue.number}." for issue in closes) or "See the title."
    commits = rng.randint(1, 3)
    pull = repo.pull_request(title, author, at, commits=commits, files=files, fork=fork, closes=closes, body=body)
    wait = timeline.delay(hours)
    if reviewer:
        state = "CHANGES_REQUESTED" if rng.random() < 0.2 else "APPROVED"
        timeline.schedule(later(at, hours=wait * 0.5), pull.review, reviewer, state, body=timeline.answer())
        if state != "APPROVED":
            timeline.schedule(later(at, hours=wait * 0.8), pull.push, by=author, lines=12)
            timeline.schedule(later(at, hours=wait * 0.9), pull.review, reviewer, "APPROVED")
    method = rng.choice(["squash", "squash", "merge", "rebase"])
    timeline.schedule(later(at, hours=wait), pull.merge, reviewer or author, method=method, delete_branch=True)
    return pull


def push(repo: Repository, author: Account, at: str, commits: int = 1, lines: int = 30) -> None:
    """Push commits directly to the default branch."""
    for n in range(commits):
        part, made = PARTS[n % len(PARTS)], later(at, minutes=n - commits)
        repo.commit(f"Work on the {part}", author, made, files={f"src/{part.replace(' ', '_')}.py": (lines, 0)})
    repo.push(by=author, at=at)


def ask(
    timeline: Timeline, repo: Repository, outsider: Account, team: Sequence[Account], at: str, hours: float
) -> Issue:
    """Open an outsider's issue, which the team answers after about `hours` hours and usually resolves."""
    rng = timeline.random
    issue = repo.issue(timeline.trouble(), outsider, at, body="Steps, what I expected, what I saw.")
    responder, fixer = rng.sample(list(team), 2)
    answered = later(at, hours=timeline.delay(hours))
    timeline.schedule(answered, issue.comment, responder, timeline.answer())
    fate = rng.random()
    if fate < 0.55:
        timeline.schedule(
            later(answered, days=rng.randint(1, 25)), land, timeline, repo, fixer, responder, closes=[issue]
        )
    elif fate < 0.75:
        timeline.schedule(later(answered, days=rng.randint(2, 30)), issue.close, responder)
    elif fate < 0.85:
        timeline.schedule(later(answered, days=rng.randint(1, 9)), issue.close, outsider)
    return issue


def incident(timeline: Timeline, repo: Repository, team: Sequence[Account], at: str, version: str) -> Issue:
    """Simulate an incident: an issue, a hotfix release and a public explanation."""
    reporter, fixer = timeline.random.sample(list(team), 2)
    part = timeline.random.choice(PARTS)
    issue = repo.issue(f"Payments late: the {part} counts twice", reporter, at, body="Seen by several people.")
    issue.label("incident", reporter, later(at, minutes=5))
    timeline.schedule(later(at, hours=5), land, timeline, repo, fixer, reporter, hours=4, closes=[issue])
    timeline.schedule(later(at, days=2), repo.release, version, fixer, body="A hotfix.")
    timeline.schedule(later(at, days=3), issue.comment, fixer, EXPLANATION.format(part=part))
    return issue


def change_rules(timeline: Timeline, repo: Repository, author: Account, reviewer: Account, at: str) -> PullRequest:
    """Open a pull request that changes economic rules, discuss it and merge it after ten days."""
    files = {"economics/fees.toml": (timeline.random.randint(12, 40), 6)}
    pull = repo.pull_request(
        "Lower the fee for small jobs", author, at, files=files, body="Why, and when it takes effect."
    )
    timeline.schedule(later(at, days=2), pull.comment, reviewer, timeline.answer())
    timeline.schedule(later(at, days=3), pull.review, reviewer, "APPROVED")
    timeline.schedule(later(at, days=10), pull.merge, reviewer, method="squash")
    return pull


def ignore(timeline: Timeline, repo: Repository, outsider: Account, stale: Account, at: str) -> Issue:
    """Open an outsider's issue that nobody answers; half of them are closed by a stale bot."""
    issue = repo.issue(timeline.trouble(), outsider, at, body="Does this happen to others?")
    if timeline.random.random() < 0.5:
        closed = later(at, days=60)
        timeline.schedule(closed, issue.comment, stale, "Closed due to inactivity.")
        timeline.schedule(later(closed, seconds=5), issue.close, stale, reason="NOT_PLANNED")
    return issue


def ignore_offer(timeline: Timeline, repo: Repository, outsider: Account, stale: Account, at: str) -> PullRequest:
    """Open an outsider's pull request that nobody reviews."""
    pull = repo.pull_request(timeline.trouble(), outsider, at, fork=True, lines=40, body="Here is a fix.")
    timeline.schedule(later(at, days=90), pull.close, stale)
    return pull
