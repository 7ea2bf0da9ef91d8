"""Parse one object of a response without its invalid fields.

Git stores whatever date a client claims, even an impossible one (gitoxide#1322, git#2148), and GitHub may return null,
or something new, where its schema promises otherwise. Such a field is dropped, not the object.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from collector import clock
from collector.github.models import OddAnswer, parse

Model = TypeVar("Model")


def read(
    model: type[Model], answer: dict[str, Any], times: Sequence[str], what: str
) -> tuple[Model | None, dict[str, str]]:
    """Parse an object as a `model`; also return its invalid fields by path ("target.tagger.date"), with the reason.

    An invalid field is set to null; if it must not be null, its parent is, and in the end the object itself. `times`
    are paths of times, which may have any offset. `what` names the query in messages.
    """
    odd: dict[str, str] = {}
    for path in times:
        said = _at(answer, path)
        time = clock.normalised(said) if isinstance(said, str) else said
        if said is not None and time is None:
            odd[path] = f'"{said}" is not a valid time'
        if said != time:
            answer = _with(answer, path, time)
    while True:
        try:
            return parse(model, answer, what), odd
        except OddAnswer as error:
            path = error.field.partition("[")[0]  # an invalid row invalidates its list
            while path in odd:
                path = path.rpartition(".")[0]
            if not path:
                return None, odd | {"": str(error)}
            odd[path] = str(error)
            answer = _with(answer, path, None)


def _at(answer: Any, path: str) -> Any:
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def _with(answer: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy with another value at an existing path."""
    name, _, rest = path.partition(".")
    return {**answer, name: _with(answer[name], rest, value) if rest else value}
