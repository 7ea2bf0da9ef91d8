"""Which answers with holes may be kept.

A null inside of one listed thing costs that thing a part; a null in place of a list, or of what says how the list
goes on, would lose rows without a word.
"""

from collections.abc import Iterable

from collector.github.query_parsing import fields, key, operation, parsed
from collector.github.responses import Hole, Path

_PARTS_OF_A_LIST = ("nodes", "edges", "pageInfo")


def bearable(text: str, holes: tuple[Hole, ...]) -> bool:
    """Whether an answer to the document `text` may be kept in spite of its holes."""
    return not any(_takes_a_list(text, hole.path) for hole in holes)


def below(found: Iterable[Hole], path: Path) -> list[Hole]:
    """The holes in what `path` leads to, with their paths from there on."""
    return [
        Hole(h.path[len(path) :], h.kind, h.message, h.at[len(path) :])
        for h in found
        if h.path[: len(path)] == path and len(h.path) > len(path)
    ]


def _takes_a_list(text: str, path: Path) -> bool:
    """Whether a null there is in place of a list that was asked for, or of something around one."""
    if path[-1] in _PARTS_OF_A_LIST:
        return True
    if any(isinstance(step, int) for step in path):
        return False  # it is one listed thing, or in one
    document = parsed(text)
    chosen = [operation(document).selection_set]
    for step in path:
        met = [field for one in chosen for field, _ in fields(document, one) if key(field) == step]
        if any(argument.name.value in ("first", "ids") for field in met for argument in field.arguments or ()):
            return True
        chosen = [field.selection_set for field in met if field.selection_set]
    while chosen:
        below = [field for one in chosen for field, _ in fields(document, one)]
        if any(argument.name.value == "first" for field in below for argument in field.arguments or ()):
            return True
        chosen = [field.selection_set for field in below if field.selection_set]
    return False
