"""Checks of a paged list: does what GitHub lists hang together?

A list that contradicts itself is not whole, and what it lacks must not be taken for deleted. Reported of GitHub:
lists that end before their totalCount (golangci/golangci-lint#3299, nodejs/node#43049), and of other paged APIs: a
cursor that never moves (octokit/octokit.rb#732) and empty pages with a next one (cli/cli#4540).
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, TypeVar

from collector.errors import CollectError
from collector.github.models import Page

# A page that contradicts what was read before is asked for so many times in all.
LOOKS = 3
# An empty page with a next one is passed over after so many looks, since only the total can tell whether it hides rows.
LOOKS_AT_EMPTY = 2
# No list of GitHub's is known to have several empty pages in a row; a list of nothing else must end.
EMPTY_IN_A_ROW = 20

Node = TypeVar("Node")


class Incomplete(CollectError):
    """GitHub's list contradicts itself: what was read is kept, but nothing may be concluded from what it lacks."""


class Contradiction(Exception):
    """Why a page, or the end of a list, does not fit what was read before. `passable`: the walk may go on past it."""

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
        """Distinct rows seen so far, with those of earlier runs."""
        return self._before + len(self._seen)

    def check(self, page: Page[Any], cursor: str | None, keys: Sequence[Hashable]) -> None:
        """Take up a page that was asked for by `cursor` and holds the rows `keys`.

        Raises Contradiction, and takes up nothing, when the page has a next one but no cursor to it, or one that does
        not move on; when it is empty and not the last; and when it holds a row that was seen before.
        """
        info = page.page_info
        if info.has_next_page:
            if info.end_cursor is None:
                raise Contradiction("a page has a next one and no cursor to it")
            if info.end_cursor == cursor or info.end_cursor in self._cursors:
                raise Contradiction("the cursor to the next page does not move on")
        fresh = set(keys)
        if len(fresh) < len(keys) or not self._seen.isdisjoint(fresh):
            raise Contradiction("a row is listed twice")
        if info.has_next_page and not keys:
            raise Contradiction("an empty page has a next one", passable=self._empty < EMPTY_IN_A_ROW)
        self._take(page, cursor, fresh)

    def past(self, page: Page[Any], cursor: str | None) -> None:
        """Go on past an empty page whose contradiction is passable."""
        self._take(page, cursor, set())

    def end(self, total: int | None) -> None:
        """The list has ended. Raises Contradiction when fewer rows were seen than it says that it has.

        `total` is the totalCount of the last page, None for a list without one.
        """
        if total is not None and self.listed < total:
            raise Contradiction(f"{self.listed:,} of {total:,} are listed")

    def _take(self, page: Page[Any], cursor: str | None, fresh: set[Hashable]) -> None:
        self._seen |= fresh
        self._cursors |= {c for c in (cursor, page.page_info.end_cursor) if c is not None}
        self._empty = 0 if fresh else self._empty + 1


async def steady(
    walk: Walk,
    ask: Callable[[], Awaitable[Page[Node]]],
    cursor: str | None,
    key: Callable[[Node], Hashable],
    what: str,
) -> Page[Node]:
    """The page at `cursor` that `ask` brings, asked for again while it contradicts what `walk` has seen.

    Raises Incomplete, naming `what` is listed ("releases of acme/engine"), when it still does after LOOKS looks.
    """
    for look in range(1, LOOKS + 1):
        page = await ask()
        try:
            walk.check(page, cursor, [key(node) for node in page.nodes])
        except Contradiction as found:
            if found.passable and look >= LOOKS_AT_EMPTY:
                walk.past(page, cursor)
                return page
            why = str(found)
        else:
            return page
    raise Incomplete(
        f"GitHub's list of {what} contradicts itself: {why}.", "What was read is stored; the next run asks again."
    )
