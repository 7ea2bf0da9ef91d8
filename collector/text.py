"""Text for display. Text from GitHub must not be able to send control codes to the terminal."""

import unicodedata


def plain(text: str) -> str:
    """Remove control and formatting characters (Unicode category C), line breaks included."""
    return "".join(c for c in text if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029")


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """Return the count with its noun: "1 week", "2 weeks". Pass `nouns` for an irregular plural."""
    return f"{count} {noun}" if count == 1 else f"{count} {nouns or noun + 's'}"
