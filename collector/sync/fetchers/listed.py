"""A page of releases or tags, in which one bad object costs no other.

What GitHub cannot serve of an object is null in its row and noted, to be asked for again. Where the object itself is
null, or too heavy even alone, it is asked for with less, at last only by what tells it apart; and where nothing of it
can be had, only its place in the list is known: it is stepped over by the list's cursor.
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
from collector.github.rest_models import Numbered
from collector.store.batch import Batch, Unreadable
from collector.sync.fetchers import readable, rows
from collector.sync.fetchers.pagination import LOOKS, Incomplete
from collector.sync.fetchers.source import Source

# A tag of a tag of a tag and so on: git allows any number, nobody is known to need three.
LONGEST_CHAIN = 50

Raw = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """What differs between releases and tags. Parts are paths of fields, such as "target.tagger"."""

    table: str
    document: str
    connection: str  # the field of the repository
    model: type[Any]
    identity: str  # the field that tells one from another
    column: str  # and the column
    name: str  # the column of the name by which GitHub finds it
    times: tuple[str, ...]
    promised: tuple[str, ...]  # parts that are never null by nature
    light: tuple[str, ...]  # parts that the light question leaves out
    rest: tuple[str, ...]  # parts that the least one leaves out besides
    columns: Mapping[str, tuple[str, ...]]  # part -> the columns that come from it
    add: Callable[[Batch, Any, int, Collection[str]], None]


RELEASES = Kind(
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
        "description": ("body",),
        "author": ("author",),
        "tagCommit": ("tag_oid",),
    },
    add=rows.release,
)
TAGS = Kind(
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
    """Where in a list something stands of which GitHub does not say which it is."""

    cursor: str | None
    row: int

    def __str__(self) -> str:
        return f"row {self.row + 1} after {self.cursor or 'the start'}"


@dataclass(frozen=True)
class Row:
    """A listed release or tag. `key` is its number or name, or its place.

    `node` is None when it cannot be stored; `lacks` says which parts could not be had, and why.
    """

    key: Hashable
    node: Any
    lacks: Mapping[str, str]

    @property
    def is_known(self) -> bool:
        """Whether GitHub said which one it is."""
        return not isinstance(self.key, Place)


@dataclass
class Notes:
    """What is noted as unreadable in a list, and what of it was met again."""

    kind: Kind
    parts: dict[str, set[str]]  # key -> the parts that are noted
    due: set[str]  # the keys that are to be asked for again
    met: set[str] = field(default_factory=set)

    def batch(self, source: Source, found: Sequence[Row]) -> Batch:
        """The rows of a page, what is unreadable in them, and what is readable again."""
        batch = Batch()
        for row in found:
            if row.node is not None:
                without = {column for part in row.lacks for column in _columns(self.kind, part)}
                self.kind.add(batch, row.node, source.id, without)
            self._note(batch, source, row)
        return batch

    def _note(self, batch: Batch, source: Source, row: Row) -> None:
        key = str(row.key)
        noted = self.parts.get(key, set())
        if key in self.met:
            return  # it stands in a list that is read a second time
        self.met.add(key)
        if noted - set(row.lacks):
            batch.readable.append((self.kind.table, key))
        elif noted and key not in self.due and noted == set(row.lacks):
            return  # it was met by chance: it is not its turn to be counted again
        name = getattr(row.node, "tag_name", None) or getattr(row.node, "name", None)
        url = source.url(f"releases/tag/{name}" if name else self.kind.table)
        batch.unreadable += [Unreadable(self.kind.table, key, part, url, why) for part, why in row.lacks.items()]

    def outdated(self) -> list[tuple[str, str]]:
        """What is noted of rows that the list, read to its end, has no more."""
        return [(self.kind.table, key) for key in self.parts if key not in self.met]


def notes(db: sqlite3.Connection, repository: int, kind: Kind, now: str) -> Notes:
    """What is noted as unreadable in a list so far."""
    found = Notes(kind, {}, set())
    for key, part, again in db.execute(
        "SELECT key, part, ask_again_at FROM unreadable WHERE repository = ? AND kind = ?", [repository, kind.table]
    ):
        found.parts.setdefault(key, set()).add(part)
        if again <= now:
            found.due.add(key)
    return found


def _columns(kind: Kind, part: str) -> tuple[str, ...]:
    """The columns that come from a part, or from what it is in."""
    while part:
        if part in kind.columns:
            return kind.columns[part]
        part = part.rpartition(".")[0]
    return ()


# What a question leaves out, by its variables: nothing, what may be heavy, all but what tells objects apart, and all.
_WHOLE, _LIGHT, _LEAST, _BARE = (), ("light",), ("light", "least"), ("light", "least", "bare")
_Level = tuple[str, ...]


@dataclass
class _Answered:
    """A page as it was answered: objects, why parts of each are missing ("": all of it), and what was left out."""

    info: PageInfo
    total: int
    nodes: list[Raw | None]
    lacks: list[dict[str, str]]
    levels: list[_Level]

    @property
    def is_explained(self) -> bool:
        """Whether there is a reason for each null in the place of an object."""
        return all("" in lacks for node, lacks in zip(self.nodes, self.lacks, strict=True) if node is None)


async def page(source: Source, kind: Kind, cursor: str | None, size: int) -> Page[Row]:
    """The page of a list at a cursor. After an object that is too heavy even alone, pages are of `size` again.

    Raises Incomplete when an object is null again and again without a reason and cannot be had otherwise; else what a
    question to GitHub raises.
    """
    try:
        for _ in range(LOOKS):
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
    return Page[Row](page_info=answered.info, total_count=answered.total, nodes=found)


async def _ask(
    source: Source, kind: Kind, cursor: str | None, level: _Level = _WHOLE, first: int | None = None
) -> _Answered:
    """Ask for a page, of the `first` objects or as many as GitHub can answer about."""
    variables: dict[str, Any] = {"repository": source.repository.id, "after": cursor}
    variables |= dict.fromkeys(level, True)
    answer = await source.github.graphql(
        kind.document,
        queries.load(kind.document),
        variables,
        source.meter,
        source.pages if first is None else PageSize(kind.table, first),
        holes=True,
    )
    listed = require(answer, f"node.{kind.connection}", source.repository.name_with_owner)
    found = parse(Page[Raw | None], {"nodes": [], **listed}, kind.document)
    lacks: list[dict[str, str]] = [{} for _ in found.nodes]
    for hole in answer.holes:
        if hole.path[:3] == ("node", kind.connection, "nodes") and isinstance(hole.path[3], int):
            part = ".".join(str(step) for step in hole.path[4:])
            lacks[hole.path[3]][part] = f"{hole.kind}: {hole.message}" if hole.kind else hole.message
    return _Answered(found.page_info, found.total_count, found.nodes, lacks, [level] * len(found.nodes))


async def _fill(source: Source, kind: Kind, cursor: str | None, answered: _Answered, level: _Level) -> None:
    """Take objects that are null from the same page, asked for with less of each."""
    try:
        less = await _ask(source, kind, cursor, level, len(answered.nodes))
    except TooHeavy:
        return
    pairs = list(zip(answered.nodes, less.nodes, strict=False))
    if any(a and b and a[kind.identity] != b[kind.identity] for a, b in pairs):
        return  # the list has moved
    for n, (node, lesser) in enumerate(pairs):
        if node is None and lesser is not None:
            why = answered.lacks[n].get("", "null without a reason")
            answered.nodes[n], answered.levels[n], answered.lacks[n] = lesser, level, {"": why}


async def _ask_for_one(source: Source, kind: Kind, cursor: str | None, why: str) -> _Answered:
    """The one object at the cursor that GitHub cannot answer about, asked for with less and less of it.

    Raises TooHeavy when not even its place in the list can be had.
    """
    for level in (_LIGHT, _LEAST):
        try:
            answered = await _ask(source, kind, cursor, level, 1)
        except TooHeavy:
            continue
        if None not in answered.nodes:
            answered.lacks = [{"": why} for _ in answered.nodes]
            return answered
    bare = await _ask(source, kind, cursor, _BARE, 1)
    return _Answered(bare.info, bare.total, [None], [{"": why}], [_BARE])


async def _row(source: Source, kind: Kind, cursor: str | None, answered: _Answered, n: int) -> Row:
    """An object of a page as far as it can be had."""
    raw, level, lacks = answered.nodes[n], answered.levels[n], dict(answered.lacks[n])
    unknown = Place(cursor, n)
    if raw is None:
        return Row(unknown, None, lacks)
    if level:  # it is why, of the whole, what was left out is missing
        why = lacks.pop("")
        lacks = dict.fromkeys(_left_out(kind, level, raw), why)
    what = f"the question about {source.listed(kind.table)}"
    node, odd = readable.read(kind.model, raw, kind.times, what)
    for part in kind.promised:
        if raw.get(part, "") is None:
            odd.setdefault(part, "null, though GitHub promises a value")
    lacks = odd | lacks
    if kind is RELEASES:
        key = await _number(source, raw)
        if node is not None:
            node.database_id = key
    else:
        key = raw[kind.identity]
        if node is not None and "target" not in lacks:
            lacks |= await _follow(source, node)
    if key is None:
        return Row(unknown, None, lacks or {"databaseId": "null, and not to be had otherwise"})
    return Row(key, node, lacks)


def _left_out(kind: Kind, level: _Level, raw: Raw) -> tuple[str, ...]:
    """The parts that a question of this level did not ask for."""
    if level == _LEAST:
        return kind.rest + kind.light
    if kind is TAGS and (raw.get("target") or {}).get("__typename") != "Tag":
        return ()  # only of tag objects is anything left out
    return kind.light


async def _number(source: Source, raw: Raw) -> int | None:
    """A release's number: where it is null, from its node id, else from REST."""
    found = raw.get("databaseId") or node_ids.number(str(raw["id"]))
    if found is not None:
        return int(found)
    path = f"/repos/{source.repository.name_with_owner}/releases/tags/{quote(str(raw.get('tagName')), safe='')}"
    try:
        answer, _ = await source.github.rest(path, {}, source.meter)
        return parse(Numbered, answer, path).id
    except (NotThere, RequestFailed, m.OddAnswer):
        return None


async def _follow(source: Source, tag: m.Tag) -> dict[str, str]:
    """Lead a tag of a tag of a tag on to its end; what is lacking when that cannot be had."""
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
            return {"target.target": "the tag object leads nowhere"}
        end.target = found.target
    return {"target.target": "the chain of tag objects is too long"}
