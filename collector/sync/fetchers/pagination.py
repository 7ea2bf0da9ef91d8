"""Consistency checks of paginated lists.

A list that contradicts itself is incomplete: rows missing from it must not be marked gone. Reported cases: lists that
end before their totalCount (golangci/golangci-lint#3299, nodejs/node#43049), a cursor that never advances
(octokit/octokit.rb#732), and empty pages that are not the last (cli/cli#4540).
"""

import re
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from collector.errors import CollectError
from collector.github.models import OddAnswer, Page, PageInfo

# How many times a page is fetched while it contradicts earlier pages.
ATTEMPTS = 3
# An empty page that is not the last is skipped after this many attempts: the list's total shows if rows are missing.
EMPTY_ATTEMPTS = 2
# Empty pages in a row before a list counts as contradictory, so that a list of empty pages ends.
EMPTY_IN_A_ROW = 20
# The parameters of the first page of a REST list. Links to further pages add where to continue.
FIRST_PAGE = {"per_page": "100"}

Node = TypeVar("Node")


class Incomplete(CollectError):
    """GitHub's list contradicts itself: what was read is kept, but missing rows must not be marked gone."""


class Contradiction(Exception):
    """A page, or the end of a list, contradicts earlier pages. `passable`: the walk may skip the page."""

    def __init__(self, why: str, passable: bool = False) -> None:
        super().__init__(why)
        self.passable = passable


class Walk:
    """One walk through a list, page by page. `listed` rows were seen by an earlier run of the same walk."""

    def __init__(self, listed: int = 0) -> None:
        self._before = listed
        self._seen: set[Hashable] = set()
        self._cursors: set[str] = set()
        self._empty = 0

    @property
    def listed(self) -> int:
        """Distinct rows seen so far, including those of earlier runs."""
        return self._before + len(self._seen)

    def check(self, page: Page[Any], cursor: str | None, keys: Sequence[Hashable]) -> None:
        """Accept a page that was fetched at `cursor` and contains the rows `keys`.

        Raises Contradiction, without accepting the page, when it is not the last but has no cursor to the next page or
        one that does not advance; when it is empty but not the last; and when it contains a row that was seen before.
        """
        info = page.page_info
        if info.has_next_page:
            if info.end_cursor is None:
                raise Contradiction("a page has no cursor to the next one")
            if info.end_cursor == cursor or info.end_cursor in self._cursors:
                raise Contradiction("the cursor to the next page does not advance")
        fresh = set(keys)
        if len(fresh) < len(keys) or not self._seen.isdisjoint(fresh):
            raise Contradiction("a row is listed twice")
        if info.has_next_page and not keys:
            raise Contradiction("an empty page is not the last", passable=self._empty < EMPTY_IN_A_ROW)
        self._accept(page, cursor, fresh)

    def past(self, page: Page[Any], cursor: str | None) -> None:
        """Skip an empty page after a passable Contradiction."""
        self._accept(page, cursor, set())

    def end(self, total: int | None) -> None:
        """Check the end of the list. Raises Contradiction when fewer rows were seen than its `total`.

        `total` is the totalCount of the last page; None for a list without one.
        """
        if total is not None and self.listed < total:
            raise Contradiction(f"{self.listed:,} of {total:,} are listed")

    def _accept(self, page: Page[Any], cursor: str | None, fresh: set[Hashable]) -> None:
        self._seen |= fresh
        self._cursors |= {c for c in (cursor, page.page_info.end_cursor) if c is not None}
        self._empty = 0 if fresh else self._empty + 1


def linked_page(nodes: list[Node], following: str | None, repository: int) -> Page[Node]:
    """Return a page of a repository's REST list whose Link header leads to `following`, which serves as its cursor.

    A link back to the first page, or to another repository (GitHub's links have its id), does not advance: such a page
    has no cursor, which `Walk.check` rejects.
    https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
    """
    info = PageInfo(has_next_page=following is not None)
    if following and following.partition("?")[2] != urlencode(FIRST_PAGE):
        leads_to = re.search(r"/repositories/(\d{1,19})/", following)
        info.end_cursor = following if leads_to is None or int(leads_to[1]) == repository else None
    return Page[Node](page_info=info, nodes=nodes)


async def steady(
    walk: Walk,
    ask: Callable[[], Awaitable[Page[Node]]],
    cursor: str | None,
    key: Callable[[Node], Hashable],
    what: str,
) -> Page[Node]:
    """Return the page at `cursor`, calling `ask` again while the page is odd or contradicts what `walk` has seen.

    Raises Incomplete or OddAnswer after ATTEMPTS attempts; `what` names the list in the message ("releases of
    acme/engine").
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            page = await ask()
        except OddAnswer:
            if attempt == ATTEMPTS:
                raise
            continue
        try:
            walk.check(page, cursor, [key(node) for node in page.nodes])
        except Contradiction as found:
            if found.passable and attempt >= EMPTY_ATTEMPTS:
                walk.past(page, cursor)
                return page
            why = str(found)
        else:
            return page
    raise Incomplete(
        f"GitHub's list of {what} contradicts itself: {why}.", "What was read is stored; the next run retries."
    )
