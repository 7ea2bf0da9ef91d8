"""How the fields of one question are resolved: from the views, and spoilt where the world or a fault says so."""

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from collector.emulator.faults import Fault
from collector.emulator.oddities import OF, Oddities
from collector.emulator.pagination import Refusal
from collector.emulator.weight import Weigher


@dataclass
class Asked:
    """One question on its way, at a server whose schema is `without` some fields and that has `limits` or not.

    `trouble` is a fault of the kind field_error: where a field of the response key `field` is resolved, for the time
    `at` (0 is the first; None means each time), an error of that `type`, `message` and `extensions` stands in its
    place. Where the schema does not allow a null there, what it is in is null instead.
    """

    now: str = ""
    odd: Oddities | None = None
    without: frozenset[str] = frozenset()
    limits: bool = True
    trouble: Fault | None = None
    weigher: Weigher | None = None
    met: int = 0
    struck: bool = False
    # What is to be answered at a path of the answer, whatever the schema says.
    said: list[tuple[list[str | int], Any]] = field(default_factory=list)

    def look(self, odd: Oddities, thing: object, info: "GraphQLResolveInfo[Any]") -> None:
        """See what is odd about a field of a thing. Raises Refusal and TooLong."""
        oddity = odd.of(thing)
        if oddity is not None:
            oddity.check(info.field_name, self.now)
            values = oddity.values(self.now)
            if info.field_name in values:
                self.said.append((info.path.as_list(), values[info.field_name]))

    def say(self, data: Any) -> None:
        """Put into the answer what is said whatever the schema says, unless an error has emptied the place."""
        for path, value in self.said:
            holder = data
            for step in path[:-1]:
                holder = None if holder is None else holder[step]
            if holder is not None:
                holder[path[-1]] = value

    def check(self, info: "GraphQLResolveInfo[Any]") -> None:
        """Raise the error that the fault has for this field."""
        if self.trouble is None or info.path.key != self.trouble.details["field"]:
            return
        details, place = self.trouble.details, self.met
        self.met += 1
        if details.get("at", 0) in (None, place):
            self.struck = True
            message = details.get("message", "Something went wrong while executing your query.")
            raise Refusal(message, details.get("type"), details.get("extensions"))


def resolve(source: dict[str, Any], info: "GraphQLResolveInfo[Any]", **arguments: Any) -> Any:
    """The value of a field; a view's value that can be called takes the field's arguments."""
    asked: Asked = info.context
    if asked.trouble is not None:
        asked.check(info)
    if asked.odd is not None and OF in source:
        asked.look(asked.odd, source[OF], info)
    value = source[info.field_name]
    if callable(value):
        value = value(arguments)
    if asked.weigher is not None:
        asked.weigher.met(info, source, value, arguments)
    return value


def as_answered(error: GraphQLError) -> dict[str, Any]:
    """An error in GitHub's form. A defect of the pretend GitHub is raised, not answered."""
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
