import csv
import errno
import io
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.errors import DatabaseError, UsageError
from collector.report.formats import Layout, render, save
from collector.report.reading import build
from tests.made import Book

LAYOUT = Layout(100, False, datetime(2026, 1, 5, 12, tzinfo=UTC), False)


def text(made: Book, form: str) -> str:
    return render(build(made.db, made.day), form, LAYOUT)


def test_every_form_ends_with_one_line_end(two: Book) -> None:
    for form in ("table", "markdown", "json", "csv"):
        assert text(two, form).endswith("\n")
        assert not text(two, form).endswith("\n\n")


def test_every_form_says_synthetic(two: Book) -> None:
    def marks() -> set[str]:
        return {row["synthetic"] for row in csv.DictReader(io.StringIO(text(two, "csv")))}

    for form in ("table", "markdown"):
        assert "SYNTHETIC" not in text(two, form)
    assert json.loads(text(two, "json"))["synthetic"] is False
    assert marks() == {"false"}
    two.meta("synthetic", "1")
    for form in ("table", "markdown"):
        assert "SYNTHETIC" in text(two, form)
    assert json.loads(text(two, "json"))["synthetic"] is True
    assert marks() == {"true"}


def test_csv_has_a_row_for_each_signal(two: Book) -> None:
    two.project("empty")
    rows = list(csv.DictReader(io.StringIO(text(two, "csv"))))
    assert [(r["project"], r["signal"]) for r in rows] == [
        ("empty", ""),
        ("heron", "release_weeks"),
        ("heron", "contributor_days"),
        ("heron", "first_response_7d"),
        ("mole", "release_weeks"),
        ("mole", "contributor_days"),
    ]
    assert (rows[1]["value"], rows[1]["low"], rows[2]["value"]) == ("14.0", "8.0", "")
    assert (rows[1]["score"], rows[1]["score_low"], rows[1]["score_high"]) == ("0.5", "0.4", "0.6")
    assert {row["method_version"] for row in rows} == {"1"}
    assert json.loads(rows[1]["excluded"]) == {"pre_release": 3}


def test_csv_has_every_figure_of_the_json(two: Book) -> None:
    (row, *_) = csv.DictReader(io.StringIO(text(two, "csv")))
    found = json.loads(text(two, "json"))
    assert set(found["projects"][0]["signals"][0]) <= set(row)


def test_saving_where_nothing_can_be_written(tmp_path: Path) -> None:
    save("text\n", tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_bytes() == b"text\n"
    for place in (tmp_path, tmp_path / "nowhere" / "report.txt"):
        with pytest.raises(UsageError, match="cannot be written"):
            save("text\n", place)


def test_the_former_report_stays_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.txt"
    save("former\n", path)

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DatabaseError, match=r"The disk is full: .*report\.txt cannot be written"):
        save("new\n", path)
    assert path.read_text() == "former\n"
    assert os.listdir(tmp_path) == ["report.txt"]


@pytest.mark.parametrize("end", ["", ".key", ".lock", "-wal"])
def test_no_report_replaces_a_database_or_what_is_kept_beside_it(tmp_path: Path, end: str) -> None:
    with closing(sqlite3.connect(tmp_path / "signals.db")) as db:
        db.execute("CREATE TABLE facts (id)")
    file = tmp_path / f"signals.db{end}"
    before = file.read_bytes() if file.exists() else None
    with pytest.raises(UsageError, match="belongs to a database"):
        save("<html>", file)
    assert (file.read_bytes() if file.exists() else None) == before
    save("<html>", tmp_path / "report.key")
