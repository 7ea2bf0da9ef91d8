"""One bad release or tag never stops its list: it is stored without what GitHub cannot serve, and asked for again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector import clock
from collector.emulator.releases import Release
from collector.method import compute
from tests.lab import Lab

BROKEN: dict[str, Any] = {"message": "Something went wrong.", "kind": "SERVICE_UNAVAILABLE"}


@pytest.fixture
def odd(lab: Lab) -> Lab:
    """A repository of 18 releases, the tenth of which is for a test to make odd."""
    repo = lab.repository()
    for n in range(18):
        repo.release(f"v{n}", lab.alice, f"2025-03-{n % 28 + 1:02}", body=f"What is new in {n}")
    repo.push(at="2025-04-01")
    return lab


def odd_one(lab: Lab) -> Release:
    """The release that a test makes odd."""
    return lab.repo.releases[10]


def unreadable(lab: Lab) -> list[Any]:
    return lab.query("SELECT kind, key, part, url FROM unreadable ORDER BY part")


def without(lab: Lab, columns: str, path: Path | None = None) -> Any:
    """The odd release's columns."""
    (row,) = lab.query(f"SELECT {columns} FROM releases WHERE id = ?", odd_one(lab).id, path=path)
    return row


def others(lab: Lab, path: Path | None = None) -> set[tuple[Any, ...]]:
    return {row for row in lab.live("releases", path) if row[0] != odd_one(lab).id}


def make_null_with_reason(lab: Lab) -> None:
    lab.world.odd.fails(odd_one(lab), "isDraft", **BROKEN)


def make_author_fail(lab: Lab) -> None:
    lab.world.odd.fails(odd_one(lab), "author", **BROKEN)


def make_heavy(lab: Lab) -> None:
    lab.world.odd.poison(odd_one(lab), "description")


def make_heavier(lab: Lab) -> None:
    lab.world.odd.poison(odd_one(lab), "isPrerelease")


def make_null_where_promised(lab: Lab) -> None:
    lab.world.odd.says(odd_one(lab), isDraft=None)


def make_a_date_none(lab: Lab) -> None:
    lab.world.odd.says(odd_one(lab), createdAt="10889-08-02T05:06:07Z")


def make_a_flag_odd(lab: Lab) -> None:
    lab.world.odd.says(odd_one(lab), isPrerelease="PERHAPS")


ODDITIES: dict[Callable[[Lab], None], list[str]] = {
    make_null_with_reason: ["createdAt", "isDraft", "isPrerelease", "name", "publishedAt", "updatedAt"],
    make_author_fail: ["author"],
    make_heavy: ["author", "description", "tagCommit"],
    make_heavier: [],
    make_null_where_promised: ["isDraft"],
    make_a_date_none: ["createdAt"],
    make_a_flag_odd: ["isPrerelease"],
}
HEAVY = ["author", "description", "tagCommit"]
ODDITIES[make_null_with_reason] = ODDITIES[make_heavier] = sorted([*ODDITIES[make_null_with_reason], *HEAVY])


@pytest.mark.parametrize("make", ODDITIES, ids=lambda make: make.__name__)
def test_it_is_stored_without_what_fails(odd: Lab, make: Callable[[Lab], None]) -> None:
    lab = odd
    true = lab.fresh(whole=True)
    make(lab)
    report = lab.sync()
    assert report.exit_code == 0
    assert report.counts.unreadable == len(ODDITIES[make])
    url = "https://github.com/example/engine/releases/tag/v10"
    assert unreadable(lab) == [("releases", str(odd_one(lab).id), part, url) for part in ODDITIES[make]]
    errors = lab.query("SELECT repository, kind, error FROM sync_errors")
    assert {(name, kind) for name, kind, _ in errors} == {("example/engine", "releases")}
    assert all(url in error for _, _, error in errors)
    assert others(lab) == others(lab, true)
    assert without(lab, "id, tag_name") == without(lab, "id, tag_name", true)
    assert lab.query("SELECT page_size FROM sync_state WHERE kind = 'releases'") == [100]
    # When GitHub serves it again, nothing of the trouble is left.
    lab.world.odd.active = False
    lab.night(2)
    assert unreadable(lab) == []
    assert lab.query("SELECT * FROM changes") == lab.query("SELECT * FROM late_arrivals") == []
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("make", ODDITIES, ids=lambda make: make.__name__)
def test_what_was_known_before_stays(odd: Lab, make: Callable[[Lab], None]) -> None:
    lab = odd
    lab.sync()
    make(lab)
    lab.repo.release("news", lab.alice, "2026-01-01T06:00:00Z")
    assert lab.night(7).exit_code == 0
    lab.world.move(days=7)
    lab.repo.release("more", lab.alice)
    assert lab.sync(full=True).exit_code == 0
    assert [part for _, _, part, _ in unreadable(lab)] == ODDITIES[make]
    assert lab.query("SELECT * FROM changes") == []
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("number", [None, "²", 2**64, 1.5])
def test_an_odd_database_id_is_read_from_the_node_id(odd: Lab, number: object) -> None:
    lab = odd
    true = lab.fresh(whole=True)
    lab.world.odd.says(odd_one(lab), databaseId=number)
    assert lab.sync().exit_code == 0
    assert unreadable(lab) == []
    assert lab.compared(true) == {}


