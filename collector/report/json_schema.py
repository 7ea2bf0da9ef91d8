"""The JSON Schema of the JSON report, generated from its types. Print it with `python -m
collector.report.json_schema`.
"""

import json
import sys

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import AnySchema

from collector.report.model import Report


class _Plain(GenerateJsonSchema):
    """Generates no field titles, since these would only repeat the names."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def any_schema(self, schema: AnySchema) -> JsonSchemaValue:
        return {"description": "a figure of any kind"}


def schema() -> JsonSchemaValue:
    """Return the schema (draft 2020-12): all fields are required, additional ones are allowed."""
    # The mode "serialization" makes all fields required, because null values are written too.
    report = TypeAdapter(Report)
    refs, definitions = TypeAdapter.json_schemas([("report", "serialization", report)], schema_generator=_Plain)
    return {
        "$schema": _Plain.schema_dialect,
        "title": "collect report --format json",
        **refs["report", "serialization"],
        **definitions,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
