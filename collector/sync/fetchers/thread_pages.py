"""Asking for threads: by pages of their list, by their ids, and one in parts where GitHub does not serve it whole.

One thread that GitHub cannot answer for, at any page size, must not hide those behind it (cli/cli#11027,
apache/devlake#9140): it is asked for by itself, in parts, and stepped over by its cursor when not even its number
comes.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from collector.github import narrowing, queries
from collector.github.client import RequestFailed, TooHeavy, require
from collector.github.models import OddAnswer, Page, PageInfo, parse
from collector.github.responses import Absence, Good, Hole
from collector.store.batch import Unreadable
from collector.sync.fetchers import served
from collector.sync.fetchers.pagination import LOOKS, Contradiction, Incomplete, Walk, steady
from collector.sync.fetchers.served import Reading
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_kinds import Kind, Thread

# After so many parts of one thread in a row that fail the rest of it is not asked for: each costs some time-outs.
GIVE_UP = 8
# Threads asked for by their ids at once, as a share of a page.
BY_ID = 0.5

Node = dict[str, Any]


@dataclass
class Listed(Generic[Thread]):
    """A page of a list: its threads as far as GitHub serves them, and notes of those that it does not."""

    threads: list[Reading[Thread]]
    next: str | None
    total: int
    unread: list[Unreadable] = field(default_factory=list)


@dataclass
class _Answered:
    """A page as it came: nodes may be null, and holes have their paths from the list on."""

    page: Page[Node | None]
    holes: Sequence[Hole]

    def explained(self, place: int) -> str | None:
        """What GitHub said of the node at this place, if it said anything."""
        return next((h.message for h in self.holes if h.path[:2] == ("nodes", place)), None)


class ThreadList(Generic[Thread]):
    """One walk through a list of threads, in one order."""

    def __init__(self, source: Source, kind: Kind[Thread], order: str) -> None:
        self.source, self.order, self.walk = source, order, Walk()
        self.kind: Kind[Thread] = kind
        self.seen: set[str] = set()  # node ids, and the places of what is not read
        self.refused: Incomplete | None = None  # a hole in the list that GitHub does not explain
        self._is_second = False
        self._healthy = source.pages.size  # the size of pages before one object made trouble

    async def page(self, after: str | None) -> Listed[Thread]:
        """The page after a cursor. Raises Incomplete when the list contradicts itself, else what a question raises."""
        try:
            listed = await self._page(after)
        except Incomplete:
            if self._is_second:
                raise
            # It may have been the page before that led astray: what was seen so far is forgotten, once.
            self._is_second = True
            self.look_again()
            listed = await self._page(after)
        self.seen.update(reading.thing.id for reading in listed.threads)
        self.seen.update(note.key for note in listed.unread)
        return listed

    def accept(self) -> None:
        """Raise Incomplete when the list had a hole."""
        if self.refused is not None:
            raise self.refused

    def look_again(self) -> None:
        """Let pages that were read be read again without being a contradiction."""
        self.walk = Walk()

    async def one(self, after: str | None) -> Listed[Thread]:
        """The one thread after a cursor; the list is empty where there is none."""
        try:
            answered = await self._one(queries.load(self.kind.document), after)
            nodes = answered.page.nodes
            if not nodes:
                return Listed([], None, answered.page.total_count)
            if nodes[0] is None:
                raise OddAnswer(served.UNEXPLAINED)
            found = _reading(self.kind, nodes[0], served.below(answered.holes, ("nodes", 0)))
        except (TooHeavy, OddAnswer) as error:
            return await self._single(after, error.message)
        return Listed([found], answered.page.next, answered.page.total_count)

    async def _page(self, after: str | None) -> Listed[Thread]:
        answered: _Answered | None = None

        async def ask() -> Page[Node | None]:
            nonlocal answered
            answered = await self._ask(after)
            return answered.page

        try:
            page = await steady(self.walk, ask, after, _key, self.kind.what(self.source))
        except TooHeavy as error:
            return await self._alone(after, error.message)
        assert answered is not None
        self._healthy = max(self._healthy, self.source.pages.size)
        listed: Listed[Thread] = Listed([], page.next, page.total_count)
        for place, node in enumerate(page.nodes):
            try:
                if node is None:
                    raise OddAnswer(answered.explained(place) or served.UNEXPLAINED)
                found = _reading(self.kind, node, served.below(answered.holes, ("nodes", place)))
            except OddAnswer as error:
                one = await self._in_place(after, place, error.message)
                listed.threads += one.threads
                listed.unread += one.unread
            else:
                listed.threads.append(found)
        return listed

    async def _in_place(self, after: str | None, place: int, why: str) -> Listed[Thread]:
        """The object at a place of the page after a cursor, which did not come with it."""
        try:
            return await self._single(await self._cursor_before(after, place), why)
        except Incomplete as error:
            self.refused = error
            return Listed([], None, 0)

    async def _ask(self, after: str | None) -> _Answered:
        """A page. What is null in it without a word is asked for again."""
        for _ in range(LOOKS):
            variables = self._variables(after)
            text = queries.load(self.kind.document)
            answer = await self.source.github.graphql(
                self.kind.document, text, variables, self.source.meter, self.source.pages, holes=True
            )
            answered = self._answered(answer)
            if all(node or answered.explained(place) for place, node in enumerate(answered.page.nodes)):
                break
        return answered

    async def _alone(self, after: str | None, why: str) -> Listed[Thread]:
        """The page of one object after a cursor, of which GitHub does not answer for the whole."""
        one = await self._single(after, why)
        keys: list[Hashable] = [reading.thing.id for reading in one.threads]
        keys += [object() for _ in one.unread]
        try:
            self.walk.check(Page(page_info=PageInfo(one.next is not None, one.next), nodes=[]), after, keys)
        except Contradiction as found:
            raise Incomplete(f"GitHub's list of {self.kind.what(self.source)} contradicts itself: {found}.") from None
        self.source.pages.restore(self._healthy)
        return one

    async def _single(self, after: str | None, why: str) -> Listed[Thread]:
        """The one object after a cursor, in parts; a note of its place when GitHub does not even tell its number."""
        try:
            bare = narrowing.of_fields(self.kind.document, self.kind.fragment, ())
            answered = await self._one(bare, after)
        except TooHeavy:
            answered = await self._one(narrowing.cursors_only(self.kind.document), after)
            return self._unread(answered, after, why)
        listed: Listed[Thread] = Listed([], answered.page.next, answered.page.total_count)
        if not answered.page.nodes:
            return listed
        node = answered.page.nodes[0]
        if node is None:
            explained = answered.explained(0)
            if explained is None:
                raise Incomplete(f"GitHub's list of {self.kind.what(self.source)} has a hole that it does not explain.")
            return self._unread(answered, after, explained)
        if node.get("id") is None:
            return self._unread(answered, after, why)
        found = await dissect(self.source, self.kind, node)
        if isinstance(found, Reading):
            listed.threads.append(found)
        elif found.reason != "not_found":
            return self._unread(answered, after, found.message)
        return listed

    def _unread(self, answered: _Answered, after: str | None, why: str) -> Listed[Thread]:
        url = f"https://github.com/{self.source.repository.name_with_owner}"
        note = Unreadable(self.kind.name, f"{self.order}:{after or ''}", "", url, why)
        return Listed([], answered.page.next, answered.page.total_count, [note])

    async def _cursor_before(self, after: str | None, place: int) -> str | None:
        """The cursor by which the object at a place of a page is the next one."""
        if place == 0:
            return after
        cursors = narrowing.cursors_only(self.kind.document)
        return (await self._one(cursors, after, place)).page.page_info.end_cursor

    async def _one(self, text: str, after: str | None, first: int = 1) -> _Answered:
        variables = {**self._variables(after), "first": first}
        return self._answered(
            await self.source.github.graphql(
                self.kind.document, text, variables, self.source.meter, can_split=True, holes=True
            )
        )

    def _variables(self, after: str | None) -> dict[str, Any]:
        order = {"field": self.order, "direction": "DESC"}
        return {"repository": self.source.repository.id, "after": after, "order": order}

    def _answered(self, answer: Good) -> _Answered:
        found = require(answer, f"node.{self.kind.field}", self.source.repository.name_with_owner)
        page = parse(Page[Node | None], {"nodes": [], **found}, self.kind.document)
        return _Answered(page, served.below(answer.holes, ("node", self.kind.field)))


def require_all(source: Source, kind: Kind[Any], found: int, total: int) -> None:
    """Raise Incomplete when fewer threads were found than the list says that it has."""
    if found < total:
        raise Incomplete(
            f"GitHub lists {found:,} of {total:,} {kind.what(source)}.",
            "What was read is stored; the next run asks again.",
        )


async def by_ids(
    source: Source, kind: Kind[Thread], nodes: Sequence[Mapping[str, Any]]
) -> list[Reading[Thread] | Absence]:
    """Threads by what is known of them (id, fullDatabaseId, number): each, or why it is not there.

    Of reason "unanswered" is what GitHub shows no more of, without a word.
    """
    found: list[Reading[Thread] | Absence] = []
    size = at_once = max(1, int(source.pages.size * BY_ID))
    while len(found) < len(nodes):
        part = nodes[len(found) : len(found) + size]
        try:
            found += await _by_ids(source, kind, part)
            size = min(at_once, size * 2)
        except TooHeavy:
            if size > 1:
                size //= 2
                continue
            found.append(await dissect(source, kind, part[0]))
    return found


async def _by_ids(
    source: Source, kind: Kind[Thread], nodes: Sequence[Mapping[str, Any]]
) -> list[Reading[Thread] | Absence]:
    variables = {"ids": [node["id"] for node in nodes]}
    answer = await source.github.graphql(
        kind.by_id, queries.load(kind.by_id), variables, source.meter, can_split=True, holes=True
    )
    out: list[Reading[Thread] | Absence] = []
    for place, (known, node) in enumerate(zip(nodes, answer.data["nodes"], strict=True)):
        absence = _absence(answer, place, node, kind)
        if absence:
            out.append(absence)
            continue
        try:
            if node is None:
                raise OddAnswer(served.UNEXPLAINED)
            out.append(_reading(kind, node, served.below(answer.holes, ("nodes", place))))
        except OddAnswer:
            out.append(await dissect(source, kind, known))
    return out


async def dissect(source: Source, kind: Kind[Thread], known: Mapping[str, Any]) -> Reading[Thread] | Absence:
    """A thread that GitHub does not serve whole, asked for in parts: what fails even alone is a hole in it.

    Of reason "unanswered" is one of which not even the number comes.
    """
    node: Node = {name: known.get(name) for name in narrowing.IDENTITY}
    holes: list[Hole] = []
    todo: list[tuple[str, ...]] = [*reversed(narrowing.groups(kind.by_id, kind.fragment)), ()]
    why, failed = served.UNEXPLAINED, 0  # parts in a row
    while todo:
        fields = todo.pop()
        if failed > GIVE_UP:
            holes += [Hole((name,), "", why, (name,)) for name in fields]
            continue
        text = narrowing.of_fields(kind.by_id, kind.fragment, fields)
        try:
            answer = await source.github.graphql(
                kind.by_id, text, {"ids": [node["id"]]}, source.meter, can_split=True, holes=True
            )
            found = answer.data["nodes"][0]
            absence = _absence(answer, 0, found, kind)
            if absence:
                return absence
            inside = served.below(answer.holes, ("nodes", 0))
            why = next((hole.message for hole in answer.holes), served.UNEXPLAINED)
        except RequestFailed as error:
            found, why = None, error.message
        failed = failed + 1 if found is None else 0
        if found is not None:
            node |= found
            holes += inside
        elif not fields:
            return Absence("unanswered", why)
        elif len(fields) > 1:
            half = len(fields) // 2
            todo += [fields[half:], fields[:half]]
        else:
            holes.append(Hole(fields, "", why, fields))
    try:
        return _reading(kind, node, holes)
    except OddAnswer as error:
        return Absence("unanswered", error.message)


def _reading(kind: Kind[Thread], node: Node, holes: Sequence[Hole]) -> Reading[Thread]:
    return served.reading(kind.model, kind.lists, node, holes)


def _absence(answer: Good, place: int, node: Node | None, kind: Kind[Any]) -> Absence | None:
    """Why a node asked for by its id is not there, or no thread of this kind any more."""
    if node is None:
        return answer.missing.get(str(place))
    return Absence("not_found", "") if node.get("__typename", kind.model.__name__) != kind.model.__name__ else None


def _key(node: Node | None) -> Hashable:
    """What tells one row of a list from others; nulls are told apart from everything."""
    return object() if node is None else node.get("id") or object()
