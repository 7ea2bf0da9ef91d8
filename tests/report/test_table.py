from datetime import UTC, datetime

import click
import pytest

from collector.method.registry import FAMILIES, SIGNALS
from collector.report.reading import build
from collector.report.table import TerminalTable
from tests.made import Book

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def shown(made: Book, width: int = 100, colour: bool = False, now: datetime = NOW) -> str:
    return TerminalTable(build(made.db, made.day), width, colour, now).text()


def test_a_newcomer_reads_value_interval_and_what_is_missing(two: Book) -> None:
    text = shown(two)
    assert "as of 2026-01-05" in text
    assert "Weeks with a release" in text
    assert "14 of 52 weeks" in text
    assert "8 to 22" in text
    assert "41 %" in text
    assert "27 to 56 %" in text
    assert "not enough data: 15 issues by 10 people are needed, there are 6 by 4" in " ".join(text.split())
    assert "data of 2026-01-05 06:00 UTC" in text
    assert "RELEASES" in text
    assert "Does it ship?" in text


def test_a_project_without_repository_says_so_once_and_has_no_figures(two: Book) -> None:
    block = shown(two).split("Hidden Mole", 1)[1].split("Each value is over", 1)[0]
    assert block.count("Nothing was found.") == 1
    assert "Not observable" in block
    assert "of 52 weeks" not in block


def test_the_marks_on_the_page_are_explained_and_only_those(two: Book) -> None:
    text = " ".join(shown(two).split("Each value is over", 1)[1].split())
    assert "○ the family's score, known in part, ━ its 95 % interval. ?: unknown, which is not low." in text
    assert not set("●~↑↓") & set(text)
    assert "share a letter" not in text


def test_letters_are_explained(made: Book) -> None:
    for slug, value in (("heron", 40.0), ("mole", 2.0)):
        made.project(slug, slug.title())
        made.repo(f"example/{slug}", slug)
        for info in SIGNALS:
            made.signal(slug, info.key, value if info.unit == "weeks" else 0.5)
    text = " ".join(shown(made).split())
    assert "Projects of a category that share a letter in a family cannot be told apart there." in text


def test_the_overall_score_says_of_how_many_families_it_is(made: Book) -> None:
    made.project("heron", "Steady Heron")
    made.repo("example/heron", "heron")
    for info in SIGNALS:
        made.signal("heron", info.key, 0.5 if info.family not in ("docs", "rules") else None)
    assert f", from {len(FAMILIES) - 2} of {len(FAMILIES)} families." in " ".join(shown(made).split())


def test_each_project_says_its_category(two: Book) -> None:
    text = shown(two)
    assert text.index("Steady Heron (heron), compute") < text.index("Hidden Mole (mole), models")


@pytest.mark.parametrize("width", [80, 100, 140, 200])
def test_no_line_is_wider_than_the_terminal(made: Book, width: int) -> None:
    made.project("heron", "A project with quite a long name " * 3)
    made.repo("example/" + "long-name-" * 6, "heron", status="archived")
    for info in SIGNALS:
        made.signal("heron", info.key, 0.5, naive={"an_old_figure": 12345, "another_one": 0.25}, excluded={"bot": 3})
    made.project("mole")
    for info in SIGNALS:
        made.signal("mole", info.key, None, reason="words " * 30 + info.key)
    made.run(("example/" + "long-name-" * 6, "issues", "something went wrong " * 10))
    lines = shown(made, width).splitlines()
    assert max(map(len, lines)) <= width
    assert max(map(len, lines)) > width - 25


def test_what_a_dashboard_would_show_and_what_was_left_out(two: Book) -> None:
    text = " ".join(shown(two, 80).split())
    assert "15 releases that count; a dashboard would show 41 releases" in text
    assert "LEFT OUT Weeks with a release pre-releases: 3" in text


def test_what_matters_comes_before_the_figures(two: Book) -> None:
    text = " ".join(shown(two).split())
    assert text.index("Answers 41 % of outsiders' issues within a week") < text.index("14 of 52 weeks 8 to 22")


def test_a_project_that_publishes_little_has_no_low_score(little: Book) -> None:
    text = " ".join(shown(little).split())
    assert text.count("too little to rate") == 2
    assert "0.01" not in text


def test_figures_within_a_figure_are_told(two: Book) -> None:
    two.signal("heron", "resolution_90d", 0.5, companions={"resolved_by": {"author": 4, "pull_request": 34}})
    assert "4 resolved by their authors, 34 resolved by pull requests" in shown(two)


def test_colour_changes_no_letter(two: Book) -> None:
    coloured = shown(two, colour=True)
    assert "\x1b[" in coloured
    assert click.unstyle(coloured) == shown(two)


def test_no_escape_of_a_name_reaches_the_terminal(made: Book) -> None:
    evil = "\x1b]0;owned\x07\x9b31m\u202eevil\r\n"
    made.project("heron", f"Her{evil}on", f"com{evil}pute", f"note{evil}")
    made.repo(f"example/he{evil}ron", "heron", status="private_or_gone")
    made.signal("heron", "release_weeks", None, reason=f"why{evil}")
    made.signal("heron", "active_weeks", 3, naive={f"na{evil}": f"va{evil}"}, excluded={f"re{evil}": 2})
    made.run((f"example/he{evil}ron", "issues", f"failed{evil}"))
    text = shown(made, 140)
    assert not set(text) & set("\x1b\x07\x9b\u202e\r")
    assert "failed]0;owned31mevil" in text


def test_repositories_that_are_gone_or_failed_are_named(two: Book) -> None:
    two.repo("example/lost", "heron", status="private_or_gone")
    two.run(("example/heron", "issues", "GitHub gave no usable answer."), ("*", "run", "The budget is used up."))
    text = shown(two, 160)
    assert "example/lost: core, is now private or deleted" in text
    assert "example/heron (issues): GitHub gave no usable answer." in text
    assert "  The budget is used up." in text


def test_old_data_says_how_old(two: Book) -> None:
    assert "days old" not in shown(two)
    assert "12 days old" in shown(two, now=datetime(2026, 1, 17, 12, tzinfo=UTC))


def test_synthetic_says_so_first_and_last(two: Book) -> None:
    assert "SYNTHETIC" not in shown(two)
    two.meta("synthetic", "1")
    lines = [line for line in shown(two).splitlines() if line]
    assert lines[0].startswith("SYNTHETIC")
    assert lines[-1].startswith("SYNTHETIC")


def test_nothing_is_said_to_be_better(two: Book) -> None:
    assert "not ranked" in shown(two)
