"""Questions and charts as files: what stands at their head, and that it is what they ask."""

import re
import sqlite3
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from collector.serve import dashboards, descriptions, saved

EVERY = [*saved.read("queries"), *saved.read("charts")]


def test_a_file_is_taken_apart() -> None:
    text = (
        "-- Who\n-- Those that did\n-- it.\n-- :days  at least so many; 7 when empty\nSELECT 1 -- one\nWHERE :days;\n"
    )
    assert saved.parse("who", text) == saved.Saved(
        "who", "Who", "Those that did it.", {"days": "at least so many; 7 when empty"}, "SELECT 1 -- one\nWHERE :days"
    )


def test_there_are_some_fifteen_questions_in_a_fixed_order() -> None:
    names = [query.name for query in saved.read("queries")]
    assert len(names) >= 15
    assert names[0] == "who_answered_whom"


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_each_says_what_it_asks(one: saved.Saved) -> None:
    assert one.title
    assert not one.title.endswith(".")
    assert one.description.endswith(".")
    asked = set(re.findall(r":(\w+)", re.sub(r"'[^']*'", "", one.sql)))
    # What a chart asks for is chosen above all of them.
    assert set(one.parameters) == asked - (dashboards.parameters() if one in saved.read("charts") else set())
    assert all("when empty" in text for text in one.parameters.values())


def test_every_chart_is_drawn_and_laid_out() -> None:
    source = tomllib.loads((files("collector.serve") / "charts.toml").read_text(encoding="utf-8"))
    names = {chart.name for chart in saved.read("charts")}
    assert set(source["charts"]) == names
    assert sorted(name for own in dashboards.charts().values() for name in own) == sorted(names)
    chosen = {name for own in source["dashboards"].values() for name in own["filters"]}
    assert chosen == set(source["filters"])


def test_no_question_hides_a_table(path: Path) -> None:
    db = sqlite3.connect(path)
    tables = set(descriptions.names(db))
    db.close()
    assert tables & {query.name for query in saved.read("queries")} == set()
