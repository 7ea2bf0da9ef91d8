"""A datasette plugin for this project's templates: labels for datasette's own forms, and the rows of charts."""

import re
from typing import Any

from datasette import hookimpl
from datasette.database import QueryInterrupted
from jinja2 import Environment
from markupsafe import Markup

# Fields that datasette's templates leave without a label for screen readers.
_LABELS = {
    '<select name="_filter_column': "Column to filter by",
    '<select name="_filter_op': "Comparison",
    '<input type="text" name="_filter_value': "Value to compare with",
    '<select name="_sort"': "Column to sort by",
    '<textarea id="sql-editor"': "SQL query",
    "<textarea style=": "SQL query",
}
_PARAMETER = re.compile(r":(\w+)")


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment) -> None:
    """Define the filter `labelled`."""
    env.filters["labelled"] = labelled


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    """Define `rows_of`, which asks what a chart draws, and `origin`: where the data is from."""

    async def rows_of(chart: dict[str, Any], request: Any) -> Any:
        parameters = {name: request.args.get(name) or "" for name in _PARAMETER.findall(chart["query"])}
        try:
            return await datasette.execute(chart["db"], chart["query"], parameters, truncate=True)
        except QueryInterrupted:
            return None

    return {"rows_of": rows_of, "origin": datasette.metadata()}


def labelled(page: str) -> Markup:
    """Add labels to the fields of a page, and raise its h3 headings, which follow an h1, to h2.

    https://www.w3.org/WAI/tutorials/page-structure/headings/
    """
    page = re.sub(r"(</?)h3\b", r"\1h2", str(page))  # markup would escape what is put in
    for begin, label in _LABELS.items():
        tag, space, rest = begin.partition(" ")
        page = page.replace(begin, f'{tag} aria-label="{label}"{space}{rest}')
    return Markup(page)
