"""Fetch threads by pages of their list, by id, and in parts where GitHub does not serve one whole.

A thread that GitHub cannot serve at any page size must not hide those behind it (cli/cli#11027, apache/devlake#9140):
it is fetched alone, in parts, and skipped by its cursor when not even its number is served.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from collector.github import partial_responses, queries, reduced_queries
from collector.github.client import RequestFailed, TooHeavy, require
from collector.github.models import OddAnswer, Page, PageInfo, parse
from collector.github.responses import Absence, FieldError, Success
from collector.store.batch import Unreadable
from collector.sync.fetchers import partial_threads
from collector.sync.fetchers.pagination import ATTEMPTS, Contradiction, Incomplete, Walk, steady
from collector.sync.fetchers.partial_threads import Reading
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_kinds import Thread, ThreadKind

# Failed parts in a row after which the rest of a thread is not fetched: each costs some timeouts.
GIVE_UP = 8
# The reason for recording the place of a thread that may be missing from an empty page.
EMPTY = "GitHub lists an empty page that is not the last"
# The size of a batch of threads by id, as a share of the page size.
BY_ID = 0.5

Node = dict[str, Any]


@dataclass
class ThreadPage(Generic[Thread]):
    """A page of a list: the threads as far as GitHub serves them, and records of those that it does not."""

    threads: list[Reading[Thread]]
    next: str | None
    total: int
    unread: list[Unreadable] = field(default_factory=list)


@dataclass
class _NullablePage:
    """A page as returned: nodes may be null; the paths of field errors are relative to the list."""

    page: Page[Node | None]
    field_errors: Sequence[FieldError]

    def explained(self, place: int) -> str | None:
        """Return GitHub's error message for the node at this place, if there is one."""
        return next((h.message for h in self.field_errors if h.path[:2] == ("nodes", place)), None)


