"""Electric Capital's list of open-source ecosystems, as its export writes it: a JSON object a line.

    {"eco_name": "Bitcoin", "branch": ["Lightning"], "repo_url": "https://github.com/example/node", "tags": ["#wallet"]}

`branch` names the ecosystems between the named one and the repository: empty where it is listed in that one itself.
Source: github.com/electric-capital/open-dev-data. The file has millions of lines, so it is read once, line by line.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from collector.config.names import IN_A_LINK, REPOSITORY
from collector.did_you_mean import did_you_mean
from collector.errors import UsageError

# Lines that are wrong are told of by number, but not all of them.
SHOWN_FAULTS = 5
# No line of a list is longer; one that is, is not of this list.
LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class Entry:
    """A line: a repository on GitHub within an ecosystem."""

    ecosystem: str
    branch: tuple[str, ...]
    repo: str
    tags: tuple[str, ...]


@dataclass
class Faults:
    """Lines that say nothing usable: wrong ones by number, and how many lead to other hosts than GitHub."""

    wrong: int = 0
    first: list[int] = field(default_factory=list)
    elsewhere: int = 0

    def add(self, number: int) -> None:
        """Note a wrong line."""
        self.wrong += 1
        if len(self.first) < SHOWN_FAULTS:
            self.first.append(number)

    def sentence(self) -> str | None:
        """What was left out, or None."""
        parts = []
        if self.wrong:
            more = ", ..." if self.wrong > len(self.first) else ""
            parts.append(f"{self.wrong:,} lines that are no entry (line {', '.join(map(str, self.first))}{more})")
        if self.elsewhere:
            parts.append(f"{self.elsewhere:,} repositories outside GitHub")
        return f"Left out: {' and '.join(parts)}." if parts else None


@dataclass
class Chosen:
    """An ecosystem: its own repositories, and how many more each of the ecosystems within it has."""

    name: str
    entries: dict[str, Entry] = field(default_factory=dict)  # by name in lower case
    within: dict[str, int] = field(default_factory=dict)


def read(path: Path, faults: Faults) -> Iterator[Entry]:
    """The usable lines. Raises UsageError when the file cannot be read or no line is one."""
    usable = 0
    number = 0
    try:
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
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Give the file of the export.") from None
    if not usable and not faults.elsewhere:
        raise UsageError(
            f"{path} holds no entry of the list.",
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
    """Ecosystem -> how many entries it has, with those of the ecosystems within it; the largest first."""
    entries: dict[str, int] = {}
    for entry in read(path, faults):
        entries[entry.ecosystem] = entries.get(entry.ecosystem, 0) + 1
    return dict(sorted(entries.items(), key=lambda pair: (-pair[1], pair[0].casefold())))


def choose(path: Path, name: str, whole: bool, tags: tuple[str, ...], faults: Faults) -> Chosen:
    """An ecosystem's own repositories; with `whole` also those of the ecosystems within it, with `tags` only those.

    Letter case does not matter. Raises UsageError, with the nearest name, when there is none of that name.
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
