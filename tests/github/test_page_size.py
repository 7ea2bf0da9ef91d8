"""The page size follows what the server bears."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.github.page_size import SIZES, PageSize

kinds = st.sampled_from(sorted(SIZES))


def good_pages_until_larger(pages: PageSize) -> int:
    size, count = pages.size, 0
    while pages.size == size:
        pages.worked()
        count += 1
    return count


def test_halves_down_to_one() -> None:
    pages = PageSize("pull_requests")
    sizes = [pages.size]
    while pages.failed():
        sizes.append(pages.size)
    assert sizes == [25, 12, 6, 3, 1]
    assert not pages.failed()
    assert pages.size == 1


def test_begins_small_and_is_tried_upwards_within_one_list() -> None:
    pages, sizes = PageSize("issues"), []
    for _ in range(5):
        sizes.append(pages.size)
        pages.worked()
    assert sizes == [25, 25, 49, 49, 49]


def test_each_vain_try_of_a_larger_page_asks_for_twice_the_patience() -> None:
    pages = PageSize("commits")
    assert good_pages_until_larger(pages) == 2
    pages.failed()
    assert pages.size == 37
    assert good_pages_until_larger(pages) == 4
    pages.failed()
    assert good_pages_until_larger(pages) == 8


def test_an_outage_counts_as_one_failure() -> None:
    pages = PageSize("issues")
    while pages.failed():
        pass
    assert good_pages_until_larger(pages) == 4


def test_a_size_that_one_object_brought_down_is_restored() -> None:
    pages = PageSize("issues")
    good_pages_until_larger(pages)
    while pages.failed():
        pass
    pages.restore(49)
    assert pages.size == 49
    pages.failed()
    assert good_pages_until_larger(pages) == 4, "the patience is that of a first failure"
    pages.restore(100)
    assert pages.size == 49, "never more than the kind allows"


@pytest.mark.parametrize("kind", sorted(SIZES))
def test_a_known_size_is_kept_within_what_the_kind_allows(kind: str) -> None:
    start, largest = SIZES[kind]
    assert PageSize(kind).size == start
    assert PageSize(kind, 7).size == 7
    assert PageSize(kind, 1000).size == largest


@given(kinds, st.lists(st.booleans(), max_size=200))
def test_stays_within_bounds(kind: str, outcomes: list[bool]) -> None:
    pages = PageSize(kind)
    for good in outcomes:
        if good:
            pages.worked()
        else:
            pages.failed()
        assert 1 <= pages.size <= SIZES[kind].largest


@given(kinds, st.integers(1, 100))
def test_finds_a_size_that_a_steady_server_bears(kind: str, most: int) -> None:
    pages = PageSize(kind)
    for _ in range(8):
        if pages.size <= most:
            break
        pages.failed()
    assert pages.size <= most
