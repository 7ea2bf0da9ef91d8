import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from pydantic import TypeAdapter

from collector.report.formats import Layout, render
from collector.report.json_schema import schema
from collector.report.model import Report
from collector.report.reading import build
from tests.made import Book

PUBLISHED = Path(__file__).parents[2] / "docs" / "report.schema.json"


def a_report(made: Book) -> Any:
    layout = Layout(100, False, datetime(2026, 1, 5, 12, tzinfo=UTC), False)
    return json.loads(render(build(made.db, made.day), "json", layout))


def test_the_published_schema_is_that_of_the_code() -> None:
    how = "mend it with: python -m collector.report.json_schema > docs/report.schema.json"
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == schema(), how


def test_a_report_keeps_to_it(two: Book) -> None:
    two.run(("example/heron", "issues", "GitHub gave no usable answer."))
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(a_report(two))


def test_a_report_can_be_read_back(two: Book) -> None:
    two.run(("example/heron", "issues", "GitHub gave no usable answer."))
    assert TypeAdapter(Report).validate_json(json.dumps(a_report(two)), strict=True) == build(two.db, two.day)


@pytest.mark.parametrize("spoil", ["missing", "text for a number", "no status"])
def test_another_shape_does_not(two: Book, spoil: str) -> None:
    report = copy.deepcopy(a_report(two))
    signal = report["projects"][0]["signals"][0]
    match spoil:
        case "missing":
            del report["projects"][0]["families"]
        case "text for a number":
            signal["value"] = "14"
        case _:
            signal["status"] = None
    with pytest.raises(ValidationError):
        Draft202012Validator(schema()).validate(report)
