"""The GraphQL documents: one file a query in `documents/`, with the fragments it uses from `documents/fragments/`.

The batched questions, whose number of aliases follows the number of repositories or commits asked about, are
composed here from the same fragments. Every text this module can produce validates against GitHub's schema; a test
and `scripts/check-schema` see to it.
"""

import re
from functools import cache
from importlib.resources import files

# What may be asked of a single commit: all that is stored of it, and the parts of that.
COMMIT_PARTS = ("CommitFields", "CommitCore", "CommitAuthor", "CommitSignature", "CommitPullRequests")

_HERE = files(__package__)
_SPREAD = re.compile(r"\.\.\.(\w+)")


@cache
def names() -> tuple[str, ...]:
    """The queries that have a file of their own."""
    return tuple(sorted(p.name.removesuffix(".graphql") for p in _HERE.iterdir() if p.name.endswith(".graphql")))


@cache
def load(name: str) -> str:
    """The document of the query `name`, complete with its fragments."""
    return _with_fragments((_HERE / f"{name}.graphql").read_text(encoding="utf-8"))


@cache
def repository_states(by_id: int, by_name: int) -> str:
    """One question about many repositories: `by_id` of them by node id ($id0, ...), `by_name` by $owner0 and $name0.

    The answer's keys are i0, i1, ... and n0, n1, ...; $first releases and tags are shown of each, with $light less of
    each, and with $bare no rows of its lists.
    """
    variables = [f"$id{i}: ID!" for i in range(by_id)]
    variables += [f"$owner{i}: String!, $name{i}: String!" for i in range(by_name)]
    variables += ["$first: Int = 20", "$light: Boolean = false", "$bare: Boolean = false"]
    fields = [f"  i{i}: node(id: $id{i}) {{ ...RepositoryState }}" for i in range(by_id)]
    fields += [f"  n{i}: repository(owner: $owner{i}, name: $name{i}) {{ ...RepositoryState }}" for i in range(by_name)]
    return _query("RepositoryStates", variables, ["  rateLimit { cost }", *fields])


@cache
def repository_glances(count: int) -> str:
    """One question about `count` repositories by $owner0 and $name0 and so on, with their commits since $since.

    The answer's keys are n0, n1, ...
    """
    variables = ["$since: GitTimestamp!", *(f"$owner{i}: String!, $name{i}: String!" for i in range(count))]
    fields = [f"  n{i}: repository(owner: $owner{i}, name: $name{i}) {{ ...RepositoryGlance }}" for i in range(count)]
    return _query("RepositoryGlances", variables, ["  rateLimit { cost }", *fields])


@cache
def access(count: int) -> str:
    """One question about `count` repositories by $owner0 and $name0 and so on: are their threads shown to this token?

    The answer's keys are n0, n1, ...
    """
    variables = [f"$owner{i}: String!, $name{i}: String!" for i in range(count)]
    threads = "issues(first: 1) { nodes { id } } pullRequests(first: 1) { nodes { id } }"
    fields = [f"  n{i}: repository(owner: $owner{i}, name: $name{i}) {{ id {threads} }}" for i in range(count)]
    return _query("Access", variables, ["  rateLimit { cost }", *fields])


@cache
def commit_histories(count: int) -> str:
    """The first $first commits of the histories of `count` commits ($oid0, ...) of one repository, as c0, c1, ...

    And how many commits of each history are not older than $since.
    """
    variables = ["$first: Int!", "$since: GitTimestamp!", *(f"$oid{i}: GitObjectID!" for i in range(count))]
    history = "younger: history(since: $since) { totalCount } history(first: $first) { nodes { ...CommitFields } }"
    fields = [f"c{i}: object(oid: $oid{i}) {{ __typename ... on Commit {{ {history} }} }}" for i in range(count)]
    return _of_repository("CommitHistories", variables, fields)


