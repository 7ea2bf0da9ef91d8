"""Issues and pull requests of a history as they come to be."""

import json
from datetime import datetime, timedelta

from benchmarks.redteam.code import Code, Line
from benchmarks.redteam.facts import Row, to_text
from benchmarks.redteam.history import Comment, Commit, Event, Issue, Person, Pull, Review
from collector.config.review_commands import REVIEW_COMMANDS
from collector.sync.fetchers.texts import Texts


class Threads:
    """What people do with issues and pull requests. `rows` holds the row of each."""

    def __init__(self, code: Code) -> None:
        self.code, self.facts = code, code.facts
        self.ids: dict[Issue | Pull, int] = {}
        self.numbers: dict[Issue | Pull, int] = {}
        self.rows: dict[Issue | Pull, Row] = {}
        self.joined: set[Person] = set()

    def rename_branch(self, line: Line, at: datetime) -> None:
        """The default branch gets its new name: the log shows a new branch, and open pull requests go with it."""
        tip = line.tips.pop("main")
        for _ in range(line.repo.left_out):
            tip = line.parents[tip][0]
        self.code.move(line, "main", tip, at, None, "branch_creation")
        for pull, row in self.rows.items():
            if isinstance(pull, Pull) and pull.repo is line.repo and row["state"] == "OPEN" and pull.base == "main":
                row["base_ref"] = "main"
                self.touch(pull, at)

    def association(self, who: Person | None) -> str:
        return "MEMBER" if who is not None and (who.member or who in self.joined) else "NONE"

    def join(self, who: Person) -> None:
        """The account is made a member, which all its threads show when they are read again."""
        self.joined.add(who)
        for thing, row in self.rows.items():
            if thing.author is who:
                row["author_association"] = "MEMBER"
                self.facts.put("issues" if isinstance(thing, Issue) else "pull_requests", row["id"], row)

    def thread(self, line: Line, thing: Issue | Pull, at: datetime, title: str) -> Row:
        line.numbers += 1
        ident = self.ids[thing] = self.facts.new_id()
        self.numbers[thing] = line.numbers
        self.facts.repository_of[ident] = line.id
        when = to_text(at)
        return {
            "id": ident, "node_id": f"T_{ident}", "repository": line.id, "number": line.numbers, "title": title,
            "body_length": 80, "author": self.facts.account(thing.author),
            "author_association": self.association(thing.author), "state": "OPEN", "locked": 0, "created_at": when,
            "updated_at": when, "closed_at": None,
        }  # fmt: skip

    def open_issue(self, issue: Issue) -> None:
        row = self.thread(self.code.lines[issue.repo], issue, issue.created_at or issue.at, "An issue")
        self.rows[issue] = self.facts.put("issues", row["id"], {**row, "state_reason": None, "closed_by": None})
        for name in issue.labels:
            self.facts.put("issue_labels", (row["id"], name), {"issue": row["id"], "name": name})

    def delete_issue(self, issue: Issue) -> None:
        ident = self.ids[issue]
        for (table, key), row in list(self.facts.dirty.items()):
            if row.get("subject") == ident:
                del self.facts.dirty[table, key]
        self.facts.forget("issues", ident, (self.facts.repository_of[ident], ident))
        del self.rows[issue]

    def comment(self, thing: Issue | Pull, comment: Comment) -> None:
        if thing not in self.rows:
            return
        self.touch(thing, comment.at)
        ident = self.facts.new_id()
        text = comment.text or "Answer " + "".join(chr(ord("a") + int(d)) for d in str(ident))
        at = to_text(comment.at)
        said = Texts("key", REVIEW_COMMANDS).comment(text)
        prose = said["prose_length"]
        assert isinstance(prose, int)
        row = {
            "id": ident, "repository": self.rows[thing]["repository"], "subject": self.ids[thing],
            "subject_type": "Issue" if isinstance(thing, Issue) else "PullRequest",
            "author": self.facts.account(comment.author), "author_association": self.association(comment.author),
            "created_at": at, "updated_at": at, **said, "prose_length": max(prose, comment.words),
        }  # fmt: skip
        self.facts.put("comments", ident, row)

    def event(self, thing: Issue | Pull, event: Event) -> None:
        if thing not in self.rows:
            return
        self.touch(thing, event.at)
        row = self.rows[thing]
        ident = f"E{self.facts.new_id()}"
        source = event.pull
        fact = {
            "id": ident, "repository": row["repository"], "subject": self.ids[thing],
            "subject_type": "Issue" if isinstance(thing, Issue) else "PullRequest", "type": event.kind,
            "actor": self.facts.account(event.actor), "created_at": to_text(event.at), "state_reason": event.reason,
            "label": None, "will_close": None if event.will_close is None else int(event.will_close),
            "source_repository": source.repo.full_name(event.at) if source else None,
            "source_number": self.numbers[source] if source else None, "source_oid": None,
            "from_repository": event.source.full_name(event.at) if event.source else None,
        }  # fmt: skip
        self.facts.put("events", ident, fact)
        if isinstance(thing, Issue):
            if event.kind == "ClosedEvent":
                row |= {"state": "CLOSED", "state_reason": event.reason, "closed_at": to_text(event.at)}
                row["closed_by"] = self.facts.account(event.actor)
            elif event.kind == "ReopenedEvent":
                row |= {"state": "OPEN", "state_reason": "REOPENED", "closed_at": None, "closed_by": None}
        elif event.kind == "ReadyForReviewEvent":
            row["is_draft"] = 0
        elif event.kind == "ConvertToDraftEvent":
            row["is_draft"] = 1

    def touch(self, thing: Issue | Pull, at: datetime) -> None:
        row = self.rows[thing]
        row["updated_at"] = max(row["updated_at"], to_text(at))
        self.facts.put("issues" if isinstance(thing, Issue) else "pull_requests", row["id"], row)

    def open_pull(self, pull: Pull) -> None:
        line = self.code.lines[pull.repo]
        row = self.thread(line, pull, pull.at, pull.title)
        self.code.topics[pull] = (line.tips.get(pull.base, line.tips.get("main")), row["number"])
        files = pull.files or {pull.path: pull.lines}
        size = sum(files.values())
        row |= {
            "is_draft": int(pull.draft), "is_cross_repository": int(pull.outside), "merged_at": None,
            "merged_by": None, "merge_commit_oid": None, "base_ref": line.repo.ref(pull.base, pull.at),
            "head_oid": f"{row['id']:040x}",
            "additions": size - size // 4, "deletions": size // 4, "changed_files": len(files),
            "closes": self._closes(pull, pull.at),
            "prose_length": pull.words,
            "reverts_number": self.numbers.get(pull.takes_back) if pull.takes_back else None,
        }  # fmt: skip
        self.rows[pull] = self.facts.put("pull_requests", row["id"], row)
        for path, lines in files.items():
            change = {"additions": lines - lines // 4, "deletions": lines // 4, "change_type": "MODIFIED"}
            self.facts.put("pull_request_files", (row["id"], path), {"pull_request": row["id"], "path": path, **change})
        if pull.refers_at is None:
            self.refer(pull, pull.at)

    def _closes(self, pull: Pull, at: datetime) -> str:
        """What its text says it closes."""
        return json.dumps([(i.repo.full_name(at), self.numbers[i]) for i in pull.closes if i in self.numbers])

    def refer(self, pull: Pull, at: datetime) -> None:
        """GitHub notes on each issue that the pull request will close it."""
        if pull.closes:
            self.rows[pull]["closes"] = self._closes(pull, at)
            self.touch(pull, at)
        for issue in pull.closes:
            self.event(issue, Event("CrossReferencedEvent", at, pull.author, None, pull, pull.base == "main"))

    def review(self, pull: Pull, review: Review) -> None:
        self.touch(pull, review.at)
        ident = self.facts.new_id()
        row = {
            "id": ident, "pull_request": self.ids[pull], "author": self.facts.account(review.author),
            "author_association": self.association(review.author), "state": review.state,
            "submitted_at": to_text(review.at), "length": 20,
        }  # fmt: skip
        self.facts.put("reviews", ident, row)

    def close_pull(self, pull: Pull) -> None:
        assert pull.closed_at is not None
        self.touch(pull, pull.closed_at)
        self.rows[pull] |= {"state": "CLOSED", "closed_at": to_text(pull.closed_at)}

    def merge(self, pull: Pull) -> None:
        """Merge it, after those that wait in one queue with it: one push brings them all."""
        line, at = self.code.lines[pull.repo], pull.merged_at
        assert at is not None
        tip = line.tips.get(pull.base, line.tips["main"])
        results: list[tuple[Pull, str]] = []
        for one in (*pull.queue, pull):
            tip = self._result(line, one, tip, at)
            results.append((one, tip))
        kind = "merge_queue_merge" if pull.queue else "pr_merge"
        for oid in self.code.move(line, pull.base, tip, at, pull.merger, kind):
            if line.commits[oid]["pull_request"] is None:
                line.commits[oid]["pull_request"] = self.numbers[pull]
        for one, result in results:
            self._merged(one, result, at)

    def _result(self, line: Line, pull: Pull, tip: str, at: datetime) -> str:
        """The last commit that merging it upon `tip` makes."""
        number = self.numbers[pull]
        if pull.head is not None:
            plan = Commit(f"Merge {pull.head}", 0, pull.author)
            parents: tuple[str, ...] = (tip, line.tips[pull.head])
        elif pull.method == "squash":
            plan = Commit(f"{pull.title} (#{number})", pull.lines, pull.author, at, pull.commits[-1].tree)
            parents = (tip,)
        elif pull.method == "merge":
            plan = Commit(f"Merge pull request #{number}", pull.lines, pull.author, at)
            parents = (tip, self.code.own_commits(line, pull)[-1])
        else:
            for commit in pull.commits:
                authored = commit.authored_at or pull.at
                tip = self.code.commit(line, commit, (tip,), at, authored_at=authored)
            return tip
        result = self.code.commit(line, plan, parents, at, github=True)
        if pull.head is None and pull.base == "main":
            line.commits[result]["pull_request"] = number
        return result

    def _merged(self, pull: Pull, result: str, at: datetime) -> None:
        """Its row after the merge, and the issues that it closes."""
        self.touch(pull, at)
        when = to_text(at)
        merged = {"merged_at": when, "merged_by": self.facts.account(pull.merger), "merge_commit_oid": result}
        self.rows[pull] |= {"state": "MERGED", "closed_at": when, **merged}
        if pull.base == "main":
            for issue in pull.closes:
                if issue in self.rows and self.rows[issue]["state"] == "OPEN":
                    closing = Event("ClosedEvent", at + timedelta(seconds=1), pull.merger, "COMPLETED", pull)
                    self.event(issue, closing)
