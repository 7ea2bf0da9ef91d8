"""Text from elsewhere made safe to show: names and messages must not be able to steer a terminal."""

import unicodedata


def plain(text: str) -> str:
    """The text without control and formatting characters, line ends included."""
    return "".join(c for c in text if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029")
