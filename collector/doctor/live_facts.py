"""Facts about GitHub that only live requests with a user's token can tell; docs/github.md lists them."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from collector import clock
from collector.config import Config
from collector.doctor import access
from collector.doctor.probe import ANSWERED, Probe, Timing
from collector.doctor.server import kind_of
from collector.github import environment, older_schemas, queries
from collector.github.client import GitHub, Meter, NotThere, RequestFailed
from collector.github.page_size import SIZES
from collector.store import database
from collector.text import plain

# GraphQL points that all requests together may cost.
MOST_POINTS = 40
# Key in the table `meta`.
KEY = "live_facts"
# GitHub's largest page:
# https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api
LARGEST = 100
NEWEST_FIRST = {"field": "UPDATED_AT", "direction": "DESC"}

Progress = Callable[[str, int, int], None]
SizedQuery = Callable[[int], tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class PushLog:
    """The time of the oldest entry in a repository's push log, or why it is unknown."""

    repository: str
    oldest: str | None
    trouble: str | None


@dataclass(frozen=True)
class Facts:
    """What was measured, by whom and when.

    `refused` maps an owner to GitHub's message. `limits` maps the status of GraphQL responses to (responses, those with
    rate limit headers); `ids` maps a field to (ids received, those that were null).
    """

    at: str
    server: str
    login: str
    token: str
    push_logs: Sequence[PushLog]
    refused: Mapping[str, str]
    largest: str | None
    timings: Sequence[Timing]
    limits: Mapping[str, tuple[int, int]]
    ids: Mapping[str, tuple[int, int]]
    requests: int
    points: int


async def measure(github: GitHub, token: str, config: Config, now: datetime, progress: Progress) -> Facts:
    """Measure everything with one token. Raises CollectError when GitHub does not respond at all."""
    meter = Meter()
    try:
        viewer = await environment.viewer(github, meter)
        schema = await github.graphql("Schema", older_schemas.introspection(), {}, meter)
        names = [entry.repo for project in config.projects for entry in project.repos]
        _, refused = await access.owners(github, access.one_of_each_owner(config), meter)
        logs = []
        for n, name in enumerate(names, start=1):
            logs.append(await push_log(github, name, meter))
            progress(name, n, len(names))
        probe = Probe(github, frozenset(older_schemas.differences(schema.data)), MOST_POINTS - meter.points)
        largest = await _batches(probe, names)
        if largest is not None:
            await _sizes(probe, largest)
    finally:
        await github.close()
    return Facts(
        at=clock.to_text(now),
        server=github.api_url,
        login=viewer["login"],
        token=kind_of(token),
        push_logs=logs,
        refused=refused,
        largest=largest["nameWithOwner"] if largest else None,
        timings=probe.timings,
        limits={status: (n, probe.with_limits[status]) for status, n in sorted(probe.answers.items())},
        ids={place: (n, probe.nulls[place]) for place, n in sorted(probe.ids.items())},
        requests=meter.requests + probe.meter.requests,
        points=meter.points + probe.meter.points,
    )


async def push_log(github: GitHub, name: str, meter: Meter) -> PushLog:
    """Request the oldest entry of a repository's push log.

    https://docs.github.com/en/rest/repos/repos#list-repository-activities
    """
    try:
        found, _ = await github.rest(f"repos/{name}/activity", {"direction": "asc", "per_page": "1"}, meter)
        return PushLog(name, str(found[0]["timestamp"]), None) if found else PushLog(name, None, "empty")
    except NotThere as why:
        return PushLog(name, None, f"{why.reason.replace('_', ' ')}: {why.said}")
    except (RequestFailed, KeyError, TypeError) as why:
        return PushLog(name, None, f"no usable answer: {why}")


async def _batches(probe: Probe, names: Sequence[str]) -> dict[str, Any] | None:
    """Query batches of 20, of 50 and of all other repositories; return the repository with the most threads."""
    later = [names[at : at + 20] for at in range(50, len(names), 20)]
    found: list[dict[str, Any]] = []
    for part in (names[:20], names[:50] if len(names) > 20 else (), *later):
        if not part:
            continue
        variables = {}
        for n, name in enumerate(part):
            variables[f"owner{n}"], variables[f"name{n}"] = name.split("/")
        data = await probe.ask("RepositoryStates", len(part), queries.repository_states(0, len(part)), variables)
        found += [value for key, value in (data or {}).items() if key != "rateLimit" and value]
    return max(found, key=_threads, default=None)


