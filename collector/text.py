"""Text for display, which must not send control codes to the terminal, and words for numbers."""

import unicodedata


def plain(text: str) -> str:
    """Remove control and formatting characters (Unicode category C), line breaks included."""
    if text.isprintable():  # then it has none of them: https://docs.python.org/3/library/stdtypes.html#str.isprintable
        return text
    return "".join(c for c in text if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029")


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """Return the count with its noun: "1 week", "2 weeks". Pass `nouns` for an irregular plural."""
    return f"{count} {noun}" if count == 1 else f"{count} {nouns or noun + 's'}"


def lacking(needed: str, found: int, people: int | None = None) -> str:
    """Return what is needed and what there is: "15 issues by 10 people are needed, there are 12 by 3"."""
    by = "" if people is None or not found else f" by {people}"
    return f"{needed} are needed, there {'is' if found == 1 else 'are'} {found or 'none'}{by}"
