"""The JSON Schema of the JSON report, from its own types: `python -m collector.report.json_schema` prints it."""

import json
import sys
from typing import Any

import msgspec

from collector.report.model import Report


def schema() -> dict[str, Any]:
    """The schema (2020-12): nothing may be missing, more may be added."""
    found = msgspec.json.schema(Report, schema_hook=lambda _: {"description": "a figure of any kind"})
    for kind in found["$defs"].values():
        # Everything is always written, also what is null.
        kind["required"] = list(kind["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "collect report --format json",
        **found,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
