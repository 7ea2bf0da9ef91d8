"""Lines of an export of Electric Capital's list of open-source ecosystems: one JSON object each.

    {"eco_name":"Bitcoin","branch":["Lightning"],"repo_url":"https://github.com/example/node","tags":["#wallet"]}

`branch` is the path of sub-ecosystems that leads to the repository; it is empty for the ecosystem's own repositories.
Source: https://github.com/electric-capital/open-dev-data. The file has millions of lines, so it is streamed. Lines in
the exporter's own format are parsed by a regular expression, which is several times faster than the JSON parser; that
reads the others.
"""

import gzip
import io
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from collector.config.names import IN_A_LINK, REPOSITORY
from collector.errors import UsageError

STDIN = Path("-")
# At most this many invalid lines are reported by number.
SHOWN_FAULTS = 5
# Longest line read, in bytes; a longer one is not part of such a list.
LONGEST_LINE = 1_000_000
BLOCK_BYTES = 1 << 20
_GZIP = b"\x1f\x8b"  # https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1

_TEXT = r'"([ !#-\[\]-~]+)"'  # printable ASCII without escapes
_LIST = r'\[((?:"[ !#-\[\]-~]*"(?:, ?"[ !#-\[\]-~]*")*)?)\]'
_REPO = r"([A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9._-]{1,100})"
_USUAL = re.compile(
    rf'\{{"eco_name": ?{_TEXT}, ?"branch": ?{_LIST}, ?"repo_url": ?"https://github\.com/{_REPO}", ?'
    rf'"tags": ?{_LIST}\}}\r?'
)

KINDS = {
    "not_json": "not JSON",
    "wrong_fields": "without the fields of the list",
    "no_repository": "without a repository in the link",
    "too_long": "too long",
}
REPEATED = "lines that repeat a repository of the same ecosystem"  # as those of sub-ecosystems do


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a GitHub repository in an ecosystem."""

    ecosystem: str
    branch: tuple[str, ...]
    repo: str
    tags: tuple[str, ...]


@dataclass
class Faults:
    """Lines that are not used, by kind: a key of KINDS, "outside_github" or "repeated"."""

    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, list[int]] = field(default_factory=dict)  # numbers of the first lines of each kind

    def add(self, number: int, kind: str) -> None:
        """Record a line."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= SHOWN_FAULTS:
            self.first.setdefault(kind, []).append(number)

    def sentence(self) -> str | None:
        """Describe what was skipped, or return None."""
        invalid = [kind for kind in KINDS if kind in self.counts]
        parts = []
        if invalid:
            first = sorted(number for kind in invalid for number in self.first[kind])[:SHOWN_FAULTS]
            total = sum(self.counts[kind] for kind in invalid)
            kinds = ", ".join(f"{self.counts[kind]:,} {KINDS[kind]}" for kind in invalid)
            parts.append(f"{total:,} invalid lines ({_numbers(first, total)}): {kinds}")
        for kind, words in (("outside_github", "repositories outside GitHub"), ("repeated", REPEATED)):
            if kind in self.counts:
                parts.append(f"{self.counts[kind]:,} {words} ({_numbers(self.first[kind], self.counts[kind])})")
        return f"Skipped: {'; '.join(parts)}." if parts else None

    def as_row(self) -> dict[str, object]:
        """Return it as a dict for JSON."""
        return {kind: {"lines": n, "first": self.first[kind]} for kind, n in self.counts.items()}


def _numbers(first: list[int], total: int) -> str:
    return f"line {', '.join(map(str, first))}{', ...' if total > len(first) else ''}"


class _Invalid(Exception):
    """A line that is not used; the argument is its kind, as in `Faults`."""


