import json
from dataclasses import asdict
from datetime import date

import pytest

from collector.errors import UsageError
from collector.method.registry import FAMILIES, SIGNALS
from collector.report.model import ProjectRow
from collector.report.reading import build
from tests.made import Book


def project(made: Book, slug: str) -> ProjectRow:
    return next(p for p in build(made.db, made.day).projects if p.slug == slug)


def test_the_published_shape(two: Book) -> None:
    report = json.loads(json.dumps(asdict(build(two.db, two.day)), allow_nan=False))
    assert {"as_of", "method_version", "synthetic", "projects"} <= set(report)
    assert (report["as_of"], report["method_version"], report["synthetic"]) == ("2026-01-05", "1", False)
    keys = {
        "slug",
        "name",
        "category",
        "score",
        "low",
        "high",
        "coverage",
        "data_as_of",
        "families",
        "repositories",
        "signals",
    }
    assert all(keys <= set(p) for p in report["projects"])
    heron = report["projects"][0]
    assert [f["family"] for f in heron["families"]] == list(FAMILIES)
    assert set(heron["families"][0]) == {"family", "score", "low", "high", "known", "of"}
    assert {"full_name", "status", "last_sync"} <= set(heron["repositories"][0])
    keys = {
        "signal",
        "family",
        "status",
        "reason",
        "value",
        "low",
        "high",
        "unit",
        "n",
        "score",
        "naive",
        "companions",
        "excluded",
    }
    assert all(keys <= set(s) for s in heron["signals"])
    weeks = heron["signals"][0]
    assert (weeks["signal"], weeks["value"], weeks["n"]) == ("release_weeks", 14.0, 20.0)
    assert (weeks["naive"], weeks["companions"], weeks["excluded"]) == (
        {"releases": 41},
        {"releases": 15},
        {"pre_release": 3},
    )


def test_unknown_is_null_and_never_zero(two: Book) -> None:
    unknown = next(s for s in project(two, "heron").signals if s.signal == "contributor_days")
    assert (unknown.status, unknown.value, unknown.low, unknown.high, unknown.score) == (
        "insufficient",
        None,
        None,
        None,
        None,
    )
    mole = project(two, "mole")
    assert {s.status for s in mole.signals} == {"not_observable"}
    assert (mole.score, mole.data_as_of, mole.coverage) == (None, None, 0)
    assert all(f.score is None for f in mole.families)


def test_coverage_is_the_share_of_all_signals_of_the_method(two: Book) -> None:
    assert project(two, "heron").coverage == 2 / len(SIGNALS)


def test_projects_stand_by_category_and_name_whatever_their_scores(made: Book) -> None:
    for slug, name, category, value in (
        ("a", "Zebra", "models", 9),
        ("b", "ant", "models", 1),
        ("c", "Bee", "chain", 5),
    ):
        made.project(slug, name, category)
        made.signal(slug, "release_weeks", value)
    assert [p.name for p in build(made.db, made.day).projects] == ["Bee", "ant", "Zebra"]


def test_signals_stand_in_the_order_of_the_method(made: Book) -> None:
    made.project("heron")
    for info in reversed(SIGNALS):
        made.signal("heron", info.key, 1)
    assert [s.signal for s in project(made, "heron").signals] == [info.key for info in SIGNALS]


def test_data_is_as_old_as_the_oldest_part_of_any_repository(made: Book) -> None:
    made.project("heron")
    made.repo("example/a", "heron")
    late = made.repo("example/b", "heron")
    made.synced(late, "pushes", "2025-12-24T00:00:00Z")
    found = project(made, "heron")
    assert [r.last_sync for r in found.repositories] == ["2026-01-05T06:00:00Z", "2025-12-24T00:00:00Z"]
    assert found.data_as_of == "2025-12-24T00:00:00Z"


def test_without_a_first_complete_sync_the_age_is_unknown(made: Book) -> None:
    made.project("heron")
    made.repo("example/a", "heron")
    begun = made.repo("example/b", "heron", synced=False)
    made.synced(begun, "releases", "2026-01-05T06:00:00Z")
    found = project(made, "heron")
    assert found.repositories[1].last_sync is None
    assert found.data_as_of is None


@pytest.mark.parametrize(("switch", "kind"), [("has_issues", "issues"), ("has_pull_requests", "pull_requests")])
def test_what_is_switched_off_is_not_waited_for(made: Book, switch: str, kind: str) -> None:
    made.project("heron")
    repository = made.repo("example/a", "heron")
    made.db.execute(f"UPDATE repositories SET {switch} = 0")
    made.synced(repository, kind, None)
    assert project(made, "heron").data_as_of == "2026-01-05T06:00:00Z"


