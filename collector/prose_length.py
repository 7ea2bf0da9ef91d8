"""The prose of a Markdown text, and its length: what a reader sees of it outside of quotes and code.

Signals ask for comments and explanations of some length (docs/signals.md, "The length of a text").
"""

import re
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