class ThreadList(Generic[Thread]):
    """One walk through a list of threads, in one order."""

    def __init__(self, source: Source, kind: ThreadKind[Thread], order: str) -> None:
        self.source, self.order, self.walk = source, order, Walk()
        self.kind: ThreadKind[Thread] = kind
        self.seen: set[str] = set()  # node ids, and the places of unreadable threads
        self.refused: Incomplete | None = None  # the error for a null row without a reason
        self._is_second = False
        self._healthy = source.pages.size  # the page size before an object failed

    async def page(self, after: str | None) -> ThreadPage[Thread]:
        """Return the page after a cursor. Raises Incomplete on a contradictory list, else like `GitHub.graphql`."""
        try:
            listed = await self._page(after)
        except Incomplete:
            if self._is_second:
                raise
            # The contradiction may be due to an earlier page: compare with none of them, once.
            self._is_second = True
            self.look_again()
            listed = await self._page(after)
        self.seen.update(reading.thing.id for reading in listed.threads)
        # Whether a row is missing from an empty page is not known: the list's total shows.
        self.seen.update(note.key for note in listed.unread if note.error != EMPTY)
        return listed

    def accept(self) -> None:
        """Raise Incomplete when the list had a null node without a reason."""
        if self.refused is not None:
            raise self.refused

    def look_again(self) -> None:
        """Allow pages to be read again without a Contradiction."""
        self.walk = Walk()

    async def one(self, after: str | None) -> ThreadPage[Thread]:
        """Fetch the one thread after a cursor; the list is empty when there is none."""
        try:
            answered = await self._one(queries.load(self.kind.document), after)
            nodes = answered.page.nodes
            if not nodes:
                return ThreadPage([], None, answered.page.total_count)
            if nodes[0] is None:
                raise OddAnswer(partial_threads.UNEXPLAINED)
            found = _reading(self.kind, nodes[0], partial_responses.below(answered.field_errors, ("nodes", 0)))
        except (TooHeavy, OddAnswer) as error:
            return await self._single(after, error.message)
        return ThreadPage([found], answered.page.next, answered.page.total_count)

    async def _page(self, after: str | None) -> ThreadPage[Thread]:
        answered: _NullablePage | None = None

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
        listed: ThreadPage[Thread] = ThreadPage([], page.next, page.total_count)
        if not page.nodes and page.next is not None:
            return self._unread(answered, after, EMPTY)
        for place, node in enumerate(page.nodes):
            try:
                if node is None:
                    raise OddAnswer(answered.explained(place) or partial_threads.UNEXPLAINED)
                found = _reading(self.kind, node, partial_responses.below(answered.field_errors, ("nodes", place)))
            except OddAnswer as error:
                one = await self._in_place(after, place, error.message)
                listed.threads += one.threads
                listed.unread += one.unread
            else:
                listed.threads.append(found)
        return listed

    async def _in_place(self, after: str | None, place: int, why: str) -> ThreadPage[Thread]:
        """Fetch the object at a place of the page after a cursor, after the page did not contain it."""
        try:
            return await self._single(await self._cursor_before(after, place), why)
        except Incomplete as error:
            self.refused = error
            return ThreadPage([], None, 0)

    async def _ask(self, after: str | None) -> _NullablePage:
        """Fetch a page, again while it has a null node without a reason."""
        for _ in range(ATTEMPTS):
            variables = self._variables(after)
            text = queries.load(self.kind.document)
            answer = await self.source.github.graphql(
                self.kind.document, text, variables, self.source.meter, self.source.pages, partial=True
            )
            answered = self._answered(answer)
            if all(node or answered.explained(place) for place, node in enumerate(answered.page.nodes)):
                break
        return answered

    async def _alone(self, after: str | None, why: str) -> ThreadPage[Thread]:
        """Fetch the page of one object after a cursor in parts, after GitHub failed to serve it whole."""
        one = await self._single(after, why)
        keys: list[Hashable] = [reading.thing.id for reading in one.threads]
        # What cannot be read has no id: an object of its own equals no other row.
        keys += [object() for _ in one.unread]
        try:
            self.walk.check(Page(page_info=PageInfo(one.next is not None, one.next), nodes=[]), after, keys)
        except Contradiction as found:
            raise Incomplete(f"GitHub's list of {self.kind.what(self.source)} contradicts itself: {found}.") from None
        # The one object was too heavy, not the page size.
        self.source.pages.restore(self._healthy)
        return one

    async def _single(self, after: str | None, why: str) -> ThreadPage[Thread]:
        """Fetch the one object after a cursor in parts; record its place when not even its number is served."""
        try:
            bare = reduced_queries.of_fields(self.kind.document, self.kind.fragment, ())
            answered = await self._one(bare, after)
        except TooHeavy:
            answered = await self._one(reduced_queries.cursors_only(self.kind.document), after)
            return self._unread(answered, after, why)
        listed: ThreadPage[Thread] = ThreadPage([], answered.page.next, answered.page.total_count)
        if not answered.page.nodes:
            return listed if listed.next is None else self._unread(answered, after, EMPTY)
        node = answered.page.nodes[0]
        if node is None:
            explained = answered.explained(0)
            if explained is None:
                raise Incomplete(f"GitHub's list of {self.kind.what(self.source)} has a null row without a reason.")
            return self._unread(answered, after, explained)
        if node.get("id") is None:
            return self._unread(answered, after, why)
        found = await dissect(self.source, self.kind, node)
        if isinstance(found, Reading):
            listed.threads.append(found)
        elif found.reason != "not_found":
            return self._unread(answered, after, found.message)
        return listed

    def _unread(self, answered: _NullablePage, after: str | None, why: str) -> ThreadPage[Thread]:
        note = Unreadable(self.kind.name, f"{self.order}:{after or ''}", "", self.source.url(), why)
        return ThreadPage([], answered.page.next, answered.page.total_count, [note])

    async def _cursor_before(self, after: str | None, place: int) -> str | None:
        """Return the cursor directly before the object at a place of a page."""
        if place == 0:
            return after
        cursors = reduced_queries.cursors_only(self.kind.document)
        return (await self._one(cursors, after, place)).page.page_info.end_cursor

    async def _one(self, text: str, after: str | None, first: int = 1) -> _NullablePage:
        variables = {**self._variables(after), "first": first}
        return self._answered(
            await self.source.github.graphql(
                self.kind.document, text, variables, self.source.meter, can_split=True, partial=True
            )
        )

    def _variables(self, after: str | None) -> dict[str, Any]:
        order = {"field": self.order, "direction": "DESC"}
        return {"repository": self.source.repository.id, "after": after, "order": order}

    def _answered(self, answer: Success) -> _NullablePage:
        found = require(answer, f"node.{self.kind.field}", self.source.repository.name_with_owner)
        page = parse(Page[Node | None], {"nodes": [], **found}, self.kind.document)
        return _NullablePage(page, partial_responses.below(answer.field_errors, ("node", self.kind.field)))


def seen_by_both(first: set[str], second: set[str]) -> int:
    """Return how many threads two walks through a list saw together.

    A thread that only one of them could read was seen by the other as a place: a place counts if both saw it.
    """
    places = {key for key in first & second if ":" in key}
    return len({key for key in first | second if ":" not in key} | places)


