"""What GitHub shows of the tracked repositories, in one batched question about many of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from collector import clock
from collector.config import Project, TrackedRepository
from collector.errors import CollectError
from collector.github import failures, node_ids, queries
from collector.github.client import GitHub, Meter, NotThere, RequestFailed, TooHeavy
from collector.github.models import OddAnswer, ReleaseGlance, RepositoryState, TagGlance, Touched, parse
from collector.github.responses import Absence, Good
from collector.github.rest_models import Numbered
from collector.store.state import LOST
from collector.sync import defects
from collector.sync.fetchers import readable

# What a repository is not known without. Where one of these is hidden or odd, nothing is stored of it this time.
_NEEDED = ("id", "databaseId", "nameWithOwner", "createdAt", "isEmpty", "defaultBranchRef", "issues", "pullRequests")
_UNNEEDED = ("discussions",)  # what the light question leaves out
# The glanced lists, and what is shown of each row.
_LISTS = {"issues": Touched, "pullRequests": Touched, "releases": ReleaseGlance, "tags": TagGlance}
UNEXPLAINED = "GitHub shows nothing of {} and does not say why."


@dataclass
class Tracked:
    """A repository of the configuration, and what is known of it."""

    project: Project
    entry: TrackedRepository
    id: int | None = None
    node_id: str | None = None
    full_name: str | None = None
    status: str | None = None
    state: RepositoryState | None = None
    lacks: dict[str, str] = field(default_factory=dict)  # parts of `state` that GitHub did not serve, and why
    missing: Absence | None = None
    error: str | None = None
    defect: bool = False  # whether `error` is a defect of this program
    double_of: str | None = None  # the other name of the configuration that is the same repository

    @property
    def name(self) -> str:
        """The name to speak of it by."""
        return self.full_name or self.entry.repo

    @property
    def by_id(self) -> bool:
        """Whether to ask by node id: a name may by now be another repository's."""
        return self.node_id is not None and self.status not in LOST

    @property
    def is_refused(self) -> bool:
        """Whether it is the token that may not see it, which says nothing about whether it is there."""
        return self.missing is not None and self.missing.reason == "forbidden"

    @property
    def problem(self) -> str:
        """Why there is no `state`, in a sentence, and what to do."""
        if self.error:
            return self.error
        if self.is_refused and self.missing:
            stays = "; what is stored of it stays" if self.id else ""
            found = failures.Forbidden(self.name, self.missing.message)
            return f"{found.message.rstrip('.')}{stays}. {found.next_step}"
        if self.missing and self.missing.reason == "blocked":
            return f"GitHub blocks access to {self.name}."
        if self.id is None:
            return (
                f"GitHub has no public repository {self.name}: correct its name in the configuration, or take it out."
            )
        return f"{self.name} is private or deleted by now; what is stored of it stays."


async def ask(github: GitHub, repos: list[Tracked], meter: Meter) -> None:
    """Fill in what GitHub shows of each: its state, or why it is missing. What is gone by id is asked for by name.

    Raises what stops a whole run; what is the trouble of one repository is its `error`.
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
            r.state, r.missing = None, Absence("not_found", "")  # the name is another repository's now
    _refuse_doubles(repos)


def newest_time(repos: Sequence[Tracked], known: str | None, now: str) -> str | None:
    """The newest time of GitHub's own among what is `known` and what was shown: it has been then, at least.

    What is after its `now` is no time of its own.
    """
    times: list[str | None] = [known]
    for r in repos:
        if r.state is not None:
            times += [r.state.pushed_at, r.state.created_at]
            times += [n.updated_at for n in (*r.state.issues.nodes, *r.state.pull_requests.nodes) if n]
            times += [n.published_at for n in r.state.releases.nodes]
    readable_times = (clock.normalised(time) for time in times if time)
    return max((time for time in readable_times if time and time <= now), default=None)


async def _ask(github: GitHub, repos: list[Tracked], meter: Meter) -> None:
    """Ask about as many at once as GitHub can answer about; one that it cannot show stops no other."""
    pages, at = github.pages("repositories"), 0
    start = pages.size
    while at < len(repos):
        part = repos[at : at + pages.size]
        try:
            await _ask_about(github, part, meter)
            pages.worked()
        except Exception as error:
            if isinstance(error, CollectError) and not isinstance(error, RequestFailed | NotThere):
                raise
            if len(part) > 1:
                # Half of them will be answered, unless the trouble is theirs too.
                while isinstance(error, TooHeavy) and pages.size >= len(part):
                    pages.failed()
                pages.size = min(pages.size, len(part) // 2)
                continue
            await _ask_for_less(github, part[0], meter, error)
            pages.restore(start)
        at += len(part)
    github.learn_size(pages)


async def _ask_about(github: GitHub, part: Sequence[Tracked], meter: Meter, *without: str) -> None:
    """One question, `without` what is "light" or "bare" (RepositoryState.graphql).

    Raises TooHeavy when it should be about fewer, or is one about a single one that is too heavy.
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
        holes=True,
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
    """Ask about a repository without the part of it that took all of it along."""
    await _ask_for_less(github, repo, meter, TooHeavy(absence.message))
    if repo.state is not None:
        repo.lacks[absence.part] = absence.message


