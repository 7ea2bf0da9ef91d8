"""The page size follows what the server bears."""

from hypothesis import given
from hypothesis import strategies as st

from collector.github.pages import LARGEST, PageSize


def test_halves_down_to_one() -> None:
    pages = PageSize()
    sizes = []
    while pages.failed():
        sizes.append(pages.size)
    assert sizes == [50, 25, 12, 6, 3, 1]
    assert not pages.failed()
    assert pages.size == 1


def test_grows_again_after_a_run_of_good_pages_and_with_more_patience_after_each_vain_try() -> None:
    def good_pages_until_larger(pages: PageSize) -> int:
        size, count = pages.size, 0
        while pages.size == size:
            pages.worked()
            count += 1
        return count

    pages = PageSize(50)
    first = good_pages_until_larger(pages)
    assert pages.size == LARGEST
    pages.failed()
    assert good_pages_until_larger(pages) == 2 * first


@given(st.lists(st.booleans(), max_size=200))
def test_stays_within_bounds(outcomes: list[bool]) -> None:
    pages = PageSize()
    for good in outcomes:
        if good:
            pages.worked()
        else:
            pages.failed()
        assert 1 <= pages.size <= LARGEST


@given(st.integers(1, 100))
def test_finds_a_size_that_a_steady_server_bears(most: int) -> None:
    pages = PageSize()
    for _ in range(8):
        if pages.size <= most:
            break
        pages.failed()
    assert pages.size <= most
