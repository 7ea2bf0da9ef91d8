from datetime import UTC, datetime

import pytest

from collector.method.registry import SIGNALS
from collector.report import markdown
from collector.report.reading import build
from collector.report.words import NOTHING
from tests.made import Book

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def text(made: Book) -> str:
    return markdown.render(build(made.db, made.day), NOW)


def line(made: Book, start: str) -> str:
    return next(row for row in text(made).splitlines() if row.startswith(start))


def test_an_overview_of_each_category_comes_first(two: Book) -> None:
    found = text(two)
    assert found.index("## compute") < found.index("## models") < found.index("### Steady Heron")
    row = line(two, "| Steady Heron |")
    score = "0.50 (0.40 to 0.60) 1 of 2"
    assert row == f"| Steady Heron | {NOTHING} | never | never | {score} | {score} | 2 of {len(SIGNALS)} |"
    assert line(two, "| project |") == (
        "| project | state | last release | last change | releases | answers | signals known |"
    )
    assert line(two, "| Hidden Mole |") == f"| Hidden Mole | {NOTHING} | {NOTHING} | {NOTHING} | 0 of {len(SIGNALS)} |"


def test_what_left_last_years_interval_has_an_arrow(two: Book) -> None:
    before = {"low": 0.6, "high": 0.7, "score": 0.63, "score_low": 0.6, "score_high": 0.7}
    two.signal("heron", "first_response_7d", 0.63, as_of="2025-01-06", **before)
    assert "1 of 2 ↓ |" in line(two, "| Steady Heron |")
    assert "down from 63 % a year earlier" in text(two)


def test_the_sentences_stand_at_the_head_of_each_project(two: Book) -> None:
    section = text(two).split("### Steady Heron")[1].split("###")[0]
    assert section.index("Answers 41 % of outsiders' issues within a week (27 to 56 %).") < section.index("| signal |")
    assert f"2 of {len(SIGNALS)} signals known; data of 2026-01-05 06:00 UTC." in section
    assert "| Weeks with a release | 14 of 52 weeks | 8 to 22 | 41 releases | pre-releases: 3 |" in section


def test_a_project_that_publishes_little_is_not_shown_as_low(little: Book) -> None:
    assert line(little, "| Oyster |").startswith(f"| Oyster | {NOTHING} | never | never | little | little |")
    assert "Publishes little on GitHub" in text(little).split("### Oyster")[1]
    assert "0.01" not in text(little)


def test_names_are_shown_as_they_are(made: Book) -> None:
    made.project("heron", "He|r*o_n <b> @someone")
    made.repo("example/heron", "heron")
    made.signal("heron", "release_weeks", 3, naive={"a|b": 1})
    made.signal("heron", "active_weeks", None, reason="why|not")
    found = text(made)
    assert "### He\\|r\\*o\\_n \\<b\\> @\u2060someone" in found, "nobody is told that they were spoken of"
    tables = [part.splitlines() for part in found.split("\n\n") if part.startswith("|")]
    assert len(tables) == 2
    for table in tables:
        assert len({row.replace("\\|", "").count("|") for row in table}) == 1


def test_a_common_reason_is_given_once(two: Book) -> None:
    assert text(two).count("Nothing was found.") == 1
    assert ".." not in text(two)


@pytest.mark.parametrize("projects", [10])
def test_ten_projects_fit_an_issue(made: Book, projects: int) -> None:
    for n in range(projects):
        made.project(f"p{n}", f"Project {n}", ("compute", "models", "chain")[n % 3])
        made.repo(f"example/p{n}", f"p{n}")
        for info in SIGNALS:
            made.signal(f"p{n}", info.key, 0.5, naive={"a_naive_figure": 12.5}, excluded={"under_10_lines": 12345})
    assert len(text(made)) < 65_536