@pytest.mark.parametrize("name", [7, None, []])
def test_a_tag_without_a_usable_name_is_not_taken_for_deleted(odd: Lab, name: object) -> None:
    lab = odd
    lab.sync()
    lab.world.odd.says(lab.repo.tags["v10"], name=name, until="2026-01-02T12:00:00Z")
    lab.repo.release("news", lab.alice, "2026-01-01T06:00:00Z")
    assert lab.night().exit_code == 0
    assert ("tags", "") in [(kind, part) for kind, _, part, _ in unreadable(lab)]
    assert lab.night(2).exit_code == 0
    assert unreadable(lab) == lab.query("SELECT * FROM changes") == []
    assert lab.differences() == {}


def test_it_is_asked_for_ever_more_seldom(odd: Lab) -> None:
    lab = odd
    make_null_where_promised(lab)
    lab.sync()
    asked = []
    for night in range(1, 41):
        before = len(lab.asked(" Releases "))
        assert lab.night().exit_code == 0
        if len(lab.asked(" Releases ")) > before:
            asked.append(night)
    assert asked == [1, 3, 7, 15, 31]
    assert lab.query("SELECT attempts FROM unreadable") == [6]
    assert lab.query("SELECT count(*) FROM sync_errors") == [6]


def test_a_note_of_what_is_gone_goes_too(odd: Lab) -> None:
    lab = odd
    make_null_where_promised(lab)
    lab.sync()
    odd_one(lab).change("2026-01-01T06:00:00Z", deleted=True)
    assert lab.night().exit_code == 0
    assert unreadable(lab) == []
    assert without(lab, "gone_at IS NOT NULL") == 1


def test_nothing_of_it_can_be_had(odd: Lab) -> None:
    """It is null with a reason, however little is asked of it: the list is whole but for it, and nothing is gone."""
    lab = odd
    lab.sync()
    lab.world.odd.hides(odd_one(lab))
    lab.repo.releases[3].change("2026-01-01T06:00:00Z", deleted=True)
    assert lab.night().exit_code == 0
    assert without(lab, "gone_at") is None
    assert lab.query("SELECT kind, key, part FROM unreadable") == [("releases", "row 8 after the start", "")]
    lab.world.odd.active = False
    assert lab.night(2).exit_code == 0
    assert unreadable(lab) == []
    assert lab.query("SELECT tag_name FROM releases WHERE gone_at IS NOT NULL") == ["v3"]


def test_a_null_without_a_reason_is_a_field_error_in_the_list(odd: Lab) -> None:
    lab = odd
    lab.world.odd.hides(odd_one(lab), message=None)
    report = lab.sync()
    assert report.exit_code == 3
    assert "has a row that is null, without a reason" in report.failures[0][2]
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("form", ["of today", "of no known form"])
def test_a_number_that_is_null(odd: Lab, form: str) -> None:
    lab = odd
    lab.world.odd.says(odd_one(lab), databaseId=None)
    if form == "of no known form":
        lab.world.odd.says(odd_one(lab), id="RE_unheard-of")
    assert lab.sync().exit_code == 0
    assert lab.compared(lab.fresh(whole=True)) == {}
    assert len(lab.asked("/releases/tags/v10")) == (form == "of no known form")
    assert unreadable(lab) == []


