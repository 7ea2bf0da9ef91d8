"""Pull requests, and the commits that each merge method creates."""

from typing import Any, Self

from collector.emulator.accounts import Account
from collector.emulator.git import Commit, File, Signature
from collector.emulator.git_repository import Files, GitRepository
from collector.emulator.threads import Issue, Thread
from collector.emulator.times import Moment, Record, later


class Review(Record):
    """A review, with the attributes body, state (APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED) and deleted."""

    def __init__(self, number: int, author: Account | None, state: str, body: str, at: str) -> None:
        super().__init__(at, state=state, body=body, deleted=False)
        self.id, self.author = number, author


class PullRequest(Thread):
    """A pull request. `commits` are those of its own branch, oldest first, also after a squash or rebase."""

    prefix = "PR"

    def __init__(
        self,
        repository: GitRepository,
        title: str,
        author: Account | None,
        at: str,
        created_at: str,
        *,
        base: str,
        head: str,
        fork: bool,
        draft: bool,
        body: str,
    ) -> None:
        super().__init__(
            repository,
            title,
            author,
            at,
            created_at,
            body=body,
            draft=draft,
            base=base,
            commits=(),
            files=(),
            merged_at=None,
            merged_by=None,
            merge_commit=None,
        )
        self.head, self.fork = head, fork
        self.reviews: list[Review] = []
        self.closes: list[Issue] = []

    def push(
        self,
        commits: int = 1,
        *,
        files: Files | None = None,
        lines: int = 20,
        by: Account | None = None,
        at: Moment | None = None,
        force: bool = False,
    ) -> Self:
        """Push commits to its branch; `files` are distributed among them. `force` replaces the previous commits."""
        moment, author, git = self.world.moment(at), by or self.author, self.world.git
        had: tuple[Commit, ...] = () if force else self.latest("commits")
        tip = had[-1].oid if had else self.repository.tip(self.latest("base"))
        if files is None:
            files = {f"src/part{self.number % 7}.py": (lines, 0)}
        changed = [File(path, plus, minus) for path, (plus, minus) in files.items()]
        made: list[Commit] = []
        for n in range(commits):
            part = tuple(changed[n::commits])
            if not part and changed:  # more commits than files: the others change 0 lines
                part = (File(changed[0].path),)
            when = later(moment, seconds=n - commits)
            commit = git.add(
                f"{self.get('title', moment)}, part {len(had) + n + 1}",
                parents=(tip,) if tip else (),
                author=author,
                authored_at=when,
                committed_at=when,
                files=part,
            )
            made.append(commit)
            tip = commit.oid
        if self.at < moment:
            self.touch(moment)
        if force:
            self.event("HeadRefForcePushedEvent", author, moment)
        own = (*had, *made)
        self.set_commits(moment, own)
        if not self.fork and own:
            self.repository.push(own[-1], branch=self.head, by=author, at=moment)
        return self

    def set_commits(self, at: str, commits: tuple[Commit, ...]) -> None:
        """Set its commits, and its files to the sum of their changes."""
        sums: dict[str, File] = {}
        for commit in commits:
            for file in commit.files if len(commit.parents) < 2 else ():
                before = sums.get(file.path, File(file.path))
                sums[file.path] = File(
                    file.path, before.additions + file.additions, before.deletions + file.deletions, file.change
                )
        self.put(at, commits=commits, files=tuple(sums[path] for path in sorted(sums)))
        self.repository.associate_own_commits(self.node_id, commits, at)

    def take_branch(self, at: str) -> None:
        """Set its commits to those on its head branch but not on its base, as for a promotion."""
        git = self.world.git
        head, base = self.repository.tip(self.head), self.repository.tip(self.latest("base"))
        if head is None:
            raise ValueError(f"there is no branch {self.head}")
        new = git.reachable([head], [base] if base else [])
        self.set_commits(at, tuple(git.commits[oid] for oid in reversed(git.history(head)) if oid in new))

    def review(self, by: Account | None, state: str = "APPROVED", at: Moment | None = None, body: str = "") -> Review:
        """Submit a review."""
        review = Review(self.world.new_id(), by, state, body, self.touch(self.world.moment(at)))
        self.reviews.append(review)
        return review

    def dismiss(self, review: Review, by: Account | None, at: Moment | None = None) -> None:
        """Dismiss a review."""
        review.put(self.event("ReviewDismissedEvent", by, at, review=review).at, state="DISMISSED")

    def ready(self, by: Account | None = None, at: Moment | None = None) -> Self:
        """Mark a draft as ready for review."""
        return self.put(self.event("ReadyForReviewEvent", by or self.author, at).at, draft=False)

    def to_draft(self, by: Account | None = None, at: Moment | None = None) -> Self:
        """Convert it to a draft."""
        return self.put(self.event("ConvertToDraftEvent", by or self.author, at).at, draft=True)

    def merge(
        self, by: Account | None, at: Moment | None = None, method: str = "merge", delete_branch: bool = False
    ) -> Commit:
        """Merge it by "merge", "squash" or "rebase". Returns the merge commit (of a rebase, the last commit)."""
        moment = self.world.moment(at)
        base: str = self.latest("base")
        ways = {"merge": self._merge, "squash": self._squash, "rebase": self._rebase}
        result = ways[method](self.repository.tip(base), moment)
        self.repository.associate_merged_commits(self.node_id, result, self.repository.tip(base), self.author, moment)
        self.repository.push(result, branch=base, by=by, at=moment, kind="pr_merge")
        self.event("ClosedEvent", by, moment, reason=None, closer=None, closer_repository=None)
        values: dict[str, Any] = {"merged_at": moment, "merged_by": by, "merge_commit": result}
        self.put(moment, state="MERGED", closed_at=moment, **values)
        # Keywords close issues from the default branch only:
        # https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
        if base == self.repository.latest("default_branch"):
            for issue in self.closes:
                issue.close(by, later(moment, seconds=1), closer=self)
        if delete_branch and not self.fork:
            self.repository.delete_branch(self.head, by, later(moment, seconds=2))
        return result

    def _merge(self, base: str | None, at: str) -> Commit:
        head: Commit = self.latest("commits")[-1]
        headline = f"Merge pull request #{self.number} from {self.repository.latest('name')}/{self.head}"
        parents = (*((base,) if base else ()), head.oid)
        return self._by_github(headline, parents, at, self.latest("files"))

    def _squash(self, base: str | None, at: str) -> Commit:
        headline = f"{self.latest('title')} (#{self.number})"
        return self._by_github(headline, (base,) if base else (), at, self.latest("files"))

    def _by_github(self, headline: str, parents: tuple[str, ...], at: str, files: tuple[File, ...]) -> Commit:
        return self.world.git.add(
            headline,
            parents=parents,
            author=self.author,
            authored_at=at,
            committed_at=at,
            files=files,
            signature=Signature(by_github=True, verified_at=at),
        )

    def _rebase(self, base: str | None, at: str) -> Commit:
        # GitHub does not sign the commits of a rebase, as it does a merge and a squash:
        # https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification
        tip, last = base, None
        for own in self.latest("commits"):
            last = self.world.git.add(
                own.headline,
                parents=(tip,) if tip else (),
                author=own.author,
                authored_at=own.authored_at,
                committed_at=at,
                files=own.files,
            )
            tip = last.oid
        if last is None:
            raise ValueError("a pull request without commits cannot be merged")
        return last
