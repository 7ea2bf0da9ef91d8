"""Read a page of releases or tags so that one object that GitHub cannot serve does not hide the others.

A part that GitHub cannot serve is null in the row and recorded, to be retried in a later run. If the object itself is
null, or too heavy even alone, it is queried with fewer fields, down to its identity. If that fails too, the list's
cursor skips it, and only its place in the list is recorded.
"""

import sqlite3
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from collector.github import models as m
from collector.github import node_ids, queries
from collector.github.client import NotThere, RequestFailed, TooHeavy, require
from collector.github.models import Page, PageInfo, parse
from collector.github.page_size import PageSize
from collector.github.rest_models import DatabaseId
from collector.store.batch import Batch, Unreadable
from collector.sync.fetchers import lenient_parsing, rows
from collector.sync.fetchers.pagination import ATTEMPTS, Incomplete
from collector.sync.fetchers.source import Source

# An annotated tag may point to another one, and so on: git sets no limit, but no need for more than two is known.
# https://git-scm.com/docs/gitglossary#def_peel
LONGEST_CHAIN = 50

Raw = dict[str, Any]


@dataclass(frozen=True)
class ListKind:
    """The differences between releases and tags. Parts are paths of fields, such as "target.tagger"."""

    table: str
    document: str
    connection: str  # the field of the repository
    model: type[Any]
    identity: str  # the field that identifies a row
    column: str  # the column of that field
    name: str  # the column of the name to query it by
    times: tuple[str, ...]
    promised: tuple[str, ...]  # parts for which null is an error
    light: tuple[str, ...]  # parts that the $light query leaves out
    rest: tuple[str, ...]  # further parts that the $least query leaves out
    columns: Mapping[str, tuple[str, ...]]  # part -> the columns that come from it
    add: Callable[[Batch, Any, int, Collection[str]], None]


RELEASES = ListKind(
    table="releases",
    document="Releases",
    connection="releases",
    model=m.Release,
    identity="id",
    column="id",
    name="tag_name",
    times=("createdAt", "publishedAt", "updatedAt"),
    promised=("isDraft", "isPrerelease", "createdAt", "updatedAt"),
    light=("description", "author", "tagCommit"),
    rest=("name", "isDraft", "isPrerelease", "createdAt", "publishedAt", "updatedAt"),
    columns={
        "name": ("name",),
        "isDraft": ("is_draft",),
        "isPrerelease": ("is_prerelease",),
        "createdAt": ("created_at",),
        "publishedAt": ("published_at",),
        "updatedAt": ("updated_at",),
        "description": ("body", "prose_length"),
        "author": ("author",),
        "tagCommit": ("tag_oid",),
    },
    add=rows.release,
)
TAGS = ListKind(
    table="tags",
    document="Tags",
    connection="refs",
    model=m.Tag,
    identity="name",
    column="name",
    name="name",
    times=("target.tagger.date",),
    promised=("target",),
    light=("target.tagger", "target.target"),
    rest=("target",),
    columns={
        "target": ("oid", "target_oid", "tagged_at"),
        "target.oid": ("oid", "target_oid"),
        "target.tagger": ("tagged_at",),
        "target.target": ("oid",),
    },
    add=rows.tag,
)


class Place(NamedTuple):
    """The position in a list of an object whose identity is unknown."""

    cursor: str | None
    row: int

    def __str__(self) -> str:
        return f"row {self.row + 1} after {self.cursor or 'the start'}"


@dataclass(frozen=True)
class ListedRow:
    """A listed release or tag. `key` is its database id or name, or else its Place.

    `node` is None when it cannot be stored; `lacks` maps each part that could not be read to the reason.
    """

    key: Hashable
    node: Any
    lacks: Mapping[str, str]

    @property
    def is_known(self) -> bool:
        """Whether its identity is known."""
        return not isinstance(self.key, Place)