def _threads(state: dict[str, Any]) -> int:
    return sum((state[kind] or {}).get("totalCount", 0) for kind in ("issues", "pullRequests"))


async def _sizes(probe: Probe, repository: dict[str, Any]) -> None:
    """Query pages of growing size for each list of one repository, and for sizes of pull requests and commits."""

    def of_list(name: str, **more: Any) -> SizedQuery:
        text, variables = queries.load(name), {"repository": repository["id"], **more}
        return lambda size: (text, variables | {"first": size})

    await _grow(probe, "Releases", [LARGEST], of_list("Releases"))
    await _grow(probe, "Tags", [LARGEST], of_list("Tags"))
    await _grow(probe, "Issues", _tried("issues"), of_list("Issues", order=NEWEST_FIRST))
    page = await _grow(probe, "PullRequests", _tried("pull_requests"), of_list("PullRequests", order=NEWEST_FIRST))
    ids = [row["id"] for row in _rows(page, "node", "pullRequests", "nodes")]
    await _grow(
        probe,
        "PullRequestDiffs",
        (size for size in _tried("diffs") if size <= len(ids)),
        lambda size: (queries.load("PullRequestDiffs"), {"ids": ids[:size], "sizes": [], "own": []}),
    )
    head = ((repository["defaultBranchRef"] or {}).get("target") or {}).get("oid")
    if head is None:
        return
    page = await _grow(probe, "CommitHistory", _tried("commits"), of_list("CommitHistory", oid=head))
    oids = [row["oid"] for row in _rows(page, "node", "object", "history", "nodes")]
    await _grow(
        probe,
        "CommitDetails",
        (size for size in _tried("sizes") if size <= len(oids)),
        lambda size: (
            queries.commit_details(size, 0),
            {"repository": repository["id"], **{f"lines{n}": oid for n, oid in enumerate(oids[:size])}},
        ),
    )


def _tried(kind: str) -> list[int]:
    """Return page sizes to try: a small one, the initial and largest for this kind, and GitHub's maximum."""
    return sorted({10, *SIZES[kind], LARGEST})


async def _grow(probe: Probe, name: str, sizes: Iterable[int], asked: SizedQuery) -> dict[str, Any] | None:
    """Query these sizes up to the first that fails; return the last successful response."""
    last = None
    for size in sizes:
        data = await probe.ask(name, size, *asked(size))
        if probe.last.came != ANSWERED:
            break
        last = data
    return last


def _rows(data: Any, *path: str) -> list[dict[str, Any]]:
    """Return the rows of a list in a response."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return [row for row in data or () if row]


def keep(db: sqlite3.Connection, facts: Facts) -> None:
    """Store the facts in the table `meta`."""
    database.set_meta(db, {KEY: json.dumps(asdict(facts))})


def to_json(facts: Facts) -> str:
    """Format the facts as JSON."""
    return json.dumps(asdict(facts), indent=2)


def to_text(facts: Facts) -> str:
    """Format the facts as text."""
    lines = [
        f"Measured at {facts.at} on {facts.server} as {facts.login} ({facts.token}): {facts.requests:,} requests, "
        f"{facts.points} points.",
        "",
        "Oldest entry in the push log of each repository",
    ]
    space = max((len(log.repository) for log in facts.push_logs), default=0)
    lines += [f"  {log.repository:{space}}  {log.oldest or log.trouble}" for log in facts.push_logs]
    lines += ["", "Owners that refuse this token"]
    lines += [f"  {owner}: {said}" for owner, said in facts.refused.items()] or ["  none"]
    lines += ["", f"Seconds per query by page size (lists of {facts.largest or 'none'})"]
    lines += [f"  {'query':16}  {'size':>4}  {'seconds':>7}  {'points':>6}  result"]
    lines += [f"  {t.question:16}  {t.size:4}  {t.seconds:7.2f}  {t.points:6}  {t.came}" for t in facts.timings]
    lines += ["", "Responses with rate limit headers, by status"]
    lines += [f"  {status}: {told} of {came}" for status, (came, told) in facts.limits.items()]
    lines += ["", "Null ids"]
    lines += [f"  {place}: {nulls} of {came}" for place, (came, nulls) in facts.ids.items() if nulls] or ["  none"]
    return "\n".join(plain(line) for line in lines) + "\n"
