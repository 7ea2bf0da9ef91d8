"""Reader for an export of Electric Capital's list of open-source ecosystems: one JSON object per line.

    {"eco_name": "Bitcoin", "branch": ["Lightning"], "repo_url": "https://github.com/example/node", "tags": ["#wallet"]}

`branch` is the path of sub-ecosystems that leads to the repository; it is empty for the ecosystem's own repositories.
Source: https://github.com/electric-capital/open-dev-data. The file has millions of lines, so it is streamed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from collector.config.names import IN_A_LINK, REPOSITORY
from collector.did_you_mean import did_you_mean
from collector.errors import UsageError

# At most this many invalid lines are reported by number.
SHOWN_FAULTS = 5
# Longest line read, in bytes; a longer one is not part of such a list.
LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class Entry:
    """One line: a GitHub repository in an ecosystem."""

    ecosystem: str
    branch: tuple[str, ...]
    repo: str
    tags: tuple[str, ...]


@dataclass
class Faults:
    """Lines that cannot be used: invalid ones by line number, and the number of repositories outside GitHub."""

    wrong: int = 0
    first: list[int] = field(default_factory=list)
    elsewhere: int = 0

    def add(self, number: int) -> None:
        """Record an invalid line."""
        self.wrong += 1
        if len(self.first) < SHOWN_FAULTS:
            self.first.append(number)

    def sentence(self) -> str | None:
        """Describe what was skipped, or return None."""
        parts = []
        if self.wrong:
            more = ", ..." if self.wrong > len(self.first) else ""
            parts.append(f"{self.wrong:,} invalid lines (line {', '.join(map(str, self.first))}{more})")
        if self.elsewhere:
            parts.append(f"{self.elsewhere:,} repositories outside GitHub")
        return f"Skipped: {' and '.join(parts)}." if parts else None


@dataclass
class Chosen:
    """An ecosystem: its own repositories, and the number of repositories in each sub-ecosystem."""

    name: str
    entries: dict[str, Entry] = field(default_factory=dict)  # by name in lower case
    within: dict[str, int] = field(default_factory=dict)


def read(path: Path, faults: Faults) -> Iterator[Entry]:
    """Yield the usable lines. Raises UsageError if the file cannot be read or has none."""
    usable = 0
    number = 0
    try:
        if path.is_char_device():
            raise UsageError(f"{path} is a device, not a file.", "Name the exported file.")
        with path.open("rb") as file:
            while line := file.readline(LONGEST_LINE):
                number += 1
                if not line.strip():
                    continue
                entry = _entry(line, number, faults)
                if entry is not None:
                    usable += 1
                    yield entry
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Name the exported file.") from None
    if not usable and not faults.elsewhere:
        raise UsageError(
            f"{path} has no entries of the list.",
            'Each line should be like {"eco_name": "...", "branch": [], "repo_url": "...", "tags": []}.',
        )


def _entry(line: bytes, number: int, faults: Faults) -> Entry | None:
    try:
        found = json.loads(line)
        name, url = found["eco_name"], found["repo_url"]
        branch, tags = found.get("branch") or [], found.get("tags") or []
        lists = isinstance(branch, list) and isinstance(tags, list)
        usable = isinstance(name, str) and name.strip() and isinstance(url, str) and lists
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
        usable = False
    if not usable:
        faults.add(number)
        return None
    if "github.com" not in url.lower():
        faults.elsewhere += 1
        return None
    meant = IN_A_LINK.fullmatch(url.strip())
    if meant is None or not REPOSITORY.fullmatch(meant[1]):
        faults.add(number)
        return None
    return Entry(name.strip(), tuple(map(str, branch)), meant[1], tuple(map(str, tags)))


def ecosystems(path: Path, faults: Faults) -> dict[str, int]:
    """Return the number of entries per ecosystem, sub-ecosystems included, the largest first."""
    entries: dict[str, int] = {}
    for entry in read(path, faults):
        entries[entry.ecosystem] = entries.get(entry.ecosystem, 0) + 1
    return dict(sorted(entries.items(), key=lambda pair: (-pair[1], pair[0].casefold())))


def choose(path: Path, name: str, whole: bool, tags: tuple[str, ...], faults: Faults) -> Chosen:
    """Return an ecosystem's own repositories; with `whole`, also its sub-ecosystems'; with `tags`, only tagged ones.

    Names are compared ignoring case. Raises UsageError, with a suggestion, if there is no such ecosystem.
    """
    chosen = Chosen(name)
    names: set[str] = set()
    wanted = {tag.casefold().lstrip("#") for tag in tags}
    for entry in read(path, faults):
        if entry.ecosystem.casefold() != name.casefold():
            names.add(entry.ecosystem)
            continue
        chosen.name = entry.ecosystem
        if entry.branch:
            chosen.within[entry.branch[0]] = chosen.within.get(entry.branch[0], 0) + 1
        fits = not wanted or wanted & {tag.casefold().lstrip("#") for tag in entry.tags}
        if fits and (whole or not entry.branch):
            chosen.entries.setdefault(entry.repo.casefold(), entry)
    if not chosen.entries and not chosen.within:
        raise UsageError(f'The list has no ecosystem "{name}"{did_you_mean(name, names)}')
    return chosen
