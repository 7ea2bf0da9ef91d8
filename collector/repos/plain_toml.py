"""Add repositories to a plainly written TOML file without parsing it, since a long list has a million lines. Pure."""

import re
from collections.abc import Mapping, Sequence

_HEADER = re.compile(r"^[ \t]*(\[\[project\]\]|\[\[project\.repo\]\]|\[)", re.MULTILINE)
_INDENT = re.compile(r"^([ \t]*)\[\[project\.repo\]\]", re.MULTILINE)


def indent(text: str) -> str:
    """Return the white space in front of the first repository; none if there is no repository."""
    found = _INDENT.search(text)
    return found[1] if found else ""


def inserted(text: str, listed: Mapping[str, Sequence[str]], added: Mapping[str, str]) -> str | None:
    """Return the text with more tables at the end of each project of `added`, before blank lines and comments there.

    `listed` has the repositories of the projects in the text, in its order. Returns None if the text is not written
    plainly: then a line may look like a header and be none, or the other way round.
    """
    ends = _ends(text, listed)
    if ends is None:
        return None
    pieces, last = [], 0
    for slug, end in ends.items():
        if slug in added:
            place = _after_values(text, end)
            pieces += [text[last:place], added[slug]]
            last = place
    return "".join([*pieces, text[last:]])


def _ends(text: str, listed: Mapping[str, Sequence[str]]) -> dict[str, int] | None:
    """Return where the tables of each project end, or None if the text is not written plainly."""
    if '"""' in text or "'''" in text or not text.endswith("\n"):
        return None
    ends: list[int] = []
    counts: list[int] = []
    is_open = False
    for header in _HEADER.finditer(text):
        if header[1] == "[[project.repo]]" and is_open:
            counts[-1] += 1
            continue
        if is_open:
            ends.append(header.start())
        is_open = header[1] == "[[project]]"
        if is_open:
            counts.append(0)
    if is_open:
        ends.append(len(text))
    return dict(zip(listed, ends, strict=True)) if counts == [len(repos) for repos in listed.values()] else None


def _after_values(text: str, end: int) -> int:
    """Return the place behind the last value before `end`.

    Comments after a blank line introduce what follows, and so do those without any.
    """
    blank = None
    while True:
        begin = text.rfind("\n", 0, end - 1) + 1
        line = text[begin:end].strip()
        if line and not line.startswith("#"):
            return end if blank is None else blank
        if not line:
            blank = begin
        end = begin
