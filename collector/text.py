"""Text for display, which must not send control codes to the terminal; and the length of what somebody wrote."""

import re
import unicodedata
from html import unescape

_QUOTE = re.compile(r"^ {0,3}>.*$", re.MULTILINE)
# An HTML comment, or a fence of at least three backticks or tildes, closed by as many or more of the same; both end
# with the text at the latest: https://spec.commonmark.org/0.31.2/#fenced-code-blocks
_BLOCK = re.compile(
    r"<!--.*?(?:-->|\Z)|^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})[^\n]*(?:\n.*?)??(?:^ {0,3}\1[`~]*[ \t\r]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
# A code span ends at as many backticks as it begins with: https://spec.commonmark.org/0.31.2/#code-spans
_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
# Not an autolink such as <https://example.org>: https://spec.commonmark.org/0.31.2/#raw-html
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>")
# Control characters that are no white space, what Unicode calls default ignorable, and the empty Braille pattern:
# https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


def plain(text: str) -> str:
    """Remove control and formatting characters (Unicode category C), line breaks included."""
    return "".join(c for c in text if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029")


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """Return the count with its noun: "1 week", "2 weeks". Pass `nouns` for an irregular plural."""
    return f"{count} {noun}" if count == 1 else f"{count} {nouns or noun + 's'}"


def lacking(needed: str, found: int, people: int | None = None) -> str:
    """Return what is needed and what there is: "15 issues by 10 people are needed, there are 12 by 3"."""
    by = "" if people is None or not found else f" by {people}"
    return f"{needed} are needed, there {'is' if found == 1 else 'are'} {found or 'none'}{by}"


def prose(text: str) -> str:
    """Return a Markdown text without fenced code blocks, code spans, quoted lines and HTML comments."""
    for left_out in (_QUOTE, _BLOCK, _SPAN):
        text = left_out.sub(" ", text)
    return text


def prose_length(text: str) -> int:
    """Return how many characters of a Markdown text's prose a reader sees; a run of white space is one.

    HTML tags and characters without a shape count nothing, and an entity such as `&amp;` counts as what it stands for.
    """
    seen = unescape(_TAG.sub(" ", prose(text)))
    return len(" ".join(_INVISIBLE.sub("", seen).split()))
