"""What the signals of a project cost does not depend on the other projects in the database."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.scale import facts
from benchmarks.scale.steps import opened
from collector.config import Config
from collector.config.model import Project
from collector.method import compute, evidence, project_state
from collector.method.naive import Dashboard
from collector.method.projects import projects
from collector.method.registry import BY_KEY
from collector.method.window import Window
from tests.made import AS_OF, Book

COMMITS, OTHERS = 60, 5
WINDOW = Window(facts.LAST)
# Few rows, or those of the projects that are asked for.
SMALL = {"projects", "as_of", "rules"}


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A database of several projects, all alike."""
    yield from derived(tmp_path_factory.mktemp("several") / "signals.db", 1 + OTHERS)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A database of one of them."""
    yield from derived(tmp_path_factory.mktemp("one") / "signals.db", 1)


def derived(path: Path, count: int) -> Iterator[sqlite3.Connection]:
    facts.write(path, count, COMMITS)
    with opened(path) as (db, config):
        compute.prepare(db, config)
        yield db


def steps(db: sqlite3.Connection, of: Callable[[], object]) -> int:
    """How many hundreds of instructions SQLite's virtual machine runs: the same however busy the machine is."""
    count = 0

    def counted() -> int:
        nonlocal count
        count += 1
        return 0

    db.set_progress_handler(counted, 100)
    try:
        of()
    finally:
        db.set_progress_handler(None, 0)
        evidence.drop_temporary(db)
    return count


def signals(db: sqlite3.Connection, slugs: Sequence[str]) -> Callable[[], object]:
    some = [p for p in projects(db, Config()) if p.slug in slugs]
    assert len(some) == len(slugs)

    def run() -> None:
        evidence.materialise(db, facts.LAST, slugs)
        computed = [compute.signal_of(context) for context in compute.contexts(db, some, WINDOW, {})]
        assert sum(signal.value is not None for signal in computed) >= 5 * len(slugs)
        assert all(activity.release for activity in project_state.activities(db).values())

    return run


def test_the_signals_of_a_project_take_as_many_steps_among_others_as_alone(
    one: sqlite3.Connection, several: sqlite3.Connection
) -> None:
    alone = steps(one, signals(one, ["p0"]))
    assert alone > 50
    assert steps(several, signals(several, ["p0"])) == pytest.approx(alone, rel=0.01)


def test_projects_computed_together_take_as_many_steps_as_one_by_one(several: sqlite3.Connection) -> None:
    slugs = [f"p{n}" for n in range(1 + OTHERS)]
    alone = steps(several, signals(several, ["p0"]))
    assert steps(several, signals(several, slugs)) <= 1.01 * len(slugs) * alone


def test_building_blocks_show_other_projects_as_if_made_for_them(several: sqlite3.Connection) -> None:
    def shown() -> dict[str, list[str]]:
        return {
            view.name: sorted(map(repr, several.execute(f"SELECT * FROM {view.name}")))
            for view in evidence.views()
            if not view.is_evidence
        }

    evidence.building_blocks(several, facts.LAST, ["p1", "p2"])
    made = shown()
    evidence.building_blocks(several, facts.LAST, ["p0"])
    before = shown()
    evidence.refill(several, ["p1", "p2"])
    refilled = shown()
    evidence.drop_temporary(several)
    assert refilled == made
    assert before["known_threads"] != made["known_threads"]


def test_twice_as_many_commits_take_twice_as_many_steps_for_the_naive_figures(tmp_path: Path) -> None:
    def figures(commits: int) -> int:
        path = tmp_path / f"{commits}.db"
        facts.write(path, 1, commits)
        with opened(path) as (db, config):
            compute.prepare(db, config)
            evidence.materialise(db, facts.LAST, ["p0"])
            dashboard = Dashboard(db, WINDOW)
            found = {}
            taken = steps(db, lambda: found.update({key: one.naive(dashboard, "p0") for key, one in BY_KEY.items()}))
            assert found["docs_months"]["commits"]
            return taken

    assert figures(2 * COMMITS) < 2.2 * figures(COMMITS)


def test_days_over_the_limit_of_a_week_are_found_by_an_index() -> None:
    def days(projects: int) -> int:
        book = Book()
        for n in range(projects):
            repo = book.repo(f"p{n}/engine", f"p{n}")
            for day in range(1, 71):
                book.direct(repo, f"c{n}.{day}", f"{AS_OF - timedelta(days=day)}T00:00:00Z", f"u{n}")
        compute.prepare(book.db, book.config)
        evidence.building_blocks(book.db, AS_OF)
        found = {}
        taken = steps(book.db, lambda: found.update(evidence.rows(book.db, "contributor_days")))
        over = [[row["reason"] for row in rows].count("over_5_days_a_week") for rows in found.values()]
        assert over == [20] * projects
        return taken

    assert days(10) < 11 * days(1)


