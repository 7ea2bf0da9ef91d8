from datetime import UTC, datetime

import click
import pytest

from collector.method.registry import SIGNALS
from collector.report.overview import Overview
from collector.report.reading import build
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
    assert row.count("○") == 2, "one of two signals is known"
    assert row.count("?") == 1, "no signal of work has a value"
    assert f"2 of {len(SIGNALS)} signals known." in " ".join(shown(two).split())
    assert not set("●○━") & set(line(shown(two, 80), "Hidden Mole"))


def test_a_family_of_which_a_signal_is_unknown_is_not_drawn_as_known(two: Book) -> None:
    two.signal("heron", "longest_release_silence", 9.0)
    row = line(shown(two), "Steady Heron")
    assert (row.count("●"), row.count("○")) == (1, 1)


def test_the_legend_explains_the_marks_that_are_shown_and_only_those(two: Book) -> None:
    legend = " ".join(shown(two).split("Each track runs")[1].split())
    assert legend.startswith("from 0 to 1: ○ the family's score, known in part, ━ its 95 % interval. ?: unknown")
    assert not set("●~↑↓") & set(legend)
    a_year_before(two, "release_weeks", 40, low=36, high=44, score=1.0)
    two.signal("heron", "longest_release_silence", 9.0)
    legend = " ".join(shown(two).split("Each track runs")[1].split())
    assert "● the family's score, ○ if not all of its signals are known" in legend
    assert "↓: worse, outside the interval of a year earlier" in legend
    assert "↑" not in legend


def test_at_eighty_columns_the_interval_of_each_family_is_seen(made: Book) -> None:
    made.project("heron", "Steady Heron")
    for info in SIGNALS:
        made.signal("heron", info.key, 0.5)
    row = line(shown(made, 80), "Steady Heron")
    assert [track[1:4] for track in row[13:73].split()] == ["·●╸"] * 10


def test_columns_run_down_unbroken(two: Book) -> None:
    rows = shown(two).splitlines()
    begin = next(n for n, row in enumerate(rows) if row.startswith("COMPUTE"))
    assert [row.split()[0] for row in rows[begin : begin + 5] if row] == ["COMPUTE", "Steady", "MODELS", "Hidden"]


@pytest.mark.parametrize(("score", "place"), [(0.0, 0), (0.5, 6), (1.0, 11)])
def test_the_score_stands_where_it_belongs_on_the_track(made: Book, score: float, place: int) -> None:
    made.project("heron")
    made.repo("example/heron", "heron")
    made.signal("heron", "release_weeks", 5.0, score=score, score_low=score, score_high=score)
    track = line(shown(made, 140), "Heron").split()[1]
    assert track.index("○") == place


def test_the_sentences_that_matter(two: Book) -> None:
    text = " ".join(shown(two, 120).split())
    assert "Ships: new work in 14 of 52 weeks. Answers 41 % of outsiders within a week." in text


def test_what_left_its_interval_of_a_year_before_is_said_and_marked(two: Book) -> None:
    a_year_before(
        two, signal="first_response_7d", value=0.63, low=0.6, high=0.7, score=0.63, score_low=0.6, score_high=0.7
    )
    text = " ".join(shown(two, 120).split())
    assert "Answers 41 % of outsiders within a week, down from 63 % a year earlier." in text
    assert "↓" in line(shown(two), "Steady Heron")
    assert "outside the interval of a year earlier" in text


def test_what_stayed_within_is_not(two: Book) -> None:
    a_year_before(
        two, signal="first_response_7d", value=0.5, low=0.3, high=0.7, score=0.5, score_low=0.3, score_high=0.7
    )
    assert "from 50 % a year earlier" not in shown(two, 200)
    assert not set(line(shown(two), "Steady Heron")) & set("↑↓")


@pytest.mark.parametrize("width", [80, 100, 200])
def test_a_project_that_publishes_little_is_not_drawn_as_low(little: Book, width: int) -> None:
    little.db.execute("UPDATE projects SET name = 'Oyster-of-the-deep'")
    # With six families there is hardly room for a word at 80 columns.
    for key in ("first_response_7d", "review_response_7d", "effective_contributors", "server_evidence"):
        little.signal("oyster", key, None)
    text = shown(little, width)
    assert not set("●○━") & set(line(text, "Oyster"))
    assert line(text, "Oyster").split()[1:3] == ["~", "~"]
    assert "0 of 52" not in text


def test_damage_to_the_record_comes_first(two: Book) -> None:
    two.signal("heron", "history_integrity", 0.4, companions={"vanished": 12, "force_push": 1})
    text = " ".join(shown(two, 200).split())
    assert "Its public record was changed. Ships: new work" in text


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
