"""Questions and charts that are kept as SQL files, with what they ask in the comment at their head.

The first line of the comment is the title, those after it the description; a line `-- :name text` tells of a parameter.
`{CONSTANT}` in it is a number of `collector/method/constants.py`; statements take them from the table `rules`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from collector.method import constants

_PARAMETER = re.compile(r"^:(\w+)\s+(.+)$")


@dataclass(frozen=True)
class Saved:
    """A question: `parameters` by name, with what they mean and what holds when they are left empty."""

    name: str
    title: str
    description: str
    parameters: Mapping[str, str]
    sql: str


@cache
def read(folder: str) -> tuple[Saved, ...]:
    """The files of `queries` or `charts`, in the order of their names; a number before the name is for that order."""
    found = [path for path in (files(__package__) / folder).iterdir() if path.name.endswith(".sql")]
    return tuple(
        parse(re.sub(r"^\d+_|\.sql$", "", path.name), path.read_text(encoding="utf-8"))
        for path in sorted(found, key=lambda path: path.name)
    )


def parse(name: str, text: str) -> Saved:
    """A file's text, taken apart."""
    lines = text.splitlines()
    size = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    head = [line.removeprefix("--").strip().format_map(vars(constants)) for line in lines[:size]]
    title, *rest = head
    told = [match for line in rest if (match := _PARAMETER.match(line))]
    description = " ".join(line for line in rest if not _PARAMETER.match(line))
    return Saved(name, title, description, {m[1]: m[2] for m in told}, "\n".join(lines[size:]).strip().rstrip(";"))