def test_what_bots_brought_is_found_by_an_index() -> None:
    def merges(projects: int) -> int:
        book = Book()
        book.who("robot[bot]", type="Bot", is_bot=1)
        for n in range(projects):
            repo = book.repo(f"p{n}/engine", f"p{n}")
            for day in range(1, 41):
                at = f"{AS_OF - timedelta(days=day)}T00:00:00Z"
                book.direct(repo, f"b{n}.{day}", at, "robot[bot]")
                oid = book.commit(repo, f"m{n}.{day}", at)
                pull = book.pull(repo, day, "robot[bot]", at, at, oid=oid, merger=f"u{n}")
                book.add("pull_request_files", pull_request=pull, path="src/main.py")
        compute.prepare(book.db, book.config)
        evidence.building_blocks(book.db, AS_OF)
        found = {}
        taken = steps(book.db, lambda: found.update(evidence.rows(book.db, "independent_review", ["person"])))
        assert [sum(row["counted"] for row in rows) for rows in found.values()] == [40] * projects
        return taken

    assert merges(10) < 11 * merges(1)


@pytest.mark.parametrize("where", ["", " WHERE project = 'p0'"])
def test_the_stored_view_of_author_days_finds_what_was_reviewed_by_an_index(
    one: sqlite3.Connection, where: str
) -> None:
    evidence.use_temporary_views(one, facts.LAST)
    plan = [text for *_, text in one.execute(f"EXPLAIN QUERY PLAN SELECT * FROM author_days{where}")]
    evidence.drop_temporary(one)
    assert not [text for text in plan if text.startswith("SCAN v")]


def test_deriving_a_project_anew_takes_about_as_many_steps_among_others_as_alone(
    one: sqlite3.Connection, several: sqlite3.Connection
) -> None:
    def anew(db: sqlite3.Connection) -> int:
        db.execute("UPDATE issues SET title = 'Another' WHERE repository = 1")
        config = Config(projects=tuple(Project(p, p, ("c0",)) for (p,) in db.execute("SELECT slug FROM projects")))
        compute.prepare(db, config)
        db.execute("UPDATE issues SET title = 'Yet another' WHERE repository = 1")
        return steps(db, lambda: compute.prepare(db, config))

    alone = anew(one)
    assert alone > 50
    # Who is a bot is looked up among all accounts. To derive all would take six times as many.
    assert anew(several) <= 1.3 * alone


def test_an_idle_night_takes_at_most_as_many_steps_a_project_among_others_as_alone(tmp_path: Path) -> None:
    def night(count: int) -> int:
        path = tmp_path / f"{count}.db"
        facts.write(path, count, COMMITS)
        with opened(path) as (db, config):
            compute.compute(db, config, facts.LAST)
            return steps(db, lambda: compute.compute(db, config, facts.LAST + timedelta(days=1)))

    alone = night(1)
    assert alone > 50
    assert night(1 + OTHERS) <= (1 + OTHERS) * alone


@pytest.fixture(scope="module")
def shown(one: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    evidence.materialise(one, facts.LAST, ["p0"])
    yield one
    evidence.drop_temporary(one)


@pytest.mark.parametrize(
    # Of those that are left out, other views look up single rows, as their own plans show.
    "view",
    [v for v in evidence.views() if v.name not in ("account_ages", "tracked_projects", "work_links")],
    ids=lambda v: v.name,
)
def test_no_view_scans_a_table_of_facts(shown: sqlite3.Connection, view: evidence.View) -> None:
    """Each looks them up by an index: https://www.sqlite.org/opcode.html says what Rewind and Last do."""
    assert scanned(shown, view.select) <= SMALL


def test_a_scan_is_seen(shown: sqlite3.Connection) -> None:
    assert scanned(shown, "SELECT count(*) FROM events WHERE state_reason = ''") == {"events"}


def scanned(db: sqlite3.Connection, select: str) -> set[str]:
    """The tables of the database that a statement runs through from an end."""
    tables = dict(db.execute("SELECT rootpage, tbl_name FROM main.sqlite_master WHERE rootpage > 0").fetchall())
    program = db.execute(f"EXPLAIN {select}").fetchall()
    # OpenRead: P1 cursor, P2 root page, P3 database, which is 0 for main.
    cursors = {p1: tables[p2] for _, code, p1, p2, p3, *_ in program if code == "OpenRead" and p3 == 0}
    starts = {address: p1 for address, code, p1, *_ in program if code in ("Rewind", "Last") and p1 in cursors}
    # A loop goes on with Next or Prev. Without one only the first entry is looked at.
    looped = {p1 for _, code, p1, *_ in program if code in ("Next", "Prev")}
    return {cursors[cursor] for cursor in starts.values() if cursor in looped}