@cache
def tag_histories(count: int) -> str:
    """The parents of the first $first commits of `count` histories, as c0, c1, ...; of a tag object what it points to.

    The tags or commits are $oid0, ... of one repository.
    """
    variables = ["$first: Int!", *(f"$oid{i}: GitObjectID!" for i in range(count))]
    history = "history(first: $first) { nodes { ...CommitParents } }"
    shown = f"__typename ... on Tag {{ target {{ oid }} }} ... on Commit {{ {history} }}"
    return _of_repository(
        "TagHistories", variables, [f"c{i}: object(oid: $oid{i}) {{ {shown} }}" for i in range(count)]
    )


@cache
def commit_by_oid(fragment: str) -> str:
    """What a fragment, one of COMMIT_PARTS, asks of the commit $oid of one repository, as `commit`."""
    field = f"commit: object(oid: $oid) {{ __typename ...{fragment} }}"
    return _of_repository("CommitByOid", ["$oid: GitObjectID!"], [field])


@cache
def commit_details(lines: int, pull_requests: int) -> str:
    """The lines of some commits of one repository ($lines0, ...), as lines0, ..., and the pull requests of others.

    These are $pulls0, ..., as pulls0, ...
    """
    wanted = [(f"lines{i}", "CommitLines") for i in range(lines)]
    wanted += [(f"pulls{i}", "CommitPullRequests") for i in range(pull_requests)]
    fields = [f"{alias}: object(oid: ${alias}) {{ __typename ...{fragment} }}" for alias, fragment in wanted]
    return _of_repository("CommitDetails", [f"${alias}: GitObjectID!" for alias, _ in wanted], fields)


@cache
def releases_by_name(count: int) -> str:
    """The releases of one repository by the names of their tags, $name0 and so on; the answer's keys are n0, n1, ..."""
    return _by_name(count, "release(tagName: $name{}) {{ id databaseId }}")


@cache
def tags_by_name(count: int) -> str:
    """The tags of one repository by their qualified names, $name0 and so on; the answer's keys are n0, n1, ..."""
    return _by_name(count, "ref(qualifiedName: $name{}) {{ name }}")


def _by_name(count: int, field: str) -> str:
    variables = [f"$name{i}: String!" for i in range(count)]
    return _of_repository("ByName", variables, [f"n{i}: {field.format(i)}" for i in range(count)])


@cache
def every() -> dict[str, str]:
    """Every document that can be sent, by its name; of those that are composed here, one of each kind."""
    composed = {
        "RepositoryStates": repository_states(2, 2),
        "RepositoryGlances": repository_glances(2),
        "Access": access(2),
        "CommitHistories": commit_histories(2),
        "TagHistories": tag_histories(2),
        "CommitDetails": commit_details(2, 2),
        "ByName releases": releases_by_name(2),
        "ByName tags": tags_by_name(2),
        **{f"CommitByOid {part}": commit_by_oid(part) for part in COMMIT_PARTS},
    }
    return {name: load(name) for name in names()} | composed


def _of_repository(name: str, variables: list[str], fields: list[str]) -> str:
    """A query for fields of the repository $repository."""
    lines = [
        "  rateLimit { cost }",
        "  node(id: $repository) { ... on Repository {",
        *(f"    {f}" for f in fields),
        "  } }",
    ]
    return _query(name, ["$repository: ID!", *variables], lines)


def _query(name: str, variables: list[str], fields: list[str]) -> str:
    body = "\n".join(fields)
    return _with_fragments(f"query {name}({', '.join(variables)}) {{\n{body}\n}}\n")


def _with_fragments(text: str) -> str:
    """`text` followed by every fragment that it spreads, directly or through another."""
    used: dict[str, str] = {}
    todo = _SPREAD.findall(text)
    while todo:
        name = todo.pop()
        if name not in used:
            used[name] = (_HERE / "fragments" / f"{name}.graphql").read_text(encoding="utf-8")
            todo += _SPREAD.findall(used[name])
    return "\n".join([text, *(used[n] for n in sorted(used))])
