"""Lists of releases and tags that contradict themselves, and objects in them that GitHub cannot serve."""

from typing import Any

import httpx
import pytest

from tests.lab import Lab
from tests.variants import crossed

LISTS = ("releases", "tags")
QUESTIONS = {"releases": " Releases ", "tags": " Tags "}
# Spoil a page, night after night.
SPOILT: dict[str, dict[str, Any]] = {
    "ends_early": {},
    "repeat_cursor": {},
    "null_cursor": {},
    "duplicate_row": {"instead": True},
    "null_node": {},
    "empty_page that comes again": {"cursor": "repeats"},
    "empty_page that loses rows": {"cursor": "skips"},
}


@pytest.fixture
def long(lab: Lab) -> Lab:
    """A repository of 45 releases, each with a tag of its own, and 60 tags more, listed in pages of 25."""
    repo = lab.repository()
    for n in range(60):
        commit = repo.commit(f"Work {n}", lab.alice, f"2025-03-{n % 28 + 1:02}")
        repo.tag(f"t{n:02}", commit, "2025-04-01", annotated=n % 2 == 0)
    for n in range(45):
        repo.release(f"v{n:02}", lab.alice, f"2025-05-{n % 28 + 1:02}")
    repo.push(by=lab.alice, at="2025-06-01")
    lab.server.fail(" (Releases|Tags) ", "node_timeout", nodes=25)
    return lab


def state(lab: Lab, kind: str) -> list[Any]:
    """How far a list has come."""
    return lab.query("SELECT fingerprint, completed_at, sweep_at FROM sync_state WHERE kind = ?", kind)


def gone(lab: Lab) -> int:
    return sum(lab.query(f"SELECT count(*) FROM {table} WHERE gone_at IS NOT NULL")[0] for table in LISTS)


@pytest.mark.parametrize(("field", "trouble"), crossed([*LISTS], [*SPOILT]))
def test_a_list_that_contradicts_itself_is_incomplete_and_heals(long: Lab, field: str, trouble: str) -> None:
    lab = long
    assert lab.sync().exit_code == 0
    before = state(lab, field)
    lab.world.move(days=1)
    lab.repo.release("news", lab.alice)
    fault = lab.server.fail(QUESTIONS[field], trouble.partition(" ")[0], times=None, **SPOILT[trouble])
    for _ in range(2):
        report = lab.night()
        assert report.exit_code == 3
        assert [(name, kind) for name, kind, _ in report.failures] == [("example/engine", field)]
        assert state(lab, field) == before
        assert gone(lab) == 0
    lab.server.faults.remove(fault)
    assert lab.night().exit_code == 0
    assert gone(lab) == 0
    assert lab.query("SELECT * FROM late_arrivals") == lab.query("SELECT * FROM changes") == []
    assert lab.differences() == {}


@pytest.mark.parametrize(("field", "trouble"), crossed([*LISTS], [*SPOILT, "empty_page"]))
def test_what_passes_at_the_second_look_costs_nothing(long: Lab, field: str, trouble: str) -> None:
    lab = long
    true = lab.fresh()
    kind = trouble.partition(" ")[0]
    lab.server.fail(QUESTIONS[field], kind, times=1, nth=2, **SPOILT.get(trouble, {}))
    assert lab.sync().exit_code == 0
    assert lab.compared(true) == {}
    assert lab.query("SELECT count(*) FROM unreadable") == [0]


@pytest.mark.parametrize("field", LISTS)
def test_a_list_that_is_short_from_the_first_night_on(long: Lab, field: str) -> None:
    lab = long
    things = lab.repo.releases if field == "releases" else [lab.repo.tags[f"t{n:02}"] for n in range(60)]
    for thing in things[7:12]:
        lab.world.odd.omits(thing, counted=True)
    for _ in range(3):
        report = lab.night()
        assert report.exit_code == 3
        (error,) = [error for _, kind, error in report.failures if kind == field]
        assert f"GitHub's list of {field} of example/engine ends early: {len(lab.live(field))} of" in error
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh(whole=True)) == {}