def read(
    path: Path, faults: Faults, wanted: Callable[[str], bool], counts: dict[str, int]
) -> Iterator[tuple[int, Entry]]:
    """Yield the usable lines of ecosystems that are `wanted`, with their numbers; count those of each ecosystem.

    `path` may be STDIN, and the content compressed by gzip. Raises UsageError if it cannot be read or has no usable
    line.
    """
    known: dict[str, bool] = {}
    name_of = "standard input" if path == STDIN else str(path)
    for number, line in _lines(path, name_of, faults):
        usual = _USUAL.fullmatch(line)
        if usual is not None and not usual[3].endswith((".git", "/.", "/..")):
            name = usual[1].strip() if usual[1][0] == " " or usual[1][-1] == " " else usual[1]
            entry = None
        elif line and not line.isspace():
            try:
                entry = _unusual(line)
            except _Invalid as error:
                faults.add(number, str(error))
                continue
            name = entry.ecosystem
        else:
            continue
        if not name:
            faults.add(number, "wrong_fields")
            continue
        if name in counts:
            counts[name] += 1
        else:
            counts[name], known[name] = 1, wanted(name)
        if known[name]:
            if entry is None:
                assert usual is not None
                entry = Entry(sys.intern(name), _texts(usual[2]), usual[3], _texts(usual[4]))
            yield number, entry
    if not counts and "outside_github" not in faults.counts:
        raise UsageError(
            f"{name_of} has no entries of the list.",
            'Each line should be like {"eco_name": "...", "branch": [], "repo_url": "...", "tags": []}.',
        )


@lru_cache(maxsize=65536)
def _texts(written: str) -> tuple[str, ...]:
    return tuple(map(sys.intern, json.loads(f"[{written}]")))


def _unusual(line: str) -> Entry:
    """Read any line of the list. Raises _Invalid."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise _Invalid("not_json") from None
    if not isinstance(found, dict):
        raise _Invalid("wrong_fields")
    name, url = found.get("eco_name"), found.get("repo_url")
    branch, tags = found.get("branch") or [], found.get("tags") or []
    if not (isinstance(name, str) and name.strip() and isinstance(url, str)):
        raise _Invalid("wrong_fields")
    if not all(isinstance(listed, list) and all(isinstance(text, str) for text in listed) for listed in (branch, tags)):
        raise _Invalid("wrong_fields")
    if not _is_text(name, url, *branch, *tags):
        raise _Invalid("not_json")
    if "github.com" not in url.lower():
        raise _Invalid("outside_github")
    meant = IN_A_LINK.fullmatch(url.strip())
    if meant is None or not REPOSITORY.fullmatch(meant[1]):
        raise _Invalid("no_repository")
    return Entry(name.strip(), tuple(map(sys.intern, branch)), meant[1], tuple(map(sys.intern, tags)))


def _is_text(*texts: str) -> bool:
    """Return whether texts have no lone surrogates, which come from invalid UTF-8 and from escapes."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def _lines(path: Path, name: str, faults: Faults) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; those that are too long are recorded. Raises UsageError."""
    number, rest, is_long = 0, b"", False
    for block in _blocks(path, name):
        *ended, rest = (rest + block).split(b"\n")
        for line in ended:
            number += 1
            if is_long or len(line) > LONGEST_LINE:
                faults.add(number, "too_long")
                is_long = False
            else:
                yield number, line.decode("utf-8", "surrogateescape")
        if len(rest) > LONGEST_LINE:
            rest, is_long = b"", True
    if is_long:
        faults.add(number + 1, "too_long")
    elif rest:
        yield number + 1, rest.decode("utf-8", "surrogateescape")


def _blocks(path: Path, name: str) -> Iterator[bytes]:
    """Yield the content, unpacked, in blocks. Raises UsageError."""
    if path == STDIN and sys.stdin is None:
        raise UsageError("The standard input is closed.", "Name the exported file.")
    with ExitStack() as stack:
        try:
            if path != STDIN and path.is_char_device():
                raise UsageError(f"{name} is a device, not a file.", "Name the exported file.")
            stream = sys.stdin.buffer if path == STDIN else stack.enter_context(path.open("rb"))
            buffered = io.BufferedReader(cast(io.RawIOBase, stream), BLOCK_BYTES)
            # Else it would close the standard input when it is collected.
            stack.callback(buffered.detach)
            file = cast(BinaryIO, gzip.GzipFile(fileobj=buffered)) if buffered.peek(2)[:2] == _GZIP else buffered
            while block := file.read(BLOCK_BYTES):
                yield block
        # Before OSError, of which BadGzipFile is one: https://docs.python.org/3/library/gzip.html#gzip.BadGzipFile
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise UsageError(
                f"{name} is damaged: the compressed data is incomplete.", "Make the export again."
            ) from None
        except OSError as error:
            raise UsageError(f"{name} cannot be read ({error.strerror}).", "Name the exported file.") from None
