from datetime import UTC, datetime

import click
import pytest

from collector.method.registry import SIGNALS
from collector.report.model import build
from collector.report.overview import Overview
from tests.made import Book

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def shown(made: Book, width: int = 100, colour: bool = False, now: datetime = NOW) -> str:
    return Overview(build(made.db, made.day), width, colour, now).text()


def line(text: str, name: str) -> str:
    return next(row for row in text.splitlines() if row.strip().startswith(name))


def a_year_before(made: Book, signal: str, value: float, **changed: float) -> None:
    for (project,) in made.db.execute(
        "SELECT project FROM signals WHERE signal = ? AND status = 'ok'", [signal]
    ).fetchall():
        made.signal(project, signal, value, as_of="2025-01-06", **changed)


def test_each_family_is_a_track_and_what_is_unknown_is_said(two: Book) -> None:
    row = line(shown(two), "Steady Heron")
    assert row.count("●") == 2
    assert "unknown" in row, "commit frequency has no value"
    assert row.endswith(f"2/{len(SIGNALS)}")
    assert line(shown(two, 80), "Hidden Mole").count("●") == 0


@pytest.mark.parametrize(("score", "place"), [(0.0, 0), (0.5, 7), (1.0, 13)])
def test_the_score_stands_where_it_belongs_on_the_track(made: Book, score: float, place: int) -> None:
    made.project("heron")
    made.repo("example/heron", "heron")
    made.signal("heron", "release_weeks", 5.0, score=score, score_low=score, score_high=score)
    track = line(shown(made, 140), "Heron").split()[1]
    assert track.index("●") == place


def test_the_sentences_that_matter(two: Book) -> None:
    text = " ".join(shown(two, 120).split())
    assert "Released new work in 14 of 52 weeks (8 to 22)." in text
    assert "Answers 41 % of outsiders' issues within a week (27 to 56 %)." in text


def test_what_left_its_interval_of_a_year_before_is_said_and_marked(two: Book) -> None:
    a_year_before(
        two, signal="first_response_7d", value=0.63, low=0.6, high=0.7, score=0.63, score_low=0.6, score_high=0.7
    )
    text = " ".join(shown(two, 120).split())
    assert "(27 to 56 %), down from 63 % a year earlier." in text
    assert "↓" in line(shown(two), "Steady Heron")
    assert "outside the interval of a year earlier" in text


def test_what_stayed_within_is_not(two: Book) -> None:
    a_year_before(
        two, signal="first_response_7d", value=0.5, low=0.3, high=0.7, score=0.5, score_low=0.3, score_high=0.7
    )
    assert "a year earlier" not in line(shown(two, 200), "Released")
    assert not set(line(shown(two), "Steady Heron")) & set("↑↓")


@pytest.mark.parametrize("width", [80, 100, 200])
def test_a_project_that_publishes_little_is_not_drawn_as_low(little: Book, width: int) -> None:
    little.db.execute("UPDATE projects SET name = 'Oyster-of-the-deep'")
    # With six families there is hardly room for a word at 80 columns.
    for key in ("first_response_7d", "review_response_7d", "effective_contributors", "server_evidence"):
        little.signal("oyster", key, None)
    text = shown(little, width)
    assert line(text, "Oyster").count("●") == 0
    assert line(text, "Oyster").split()[1:3] == ["little", "little"]
    assert "Publishes little on GitHub (author-days of people in the year: 2)" in " ".join(text.split())
    assert "0 of 52" not in text


def test_damage_to_the_record_comes_first(two: Book) -> None:
    two.signal("heron", "history_integrity", 0.4, companions={"vanished": 12, "force_push": 1})
    text = " ".join(shown(two, 200).split())
    assert "12 issues, pull requests or comments vanished, 1 force push to" in text
    assert text.index("public record changed") < text.index("Released new work")


def test_projects_are_grouped_by_category_and_not_ranked(two: Book) -> None:
    text = shown(two)
    assert text.index("COMPUTE") < text.index("Steady Heron") < text.index("MODELS") < text.index("Hidden Mole")
    assert "not ranked" in " ".join(text.split())


@pytest.mark.parametrize("width", [80, 100, 140, 200])
def test_no_line_is_wider_than_the_terminal(made: Book, width: int) -> None:
    made.project("heron", "A project with a long name")
    made.repo("example/" + "long-name-" * 6, "heron", status="private_or_gone")
    for info in SIGNALS:
        made.signal("heron", info.key, 0.5)
    made.project("mole")
    for info in SIGNALS:
        made.signal("mole", info.key, None, reason="words " * 30 + info.key)
    made.run(("example/" + "long-name-" * 6, "issues", "something went wrong " * 10))
    assert max(map(len, shown(made, width).splitlines())) <= width


def test_ten_projects_fit_one_screen(made: Book) -> None:
    for n in range(10):
        made.project(f"p{n}", f"Project {n}", ("compute", "models", "chain")[n % 3])
        made.repo(f"example/p{n}", f"p{n}")
        for info in SIGNALS:
            made.signal(f"p{n}", info.key, 0.5)
    assert len(shown(made, 120).splitlines()) <= 60


def test_colour_changes_no_letter(two: Book) -> None:
    coloured = shown(two, colour=True)
    assert "\x1b[" in coloured
    assert click.unstyle(coloured) == shown(two)


def test_no_escape_of_a_name_reaches_the_terminal(made: Book) -> None:
    evil = "\x1b]0;owned\x07\x9b31m\u202eevil\r\n"
    made.project("heron", f"Her{evil}on", f"com{evil}pute", f"note{evil}")
    made.repo(f"example/he{evil}ron", "heron", status="private_or_gone")
    made.signal("heron", "release_weeks", None, reason=f"why{evil}")
    made.run((f"example/he{evil}ron", "issues", f"failed{evil}"))
    assert not set(shown(made, 140)) & set("\x1b\x07\x9b\u202e\r")


def test_synthetic_says_so_first_and_last(two: Book) -> None:
    assert "SYNTHETIC" not in shown(two)
    two.meta("synthetic", "1")
    lines = [row for row in shown(two).splitlines() if row]
    assert lines[0].startswith("SYNTHETIC")
    assert lines[-1].startswith("SYNTHETIC")
