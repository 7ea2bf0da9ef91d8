"""Suggestions for misspelt names ("did you mean ...?")."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to `word`, ignoring case, or None if none is similar."""
    by_folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence: `; did you mean "sdk"?`, or a full stop when nothing is similar."""
    name = nearest(word, known)
    return f'; did you mean "{name}"?' if name else "."
