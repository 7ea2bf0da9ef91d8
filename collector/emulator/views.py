"""GraphQL views of the world at one time: root fields, repositories, releases and tags."""

from typing import Any

from collector.emulator.discussions import Discussion, DiscussionComment
from collector.emulator.git import Commit
from collector.emulator.git_repository import GitRepository
from collector.emulator.node_ids import node_id
from collector.emulator.oddities import OBJECT
from collector.emulator.pagination import Refusal, connection
from collector.emulator.pulls import PullRequest
from collector.emulator.releases import Release, Tag
from collector.emulator.repository import Repository
from collector.emulator.thread_views import Arguments, ThreadViews, View
from collector.emulator.threads import Issue, Thread


class Views(ThreadViews):
    """The root fields of a query, and the views of repositories, releases and tags."""

    def root(self) -> View:
        """Return the view of the query itself, without its cost."""
        return {
            "viewer": self.account(self.viewer),
            "node": self.node,
            "nodes": self.nodes,
            "repository": self.by_name,
            "repositoryOwner": self.owner,
        }

    def node(self, arguments: Arguments) -> View:
        """Return Query.node. Raises Refusal if it cannot be seen."""
        there = self.world.nodes.get(arguments["id"])
        if isinstance(there, Repository) and self._is_public(there):
            return self.repository(there)
        if isinstance(there, Thread) and self._is_shown(there) and self._is_public(there.repository):
            self._may_see(there.repository)
            self._may_see_threads(there.repository)
            return self.thread(there)
        if isinstance(there, DiscussionComment) and there.is_there(self.now) and self._is_shown(there.discussion):
            self._may_see(there.discussion.repository)
            return self.discussion_comment(there)
        accounts = (account for account in self.world.accounts.values() if account.node_id == arguments["id"])
        if shown := self.account(next(accounts, None)):
            return shown
        raise Refusal(f"Could not resolve to a node with the global id of '{arguments['id']}'", "NOT_FOUND")

    def _is_public(self, r: GitRepository) -> bool:
        return r.at <= self.now and not r.get("deleted", self.now) and not r.get("private", self.now)

    def _is_shown(self, t: Thread) -> bool:
        switched = {PullRequest: "has_pull_requests", Discussion: "has_discussions"}.get(type(t), "has_issues")
        return t.is_there(self.now) and bool(t.repository.get(switched, self.now))

    def _may_see(self, r: GitRepository) -> None:
        """Raise Refusal if a repository is blocked or its owner refuses the token."""
        if r.get("blocked", self.now):
            raise Refusal("Repository access blocked", "DMCA")
        self.odd.refuse(r.name.partition("/")[0], self.viewer, self.now)

    def _may_see_threads(self, r: GitRepository) -> None:
        self.odd.refuse(r.name.partition("/")[0], self.viewer, self.now, deep=True)

    def nodes(self, arguments: Arguments) -> list[Any]:
        """Return Query.nodes, with an error in place of each node that is gone."""
        if len(arguments["ids"]) > 100:
            raise Refusal("You may not provide more than 100 node ids.", "ARGUMENT_LIMIT")
        answer: list[Any] = []
        for wanted in arguments["ids"]:
            try:
                answer.append(self.node({"id": wanted}))
            except Refusal as refusal:
                answer.append(refusal)
        return answer

    def by_name(self, arguments: Arguments) -> View:
        """Return Query.repository, also by a former name."""
        name = f"{arguments['owner']}/{arguments['name']}"
        there = self.world.find(name)
        if there is None or there.get("private", self.now):
            raise Refusal(f"Could not resolve to a Repository with the name '{name}'.", "NOT_FOUND")
        return self.repository(there)

    def repository(self, r: Repository) -> View:
        """Return the view of a repository. Raises Refusal if the viewer may not see it."""
        self._may_see(r)
        head = r.head(self.now)
        parent = r.get("parent", self.now)
        language, spdx = r.get("language", self.now), r.get("license", self.now)
        return {
            OBJECT: r,
            "__typename": "Repository",
            "id": r.node_id,
            "databaseId": r.id,
            "nameWithOwner": r.name,
            "createdAt": r.at,
            "pushedAt": max((p.at for p in r.pushes if p.at <= self.now), default=r.at),
            "description": r.get("description", self.now),
            "homepageUrl": r.get("homepage", self.now),
            "isArchived": r.get("archived", self.now),
            "archivedAt": r.last_change_of("archived", self.now) if r.get("archived", self.now) else None,
            "isDisabled": r.get("disabled", self.now),
            "isEmpty": head is None,
            "isFork": parent is not None,
            "hasIssuesEnabled": r.get("has_issues", self.now),
            "hasDiscussionsEnabled": r.get("has_discussions", self.now),
            "stargazerCount": r.get("stars", self.now),
            "forkCount": r.get("forks", self.now),
            "parent": lambda _: self.named(parent) if isinstance(parent, Repository) else self._parent_by_name(parent),
            "primaryLanguage": {"name": language} if language else None,
            "licenseInfo": {"spdxId": spdx} if spdx else None,
            "defaultBranchRef": (self._branch(r, r.get("default_branch", self.now), head) if head else None),
            "discussions": lambda a: self._threads(r, Discussion, a),
            "issues": lambda a: self._threads(r, Issue, a),
            "pullRequests": lambda a: self._threads(r, PullRequest, a),
            "releases": lambda a: self._releases(r, a),
            "refs": lambda a: self._tags(r, a),
            "release": lambda a: self._release_of(r, a["tagName"]),
            "ref": lambda a: self._ref(r, a["qualifiedName"]),
            "object": lambda a: self.object(r, a["oid"]),
        }

    def _parent_by_name(self, name: str | None) -> View | None:
        return {"nameWithOwner": name} if name else None

    def owner(self, arguments: Arguments) -> View | None:
        """Return Query.repositoryOwner, None if no account has the login."""
        account = self.world.accounts.get(arguments["login"].lower())
        if account is None or account.kind not in ("User", "Organization"):
            return None
        self.odd.refuse(account.login, self.viewer, self.now)
        owned = [r for r in self.world.repositories if r.name.lower().startswith(f"{account.login.lower()}/")]
        there = [self.repository(r) for r in owned if self._is_public(r) and not r.get("blocked", self.now)]
        return {
            "__typename": account.kind,
            "login": account.login,
            "repositories": lambda a: connection(
                there, a, lambda v: v, lambda v: (v["pushedAt"], v["databaseId"]), descending=True
            ),
        }

    def _threads(self, r: Repository, kind: type[Thread], arguments: Arguments) -> View:
        self._may_see_threads(r)
        there = [t for t in r.threads.values() if isinstance(t, kind) and self._is_shown(t)]
        if states := arguments.get("states"):
            there = [t for t in there if t.get("state", self.now) in states]
        order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}

        def key(t: Thread) -> tuple[Any, ...]:
            if order["field"] == "COMMENTS":
                return (sum(1 for _ in self._comments(t)), t.id)
            return (t.updated_at(self.now) if order["field"] == "UPDATED_AT" else t.created_at, t.id)

        return self.listed(there, arguments, self.thread, key, order["direction"] == "DESC")

    def _releases(self, r: Repository, arguments: Arguments) -> View:
        there = [e for e in r.releases if e.is_there(self.now)]
        direction = (arguments.get("orderBy") or {"direction": "DESC"})["direction"]
        return self.listed(
            there, arguments, lambda e: self._release(r, e), lambda e: (e.created_at, e.id), direction == "DESC"
        )

    def _release_of(self, r: Repository, tag_name: str) -> View | None:
        """Return the newest release of a tag."""
        there = [e for e in r.releases if e.is_there(self.now) and e.get("tag", self.now) == tag_name]
        return self._release(r, there[-1]) if there else None

    def _release(self, r: Repository, e: Release) -> View:
        tag = r.tags.get(e.get("tag", self.now))
        commit = tag.commit(self.now) if tag and self._has_tag(tag) else None
        return {
            OBJECT: e,
            "id": node_id("RE", r.id, e.id),
            "databaseId": e.id,
            "tagName": e.get("tag", self.now),
            "name": e.get("name", self.now),
            "description": e.get("body", self.now),
            "isDraft": e.get("draft", self.now),
            "isPrerelease": e.get("prerelease", self.now),
            "createdAt": e.created_at,
            "publishedAt": e.get("published_at", self.now),
            "updatedAt": e.last_change(self.now),
            "author": self.user(e.author),
            "tagCommit": {"oid": commit.oid} if commit else None,
        }

    def _tags(self, r: Repository, arguments: Arguments) -> View:
        if arguments["refPrefix"] != "refs/tags/":
            raise Refusal("The emulator lists only tags.")
        there = [t for t in r.tags.values() if self._has_tag(t)]
        direction = (arguments.get("orderBy") or {"direction": "ASC"})["direction"]

        def key(t: Tag) -> tuple[str, str]:
            commit = t.commit(self.now)
            return (commit.committed_at if commit else "", t.name)

        return self.listed(there, arguments, lambda t: self._tag(r, t), key, direction == "DESC")

    def _has_tag(self, t: Tag) -> bool:
        return t.at <= self.now and not t.get("deleted", self.now)

    def _branch(self, r: Repository, name: str, head: str) -> View:
        return {"id": node_id("REF", r.id, f"refs/heads/{name}"), "name": name, "target": self.commit(r, head)}

    def _ref(self, r: Repository, name: str) -> View | None:
        """Return a branch or tag by its name, with or without refs/heads/ or refs/tags/."""
        kind, short = ("", name) if not name.startswith("refs/") else (name.split("/")[1], name.split("/", 2)[2])
        head = r.head(self.now, short) if kind in ("", "heads") else None
        if head:
            return self._branch(r, short, head)
        tag = r.tags.get(short) if kind in ("", "tags") else None
        return self._tag(r, tag) if tag and self._has_tag(tag) else None

    def _tag(self, r: Repository, t: Tag) -> View:
        target = self._tag_object(r, t) if t.get("annotated", self.now) else self._tagged(r, t)
        return {OBJECT: t, "id": node_id("REF", r.id, f"refs/tags/{t.name}"), "name": t.name, "target": target}

    def _tagged(self, r: Repository, t: Tag) -> View:
        commit = t.commit(self.now)
        return self.commit(r, commit.oid) if commit else {"__typename": t.get("kind", self.now), "oid": t.end(self.now)}

    def _tag_object(self, r: Repository, t: Tag, depth: int = 0) -> View:
        """Return the view of a tag object, whose target may be another tag object."""
        further = depth < t.get("nested", self.now)
        oid = t.oid(self.now, depth)
        return {
            OBJECT: t,
            "__typename": "Tag",
            "id": node_id("TA", r.id, oid),
            "oid": oid,
            "tagger": {OBJECT: t, "date": t.tagged_at(self.now)},
            "target": self._tag_object(r, t, depth + 1) if further else self._tagged(r, t),
        }

    def object(self, r: Repository, oid: str) -> View | None:
        """Return a commit of the repository, also one that no branch reaches any more, or a tag object."""
        if r.readable_from.get(oid, "~") <= self.now:
            commit: Commit = self.world.git.commits[oid]
            shown: View | None = self.seen(commit, lambda c: self.commit(r, c.oid))
            return shown
        for tag in r.tags.values():
            for depth in range(tag.get("nested", self.now) + 1 if tag.get("annotated", self.now) else 0):
                if self._has_tag(tag) and tag.oid(self.now, depth) == oid:
                    return self._tag_object(r, tag, depth)
        return None
