"""Commits, branches, pushes, tags and releases of a history as they come to be."""

from datetime import datetime
from typing import Any

from benchmarks.redteam.facts import Facts, Row, to_text
from benchmarks.redteam.history import PARTS, WINDOW_START, Advisory, Commit, History, Person, Pull, Push, Release, Repo
from collector import clock

NOTHING = "0" * 40
_SINCE = to_text(WINDOW_START)


class Line:
    """A repository as it comes to be: its graph, its branches and what its default branch ever had."""

    def __init__(self, repo: Repo, ident: int) -> None:
        self.repo, self.id = repo, ident
        self.tips: dict[str, str] = {}
        self.commits: dict[str, Row] = {}
        self.parents: dict[str, tuple[str, ...]] = {}
        self.reached: dict[str, datetime] = {}
        self.copied: dict[Repo, datetime] = {}
        self.numbers = 0

    def reachable(self, tip: str, stop: Any) -> list[str]:
        """The commits under `tip` that `stop` does not hold."""
        found: dict[str, None] = {}
        todo = [tip]
        while todo:
            oid = todo.pop()
            if oid not in found and oid not in stop and oid in self.commits:
                found[oid] = None
                todo += self.parents[oid]
        return list(found)


class Code:
    """What people do with code. `rows` holds the rows of releases and tags."""

    def __init__(self, history: History, facts: Facts) -> None:
        self.history, self.facts = history, facts
        self.lines = {repo: Line(repo, facts.new_id()) for repo in history.repos}
        self.topics: dict[Pull, tuple[str | None, int]] = {}  # where each began, and its number
        self.own: dict[Pull, list[str]] = {}
        self.targets: dict[Release, str | None] = {}
        self.ids: dict[Release, int] = {}
        self.paths: dict[str, str] = {}  # of pushed commits
        self.releases: dict[Release, Row] = {}
        self.tags: dict[Release, Row] = {}

    def repository_row(self, line: Line, now: datetime) -> Row:
        head, parent = line.tips.get("main"), line.repo.parent
        created = to_text(line.repo.created_at)
        return {
            "id": line.id, "node_id": f"R_{line.id}", "full_name": line.repo.full_name(now), "project": "acme",
            "role": line.repo.role, "tracked": 1, "configured_as": line.repo.name, "status": "ok", "head_oid": head,
            "default_branch": line.repo.ref("main", now), "created_at": created, "is_fork": int(parent is not None),
            "parent": parent, "is_archived": 0, "is_disabled": 0, "has_issues": 1,
            "has_discussions": 0, "discussions": 0, "stars": 0, "forks": 0,
        }  # fmt: skip

    def commit(
        self,
        line: Line,
        plan: Commit,
        parents: tuple[str, ...],
        at: datetime,
        *,
        headline: str | None = None,
        authored_at: datetime | None = None,
        github: bool = False,
        lines: int | None = None,
    ) -> str:
        oid = f"{self.facts.new_id():040x}"
        size = plan.lines if lines is None else lines
        when = authored_at or plan.authored_at or at
        line.parents[oid] = parents
        line.commits[oid] = {
            "repository": line.id, "oid": oid, "tree_oid": plan.tree or f"tree of {oid}",
            "authored_at": to_text(when), "committed_at": to_text(at),
            "additions": size - size // 4, "deletions": size // 4, "changed_files": 1,
            "is_merge": int(len(parents) > 1), "headline": headline or plan.headline,
            "author": self.facts.account(plan.author), "signature": "VALID" if github else None,
            "signed_by_github": int(github), "signer": None, "verified_at": to_text(at) if github else None,
            "pull_request": None, "message_prose_length": plan.words,
        }  # fmt: skip
        return oid

    def move(self, line: Line, branch: str, tip: str, at: datetime, actor: Person | None, kind: str) -> list[str]:
        """Set a branch and log it. Returns the commits that are new to the default branch."""
        before = line.tips.get(branch, NOTHING)
        line.tips[branch] = tip
        ident = self.facts.new_id()
        push = {
            "id": ident, "repository": line.id, "ref": f"refs/heads/{line.repo.ref(branch, at)}",
            "before_oid": before, "after_oid": tip,
            "kind": kind if before != NOTHING else "branch_creation", "actor": self.facts.account(actor),
            "pushed_at": to_text(at),
        }  # fmt: skip
        self.facts.put("pushes", ident, push)
        if branch != "main":
            return []
        new = line.reachable(tip, line.reached)
        for oid in new:
            line.reached[oid] = at
            self.facts.put("commits", (line.id, oid), line.commits[oid])
            self.facts.parents += [(line.id, oid, parent, n) for n, parent in enumerate(line.parents[oid])]
        if kind == "force_push" or line.repo.left_out:
            there = set(line.reachable(tip, ()))
            dropped = [oid for oid in line.reached if oid not in there]
            for oid in dropped:
                del line.reached[oid]
                self.facts.gone.setdefault("commits", []).append((line.id, oid))
            if dropped:
                self.facts.rewritten[line.id] = (dropped[-1], tip)
        return new

    def own_commits(self, line: Line, pull: Pull) -> list[str]:
        """The commits of a pull request on its topic branch."""
        if pull not in self.own:
            (tip, number), made = self.topics[pull], []
            for plan in pull.commits:
                made.append(self.commit(line, plan, (tip,) if tip else (), plan.authored_at or pull.at))
                tip = made[-1]
                if pull.merged_at and pull.base == "main":
                    line.commits[tip]["pull_request"] = number
            self.own[pull] = made
        return self.own[pull]

    def push(self, push: Push) -> None:
        line = self.lines[push.repo]
        tip = line.tips.get(push.branch, line.tips.get("main", NOTHING))
        for _ in range(push.back):
            tip = line.parents[tip][0]
        if push.copies is not None:
            tip = self.copy(line, push, tip)
        if push.purges is not None:
            tip = self.purge(line, tip, push)
        if push.takes is not None:
            last = self.own_commits(self.lines[push.takes.repo], push.takes)[-1]
            tip = self.commit(line, Commit("Merge a branch", push.takes.lines, push.actor), (tip, last), push.at)
        if push.merges is not None:
            tip = self.commit(line, Commit("Merge a branch", 0, push.actor), (tip, line.tips[push.merges]), push.at)
        for plan in push.commits:
            parents = () if tip == NOTHING else (tip,)
            tip = self.commit(line, plan, parents, min(push.at, plan.authored_at or push.at))
            self.paths[tip] = plan.path
        forced = push.back or push.purges is not None
        for oid in self.move(line, push.branch, tip, push.at, push.actor, "force_push" if forced else "push"):
            for part in PARTS:
                touched = self.paths.get(oid, "").startswith(f"{part}/")
                row = {"repository": line.id, "oid": oid, "path": part, "touched": int(touched)}
                self.facts.put("commit_paths", (line.id, oid, part), row)

    def purge(self, line: Line, tip: str, push: Push) -> str:
        """Make the history of a branch anew, as tools do that take a file out of it."""
        assert push.purges
        made: dict[str, str] = {}
        todo = [tip]
        while todo:
            oid = todo[-1]
            waiting = [p for p in line.parents[oid] if p not in made and p in line.commits]
            todo += waiting
            if not waiting:
                todo.pop()
                if oid in made:
                    continue
                there, parents = line.commits[oid], tuple(made.get(p, p) for p in line.parents[oid])
                if push.drops_pushes and there["pull_request"] is None and there["committed_at"] > _SINCE and parents:
                    made[oid] = parents[0]
                    continue
                lines = there["additions"] + there["deletions"]
                lines -= 3 if len(made) % push.purges == 0 and lines > 20 else 0
                authored = clock.from_text(there["authored_at"])
                made[oid] = self.commit(line, Commit(there["headline"], lines, None, authored), parents, push.at)
        if push.tags_follow:
            for release, tag in self.tags.items():
                if tag["repository"] == line.id and tag["target_oid"] in made:
                    self._set_tag(release, made[tag["target_oid"]])
        return made[tip]

    def copy(self, line: Line, push: Push, tip: str) -> str:
        assert push.copies is not None
        source = self.lines[push.copies]
        if push.nudge is None:
            for oid in source.reachable(source.tips["main"], line.commits):
                line.commits[oid] = {**source.commits[oid], "repository": line.id, "pull_request": None}
                line.parents[oid] = source.parents[oid]
            return source.tips["main"]
        since = line.copied.get(push.copies)
        line.copied[push.copies] = push.at
        new = [o for o, at in source.reached.items() if (since is None or at >= since) and len(source.parents[o]) < 2]
        for oid in new:
            there = source.commits[oid]
            authored = clock.from_text(there["authored_at"]) + push.nudge
            plan = Commit(there["headline"], there["additions"] + there["deletions"], None, authored)
            tip = self.commit(line, plan, () if tip == NOTHING else (tip,), push.at)
        return tip

    def mark(self, release: Release) -> None:
        self.targets[release] = self.lines[release.repo].tips.get(release.branch)

    def release(self, release: Release) -> None:
        line = self.lines[release.repo]
        target = self.targets.setdefault(release, line.tips.get(release.branch))
        if target is None:
            return
        at, name = to_text(release.at), release.tag
        if release.branch != "main":
            beside = line.reachable(target, line.reached)
            self.facts.ancestry += [(line.id, oid, parent) for oid in beside for parent in line.parents[oid]]
            columns = (
                "repository",
                "oid",
                "headline",
                "authored_at",
                "committed_at",
                "is_merge",
                "additions",
                "deletions",
            )
            for oid in beside:
                told = {column: line.commits[oid][column] for column in columns}
                self.facts.put("tagged_commits", (line.id, oid), told)
        self.tags[release] = {
            "repository": line.id, "name": name, "oid": target, "target_oid": target, "tagged_at": None,
        }  # fmt: skip
        self.facts.gone["tags"] = [k for k in self.facts.gone.get("tags", []) if k != (line.id, name)]
        self.facts.put("tags", (line.id, name), self.tags[release])
        if release.only_tag:
            return
        ident = self.ids[release] = self.facts.new_id()
        self.releases[release] = {
            "id": ident, "repository": line.id, "tag_name": name, "name": name, "body": "", "is_draft": 0,
            "is_prerelease": int(release.pre), "created_at": line.commits[target]["committed_at"], "published_at": at,
            "updated_at": at, "author": self.facts.account(release.author), "tag_oid": target,
            "prose_length": release.words,
        }  # fmt: skip
        self.facts.put("releases", ident, self.releases[release])

    def advise(self, advisory: Advisory) -> None:
        """Publish a security advisory."""
        ident, name = self.lines[advisory.repo].id, f"GHSA-{self.facts.new_id()}"
        row = {
            "repository": ident, "ghsa_id": name, "author": self.facts.account(advisory.author),
            "published_at": to_text(advisory.at), "prose_length": advisory.words,
        }  # fmt: skip
        self.facts.put("advisories", (ident, name), row)

    def flip(self, release: Release, at: datetime, draft: bool) -> None:
        """To a draft, which nobody sees, or back, which stamps it anew."""
        ident, line = self.ids[release], self.lines[release.repo]
        if draft:
            self.facts.forget("releases", ident, (line.id, ident))
            return
        self.facts.gone["releases"] = [k for k in self.facts.gone.get("releases", []) if k[1] != ident]
        self.releases[release] = {**self.releases[release], "published_at": to_text(at)}
        self.facts.put("releases", ident, self.releases[release])

    def move_tag(self, release: Release, at: datetime) -> None:
        self._set_tag(release, self.lines[release.repo].tips["main"])

    def _set_tag(self, release: Release, oid: str) -> None:
        tag = self.tags[release] = {**self.tags[release], "oid": oid, "target_oid": oid}
        self.facts.put("tags", (tag["repository"], release.tag), tag)
        if release in self.ids:
            self.releases[release] = {**self.releases[release], "tag_oid": oid}
            self.facts.put("releases", self.ids[release], self.releases[release])

    def delete_release(self, release: Release) -> None:
        line = self.lines[release.repo]
        self.facts.forget("tags", (line.id, release.tag), (line.id, release.tag))
        if release in self.ids:
            self.facts.forget("releases", self.ids[release], (line.id, self.ids[release]))
