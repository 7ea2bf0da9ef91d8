"""Glob patterns for paths inside a repository, and the built-in ones.

`*` matches any characters except a slash, `?` a single one, and `**` as a whole path component matches any number of
folders, including none. Case is ignored: CHANGELOG.md and Changelog.MD are the same.

The syntax follows .gitignore (https://git-scm.com/docs/gitignore#_pattern_format) with three differences: patterns are
relative to the repository's root, a pattern matches files only and not everything in a folder of that name, and
brackets are literal, as in pages/[id].vue. The second cannot be expressed in gitignore syntax, so no gitignore library
fits. As there, a pattern that begins with ! negates earlier ones: of the patterns that match a path, the last one
decides.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

NOT = "!"

DOCS_PATHS = (
    "**/docs/**",
    "**/doc/**",
    "**/documentation/**",
    "**/README",
    "**/README.*",
    "*.md",
    "*.mdx",
    "*.rst",
    "*.adoc",
)

# Files with economic rules under the names that projects commonly give them.
RULE_PATHS = ("**/tokenomics/**", "**/tokenomics.*")


def matches(patterns: Sequence[str], path: str) -> bool:
    """Return whether a path inside a repository (`docs/index.md`, no leading slash) matches the patterns.

    It does when the last pattern that matches it has no leading `!`.
    """
    for taken_back, any_of in _compiled(tuple(patterns)):
        if any_of.fullmatch(path):
            return not taken_back
    return False


def fixed_parts(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the folders and files in which everything that the patterns match must be, sorted.

    The part of a pattern is the pattern itself if it has no wildcard, else its folders before the first one. A pattern
    that begins with a wildcard matches anywhere and has none; nor has one that a later `!**` takes back.
    """
    parts = set[str]()
    for pattern in patterns:
        if pattern == f"{NOT}**":
            parts.clear()
        elif not pattern.startswith(NOT):
            fixed, wildcard, _ = re.split(r"([*?]|$)", pattern, maxsplit=1)
            parts.add(fixed.rpartition("/")[0] if wildcard else fixed)
    return tuple(sorted(parts - {""}))


@lru_cache(maxsize=1024)  # every Config that is made checks the same built-in patterns
def fault(pattern: str) -> str | None:
    """Return what is wrong with a pattern, as the end of a sentence about it, or None."""
    pattern = pattern.removeprefix(NOT)
    parts = pattern.split("/")
    if pattern.startswith(NOT):
        return "begins with more than one !; one takes back what earlier patterns match"
    if "\\" in pattern:
        return "has a backslash; separate folders with /"
    if pattern.startswith("/"):
        return "starts with a slash; paths are relative to the root of the repository"
    if pattern.endswith("/"):
        return f'ends with a slash; for everything in the folder write "{pattern}**"'
    if any(part in ("", ".", "..") for part in parts):
        return 'has an empty part, "." or ".." between its slashes; write the path as GitHub shows it'
    if any("**" in part and part != "**" for part in parts):
        return 'has "**" beside other characters; it must be a whole path component, as in "docs/**"'
    return None


@lru_cache(maxsize=64)
def _compiled(patterns: tuple[str, ...]) -> tuple[tuple[bool, re.Pattern[str]], ...]:
    """Compile the patterns, last ones first, as (whether they take back, regular expression that matches any of them).

    Adjacent patterns of one kind share an expression.
    """
    found = []
    for taken_back, group in groupby(patterns, key=lambda pattern: pattern.startswith(NOT)):
        any_of = "|".join(_expression(pattern.removeprefix(NOT)) for pattern in group)
        found.append((taken_back, re.compile(any_of, re.IGNORECASE | re.DOTALL)))
    return tuple(reversed(found))


def _expression(pattern: str) -> str:
    *folders, name = pattern.split("/")
    leading = "".join("(?:[^/]+/)*" if folder == "**" else _part(folder) + "/" for folder in folders)
    return leading + (".+" if name == "**" else _part(name))


def _part(part: str) -> str:
    return "".join({"*": "[^/]*", "?": "[^/]"}.get(character) or re.escape(character) for character in part)
