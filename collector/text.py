"""Text made fit to show; what comes from elsewhere must not be able to steer a terminal."""

import unicodedata


def plain(text: str) -> str:
    """The text without control and formatting characters, line ends included."""
    return "".join(c for c in text if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029")


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """The count with its noun, as in "1 week" and "2 weeks"; `nouns` where that takes more than an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {nouns or noun + 's'}"
