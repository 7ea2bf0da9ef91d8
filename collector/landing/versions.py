"""What a tag's name says about a release (SIGNALS.md, "Release version" and "Counted release"). Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PRE_WORDS = "alpha|beta|rc|dev|nightly|preview|canary|snapshot|next"
_PRE_RELEASE = re.compile(rf"(?:^|[^a-z])(?:{_PRE_WORDS})\d*(?:$|[^a-z])|\d(?:a|b|rc|\.dev)\d+$", re.I)
_NUMBER = re.compile(
    r"(?:^|(?<=[^0-9A-Za-z.])|(?<=[^0-9A-Za-z.]v)|(?<=^v)|(?<=^v\.)|(?<=[a-z]-v))(\d+(?:\.\d+)*)", re.I
)


@dataclass(frozen=True, slots=True)
class Version:
    """A package prefix ('' for none) and a number, with what follows it but for a build suffix."""

    package: str
    number: tuple[int, ...]
    rest: str

    def __str__(self) -> str:
        return f"{self.package}{'.'.join(map(str, self.number))}{self.rest}"


def version(tag: str) -> Version | None:
    """The version that a tag names: `1.2.0` and `v1.2.0` are one. None when there is no number in it."""
    found = _NUMBER.search(tag)
    if found is None:
        return None
    package = re.sub(r"v\.?$", "", tag[: found.start()], flags=re.I)
    rest = tag[found.end() :].split("+", 1)[0]
    return Version(package, tuple(int(n) for n in found[1].split(".")), rest)


def is_pre_release(tag: str) -> bool:
    """Whether a tag names a pre-release: one of the usual words as a word of it, or Python's a1, b2, rc3."""
    return _PRE_RELEASE.search(tag) is not None


def moving(tags: Iterable[str]) -> set[str]:
    """The tags that move along, such as `1` and `1.0` beside `1.0.3`, or `latest`."""
    known = {t: version(t) for t in tags}
    longer: set[tuple[str, tuple[int, ...]]] = set()
    for v in known.values():
        if v is not None:
            longer |= {(v.package, v.number[:n]) for n in range(1, len(v.number))}
    return {
        t
        for t, v in known.items()
        if v is None or (not v.rest and len(v.number) < 3 and (v.package, v.number) in longer)
    }
