"""One object of an answer, read without what is odd in it.

Git keeps whatever a client claims, so a date may be none that a calendar has (gitoxide#1322, git#2148); and GitHub may
answer null, or something new, where its schema promises otherwise. That costs the object a field, and no list a row.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from collector import clock
from collector.github.models import OddAnswer, parse

Model = TypeVar("Model")


def read(
    model: type[Model], answer: dict[str, Any], times: Sequence[str], what: str
) -> tuple[Model | None, dict[str, str]]:
    """An object of an answer as a `model`, and what is odd of it: path of a field ("target.tagger.date") -> why.

    An odd field is null in the model; where that may not be, so is what it is in, at last the object itself. `times`
    are paths of times, which may have any offset. `what` names the question.
    """
    odd: dict[str, str] = {}
    for path in times:
        said = _at(answer, path)
        time = clock.normalised(said) if isinstance(said, str) else said
        if said is not None and time is None:
            odd[path] = f'"{said}" is no time'
        if said != time:
            answer = _with(answer, path, time)
    while True:
        try:
            return parse(model, answer, what), odd
        except OddAnswer as error:
            path = error.field.partition("[")[0]  # what is odd in a row costs the list that it is in
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
    """The answer with another value at a path that is there."""
    name, _, rest = path.partition(".")
    return {**answer, name: _with(answer[name], rest, value) if rest else value}
