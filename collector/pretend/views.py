"""What GraphQL answers about the world at one moment: queries, repositories, releases and tags."""

from typing import Any

from collector.pretend.pages import Refusal, connection
from collector.pretend.pulls import PullRequest
from collector.pretend.releases import Release, Tag
from collector.pretend.repository import Repository
from collector.pretend.thread_views import Arguments, ThreadViews, View
from collector.pretend.threads import Issue, Thread


class Views(ThreadViews):
    """The world at its present now: what a query can start from."""

    def node(self, arguments: Arguments) -> View:
        """Query.node."""
        there = self.world.nodes.get(arguments["id"])
        if isinstance(there, Repository) and self._is_public(there):
            return self.repository(there)
        if isinstance(there, Thread) and there.is_there(self.now) and self._is_public(there.repository):
            self.repository(there.repository)  # refuses if it is blocked
            return self.thread(there)
        raise Refusal(f"Could not resolve to a node with the global id of '{arguments['id']}'", "NOT_FOUND")

    def _is_public(self, r: Repository) -> bool:
        return r.at <= self.now and not r.get("deleted", self.now) and not r.get("private", self.now)

    def nodes(self, arguments: Arguments) -> list[Any]:
        """Query.nodes: an error in the place of what is gone."""
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
        """Query.repository; a former name leads to the present one."""
        name = f"{arguments['owner']}/{arguments['name']}"
        there = self.world.find(name)
        if there is None or there.get("private", self.now):
            raise Refusal(f"Could not resolve to a Repository with the name '{name}'.", "NOT_FOUND")
        return self.repository(there)

    def repository(self, r: Repository) -> View:
        """A repository, unless it is blocked."""
        if r.get("blocked", self.now):
            raise Refusal("Repository access blocked", "DMCA")
        head = r.head(self.now)
        parent = r.get("parent", self.now)
        language, spdx = r.get("language", self.now), r.get("license", self.now)
        return {
            "__typename": "Repository",
            "id": r.node_id,
            "databaseId": r.id,
            "nameWithOwner": r.name,
            "createdAt": r.at,
            "pushedAt": max((p.at for p in r.pushes if p.at <= self.now), default=r.at),
            "description": r.get("description", self.now),
            "homepageUrl": r.get("homepage", self.now),
            "isArchived": r.get("archived", self.now),
            "isDisabled": r.get("disabled", self.now),
            "isEmpty": head is None,
            "isFork": parent is not None,
            "hasIssuesEnabled": r.get("has_issues", self.now),
            "hasDiscussionsEnabled": r.get("has_discussions", self.now),
            "stargazerCount": r.get("stars", self.now),
            "forkCount": r.get("forks", self.now),
            "parent": {"nameWithOwner": parent.name if isinstance(parent, Repository) else parent} if parent else None,
            "primaryLanguage": {"name": language} if language else None,
            "licenseInfo": {"spdxId": spdx} if spdx else None,
            "defaultBranchRef": (
                {"name": r.get("default_branch", self.now), "target": self.commit(r, head)} if head else None
            ),
            "discussions": {"totalCount": r.get("discussions", self.now)},
            "issues": lambda a: self._threads(r, Issue, a),
            "pullRequests": lambda a: self._threads(r, PullRequest, a),
            "releases": lambda a: self._releases(r, a),
            "refs": lambda a: self._tags(r, a),
            "object": lambda a: self.object(r, a["oid"]),
        }

    def owner(self, arguments: Arguments) -> View | None:
        """Query.repositoryOwner: nobody where no account has the login."""
        account = self.world.accounts.get(arguments["login"].lower())
        if account is None or account.kind not in ("User", "Organization"):
            return None
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
        there = [t for t in r.threads.values() if isinstance(t, kind) and t.is_there(self.now)]
        if kind is Issue and not r.get("has_issues", self.now):
            there = []
        if states := arguments.get("states"):
            there = [t for t in there if t.get("state", self.now) in states]
        order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}

        def key(t: Thread) -> tuple[Any, ...]:
            if order["field"] == "COMMENTS":
                return (sum(1 for _ in self._comments(t)), t.id)
            return (t.updated_at(self.now) if order["field"] == "UPDATED_AT" else t.created_at, t.id)

        return connection(there, arguments, self.thread, key, order["direction"] == "DESC")

    def _releases(self, r: Repository, arguments: Arguments) -> View:
        there = [e for e in r.releases if e.is_there(self.now)]
        direction = (arguments.get("orderBy") or {"direction": "DESC"})["direction"]
        return connection(
            there, arguments, lambda e: self._release(r, e), lambda e: (e.created_at, e.id), direction == "DESC"
        )

    def _release(self, r: Repository, e: Release) -> View:
        tag = r.tags.get(e.get("tag", self.now))
        there = tag and tag.at <= self.now and not tag.get("deleted", self.now)
        return {
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
            "tagCommit": {"oid": tag.get("target", self.now).oid} if tag and there else None,
        }

    def _tags(self, r: Repository, arguments: Arguments) -> View:
        if arguments["refPrefix"] != "refs/tags/":
            raise Refusal("The pretend GitHub lists tags only.")
        there = [t for t in r.tags.values() if t.at <= self.now and not t.get("deleted", self.now)]
        direction = (arguments.get("orderBy") or {"direction": "ASC"})["direction"]
        return connection(
            there,
            arguments,
            self._tag,
            lambda t: (t.get("target", self.now).committed_at, t.name),
            direction == "DESC",
        )

    def _tag(self, t: Tag) -> View:
        commit = {"__typename": "Commit", "oid": t.get("target", self.now).oid}
        if not t.get("annotated", self.now):
            return {"name": t.name, "target": commit}
        tag = {"__typename": "Tag", "oid": t.oid(self.now), "target": commit}
        return {"name": t.name, "target": {**tag, "tagger": {"date": t.tagged_at(self.now)}}}

    def object(self, r: Repository, oid: str) -> View | None:
        """A commit that the repository has, also one that no branch leads to any more."""
        return self.commit(r, oid) if r.known.get(oid, "~") <= self.now else None