@pytest.mark.parametrize("date", ["2017-11-08T13:10:03+518:00", "10889-08-02T05:06:07Z", "9999-12-31T23:59:59-14:00"])
def test_a_tag_of_a_date_that_no_calendar_has(lab: Lab, date: str) -> None:
    repo = lab.repository()
    tag = repo.tag("v1", at="2025-03-01", annotated=True)
    true = lab.fresh(whole=True)
    lab.world.odd.says(tag, date=date)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT tagged_at, oid IS NOT NULL FROM tags") == [(None, 1)]
    assert lab.query("SELECT key, part FROM unreadable") == [("v1", "target.tagger.date")]
    assert lab.compared(true) == {"tags": (1, 1)}


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "2025-03-01T02:00:00+02:00", "2025-03-01T00:00:00.123Z"])
def test_a_tag_of_a_date_that_is_unusual(lab: Lab, date: str) -> None:
    tag = lab.repository().tag("v1", at="2025-03-01", annotated=True)
    lab.world.odd.says(tag, date=date)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT tagged_at FROM tags") == [date[:5].replace("0001-", "0001-") + date[5:11] + "00:00:00Z"]
    assert unreadable(lab) == []


def test_tags_lead_to_the_commit_however_many_are_between(lab: Lab) -> None:
    repo = lab.repository()
    for nested in range(8):
        repo.tag(f"t{nested}", at="2025-03-01", annotated=True, nested=nested)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT DISTINCT oid FROM tags") == [repo.head(lab.world.now)]
    assert unreadable(lab) == []


@pytest.mark.parametrize("annotated", [False, True])
def test_tags_of_blobs_and_trees_have_no_commit(lab: Lab, annotated: bool) -> None:
    repo = lab.repository()
    for kind in ("Blob", "Tree"):
        repo.tag(f"v1.0.0-{kind}", at="2025-03-01", annotated=annotated, kind=kind)
    repo.tag("v2.0.0", at="2025-03-02")
    lab.sync(after=lambda db: compute.compute(db, lab.config(), clock.date_of(clock.from_text(lab.world.now))))
    assert lab.reports[-1].exit_code == 0
    assert lab.query("SELECT name, oid, target_oid IS NOT NULL FROM tags ORDER BY name") == [
        ("v1.0.0-Blob", None, 1),
        ("v1.0.0-Tree", None, 1),
        ("v2.0.0", repo.head(lab.world.now), 1),
    ]
    assert unreadable(lab) == []
    # A tag may be moved from a commit to a blob: then it has none.
    repo.tag("v2.0.0", kind="Blob")
    assert lab.night().exit_code == 0
    assert lab.query("SELECT oid FROM tags WHERE name = 'v2.0.0'") == [None]
    assert lab.differences() == {}


@pytest.mark.parametrize("trouble", ["fails", "poison"])
def test_a_tag_whose_target_is_not_served(lab: Lab, trouble: str) -> None:
    repo = lab.repository()
    tags = [repo.tag(f"v{n}", at="2025-03-01", annotated=True) for n in range(5)]
    true = lab.fresh(whole=True)
    getattr(lab.world.odd, trouble)(tags[2], "target")
    assert lab.sync().exit_code == 0
    assert {row for row in lab.live("tags") if "v2" not in row} == {r for r in lab.live("tags", true) if "v2" not in r}
    assert lab.query("SELECT oid, target_oid FROM tags WHERE name = 'v2'") == [(None, None)]
    assert lab.query("SELECT DISTINCT key, url FROM unreadable") == [
        ("v2", "https://github.com/example/engine/releases/tag/v2")
    ]
    lab.world.odd.active = False
    assert lab.night(2).exit_code == 0
    assert lab.query("SELECT * FROM changes") == []
    assert lab.compared(lab.fresh(whole=True)) == {}


def test_a_tag_that_leads_nowhere(lab: Lab) -> None:
    tag = lab.repository().tag("v1", at="2025-03-01", annotated=True)
    lab.world.odd.says(tag, target=None)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT name, oid FROM tags") == [("v1", None)]
    assert [part for _, _, part, _ in unreadable(lab)] == ["target"]
