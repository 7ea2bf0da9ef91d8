"""The known name that somebody probably meant."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like the word, letter case aside, or None if none is alike."""
    by_folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "sdk"?` to end a sentence with, or a full stop if nothing is alike."""
    name = nearest(word, known)
    return f'; did you mean "{name}"?' if name else "."