def test_a_repository_that_is_gone_does_not_make_the_data_old(made: Book) -> None:
    made.project("heron")
    made.repo("example/a", "heron")
    made.repo("example/gone", "heron", synced="2024-01-01T00:00:00Z", status="private_or_gone")
    found = project(made, "heron")
    assert found.data_as_of == "2026-01-05T06:00:00Z"
    assert found.repositories[1].status == "private_or_gone"


def test_untracked_projects_and_repositories_are_left_out(two: Book) -> None:
    two.repo("example/former", "heron", tracked=0)
    two.project("former")
    two.db.execute("UPDATE projects SET tracked = 0 WHERE slug = 'former'")
    report = build(two.db, two.day)
    assert [p.slug for p in report.projects] == ["heron", "mole"]
    assert [r.full_name for r in report.projects[0].repositories] == ["example/heron"]


def test_failures_are_those_of_the_last_run(two: Book) -> None:
    two.run(("example/heron", "issues", "old"))
    two.run(("example/heron", "issues", "new"), ("example/nowhere", "repository", "not there"))
    assert [(f.repository, f.error) for f in build(two.db, two.day).failures] == [
        ("example/heron", "new"),
        ("example/nowhere", "not there"),
    ]
    assert [f.repository for f in build(two.db, two.day, ["heron"]).failures] == ["example/heron"]
    two.run(exit_code=0)
    assert build(two.db, two.day).failures == []


def test_only_what_is_named(two: Book) -> None:
    assert [p.slug for p in build(two.db, two.day, ["HERON"]).projects] == ["heron"]
    assert [p.slug for p in build(two.db, two.day, [], "Models").projects] == ["mole"]
    assert build(two.db, two.day, ["heron"], "models").projects == []


@pytest.mark.parametrize(
    ("projects", "category", "meant"),
    [(["herom"], None, '"heron"'), ([], "modles", '"models"'), (["x"], None, "heron, mole")],
)
def test_an_unknown_name_is_answered_with_the_nearest(
    two: Book, projects: list[str], category: str, meant: str
) -> None:
    with pytest.raises(UsageError) as caught:
        build(two.db, two.day, projects, category)
    assert meant in str(caught.value)


def test_another_date_has_its_own_signals(two: Book) -> None:
    assert build(two.db, date(2025, 6, 2)).projects[0].signals == []


def test_a_project_is_known_by_its_slug_and_by_its_name(two: Book) -> None:
    for wanted in ("heron", "Steady Heron", "steady heron"):
        assert [p.slug for p in build(two.db, two.day, [wanted]).projects] == ["heron"]
    two.project("other", "Heron")
    assert [p.slug for p in build(two.db, two.day, ["heron"]).projects] == ["heron"], "a slug goes before a name"
    with pytest.raises(UsageError, match="no project"):
        build(two.db, two.day, ["Stead"])


def test_figures_of_a_year_before_are_those_of_the_same_method(made: Book) -> None:
    made.project("heron")
    made.signal("heron", "release_weeks", 3)
    made.db.execute(
        "INSERT INTO signals SELECT project, signal, '2025-01-06', window_days, status, reason, value, low, high, "
        "unit, n, score, score_low, score_high, naive, companions, excluded, method_version, config_hash FROM signals"
    )
    assert [b.as_of for b in project(made, "heron").a_year_before] == ["2025-01-06"]
    made.db.execute("UPDATE signals SET method_version = '0' WHERE as_of = '2025-01-06'")
    assert project(made, "heron").a_year_before == []


def test_families_say_how_many_of_their_signals_are_known(two: Book) -> None:
    families = {f.family: (f.known, f.of) for f in project(two, "heron").families}
    assert (families["release cadence"], families["docs"]) == ((1, 2), (0, 1))


def test_facts_beside_the_signals(made: Book) -> None:
    made.project("heron")
    made.signal("heron", "release_weeks", 3)
    assert project(made, "heron").state is None, "an earlier version of the program computed no facts"
    made.db.execute(
        "INSERT INTO project_facts VALUES ('heron', '2026-01-05', 'silent', NULL, NULL, '2025-05-01T12:00:00Z', NULL, "
        "0, 0, 7, 9, '2')"
    )
    found = project(made, "heron")
    assert (found.state, found.last_release, found.last_change) == ("silent", None, "2025-05-01T12:00:00Z")
