"""Fetch the state of the tracked repositories, many in one batched query."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from collector import clock
from collector.config import Project, TrackedRepository
from collector.errors import CollectError
from collector.github import failures, node_ids, queries
from collector.github.client import GitHub, Meter, NotThere, RequestFailed, TooHeavy
from collector.github.models import OddAnswer, ReleaseGlance, RepositoryState, TagGlance, Touched, parse
from collector.github.responses import Absence, Success
from collector.github.rest_models import DatabaseId
from collector.store.state import LOST
from collector.sync import defects
from collector.sync.fetchers import lenient_parsing

# Required fields. If one of these is missing or invalid, nothing of the repository is stored in this run.
_NEEDED = ("id", "databaseId", "nameWithOwner", "createdAt", "isEmpty", "defaultBranchRef", "issues", "pullRequests")
_UNNEEDED = ("discussions",)  # what a query can leave out: "undiscussed"
# The lists whose newest rows are queried, and the model of a row.
_LISTS = {
    "issues": Touched,
    "pullRequests": Touched,
    "discussions": Touched,
    "releases": ReleaseGlance,
    "tags": TagGlance,
}
UNEXPLAINED = "GitHub returns nothing for {} and gives no reason."


@dataclass
class Tracked:
    """A repository of the configuration, what is stored of it, and what GitHub returned for it.

    `project` is the first that it belongs to and `entry` its entry there; `others` are those of further projects.
    """

    project: Project
    entry: TrackedRepository
    id: int | None = None
    node_id: str | None = None
    full_name: str | None = None
    status: str | None = None
    state: RepositoryState | None = None
    lacks: dict[str, str] = field(default_factory=dict)  # parts of `state` that GitHub did not serve -> reason
    missing: Absence | None = None
    error: str | None = None
    defect: bool = False  # whether `error` is a defect of this program
    double_of: str | None = None  # another name in the configuration of the same repository
    rename_to: str | None = None  # its current name, if the other name is that of other projects
    others: Sequence[tuple[Project, TrackedRepository]] = ()

    @property
    def members(self) -> list[tuple[Project, TrackedRepository]]:
        """The projects that it belongs to, each with its entry there."""
        return [(self.project, self.entry), *self.others]

    @property
    def name(self) -> str:
        """The current name, else the configured one."""
        return self.full_name or self.entry.repo

    @property
    def by_id(self) -> bool:
        """Whether to query by node id: the name may meanwhile belong to another repository."""
        return self.node_id is not None and self.status not in LOST

    @property
    def is_refused(self) -> bool:
        """Whether this token may not read it. It may still be public, so it must not be marked as gone."""
        return self.missing is not None and self.missing.reason == "forbidden"

    @property
    def problem(self) -> str:
        """Why there is no `state`, and what to do about it, as a message."""
        if self.error:
            return self.error
        if self.is_refused and self.missing:
            stays = "; its stored data is kept" if self.id else ""
            found = failures.Forbidden(self.name, self.missing.message)
            return f"{found.message.rstrip('.')}{stays}. {found.next_step}"
        if self.missing and self.missing.reason == "blocked":
            return f"GitHub blocks access to {self.name}."
        if self.id is None:
            return f"GitHub has no public repository {self.name}: correct its name in the configuration, or remove it."
        return f"{self.name} is now private or deleted; its stored data is kept."


async def ask(github: GitHub, repos: list[Tracked], meter: Meter) -> None:
    """Fill in the `state` of each repository, or why it is missing. One that is missing by id is queried by name.

    Raises only errors that stop the whole run; an error of one repository becomes its `error`.
    """
    await _ask(github, repos, meter)
    for repo in repos:
        if repo.missing and repo.missing.part.partition(".")[0] in _UNNEEDED:
            await _ask_without(github, repo, meter, repo.missing)
    again = [r for r in repos if r.by_id and r.missing and not r.is_refused]
    for r in again:
        r.node_id = None
    await _ask(github, again, meter)
    for r in again:
        if r.state is not None and r.state.database_id != r.id:
            r.state, r.missing = None, Absence("not_found", "")  # the name now belongs to another repository
    _reject_duplicates(repos)


def github_time(github: GitHub, repos: Sequence[Tracked], known: str | None) -> str | None:
    """Return the latest time by GitHub's clock that provably has passed: GitHub showed what had happened before it.

    Where this machine's clock agrees with the Date header of the responses, that is the present
    (https://www.rfc-editor.org/rfc/rfc9110#field.date). Where it does not, one of the two is wrong, maybe a proxy's
    header: then only the newest of the `known` time and all times in the states is proved.
    """
    present = clock.to_text(github.now())
    if github.ahead is not None and clock.is_trusted(github.ahead):
        return present
    return _newest_time(repos, known, present)


def _newest_time(repos: Sequence[Tracked], known: str | None, now: str) -> str | None:
    """Return the newest of the `known` time and all times in the states up to `now`: a client set later ones."""
    times: list[str | None] = [known]
    for r in repos:
        if r.state is not None:
            times += [r.state.pushed_at, r.state.created_at]
            lists = (r.state.issues, r.state.pull_requests, r.state.discussions)
            times += [node.updated_at for seen in lists if seen for node in seen.nodes if node]
            times += [n.published_at for n in r.state.releases.nodes]
    readable_times = (clock.normalised(time) for time in times if time)
    return max((time for time in readable_times if time and time <= now), default=None)


async def _ask(github: GitHub, repos: list[Tracked], meter: Meter) -> None:
    """Query in batches as large as GitHub can answer; a repository that fails does not stop the others."""
    pages, at = github.pages("repositories"), 0
    start = pages.size
    while at < len(repos):
        part = repos[at : at + pages.size]
        try:
            await _query_batch(github, part, meter)
            pages.worked()
        except Exception as error:
            if isinstance(error, CollectError) and not isinstance(error, RequestFailed | NotThere):
                raise
            if len(part) > 1:
                # Retry with half of them.
                while isinstance(error, TooHeavy) and pages.size >= len(part):
                    pages.failed()
                pages.size = min(pages.size, len(part) // 2)
                continue
            await _ask_for_less(github, part[0], meter, error)
            # A single repository that is too heavy says nothing about batches of others.
            pages.restore(start)
        at += len(part)
    github.learn_size(pages)


async def _query_batch(github: GitHub, part: Sequence[Tracked], meter: Meter, *without: str) -> None:
    """Send one batched query, `without` what "light", "bare" or "undiscussed" leave out (RepositoryState.graphql).

    Raises TooHeavy when it times out, even for a single repository.
    """
    by_id, by_name = [r for r in part if r.by_id], [r for r in part if not r.by_id]
    variables: dict[str, Any] = {f"id{i}": r.node_id for i, r in enumerate(by_id)}
    for i, r in enumerate(by_name):
        variables[f"owner{i}"], variables[f"name{i}"] = r.name.split("/")
    if without:
        variables |= {**dict.fromkeys(without, True), "first": 1}
    answer = await github.graphql(
        "RepositoryStates",
        queries.repository_states(len(by_id), len(by_name)),
        variables,
        meter,
        can_split=True,
        partial=True,
    )
    keys = [f"i{i}" for i in range(len(by_id))] + [f"n{i}" for i in range(len(by_name))]
    for key, repo in zip(keys, by_id + by_name, strict=True):
        repo.state, repo.missing, repo.error, repo.lacks = None, None, None, {}
        if answer.data.get(key):
            await _take(github, repo, answer, key, meter)
        elif key in answer.missing:
            repo.missing = answer.missing[key]
        else:
            repo.error = UNEXPLAINED.format(repo.name)


async def _ask_without(github: GitHub, repo: Tracked, meter: Meter, absence: Absence) -> None:
    """Query a repository without the optional part whose error made all of it null."""
    await _ask_for_less(github, repo, meter, TooHeavy(absence.message), _WITHOUT_DISCUSSIONS)


# What to leave out of the query for a single repository, the least first.
_LESS = (("light",), ("light", "bare"), ("light", "bare", "undiscussed"))
_WITHOUT_DISCUSSIONS = (("undiscussed",), ("light", "bare", "undiscussed"))


async def _ask_for_less(
    github: GitHub, repo: Tracked, meter: Meter, trouble: Exception, less: Sequence[Sequence[str]] = _LESS
) -> None:
    """Query a single repository with ever less, until GitHub answers.

    Errors other than TooHeavy are recorded on the repository.
    """
    try:
        if not isinstance(trouble, TooHeavy):
            raise trouble
        for without in less:
            try:
                await _query_batch(github, [repo], meter, *without)
                break
            except TooHeavy as error:
                trouble = error
        else:
            raise trouble
        if repo.state is not None and repo.state.discussions is None:
            repo.lacks.setdefault("discussions", str(trouble))
    except RequestFailed:
        repo.error = str(trouble)
    except NotThere as error:
        repo.missing = Absence(error.reason, error.said)
    except CollectError:
        raise
    except Exception as error:
        repo.error, repo.defect = defects.describe(error, github), True


async def _take(github: GitHub, repo: Tracked, answer: Success, key: str, meter: Meter) -> None:
    """Fill in the state of one repository from a response, and what GitHub did not serve of it."""
    raw = answer.data[key]
    raw["tags"] = raw.get("tags") or raw.pop("namedTags", None)
    for name, model in _LISTS.items():
        listed = raw.get(name)
        if isinstance(listed, dict):  # leave out null and invalid rows
            listed["nodes"] = [node for node in listed.get("nodes") or () if _is_readable(model, node)]
            if model is Touched and not listed["nodes"] and listed.get("totalCount"):
                listed["nodes"] = [None]  # the newest thread is not visible: it may be new
    if raw.get("databaseId") is None:
        raw["databaseId"] = await _number(github, repo, raw, meter)
    lacks = {
        ".".join(map(str, error.path[1:])): f"{error.kind}: {error.message}" if error.kind else error.message
        for error in answer.field_errors
        if error.path[0] == key and len(error.path) > 1 and error.path[1] not in (*_LISTS, "namedTags")
    }
    if raw.get("defaultBranchRef") is None and not raw.get("isEmpty") and "defaultBranchRef" in answer.missing:
        lacks["defaultBranchRef"] = answer.missing["defaultBranchRef"].message
    if raw.get("discussions", "") is None:  # on a server without discussions, the field is absent
        lacks.setdefault("discussions", "null, although GitHub's schema promises a value")
    state, odd = lenient_parsing.read(RepositoryState, raw, ("createdAt", "pushedAt"), f"the query for {repo.name}")
    lacks = odd | lacks
    needed = next((why for part, why in lacks.items() if part.partition(".")[0] in _NEEDED), lacks.get(""))
    if state is None or needed is not None:
        repo.error = f"GitHub does not return all required fields of {repo.name}: {needed}"
    else:
        repo.state, repo.lacks = state, lacks


def _is_readable(model: type[Any], node: Any) -> bool:
    try:
        parse(model, node, "")
    except OddAnswer:
        return False
    return True


async def _number(github: GitHub, repo: Tracked, raw: dict[str, Any], meter: Meter) -> int | None:
    """Return the database id that GraphQL left null: the stored one, else from the node id, else from REST."""
    if repo.id is not None and raw.get("id") == repo.node_id:
        return repo.id
    found = node_ids.number(str(raw.get("id")))
    if found is not None:
        return found
    path = f"/repos/{raw.get('nameWithOwner')}"
    try:
        answer, _ = await github.rest(path, {}, meter)
        return parse(DatabaseId, answer, path).id
    except (NotThere, RequestFailed, OddAnswer):
        return None


def _reject_duplicates(repos: list[Tracked]) -> None:
    """Set an error on repositories configured twice, for example under an old and a new name; the first one is kept."""
    seen: dict[int, Tracked] = {}
    for repo in repos:
        if repo.state is None:
            continue
        first = seen.setdefault(repo.state.database_id, repo)
        if first is not repo:
            name = repo.state.name_with_owner
            in_common = {project.slug for project, _ in repo.members} & {project.slug for project, _ in first.members}
            mend = "remove one of them from" if in_common else "write it under one name in"
            repo.error = (
                f"{repo.entry.repo} and {first.entry.repo} are the same repository, {name}: {mend} the configuration."
            )
            repo.state, repo.double_of = None, first.entry.repo
            repo.rename_to = None if in_common else name