@dataclass
class Notes:
    """The rows of a list recorded as unreadable, and which of them were read again."""

    kind: ListKind
    parts: dict[str, set[str]]  # key -> the unreadable parts
    due: set[str]  # the keys that are due for a retry
    met: set[str] = field(default_factory=set)  # the keys read in this run

    def batch(self, source: Source, found: Sequence[ListedRow]) -> Batch:
        """Return a batch of a page's rows, their unreadable parts, and the parts that are readable again."""
        batch = Batch()
        for row in found:
            if row.node is not None:
                without = {column for part in row.lacks for column in _columns(self.kind, part)}
                self.kind.add(batch, row.node, source.id, without)
            self._note(batch, source, row)
        return batch

    def _note(self, batch: Batch, source: Source, row: ListedRow) -> None:
        key = str(row.key)
        noted = self.parts.get(key, set())
        if key in self.met:
            return  # the list is being read a second time
        self.met.add(key)
        if noted - set(row.lacks):
            batch.readable.append((self.kind.table, key))
        elif noted and key not in self.due and noted == set(row.lacks):
            return  # not due: this read does not count as a retry
        name = getattr(row.node, "tag_name", None) or getattr(row.node, "name", None)
        url = source.url(f"releases/tag/{name}" if name else self.kind.table)
        batch.unreadable += [Unreadable(self.kind.table, key, part, url, why) for part, why in row.lacks.items()]

    def outdated(self) -> list[tuple[str, str]]:
        """Return the records of rows that a complete list no longer has."""
        return [(self.kind.table, key) for key in self.parts if key not in self.met]


def notes(db: sqlite3.Connection, repository: int, kind: ListKind, now: str) -> Notes:
    """Load the unreadable rows of a list."""
    found = Notes(kind, {}, set())
    for key, part, again in db.execute(
        "SELECT key, part, ask_again_at FROM unreadable WHERE repository = ? AND kind = ?", [repository, kind.table]
    ):
        found.parts.setdefault(key, set()).add(part)
        if again <= now:
            found.due.add(key)
    return found


def _columns(kind: ListKind, part: str) -> tuple[str, ...]:
    """Return the columns that come from a part or, if it has none, from its parent."""
    while part:
        if part in kind.columns:
            return kind.columns[part]
        part = part.rpartition(".")[0]
    return ()


# The variables of a query, from complete to reduced: all fields, without slow ones, only the identity, no rows.
_WHOLE, _LIGHT, _LEAST, _BARE = (), ("light",), ("light", "least"), ("light", "least", "bare")
_Level = tuple[str, ...]


@dataclass
class _RawPage:
    """A page as returned: the nodes, per node why parts are missing ("": the whole node), and its query level."""

    info: PageInfo
    total: int
    nodes: list[Raw | None]
    lacks: list[dict[str, str]]
    levels: list[_Level]

    @property
    def is_explained(self) -> bool:
        """Whether GitHub gave a reason for every null node."""
        return all("" in lacks for node, lacks in zip(self.nodes, self.lacks, strict=True) if node is None)


async def page(source: Source, kind: ListKind, cursor: str | None, size: int) -> Page[ListedRow]:
    """Return the page of a list at a cursor. After skipping an object that is too heavy, restore the page `size`.

    Raises Incomplete when a node stays null without a reason and reduced queries fail too; else like `GitHub.graphql`.
    """
    try:
        for _ in range(ATTEMPTS):
            answered = await _ask(source, kind, cursor)
            if answered.is_explained:
                break
    except TooHeavy as error:
        answered = await _ask_for_one(source, kind, cursor, str(error))
        source.pages.restore(size)
    else:
        for level in (_LIGHT, _LEAST):
            if None in answered.nodes:
                await _fill(source, kind, cursor, answered, level)
    if not answered.is_explained:
        raise Incomplete(f"GitHub's list of {source.listed(kind.table)} has a row that is null, without a reason.")
    found = [await _row(source, kind, cursor, answered, n) for n in range(len(answered.nodes))]
    return Page[ListedRow](page_info=answered.info, total_count=answered.total, nodes=found)


async def _ask(
    source: Source, kind: ListKind, cursor: str | None, level: _Level = _WHOLE, first: int | None = None
) -> _RawPage:
    """Fetch a page with `first` rows, or with the adaptive page size."""
    variables: dict[str, Any] = {"repository": source.repository.id, "after": cursor}
    variables |= dict.fromkeys(level, True)
    answer = await source.github.graphql(
        kind.document,
        queries.load(kind.document),
        variables,
        source.meter,
        source.pages if first is None else PageSize(kind.table, first),
        partial=True,
    )
    listed = require(answer, f"node.{kind.connection}", source.repository.name_with_owner)
    found = parse(Page[Raw | None], {"nodes": [], **listed}, kind.document)
    lacks: list[dict[str, str]] = [{} for _ in found.nodes]
    for error in answer.field_errors:
        if error.path[:3] == ("node", kind.connection, "nodes") and isinstance(error.path[3], int):
            part = ".".join(str(step) for step in error.path[4:])
            lacks[error.path[3]][part] = f"{error.kind}: {error.message}" if error.kind else error.message
    return _RawPage(found.page_info, found.total_count, found.nodes, lacks, [level] * len(found.nodes))