def require_all(source: Source, kind: ThreadKind[Any], found: int, total: int) -> None:
    """Raise Incomplete when fewer threads were found than the list's total."""
    if found < total:
        raise Incomplete(
            f"GitHub lists {found:,} of {total:,} {kind.what(source)}.",
            "What was read is stored; the next run retries.",
        )


async def by_ids(
    source: Source, kind: ThreadKind[Thread], nodes: Sequence[Mapping[str, Any]]
) -> list[Reading[Thread] | Absence]:
    """Fetch threads by id; return each, or why it is missing. `nodes` have id, fullDatabaseId and number.

    The reason is "unanswered" when GitHub returns nothing and does not say why.
    """
    found: list[Reading[Thread] | Absence] = []
    size = at_once = max(1, int(source.pages.size * BY_ID))
    while len(found) < len(nodes):
        part = nodes[len(found) : len(found) + size]
        try:
            found += await _by_ids(source, kind, part)
            # A single heavy thread does not make all after it come one by one.
            size = min(at_once, size * 2)
        except TooHeavy:
            if size > 1:
                size //= 2
                continue
            found.append(await dissect(source, kind, part[0]))
    return found


async def _by_ids(
    source: Source, kind: ThreadKind[Thread], nodes: Sequence[Mapping[str, Any]]
) -> list[Reading[Thread] | Absence]:
    variables = {"ids": [node["id"] for node in nodes]}
    answer = await source.github.graphql(
        kind.by_id, queries.load(kind.by_id), variables, source.meter, can_split=True, partial=True
    )
    out: list[Reading[Thread] | Absence] = []
    for place, (known, node) in enumerate(zip(nodes, answer.data["nodes"], strict=True)):
        absence = _absence(answer, place, node, kind)
        if absence:
            out.append(absence)
            continue
        try:
            if node is None:
                raise OddAnswer(partial_threads.UNEXPLAINED)
            out.append(_reading(kind, node, partial_responses.below(answer.field_errors, ("nodes", place))))
        except OddAnswer:
            out.append(await dissect(source, kind, known))
    return out


async def dissect(source: Source, kind: ThreadKind[Thread], known: Mapping[str, Any]) -> Reading[Thread] | Absence:
    """Fetch a thread in parts, after GitHub failed to serve it whole; a part that fails alone becomes a field error.

    The reason is "unanswered" when not even its number is served.
    """
    node: Node = {name: known.get(name) for name in reduced_queries.IDENTITY}
    field_errors: list[FieldError] = []
    # The empty selection is popped first: it shows whether the thread is there at all.
    todo: list[tuple[str, ...]] = [*reversed(reduced_queries.groups(kind.by_id, kind.fragment)), ()]
    why, failed = partial_threads.UNEXPLAINED, 0  # parts in a row
    while todo:
        fields = todo.pop()
        if failed > GIVE_UP:
            field_errors += [FieldError((name,), "", why, (name,)) for name in fields]
            continue
        text = reduced_queries.of_fields(kind.by_id, kind.fragment, fields)
        try:
            answer = await source.github.graphql(
                kind.by_id, text, {"ids": [known["id"]]}, source.meter, can_split=True, partial=True
            )
            found = answer.data["nodes"][0]
            absence = _absence(answer, 0, found, kind)
            if absence:
                return absence
            inside = partial_responses.below(answer.field_errors, ("nodes", 0))
            why = next((error.message for error in answer.field_errors), partial_threads.UNEXPLAINED)
        except RequestFailed as error:
            found, why = None, error.message
        failed = failed + 1 if found is None else 0
        if found is not None:
            node |= found | {"id": known["id"]}  # whatever the response says: it was asked for by this id
            field_errors += inside
        elif not fields:
            return Absence("unanswered", why)
        elif len(fields) > 1:
            half = len(fields) // 2
            todo += [fields[half:], fields[:half]]
        else:
            field_errors.append(FieldError(fields, "", why, fields))
    try:
        return _reading(kind, node, field_errors)
    except OddAnswer as error:
        return Absence("unanswered", error.message)


def _reading(kind: ThreadKind[Thread], node: Node, field_errors: Sequence[FieldError]) -> Reading[Thread]:
    return partial_threads.reading(kind.model, kind.lists, node, field_errors)


def _absence(answer: Success, place: int, node: Node | None, kind: ThreadKind[Any]) -> Absence | None:
    """Return why a node is missing, or not_found when it is no longer a thread of this kind; else None."""
    if node is None:
        return answer.missing.get(str(place))
    return Absence("not_found", "") if node.get("__typename", kind.model.__name__) != kind.model.__name__ else None


def _key(node: Node | None) -> Hashable:
    """Return a row's identity; every null is distinct."""
    return object() if node is None else node.get("id") or object()
