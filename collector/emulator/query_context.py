"""The state of one query: resolves its fields from the views, and applies oddities and injected faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError
from graphql.pyutils import Path

from collector.emulator.executor import Field
from collector.emulator.faults import Fault
from collector.emulator.oddities import OBJECT, Oddities
from collector.emulator.pagination import Refusal
from collector.emulator.weight import Weigher


@dataclass
class QueryContext:
    """The state of one query while it is executed.

    `field_fault` is a fault of the kind field_error. It replaces the field with the response key `field` by an error of
    the given `type`, `message` and `extensions`: on its occurrence number `at` (0 is the first, None means all). The
    field is null, or if the schema does not allow that, its nearest nullable parent
    (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors).
    """

    now: str = ""
    odd: Oddities | None = None
    without: frozenset[str] = frozenset()  # names that the server's schema lacks, see older_schemas.py
    limits: bool = True  # whether the server has rate limits
    field_fault: Fault | None = None
    weigher: Weigher | None = None
    occurrences: int = 0  # of the field of `field_fault` so far
    hit: bool = False  # whether `field_fault` raised an error
    # (path in the response, value) to write into it after execution, also if the schema does not allow the value.
    overrides: list[tuple[list[str | int], Any]] = field(default_factory=list)

    def resolve(self, source: Any, asked: Field, path: Path | None, arguments: Mapping[str, Any]) -> Any:
        """Return the value of a field of a view. If it is callable, it is called with the field's arguments."""
        if self.field_fault is not None:
            self._raise_fault(self.field_fault, asked)
        if self.odd is not None and OBJECT in source:
            self._apply_oddity(self.odd, source[OBJECT], asked, path)
        value = source[asked.name]
        if callable(value):
            value = value(arguments)
        if self.weigher is not None:
            self.weigher.add(asked, source, value, arguments)
        return value

    def _apply_oddity(self, odd: Oddities, thing: object, asked: Field, path: Path | None) -> None:
        """Apply the oddities of an object to one of its fields. Raises Refusal and TooLong."""
        oddity = odd.of(thing)
        if oddity is not None:
            oddity.check(asked.name, self.now)
            values = oddity.values(self.now)
            if asked.name in values:
                self.overrides.append((Path(path, asked.key, None).as_list(), values[asked.name]))

    def apply_overrides(self, data: Any) -> None:
        """Write the overrides into the response, except where an error has made a parent null."""
        for path, value in self.overrides:
            holder = data
            for step in path[:-1]:
                holder = None if holder is None else holder[step]
            if holder is not None:
                holder[path[-1]] = value

    def _raise_fault(self, fault: Fault, asked: Field) -> None:
        """Raise Refusal if the fault hits this field."""
        details, occurrence = fault.details, self.occurrences
        if asked.key != details["field"]:
            return
        self.occurrences += 1
        if details.get("at", 0) in (None, occurrence):
            self.hit = True
            message = details.get("message", "Something went wrong while executing your query.")
            raise Refusal(message, details.get("type"), details.get("extensions"))


def as_github_error(error: GraphQLError) -> dict[str, Any]:
    """Return an error in GitHub's format. An exception from a bug in the emulator is raised instead."""
    cause = error.original_error
    if cause is not None and not isinstance(cause, (Refusal, GraphQLError)):
        raise cause
    answer: dict[str, Any] = {}
    if isinstance(cause, Refusal):
        if cause.kind:
            answer["type"] = cause.kind
        if cause.extensions:
            answer["extensions"] = cause.extensions
    if error.path:
        answer["path"] = error.path
    answer["locations"] = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return {**answer, "message": error.message}
