"""The parts of GitHub's REST API that the collector uses, answered from a world."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from collector.emulator.accounts import Account
from collector.emulator.faults import Reply
from collector.emulator.git import Commit
from collector.emulator.git_repository import Push
from collector.emulator.node_ids import node_id
from collector.emulator.pagination import Refusal, encode, window
from collector.emulator.repository import Advisory, Repository
from collector.emulator.threads import Issue
from collector.emulator.world import World

Query = Mapping[str, str]


class Rest:
    """Answers a request of `viewer`; `base` is the base URL of the API, for links."""

    def __init__(self, world: World, viewer: Account, base: str) -> None:
        self.world, self.viewer, self.base, self.now = world, viewer, base, world.now

    def answer(self, path: str, query: Query) -> Reply:
        """Return the response to GET `path`."""
        if who := re.fullmatch(r"/user/(\d+)", path):
            return self._user(int(who[1]))
        parts = re.fullmatch(r"/(?:repos/([^/]+/[^/]+)|repositories/(\d+))(?:/(.*))?", path)
        repository = self._find(parts[1], parts[2]) if parts else None
        if parts is None or repository is None:
            return self._error(404, "Not Found")
        if repository.get("blocked", self.now):
            # "Unavailable For Legal Reasons": https://www.rfc-editor.org/rfc/rfc7725
            block = {"reason": "dmca", "created_at": repository.at, "html_url": None}
            return Reply(451, {"message": "Repository access blocked", "block": block})
        refused = self._refused(repository)
        if refused:
            return refused
        if parts[1] and parts[1].lower() != repository.name.lower():
            # The repository has a new name:
            # https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
            return self._moved(f"/repositories/{repository.id}" + (f"/{parts[3]}" if parts[3] else ""), query)
        try:
            return self._route(repository, parts[3] or "", query)
        except Refusal as refusal:
            return self._error(422, str(refusal))

    def _user(self, number: int) -> Reply:
        """Return the response to a request for an account by its id."""
        found = next((account for account in self.world.accounts.values() if account.id == number), None)
        shown = self._account(found)
        return Reply(200, shown) if shown else self._error(404, "Not Found")

    def _refused(self, repository: Repository, deep: bool = False) -> Reply | None:
        """Return the response if the owner refuses the token, otherwise None."""
        owner = repository.name.partition("/")[0]
        policy = self.world.odd.refused(owner, self.viewer, self.now, deep)
        if policy is None:
            return None
        answer = self._error(403, policy.sentence(owner, over_rest=True))
        if policy.kind == "saml":
            address = f"https://github.com/orgs/{owner}/sso?authorization_request=A"
            answer.headers["x-github-sso"] = f"required; url={address}"
        return answer

    def _route(self, repository: Repository, rest: str, query: Query) -> Reply:
        routes: list[tuple[str, Callable[..., Reply]]] = [
            (r"activity", self._activity),
            (r"security-advisories", self._advisories),
            (r"issues/(\d+)", self._issue),
            (r"commits", self._commits),
            (r"compare/(\w+)\.\.\.(\w+)", self._compare),
            (r"releases/tags/(.+)", self._release),
            (r"", self._repository),
        ]
        for pattern, method in routes:
            if matched := re.fullmatch(pattern, rest):
                return method(repository, query, *matched.groups())
        return self._error(404, "Not Found")

    def _find(self, name: str | None, number: str | None) -> Repository | None:
        if name:
            found = self.world.find(name)
        else:
            found = next((r for r in self.world.repositories if r.id == int(number or 0)), None)
        if found is None or found.at > self.now or found.get("deleted", self.now) or found.get("private", self.now):
            return None
        return found

    def _error(self, status: int, message: str) -> Reply:
        return Reply(status, {"message": message, "status": str(status)})

    def _moved(self, path: str, query: Query = {}) -> Reply:  # noqa: B006 (never changed)
        url = self._url(path, query)
        return Reply(301, {"message": "Moved Permanently", "url": url}, {"location": url})

    def _url(self, path: str, query: Query) -> str:
        return f"{self.base}{path}" + (f"?{urlencode(query)}" if query else "")

    def _next(self, repository: Repository, path: str, query: Query, more: bool, **changed: str) -> dict[str, str]:
        url = self._url(f"/repositories/{repository.id}/{path}", {**query, **changed})
        return {"link": f'<{url}>; rel="next"'} if more else {}

    def _repository(self, repository: Repository, query: Query) -> Reply:
        body = {"id": repository.id, "node_id": repository.node_id, "full_name": repository.name}
        switches = {name: repository.get(name, self.now) for name in ("has_issues", "has_pull_requests")}
        return Reply(200, {**body, **switches, "archived": repository.get("archived", self.now)})

    def _release(self, repository: Repository, query: Query, tag: str) -> Reply:
        """Return the newest release of a tag."""
        there = [e for e in repository.releases if e.is_there(self.now) and e.get("tag", self.now) == tag]
        if not there:
            return self._error(404, "Not Found")
        return Reply(200, {"id": there[-1].id, "node_id": node_id("RE", repository.id, there[-1].id), "tag_name": tag})

    def _activity(self, repository: Repository, query: Query) -> Reply:
        begins = repository.get("activity_from", self.now)
        rows = [p for p in repository.pushes if begins <= p.at <= self.now]
        rows = [*self.world.odd.listed(rows, self.now)[0]]
        if "ref" in query:
            rows = [p for p in rows if p.ref in (query["ref"], f"refs/heads/{query['ref']}")]
        if "activity_type" in query:
            rows = [p for p in rows if p.kind == query["activity_type"]]
        descending = query.get("direction", "desc") == "desc"
        shown, more = window(rows, lambda p: (p.at, p.id), _size(query, 30), query.get("after"), descending)
        end = encode((shown[-1].at, shown[-1].id)) if shown else ""
        return Reply(200, [self._push(p) for p in shown], self._next(repository, "activity", query, more, after=end))

    def _advisories(self, repository: Repository, query: Query) -> Reply:
        """Return a page of the published advisories, those that changed last first."""
        there = [a for a in repository.advisories if a.at <= self.now]
        there.sort(key=lambda a: (a.last_change(self.now), a.id), reverse=True)
        size, page = _size(query, 30), int(query.get("page", "1"))
        more = page * size < len(there)
        shown = [self._advisory(a) for a in there[(page - 1) * size : page * size]]
        return Reply(200, shown, self._next(repository, "security-advisories", query, more, page=str(page + 1)))

    def _advisory(self, advisory: Advisory) -> dict[str, Any]:
        return {
            "ghsa_id": advisory.id,
            "description": advisory.get("description", self.now),
            "author": None,
            "publisher": self._account(advisory.author),
            "state": "withdrawn" if advisory.get("withdrawn", self.now) else "published",
            "published_at": advisory.at,
        }

    def _push(self, push: Push) -> dict[str, Any] | None:
        if self.world.odd.hidden(push, self.now)[0]:
            return None
        oddity = self.world.odd.of(push)
        return self._row(push) | (oddity.values(self.now) if oddity else {})

    def _row(self, push: Push) -> dict[str, Any]:
        return {
            "id": push.id,
            "node_id": node_id("PSH", push.id),
            "before": push.before,
            "after": push.after,
            "ref": push.ref,
            "timestamp": push.at,
            "activity_type": push.kind,
            "actor": self._account(push.actor),
        }

    def _account(self, account: Account | None) -> dict[str, Any] | None:
        if account is None or self.world.deleted.get(account, "~") <= self.now:
            return None
        kind = "User" if account.kind == "Mannequin" else account.kind
        return {"login": account.rest_login, "id": account.id, "node_id": account.node_id, "type": kind}

    def _issue(self, repository: Repository, query: Query, number: str) -> Reply:
        refused = self._refused(repository, deep=True)
        if refused:
            return refused
        thread = repository.threads.get(int(number))
        oddity = self.world.odd.of(thread)
        if oddity:
            oddity.check("id", self.now)
        if thread is None or thread.at > self.now:
            return self._error(404, "Not Found")
        if not thread.is_there(self.now):
            # 301, 404 and 410: https://docs.github.com/en/rest/issues/issues#get-an-issue
            if isinstance(thread, Issue) and thread.moved_to:
                to = thread.moved_to
                if self._find(None, str(to.repository.id)) is None:
                    return self._error(404, "Not Found")
                return self._moved(f"/repositories/{to.repository.id}/issues/{to.number}")
            return self._error(410, "This issue was deleted")
        body = {
            "id": thread.id,
            "node_id": thread.node_id,
            "number": thread.number,
            "title": thread.get("title", self.now),
            "user": self._account(thread.author),
            "state": "open" if thread.get("state", self.now) == "OPEN" else "closed",
            "created_at": thread.created_at,
            "updated_at": thread.updated_at(self.now),
            "closed_at": thread.get("closed_at", self.now),
        }
        return Reply(200, body if isinstance(thread, Issue) else {**body, "pull_request": {}})

    def _compare(self, repository: Repository, query: Query, base: str, head: str) -> Reply:
        git = self.world.git
        if not all(repository.readable_from.get(self._oid(repository, name), "~") <= self.now for name in (base, head)):
            return self._error(404, "Not Found")
        base_oid, head_oid = self._oid(repository, base), self._oid(repository, head)
        new = git.reachable([head_oid], [base_oid])
        behind = git.reachable([base_oid], [head_oid])
        ahead = [oid for oid in reversed(git.history(head_oid)) if oid in new]
        paged = "page" in query or "per_page" in query
        # Without a page it lists up to 250 commits:
        # https://docs.github.com/en/rest/commits/commits#compare-two-commits
        size, page = _size(query, 30) if paged else 250, int(query.get("page", "1"))
        status = ("diverged" if behind else "ahead") if ahead else ("behind" if behind else "identical")
        body = {
            "status": status,
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "commits": [self._commit(git.commits[oid]) for oid in ahead[(page - 1) * size : page * size]],
        }
        path = f"compare/{base}...{head}"
        return Reply(200, body, self._next(repository, path, query, page * size < len(ahead), page=str(page + 1)))

    def _commits(self, repository: Repository, query: Query) -> Reply:
        """Return the history of a commit or branch, which has no diffs."""
        start = self._oid(repository, query.get("sha", repository.get("default_branch", self.now)))
        if repository.readable_from.get(start, "~") > self.now:
            return self._error(404, "Not Found")
        size, page = _size(query, 30), int(query.get("page", "1"))
        oids = self.world.git.history(start)
        shown = [self._commit(self.world.git.commits[oid]) for oid in oids[(page - 1) * size : page * size]]
        more = page * size < len(oids)
        return Reply(200, shown, self._next(repository, "commits", query, more, page=str(page + 1)))

    def _oid(self, repository: Repository, name: str) -> str:
        return repository.head(self.now, name) or name

    def _commit(self, commit: Commit) -> dict[str, Any]:
        return {
            "sha": commit.oid,
            "commit": {
                "message": commit.headline,
                "author": {"date": commit.authored_at},
                "committer": {"date": commit.committed_at},
                "tree": {"sha": commit.tree},
            },
            "author": self._account(commit.author),
            "parents": [{"sha": oid} for oid in commit.parents],
        }


def _size(query: Query, default: int) -> int:
    # https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
    return min(100, max(1, int(query.get("per_page", default))))
