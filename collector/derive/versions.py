"""Parse tag names into versions (docs/signals.md, "Release version" and "Counted release"). Does no I/O."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PRE_WORDS = "alpha|beta|rc|dev|nightly|preview|canary|snapshot|next"
# Python's a1 and b2 (https://peps.python.org/pep-0440/) must follow a dotted number, so that "3a4" within a commit's
# hash does not match.
_PRE_RELEASE = re.compile(
    rf"(?<![a-z])(?:{_PRE_WORDS})\d*(?![a-z])|(?<![0-9a-z.])v?\d+(?:\.\d+)+(?:a|b)\d+(?![0-9a-z])", re.I
)
_NUMBER = re.compile(
    r"(?:^|(?<=[^0-9A-Za-z.])|(?<=[^0-9A-Za-z.]v)|(?<=^v)|(?<=^v\.)|(?<=[a-z]-v))(\d+(?:\.\d+)*)", re.I
)
# A number may follow a word without a separator, as in `go1.21.0`, but then it must have a dot.
_DOTTED = re.compile(r"(\d+(?:\.\d+)+)")


@dataclass(frozen=True, slots=True)
class Version:
    """The version in a tag's name."""

    package: str  # prefix, such as "cli-"; may be empty
    number: tuple[int, ...]
    rest: str  # what follows the number, without build metadata ("+..."): https://semver.org/#spec-item-10

    @property
    def sortable(self) -> str:
        """The number as text that sorts by version, without the package and the rest."""
        return _sortable(self.number)

    @property
    def next_patch(self) -> str:
        """The number of the next patch, as text that sorts: of 1.2.3 it is 1.2.4, of 1.2 it is 1.2.1."""
        *first, last = self.number + (0,) * (3 - len(self.number))
        return _sortable((*first, last + 1))

    def __str__(self) -> str:
        return f"{self.package}{'.'.join(map(str, self.number))}{self.rest}"


def _sortable(number: tuple[int, ...]) -> str:
    # With zeros in front, so that texts sort as the numbers do.
    return ".".join(f"{n:020d}" for n in number)


def version(tag: str) -> Version | None:
    """Return the version that a tag names, None if it has no number. `1.2.0` and `v1.2.0` are the same version."""
    found = _NUMBER.search(tag) or _DOTTED.search(tag)
    if found is None:
        return None
    package = re.sub(r"v\.?$", "", tag[: found.start()], flags=re.I)
    rest = tag[found.end() :].split("+", 1)[0]
    return Version(package, tuple(int(n) for n in found[1].split(".")), rest)


def is_pre_release(tag: str) -> bool:
    """Return whether a tag names a pre-release: it contains a word such as "beta" or "rc", or Python's a1, b2, rc3."""
    return _PRE_RELEASE.search(tag) is not None


def moving(tags: Iterable[tuple[str, str]]) -> set[str]:
    """Return the moving tags among (tag, time of publication).

    These are tags without a number, such as `latest`, and tags such as `1` or `1.0` published when there was a `1.0.3`
    already. A `1.0` published before any `1.0.x` is a version of its own and stays one.
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
        # Three numbers name a version even where a fourth follows, as in 1.2.3.1.
        if v is None or (not v.rest and len(v.number) < 3 and longer.get((v.package, v.number), "~") <= at)
    }