def test_a_list_that_is_short_twice_but_not_in_the_same_way_is_read_a_third_time(long: Lab) -> None:
    lab = long
    assert lab.sync().exit_code == 0
    lab.repo.release("news", lab.alice, "2026-01-01T06:00:00Z")
    lab.world.odd.omits(lab.repo.releases[7], counted=True)
    handle, readings = lab.server.front, 0

    def moving(request: httpx.Request) -> httpx.Response:
        nonlocal readings
        readings += b"query Releases" in request.content and b'"after":null' in request.content.replace(b" ", b"")
        if readings == 2:
            lab.repo.release("more news", lab.alice, "2026-01-01T07:00:00Z")
        lab.world.odd.active = readings < 3
        return handle(request)

    lab.server.front = moving
    # The whole list is due.
    lab.change("UPDATE sync_state SET sweep_at = '2025-12-01T00:00:00Z' WHERE kind = 'releases'")
    assert lab.night().exit_code == 0
    assert readings == 3
    assert gone(lab) == 0
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("field", LISTS)
def test_much_that_disappears_at_once_is_looked_for(long: Lab, field: str) -> None:
    lab = long
    assert lab.sync().exit_code == 0
    before = state(lab, field)
    things = lab.repo.releases if field == "releases" else list(lab.repo.tags.values())
    for thing in things[: len(things) // 2]:
        lab.world.odd.omits(thing)
    report = lab.night()
    assert report.exit_code == 3
    (error,) = [error for _, kind, error in report.failures if kind == field]
    assert f"lacks {len(things) // 2} rows that it had, but GitHub still has" in error
    assert (gone(lab), state(lab, field)) == (0, before)
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.query("SELECT * FROM changes") == []
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("rest", [0, 5])
def test_much_that_is_really_deleted_is_gone(long: Lab, rest: int) -> None:
    lab = long
    assert lab.sync().exit_code == 0
    for release in lab.repo.releases[rest:]:
        release.change(deleted=True)
    lab.world.move(days=1)
    # A release of the same name as one that went is another.
    lab.repo.release("v44", lab.alice)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT count(*) FROM releases WHERE gone_at IS NOT NULL") == [45 - rest]
    assert len(lab.asked(" ByName ")) == 1
    assert lab.differences() == {}


def test_few_that_disappear_are_not_looked_for(long: Lab) -> None:
    lab = long
    assert lab.sync().exit_code == 0
    for tag in list(lab.repo.tags.values())[:10]:
        tag.put("2026-01-01T06:00:00Z", deleted=True)
    assert lab.night().exit_code == 0
    assert lab.query("SELECT count(*) FROM tags WHERE gone_at IS NOT NULL") == [10]
    assert lab.asked(" ByName ") == []


def test_an_emptied_list_is_read_before_it_is_believed(lab: Lab) -> None:
    repo = lab.repository()
    release = repo.release("v1", lab.alice, "2025-03-01")
    assert lab.sync().exit_code == 0
    release.change(deleted=True)
    assert lab.night().exit_code == 0
    assert lab.query("SELECT count(*) FROM releases WHERE gone_at IS NOT NULL") == [1]
    assert lab.differences() == {}


@pytest.mark.parametrize("field", LISTS)
def test_a_list_that_is_shorter_than_it_was_shown_is_looked_for(lab: Lab, field: str) -> None:
    """However short it is, and though it agrees with its own total."""
    repo, handle = lab.repository(), lab.server.front
    releases = [repo.release(f"v{n}", lab.alice, f"2025-03-0{n}") for n in (1, 2, 3)]
    assert lab.sync().exit_code == 0
    repo.release("v4", lab.alice, "2026-01-01T06:00:00Z")
    for thing in releases if field == "releases" else [repo.tags[f"v{n}"] for n in (1, 2, 3)]:
        lab.world.odd.omits(thing)

    def emptied(request: httpx.Request) -> httpx.Response:
        lab.world.odd.active = f"query {field.title()}(".encode() in request.content
        return handle(request)

    lab.server.front = emptied
    report = lab.night()
    assert (report.exit_code, [kind for _, kind, _ in report.failures]) == (3, [field])
    assert "lacks 3 rows that it had, but GitHub still has" in report.failures[0][2]
    assert gone(lab) == 0
    lab.server.front, lab.world.odd.active = handle, False
    assert lab.night().exit_code == 0
    assert lab.query("SELECT * FROM changes") == []
    assert lab.compared(lab.fresh(whole=True)) == {}


def test_a_row_that_moves_up_while_the_list_is_read_is_not_gone(long: Lab) -> None:
    """As when cursors are numbers of rows: the second page begins a row further down than the first one ended."""
    lab = long
    assert lab.sync().exit_code == 0
    lab.repo.release("news", lab.alice, "2026-01-01T06:00:00Z")
    handle, pages = lab.server.front, 0

    def moving(request: httpx.Request) -> httpx.Response:
        nonlocal pages
        pages += b"query Tags" in request.content and b'"first":25' in request.content.replace(b" ", b"")
        if pages == 2:
            lab.repo.tags["v44"].put("2026-01-01T12:00:00Z", deleted=True)
            lab.world.odd.omits(lab.repo.tags["v20"], counted=False)
        lab.world.odd.active = pages in (2, 3, 4, 5)
        return handle(request)

    lab.server.front = moving
    assert lab.night(7).exit_code == 0
    lab.world.odd.active = False
    assert lab.query("SELECT name FROM tags WHERE gone_at IS NOT NULL") == ["v44"]
    assert lab.compared(lab.fresh(whole=True)) == {}


def test_what_a_reduced_query_does_not_serve_either_is_kept(lab: Lab) -> None:
    """The release is a null row in the whole query, and without its date in the one with fewer fields."""
    repo = lab.repository()
    for n in range(3):
        repo.release(f"v{n}", lab.alice, f"2025-05-{n + 1:02}")
    lab.sync()
    release = repo.releases[0]
    release.change("2026-01-01T12:00:00Z", name="Renamed")
    lab.world.odd.fails(release, "publishedAt", kind="FORBIDDEN", until="2026-01-02T12:00:00Z")
    lab.server.fail(QUESTIONS["releases"], "null_node", times=1, index=2)
    assert lab.night().exit_code == 0
    assert {"publishedAt", "description"} <= set(lab.query("SELECT part FROM unreadable WHERE kind = 'releases'"))
    assert lab.query("SELECT * FROM changes") == []
    assert lab.night(2).exit_code == 0
    assert (lab.query("SELECT * FROM unreadable"), lab.differences()) == ([], {})
