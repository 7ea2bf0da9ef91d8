"""The GraphQL queries: one file each in this folder; the fragments they use are in `fragments/`.

Batched queries, with one alias per repository or commit, are composed here from the same fragments. A test and
`scripts/check-schema` validate every query against GitHub's schema.
"""

import re
from functools import cache
from importlib.resources import files

# The fragments to query a single commit with: everything that is stored of it, and its parts.
COMMIT_PARTS = ("CommitFields", "CommitCore", "CommitAuthor", "CommitSignature", "CommitPullRequests")

_HERE = files(__package__)
_SPREAD = re.compile(r"\.\.\.(\w+)")
_COMMENT = re.compile(r"(?m)^ *#.*\n")


@cache
def names() -> tuple[str, ...]:
    """Return the names of the queries that have their own file."""
    return tuple(sorted(p.name.removesuffix(".graphql") for p in _HERE.iterdir() if p.name.endswith(".graphql")))


@cache
def load(name: str) -> str:
    """Return the query `name`, complete with its fragments."""
    return _with_fragments((_HERE / f"{name}.graphql").read_text(encoding="utf-8"))


@cache
def repository_states(by_id: int, by_name: int) -> str:
    """Compose one query for many repositories: `by_id` of them by $id0, ..., `by_name` of them by $owner0, $name0, ...

    The response's keys are i0, i1, ... and n0, n1, ... It lists $first releases and tags of each; $light leaves out
    the slow fields, $bare all rows of the lists, $undiscussed the discussions.
    """
    variables = [f"$id{i}: ID!" for i in range(by_id)]
    variables += [f"$owner{i}: String!, $name{i}: String!" for i in range(by_name)]
    variables += ["$first: Int = 20", *(f"${name}: Boolean = false" for name in ("light", "bare", "undiscussed"))]
    fields = [f"  i{i}: node(id: $id{i}) {{ ...RepositoryState }}" for i in range(by_id)]
    fields += [f"  n{i}: repository(owner: $owner{i}, name: $name{i}) {{ ...RepositoryState }}" for i in range(by_name)]
    return _query("RepositoryStates", variables, fields)


@cache
def repository_glances(count: int) -> str:
    """Compose one query for `count` repositories by $owner0, $name0, ..., with their number of commits since $since.

    The response's keys are n0, n1, ...
    """
    variables = ["$since: GitTimestamp!", *(f"$owner{i}: String!, $name{i}: String!" for i in range(count))]
    fields = [f"  n{i}: repository(owner: $owner{i}, name: $name{i}) {{ ...RepositoryGlance }}" for i in range(count)]
    return _query("RepositoryGlances", variables, fields)


@cache
def access(count: int) -> str:
    """Compose one query for `count` repositories by $owner0, $name0, ...: may this token read their threads?

    The response's keys are n0, n1, ...
    """
    variables = [f"$owner{i}: String!, $name{i}: String!" for i in range(count)]
    threads = "issues(first: 1) { nodes { id } } pullRequests(first: 1) { nodes { id } }"
    fields = [f"  n{i}: repository(owner: $owner{i}, name: $name{i}) {{ id {threads} }}" for i in range(count)]
    return _query("Access", variables, fields)


@cache
def commit_histories(count: int) -> str:
    """Compose a query for the histories of `count` commits ($oid0, ...) of one repository, as c0, c1, ...

    Of each history it lists the first $first commits and counts those not older than $since.
    """
    variables = ["$first: Int!", "$since: GitTimestamp!", *(f"$oid{i}: GitObjectID!" for i in range(count))]
    history = "younger: history(since: $since) { totalCount } history(first: $first) { nodes { ...CommitFields } }"
    fields = [f"c{i}: object(oid: $oid{i}) {{ __typename ... on Commit {{ {history} }} }}" for i in range(count)]
    return _of_repository("CommitHistories", variables, fields)


@cache
def tag_histories(count: int) -> str:
    """Compose a query for `count` commits or tag objects ($oid0, ...) of one repository, as c0, c1, ...

    Of a commit it lists the first $first commits of its history, of a tag object its target.
    """
    variables = ["$first: Int!", *(f"$oid{i}: GitObjectID!" for i in range(count))]
    history = "history(first: $first) { nodes { ...TaggedCommit } }"
    shown = f"__typename ... on Tag {{ target {{ oid }} }} ... on Commit {{ {history} }}"
    return _of_repository(
        "TagHistories", variables, [f"c{i}: object(oid: $oid{i}) {{ {shown} }}" for i in range(count)]
    )


