"""What a tag's name says about a release (docs/signals.md, "Release version" and "Counted release"). Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PRE_WORDS = "alpha|beta|rc|dev|nightly|preview|canary|snapshot|next"
# Python's a1 and b2 follow a dotted number: the 3a4 of a commit's hash is none.
_PRE_RELEASE = re.compile(
    rf"(?<![a-z])(?:{_PRE_WORDS})\d*(?![a-z])|(?<![0-9a-z.])v?\d+(?:\.\d+)+(?:a|b)\d+(?![0-9a-z])", re.I
)
_NUMBER = re.compile(
    r"(?:^|(?<=[^0-9A-Za-z.])|(?<=[^0-9A-Za-z.]v)|(?<=^v)|(?<=^v\.)|(?<=[a-z]-v))(\d+(?:\.\d+)*)", re.I
)
# The number may also follow a word without a break, as in `go1.21.0`, but then only a dotted one is meant.
_DOTTED = re.compile(r"(\d+(?:\.\d+)+)")


@dataclass(frozen=True, slots=True)
class Version:
    """A package prefix ('' for none) and a number, with what follows it but for a build suffix."""

    package: str
    number: tuple[int, ...]
    rest: str

    @property
    def sortable(self) -> str:
        """The number as text: that of a higher version comes later."""
        return ".".join(f"{n:020d}" for n in self.number)

    def __str__(self) -> str:
        return f"{self.package}{'.'.join(map(str, self.number))}{self.rest}"


def version(tag: str) -> Version | None:
    """The version that a tag names: `1.2.0` and `v1.2.0` are one. None when there is no number in it."""
    found = _NUMBER.search(tag) or _DOTTED.search(tag)
    if found is None:
        return None
    package = re.sub(r"v\.?$", "", tag[: found.start()], flags=re.I)
    rest = tag[found.end() :].split("+", 1)[0]
    return Version(package, tuple(int(n) for n in found[1].split(".")), rest)


def is_pre_release(tag: str) -> bool:
    """Whether a tag names a pre-release: one of the usual words as a word of it, or Python's a1, b2, rc3."""
    return _PRE_RELEASE.search(tag) is not None


def moving(tags: Iterable[tuple[str, str]]) -> set[str]:
    """Of (tag, first seen at): those that move along, such as `1` and `1.0` beside `1.0.3`, or `latest`.

    `1.0` published before any `1.0.x` is a version of its own: what comes later does not take it back.
    """
    known = [(tag, version(tag), at) for tag, at in tags]
    longer: dict[tuple[str, tuple[int, ...]], str] = {}
    for _, v, at in known:
        if v is not None:
            for n in range(1, len(v.number)):
                key = (v.package, v.number[:n])
                longer[key] = min(at, longer.get(key, at))
    return {
        tag
        for tag, v, at in known
        if v is None or (not v.rest and len(v.number) < 3 and longer.get((v.package, v.number), "~") <= at)
    }
