"""Choose ecosystems, and their repositories, from an export of Electric Capital's list (`export_lines`)."""

import json
import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from collector.did_you_mean import did_you_mean
from collector.errors import DatabaseError, UsageError
from collector.repos.export_lines import Entry, Faults, read
from collector.store import database


class Entries(Mapping[str, Entry]):
    """Entries by name of the repository in lower case, in the order in which they were first added.

    They are kept in a temporary database: in a dict, the 580,000 of the largest ecosystem would take 180 MB.
    """

    def __init__(self) -> None:
        self._db = database.temporary()
        weakref.finalize(self, self._db.close)
        self._db.execute("CREATE TABLE entries (place INTEGER PRIMARY KEY, key TEXT UNIQUE, repo TEXT, within TEXT)")
        self._db.execute("BEGIN")  # never committed: a transaction for each row would be slow

    def add(self, key: str, entry: Entry) -> bool:
        """Add the entry of a repository, unless there is one. Returns whether it was added."""
        row = (key, entry.repo, _written(entry.ecosystem, entry.branch, entry.tags))
        return self._execute("INSERT OR IGNORE INTO entries (key, repo, within) VALUES (?, ?, ?)", *row).rowcount == 1

    def replace(self, key: str, entry: Entry) -> None:
        """Put another entry in the place of that of a repository."""
        row = (entry.repo, _written(entry.ecosystem, entry.branch, entry.tags), key)
        self._execute("UPDATE entries SET repo = ?, within = ? WHERE key = ?", *row)

    def _execute(self, statement: str, *values: str) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise DatabaseError(
                f"The list does not fit into the folder of temporary files ({error}).",
                "Free some space there, or name another folder in SQLITE_TMPDIR.",
            ) from None

    def __getitem__(self, key: str) -> Entry:
        row = self._execute("SELECT repo, within FROM entries WHERE key = ?", key).fetchone()
        if row is None:
            raise KeyError(key)
        ecosystem, branch, tags = _read(row[1])
        return Entry(ecosystem, branch, row[0], tags)

    def __iter__(self) -> Iterator[str]:
        return (key for (key,) in self._execute("SELECT key FROM entries ORDER BY place"))

    def __len__(self) -> int:
        (count,) = self._execute("SELECT count(*) FROM entries").fetchone()
        return int(count)


@lru_cache(maxsize=4096)
def _written(ecosystem: str, branch: tuple[str, ...], tags: tuple[str, ...]) -> str:
    """Return what many entries share, as a text."""
    return json.dumps((ecosystem, branch, tags))


@lru_cache(maxsize=4096)
def _read(written: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    ecosystem, branch, tags = json.loads(written)
    return ecosystem, tuple(branch), tuple(tags)


@dataclass
class Chosen:
    """Ecosystems with their repositories. A repository of several is in `entries` once, for the first one asked for."""

    ranks: dict[str, int] = field(
        default_factory=dict
    )  # ecosystem, as the list writes it -> place among those asked for
    entries: Entries = field(default_factory=Entries)
    within: dict[str, int] = field(default_factory=dict)  # entries of each sub-ecosystem
    also: dict[tuple[str, str], Entry] = field(default_factory=dict)  # by (repository, further ecosystem that has it)

    @property
    def names(self) -> list[str]:
        """The ecosystems in the order in which they were asked for."""
        return sorted(self.ranks, key=self.ranks.__getitem__)

    def take(self, entry: Entry) -> bool:
        """Add a line. Returns False if it repeats an earlier one: the same repository in the same ecosystem."""
        key = entry.repo.lower()
        if self.entries.add(key, entry):
            return True
        held = self.entries[key]
        if held.ecosystem == entry.ecosystem or (key, entry.ecosystem) in self.also:
            return False
        first, other = sorted((held, entry), key=lambda e: self.ranks[e.ecosystem])
        self.entries.replace(key, first)
        self.also[key, other.ecosystem] = other
        return True


def ecosystems(path: Path, faults: Faults) -> dict[str, int]:
    """Return the number of entries per ecosystem, sub-ecosystems included, the largest first."""
    counts: dict[str, int] = {}
    for _ in read(path, faults, lambda name: False, counts):
        pass
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].casefold())))


def choose(path: Path, names: Sequence[str], whole: bool, tags: Sequence[str], faults: Faults) -> Chosen:
    """Return ecosystems with their own repositories; with `whole`, also their sub-ecosystems'; with `tags`, only tagged
    ones.

    Names are compared ignoring case. Raises UsageError, with a suggestion, if one is not in the list, and DatabaseError
    if the temporary files do not fit on the disk.
    """
    asked = {name: place for place, name in enumerate(dict.fromkeys(name.strip().casefold() for name in names))}
    written: dict[str, str] = {}  # as the list writes it first, by the name ignoring case
    wanted_tags = {tag.casefold().lstrip("#") for tag in tags}
    counts: dict[str, int] = {}
    chosen = Chosen()
    for number, entry in read(path, faults, lambda name: name.casefold() in asked, counts):
        folded = entry.ecosystem.casefold()
        name = written.setdefault(folded, entry.ecosystem)
        chosen.ranks[name] = asked[folded]
        if entry.branch:
            chosen.within[entry.branch[0]] = chosen.within.get(entry.branch[0], 0) + 1
        fits = not wanted_tags or wanted_tags & {tag.casefold().lstrip("#") for tag in entry.tags}
        if not fits or (entry.branch and not whole):
            continue
        if not chosen.take(entry if name == entry.ecosystem else replace(entry, ecosystem=name)):
            faults.add(number, "repeated")
    for name in names:
        if name.strip().casefold() not in written:
            raise UsageError(f'The list has no ecosystem "{name}"{did_you_mean(name, counts)}')
    return chosen