async def _ask_for_less(github: GitHub, repo: Tracked, meter: Meter, trouble: Exception) -> None:
    """Ask about a single repository that is too heavy without what is heaviest, at last without any row of its lists.

    What other trouble it has is noted.
    """
    try:
        if not isinstance(trouble, TooHeavy):
            raise trouble
        try:
            await _ask_about(github, [repo], meter, "light")
        except TooHeavy:
            await _ask_about(github, [repo], meter, "light", "bare")
    except RequestFailed:
        repo.error = str(trouble)
    except NotThere as error:
        repo.missing = Absence(error.reason, error.said)
    except CollectError:
        raise
    except Exception as error:
        repo.error, repo.defect = defects.describe(error, github), True


async def _take(github: GitHub, repo: Tracked, answer: Good, key: str, meter: Meter) -> None:
    """The state of one repository, as far as GitHub serves it."""
    raw = answer.data[key]
    raw["tags"] = raw.get("tags") or raw.pop("namedTags", None)
    for name, model in _LISTS.items():
        listed = raw.get(name)
        if isinstance(listed, dict):  # what is hidden or odd in a list shows no change
            listed["nodes"] = [node for node in listed.get("nodes") or () if _is_readable(model, node)]
            if model is Touched and not listed["nodes"] and listed.get("totalCount"):
                listed["nodes"] = [None]  # it has a newest thread, of which nothing is shown: it may be news
    if raw.get("databaseId") is None:
        raw["databaseId"] = await _number(github, repo, raw, meter)
    lacks = {
        ".".join(map(str, hole.path[1:])): f"{hole.kind}: {hole.message}" if hole.kind else hole.message
        for hole in answer.holes
        if hole.path[0] == key and len(hole.path) > 1 and hole.path[1] not in (*_LISTS, "namedTags")
    }
    if raw.get("defaultBranchRef") is None and not raw.get("isEmpty") and "defaultBranchRef" in answer.missing:
        lacks["defaultBranchRef"] = answer.missing["defaultBranchRef"].message
    state, odd = readable.read(RepositoryState, raw, ("createdAt", "pushedAt"), f"the question about {repo.name}")
    lacks = odd | lacks
    needed = next((why for part, why in lacks.items() if part.partition(".")[0] in _NEEDED), lacks.get(""))
    if state is None or needed is not None:
        repo.error = f"GitHub does not show {repo.name} whole: {needed}"
    else:
        repo.state, repo.lacks = state, lacks


def _is_readable(model: type[Any], node: Any) -> bool:
    try:
        parse(model, node, "")
    except OddAnswer:
        return False
    return True


async def _number(github: GitHub, repo: Tracked, raw: dict[str, Any], meter: Meter) -> int | None:
    """A repository's number where GraphQL leaves it null: as it is known, as its node id holds it, or as REST says."""
    if repo.id is not None and raw.get("id") == repo.node_id:
        return repo.id
    found = node_ids.number(str(raw.get("id")))
    if found is not None:
        return found
    path = f"/repos/{raw.get('nameWithOwner')}"
    try:
        answer, _ = await github.rest(path, {}, meter)
        return parse(Numbered, answer, path).id
    except (NotThere, RequestFailed, OddAnswer):
        return None


def _refuse_doubles(repos: list[Tracked]) -> None:
    """Two names of the configuration may by now be one repository: the first keeps it."""
    seen: dict[int, Tracked] = {}
    for repo in repos:
        if repo.state is None:
            continue
        first = seen.setdefault(repo.state.database_id, repo)
        if first is not repo:
            repo.error = (
                f"{repo.entry.repo} and {first.entry.repo} are the same repository, {repo.state.name_with_owner}: "
                "leave one of them out of the configuration."
            )
            repo.state, repo.double_of = None, first.entry.repo