@cache
def path_histories(count: int) -> str:
    """Compose a query for the commits in the history of $oid, since $since, that touched each of `count` paths.

    The paths are $path0, ..., whose pages begin after $after0, ...; the response's keys are p0, p1, ...
    """
    variables = ["$oid: GitObjectID!", "$since: GitTimestamp", "$first: Int!"]
    variables += [f"$path{i}: String!, $after{i}: String" for i in range(count)]
    page = "totalCount pageInfo { hasNextPage endCursor } nodes { oid }"
    found = [
        f"p{i}: history(path: $path{i}, since: $since, first: $first, after: $after{i}) {{ {page} }}"
        for i in range(count)
    ]
    fields = f"object(oid: $oid) {{ __typename ... on Commit {{ {' '.join(found)} }} }}"
    return _of_repository("PathHistories", variables, [fields])


@cache
def branch_histories(count: int) -> str:
    """Compose a query for the last $first commits of `count` branches, by their heads ($oid0, ...), as c0, c1, ..."""
    variables = ["$first: Int!", *(f"$oid{i}: GitObjectID!" for i in range(count))]
    history = "history(first: $first) { nodes { ...BranchCommit } }"
    fields = [f"c{i}: object(oid: $oid{i}) {{ __typename ... on Commit {{ {history} }} }}" for i in range(count)]
    return _of_repository("BranchHistories", variables, fields)


@cache
def commit_by_oid(fragment: str) -> str:
    """Compose a query that selects a fragment (one of COMMIT_PARTS) of the commit $oid, as `commit`."""
    field = f"commit: object(oid: $oid) {{ __typename ...{fragment} }}"
    return _of_repository("CommitByOid", ["$oid: GitObjectID!"], [field])


@cache
def commit_details(lines: int, pull_requests: int = 0, messages: int = 0) -> str:
    """Compose a query for the line counts of commits, the pull requests of others and the messages of others.

    All are of one repository, by $lines0, ..., $pulls0, ... and $messages0, ..., which are the response's keys.
    """
    wanted = [(f"lines{i}", "CommitLines") for i in range(lines)]
    wanted += [(f"pulls{i}", "CommitPullRequests") for i in range(pull_requests)]
    wanted += [(f"messages{i}", "CommitMessage") for i in range(messages)]
    fields = [f"{alias}: object(oid: ${alias}) {{ __typename ...{fragment} }}" for alias, fragment in wanted]
    return _of_repository("CommitDetails", [f"${alias}: GitObjectID!" for alias, _ in wanted], fields)


@cache
def releases_by_name(count: int) -> str:
    """Compose a query for `count` releases by the names of their tags ($name0, ...), as n0, n1, ..."""
    return _by_name(count, "release(tagName: $name{}) {{ id databaseId }}")


@cache
def tags_by_name(count: int) -> str:
    """Compose a query for `count` tags by their qualified names ($name0, ...), as n0, n1, ..."""
    return _by_name(count, "ref(qualifiedName: $name{}) {{ name }}")


def _by_name(count: int, field: str) -> str:
    variables = [f"$name{i}: String!" for i in range(count)]
    return _of_repository("ByName", variables, [f"n{i}: {field.format(i)}" for i in range(count)])


@cache
def every() -> dict[str, str]:
    """Return all queries by name; of each composed one, an example."""
    composed = {
        "RepositoryStates": repository_states(2, 2),
        "RepositoryGlances": repository_glances(2),
        "Access": access(2),
        "CommitHistories": commit_histories(2),
        "TagHistories": tag_histories(2),
        "PathHistories": path_histories(2),
        "BranchHistories": branch_histories(2),
        "CommitDetails": commit_details(2, 2, 2),
        "ByName releases": releases_by_name(2),
        "ByName tags": tags_by_name(2),
        **{f"CommitByOid {part}": commit_by_oid(part) for part in COMMIT_PARTS},
    }
    return {name: load(name) for name in names()} | composed


def _of_repository(name: str, variables: list[str], fields: list[str]) -> str:
    """Compose a query for fields of the repository $repository."""
    lines = [
        "  node(id: $repository) { ... on Repository { id",
        *(f"    {f}" for f in fields),
        "  } }",
    ]
    return _query(name, ["$repository: ID!", *variables], lines)


def _query(name: str, variables: list[str], fields: list[str]) -> str:
    # Only the response says what a query cost:
    # https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    body = "\n".join(["  rateLimit { cost }", *fields])
    return _with_fragments(f"query {name}({', '.join(variables)}) {{\n{body}\n}}\n")


def _with_fragments(text: str) -> str:
    """Return `text` followed by all fragments that it uses, directly or indirectly, without comments."""
    used: dict[str, str] = {}
    todo = _SPREAD.findall(text)
    while todo:
        name = todo.pop()
        if name not in used:
            used[name] = (_HERE / "fragments" / f"{name}.graphql").read_text(encoding="utf-8")
            todo += _SPREAD.findall(used[name])
    return _COMMENT.sub("", "\n".join([text, *(used[n] for n in sorted(used))]))
