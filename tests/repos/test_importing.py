"""Which repositories of a list are tracked, and why the others are left out."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from collector.config import Config, Project, TrackedRepository
from collector.repos.export_lines import Entry
from collector.repos.importing import sort_out, untracked
from collector.repos.lookup_cache import Answers, LookedUp, LookupResult
from collector.repos.outcome import REASONS, Found, Outcome
from collector.repos.taxonomy import Chosen

NOW = datetime(2026, 7, 6, tzinfo=UTC)
CONFIG = Config(projects=(Project("uno", "Uno", ("chain",), repos=(TrackedRepository("Acme/Tracked", "core"),)),))
PROJECTS = {"First": "first", "Second": "second"}


def chosen(*entries: tuple[str, str]) -> Chosen:
    """Ecosystems with repositories, in the order of the file."""
    found = Chosen(ranks={"First": 0, "Second": 1})
    for ecosystem, repo in entries:
        found.take(Entry(ecosystem, (), repo, ()))
    return found


def outcome(listed: Chosen, *answers: LookupResult, limit: int = 0, projects: dict[str, str] = PROJECTS) -> Outcome:
    return sort_out(listed, CONFIG, LookedUp(Answers(answers), {}), projects, NOW, limit)


def shown(repo: str, number: int, name: str = "", at: str = "2026-07-01T00:00:00Z") -> LookupResult:
    return LookupResult(repo, "ok", number, name or repo, None, at)


def reasons(out: Outcome) -> dict[tuple[str, str], str]:
    return {(one.repo, one.ecosystem): one.reason for one in out.left_out()}


def taken(out: Outcome) -> list[Found]:
    found = [one for one in out.shown() if one.reason is None]
    assert out.taken_in() == {p: len(list(out.taken(p))) for p in {one.project for one in found}}
    assert [one for p in out.taken_in() for one in out.taken(p)] == sorted(found, key=lambda one: one.project)
    return found


def test_what_is_tracked_is_not_looked_up() -> None:
    listed = chosen(("First", "acme/tracked"), ("First", "acme/new"))
    assert list(untracked(listed, CONFIG, {"First": "uno"})) == ["acme/new"]
    assert reasons(outcome(listed, shown("acme/new", 1), projects={"First": "uno"})) == {
        ("acme/tracked", "First"): "tracked"
    }


def test_one_that_is_tracked_under_its_current_name_is_tracked() -> None:
    out = outcome(chosen(("First", "acme/former")), shown("acme/former", 1, "acme/tracked"), projects={"First": "uno"})
    assert (reasons(out), out.tracked) == ({("acme/former", "First"): "tracked"}, 1)


def test_one_that_another_project_tracks_is_taken_as_it_is_written_there() -> None:
    listed = chosen(("First", "acme/tracked"), ("Second", "acme/former"))
    assert list(untracked(listed, CONFIG, PROJECTS)) == ["acme/tracked", "acme/former"]
    renamed = outcome(listed, shown("acme/tracked", 1, "acme/now"), shown("acme/former", 2, "acme/TRACKED"))
    assert [(f.repo, f.project) for f in taken(renamed)] == [("Acme/Tracked", "first"), ("Acme/Tracked", "second")]
    assert (renamed.listed, renamed.tracked, renamed.new) == (2, 0, 2)


def test_a_name_that_went_to_another_repository_is_taken_once() -> None:
    """Answers may be 30 days apart: two repositories may have had a name in turn."""
    listed = chosen(("First", "acme/former"), ("First", "acme/current"))
    out = outcome(listed, shown("acme/former", 1, "acme/Current"), shown("acme/current", 2))
    assert [f.repo for f in taken(out)] == ["acme/Current"]
    assert reasons(out) == {("acme/current", "First"): "same_repository"}


def test_two_names_of_one_repository_are_one_in_each_project() -> None:
    listed = chosen(("Second", "acme/former"), ("First", "acme/current"))
    answers = shown("acme/former", 1, "acme/current"), shown("acme/current", 1)
    out = outcome(listed, *answers)
    assert [(f.repo, f.project) for f in taken(out)] == [("acme/current", "first"), ("acme/current", "second")]
    assert reasons(out) == {}
    same = outcome(listed, *answers, projects={"First": "one", "Second": "one"})
    assert reasons(same) == {("acme/former", "Second"): "same_repository"}


def test_a_repository_of_two_ecosystems_goes_to_the_project_of_each() -> None:
    listed = chosen(("Second", "acme/node"), ("First", "acme/node"))
    out = outcome(listed, shown("acme/node", 1))
    assert [(f.ecosystem, f.project) for f in taken(out)] == [("First", "first"), ("Second", "second")]
    assert (reasons(out), out.listed, out.new) == ({}, 2, 2)
    one = outcome(listed, shown("acme/node", 1), projects={"First": "one", "Second": "one"})
    assert ([f.ecosystem for f in taken(one)], reasons(one)) == (["First"], {})
    assert list(untracked(listed, CONFIG, {"First": "uno", "Second": "two"})) == ["acme/node"]


def test_a_push_a_year_ago_is_too_old() -> None:
    listed = chosen(("First", "acme/a"), ("First", "acme/b"), ("First", "acme/c"))
    out = outcome(
        listed,
        shown("acme/a", 1, at="2025-07-06T00:00:00Z"),
        shown("acme/b", 2, at="2025-07-06T00:00:01Z"),
        LookupResult("acme/c", "ok", 3, "acme/c"),
    )
    assert [f.repo for f in taken(out)] == ["acme/b"]
    assert set(reasons(out).values()) == {"silent"}


ANSWERS = st.builds(
    LookupResult,
    repo=st.just(""),
    status=st.sampled_from(["ok", "empty", "archived", "disabled", "not_found", "blocked"]),
    id=st.integers(1, 6),
    name=st.sampled_from(["acme/tracked", "acme/x", "acme/y"]) | st.none(),
    fork_of=st.sampled_from([None, "up/stream"]),
    pushed_at=st.sampled_from([None, "2026-07-01T00:00:00Z", "2020-01-01T00:00:00Z"]),
)


@given(
    st.dictionaries(st.sampled_from([f"acme/{c}" for c in "abcdef"]), st.none() | ANSWERS),
    st.lists(st.sampled_from(["First", "Second"]), min_size=6, max_size=6),
    st.integers(0, 3),
)
def test_each_repository_is_taken_or_left_out_for_one_reason(
    answers: dict[str, LookupResult | None], ecosystems: list[str], limit: int
) -> None:
    listed = chosen(*zip(ecosystems, answers, strict=False))
    known = Answers(replace(answer, repo=repo) for repo, answer in answers.items() if answer is not None)
    out = sort_out(listed, CONFIG, LookedUp(known, {}), PROJECTS, NOW, limit)
    left_out = list(out.left_out())
    assert sorted([f.listed_as for f in taken(out)] + [one.repo for one in left_out]) == sorted(answers)
    assert out.counts() == {r: n for r in REASONS if (n := sum(one.reason == r for one in left_out))}
    assert sum(out.counts().values()) == len(left_out)
    assert limit == 0 or len(list(out.shown())) <= limit
