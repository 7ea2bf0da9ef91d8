"""The JSON Schema of the JSON report, from its own types: `python -m collector.report.json_schema` prints it."""

import json
import sys

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import AnySchema

from collector.report.model import Report


class _Plain(GenerateJsonSchema):
    """Fields have no titles: these would only repeat their names."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def any_schema(self, schema: AnySchema) -> JsonSchemaValue:
        return {"description": "a figure of any kind"}


def schema() -> JsonSchemaValue:
    """The schema (2020-12): nothing may be missing, more may be added."""
    # Everything is always written, also what is null: so says the mode "serialization".
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