async def _fill(source: Source, kind: ListKind, cursor: str | None, answered: _RawPage, level: _Level) -> None:
    """Replace null nodes by those of the same page, fetched with fewer fields."""
    try:
        less = await _ask(source, kind, cursor, level, len(answered.nodes))
    except TooHeavy:
        return
    pairs = list(zip(answered.nodes, less.nodes, strict=False))
    if any(a and b and a[kind.identity] != b[kind.identity] for a, b in pairs):
        return  # the list has changed meanwhile
    for n, (node, lesser) in enumerate(pairs):
        if node is None and lesser is not None:
            why = answered.lacks[n].get("", "null without a reason")
            answered.nodes[n], answered.levels[n], answered.lacks[n] = lesser, level, {**less.lacks[n], "": why}


async def _ask_for_one(source: Source, kind: ListKind, cursor: str | None, why: str) -> _RawPage:
    """Fetch the one object at a cursor with fewer and fewer fields, after GitHub failed to serve it.

    Raises TooHeavy when not even the cursor behind it can be read.
    """
    for level in (_LIGHT, _LEAST):
        try:
            answered = await _ask(source, kind, cursor, level, 1)
        except TooHeavy:
            continue
        if None not in answered.nodes:
            answered.lacks = [{**lacks, "": why} for lacks in answered.lacks]
            return answered
    bare = await _ask(source, kind, cursor, _BARE, 1)
    return _RawPage(bare.info, bare.total, [None], [{"": why}], [_BARE])


async def _row(source: Source, kind: ListKind, cursor: str | None, answered: _RawPage, n: int) -> ListedRow:
    """Convert a node of a page to a ListedRow, as far as it is readable."""
    raw, level, lacks = answered.nodes[n], answered.levels[n], dict(answered.lacks[n])
    unknown = Place(cursor, n)
    if raw is None:
        return ListedRow(unknown, None, lacks)
    if level:  # the reason why the whole object failed applies to the parts that were left out
        why = lacks.pop("")
        lacks |= dict.fromkeys(_left_out(kind, level, raw), why)
    what = f"the query for {source.listed(kind.table)}"
    node, odd = lenient_parsing.read(kind.model, raw, kind.times, what)
    for part in kind.promised:
        if raw.get(part, "") is None:
            odd.setdefault(part, "null, although GitHub's schema promises a value")
    lacks = odd | lacks
    if kind is RELEASES:
        key = (node and node.database_id) or await _number(source, raw)
        if node is not None and key is not None:
            node.database_id = key
            lacks.pop("databaseId", None)
    else:
        key = None if kind.identity in lacks else raw[kind.identity]
        if node is not None and "target" not in lacks:
            lacks |= await _follow(source, node)
    if key is None:
        return ListedRow(unknown, None, lacks or {"databaseId": "null, and not available otherwise"})
    return ListedRow(key, node, lacks)


def _left_out(kind: ListKind, level: _Level, raw: Raw) -> tuple[str, ...]:
    """Return the parts that a query of this level does not select."""
    if level == _LEAST:
        return kind.rest + kind.light
    if kind is TAGS and (raw.get("target") or {}).get("__typename") != "Tag":
        return ()  # only annotated tags have the parts that are left out
    return kind.light


async def _number(source: Source, raw: Raw) -> int | None:
    """Return a release's database id where GitHub does not serve it: from its node id, else from REST."""
    found = node_ids.number(str(raw["id"]))
    if found is not None:
        return found
    path = f"/repos/{source.repository.name_with_owner}/releases/tags/{quote(str(raw.get('tagName')), safe='')}"
    try:
        answer, _ = await source.github.rest(path, {}, source.meter)
        return parse(DatabaseId, answer, path).id
    except (NotThere, RequestFailed, m.OddAnswer):
        return None


async def _follow(source: Source, tag: m.Tag) -> dict[str, str]:
    """Follow a chain of annotated tags to its end. Returns the missing part with the reason when that fails."""
    end = tag.target
    for _ in range(LONGEST_CHAIN):
        while end is not None and end.target is not None:
            end = end.target
        if end is None or end.typename != "Tag":
            return {}
        variables = {"repository": source.repository.id, "oid": end.oid}
        try:
            answer = await source.github.graphql("TagObject", queries.load("TagObject"), variables, source.meter)
            found = parse(m.TagTarget, require(answer, "node.object", f"tag {end.oid}"), "TagObject")
        except (NotThere, RequestFailed, m.OddAnswer) as error:
            return {"target.target": str(error)}
        if found.target is None:
            return {"target.target": "the tag object has no target"}
        end.target = found.target
    return {"target.target": "the chain of tag objects is too long"}
