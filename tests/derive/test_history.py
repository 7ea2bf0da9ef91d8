from hypothesis import given
from hypothesis import strategies as st

from collector.derive.history import Commit, History


def history(parents: list[list[int]]) -> History:
    """Commit number n has those of the commits before it as parents."""
    row = ("2000", "2000", "", "", 1, 0, False, False, None, None, None)
    commits = [Commit(str(n), tuple(str(p % n) for p in own if n), *row) for n, own in enumerate(parents)]
    return History({c.oid: c for c in commits}, [], [], "refs/heads/main")


def ancestors(of: History, oid: str) -> set[str]:
    return set(of.reach(oid, set()))


@given(st.lists(st.lists(st.integers(0, 50), max_size=3, unique=True), min_size=2, max_size=25), st.data())
def test_between_is_what_one_reaches_and_the_other_does_not(parents: list[list[int]], data: st.DataObject) -> None:
    graph = history(parents)
    before, after = (str(data.draw(st.integers(0, len(parents) - 1))) for _ in range(2))
    assert set(graph.between(before, after, set())) == ancestors(graph, after) - ancestors(graph, before)
    found = graph.between(before, after, set())
    assert len(found) == len(set(found))


@given(st.lists(st.lists(st.integers(0, 50), max_size=3, unique=True), min_size=1, max_size=25))
def test_an_ancestor_is_less_deep(parents: list[list[int]]) -> None:
    graph = history(parents)
    assert all(graph.depths[p] < graph.depths[c.oid] for c in graph.commits.values() for p in c.parents)


def test_nothing_is_looked_for_behind_what_is_known() -> None:
    graph = history([[], [0], [1], [2], [3]])
    assert graph.between("0", "4", {"2"}) == ["4", "3"]
    assert graph.between("unknown", "2", set()) == ["2", "1", "0"]


@given(st.lists(st.lists(st.integers(0, 8), max_size=3), min_size=9, max_size=9), st.integers(0, 8), st.integers(0, 8))
def test_a_circle_of_parents_ends(parents: list[list[int]], before: int, after: int) -> None:
    """A wrong response may say that a commit is its own ancestor."""
    row = ("2000", "2000", "", "", 1, 0, False, False, None, None, None)
    commits = [Commit(str(n), tuple(map(str, own)), *row) for n, own in enumerate(parents)]
    graph = History({c.oid: c for c in commits}, [], [], "refs/heads/main")
    assert set(graph.depths) == set(graph.commits)
    assert set(graph.between(str(before), str(after), set())) <= ancestors(graph, str(after))
