"""When a list contradicts itself, and how often a page that does is asked for."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.github.models import Named, Page, PageInfo
from collector.sync.fetchers import pagination as walks
from collector.sync.fetchers.pagination import Contradiction, Incomplete, Walk, steady


def page(names: str, cursor: str | None = None, more: bool | None = None) -> Page[Named]:
    """A page of one-letter rows; with a cursor it has a next one."""
    info = PageInfo(has_next_page=cursor is not None if more is None else more, end_cursor=cursor)
    return Page[Named](page_info=info, total_count=0, nodes=[Named(name=name) for name in names])


def read(walk: Walk, *pages: tuple[str, str | None], start: str | None = None) -> None:
    cursor = start
    for names, following in pages:
        walk.check(page(names, following), cursor, list(names))
        cursor = following


def test_a_list_that_hangs_together() -> None:
    walk = Walk()
    read(walk, ("ab", "1"), ("cd", "2"), ("e", None))
    walk.end(5)
    assert walk.listed == 5


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (page("c", None, more=True), "no cursor"),
        (page("c", "2"), "does not advance"),
        (page("c", "1"), "does not advance"),
        (page("b", "3"), "twice"),
        (page("b", None), "twice"),
        (page("cc", "3"), "twice"),
        (page("", "3"), "empty"),
    ],
    ids=["no cursor", "same cursor", "cursor of before", "row of before", "at the end", "within a page", "empty"],
)
def test_pages_that_contradict(odd: Page[Named], why: str) -> None:
    walk = Walk()
    read(walk, ("a", "1"), ("b", "2"))
    with pytest.raises(Contradiction, match=why):
        walk.check(odd, "2", [n.name for n in odd.nodes])
    # Nothing of it was taken up: the same place may be asked for again.
    read(walk, ("c", "3"), ("d", None), start="2")
    walk.end(4)


def test_an_empty_list_and_an_empty_last_page_are_none() -> None:
    walk = Walk()
    read(walk, ("", None))
    walk.end(0)
    walk = Walk()
    read(walk, ("a", "1"), ("", None))
    walk.end(1)


def test_fewer_rows_than_the_total() -> None:
    walk = Walk(listed=3)
    read(walk, ("ab", None), start="1")
    walk.end(5)
    walk.end(4)  # rows may have been deleted meanwhile
    walk.end(None)
    with pytest.raises(Contradiction, match="5 of 6"):
        walk.end(6)


@given(st.lists(st.integers(), unique=True), st.integers(1, 7))
def test_any_list_cut_into_any_pages_is_whole(rows: list[int], size: int) -> None:
    walk, cursor = Walk(), None
    pages = [rows[at : at + size] for at in range(0, len(rows), size)] or [[]]
    for n, part in enumerate(pages):
        following = str(n) if n + 1 < len(pages) else None
        info = PageInfo(has_next_page=following is not None, end_cursor=following)
        walk.check(Page[int](page_info=info, nodes=part), cursor, part)
        cursor = following
    walk.end(len(rows))


@given(st.lists(st.integers(0, 5)), st.integers(1, 4))
def test_a_row_that_comes_twice_is_always_met(rows: list[int], size: int) -> None:
    walk = Walk()

    def through() -> None:
        for at in range(0, len(rows), size):
            part = rows[at : at + size]
            walk.check(Page[int](page_info=PageInfo(has_next_page=True, end_cursor=f"c{at}"), nodes=part), None, part)

    if len(set(rows)) == len(rows):
        through()
        assert walk.listed == len(rows)
    else:
        with pytest.raises(Contradiction, match="twice"):
            through()


def look(walk: Walk, answers: Sequence[Page[Named]], cursor: str | None = None) -> tuple[Page[Named], int]:
    """The page that is taken, and how often it was asked for."""
    asked = 0

    async def ask() -> Page[Named]:
        nonlocal asked
        asked += 1
        return answers[min(asked, len(answers)) - 1]

    return asyncio.run(steady(walk, ask, cursor, lambda n: n.name, "releases of acme/engine")), asked


def test_a_page_is_asked_for_again_until_it_fits() -> None:
    walk, good = Walk(), page("ab", "1")
    assert look(walk, [good]) == (good, 1)
    assert look(walk, [page("b", "2"), page("c", None, more=True), page("c", "2")], "1") == (page("c", "2"), 3)


def test_a_page_that_never_fits() -> None:
    walk = Walk()
    with pytest.raises(Incomplete, match="releases of acme/engine contradicts itself: a row is listed twice"):
        look(walk, [page("aa", "1")])


def test_an_empty_page_is_passed_over_after_a_second_look() -> None:
    walk = Walk()
    assert look(walk, [page("", "1")])[1] == 2
    assert look(walk, [page("", "2"), page("a", "2")], "1") == (page("a", "2"), 2)
    walk.end(1)


def test_a_list_of_nothing_but_empty_pages_ends() -> None:
    walk, cursor = Walk(), None
    for n in range(walks.EMPTY_IN_A_ROW):
        look(walk, [page("", str(n))], cursor)
        cursor = str(n)
    with pytest.raises(Incomplete, match="empty"):
        look(walk, [page("", "more")], cursor)
