"""Choose ecosystems, and their repositories, from an export of Electric Capital's list (`export_lines`)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from collector.did_you_mean import did_you_mean
from collector.errors import UsageError
from collector.repos.export_lines import Entry, Faults, read
from collector.repos.temporary_rows import TemporaryRows

_SCHEMA = """
CREATE TABLE entries (place INTEGER PRIMARY KEY, key TEXT, rank INTEGER, repo TEXT, within TEXT, UNIQUE (key, rank))
"""
# Of a repository that several ecosystems have, the entry of the one that was asked for first.
_FIRST = "NOT EXISTS (SELECT 1 FROM entries AS other WHERE other.key = entries.key AND other.rank < entries.rank)"


class Entries:
    """The entries of ecosystems, each repository once for each ecosystem.

    They are kept in a temporary database: in a dict, the 580,000 of the largest ecosystem would take 180 MB.
    """

    def __init__(self) -> None:
        self._held = TemporaryRows(_SCHEMA)

    def add(self, entry: Entry, rank: int) -> bool:
        """Add an entry of the ecosystem that was asked for as number `rank`. Returns False if that has it already."""
        row = (entry.repo.lower(), rank, entry.repo, _written(entry.ecosystem, entry.branch, entry.tags))
        sql = "INSERT OR IGNORE INTO entries (key, rank, repo, within) VALUES (?, ?, ?, ?)"
        return self._held.write(sql, *row) == 1

    def __iter__(self) -> Iterator[Entry]:
        """Yield each repository once, as the first ecosystem that has it lists it, in the order of the list."""
        place = "(SELECT min(place) FROM entries AS any_of WHERE any_of.key = entries.key)"
        return self._read(f"SELECT repo, within FROM entries WHERE {_FIRST} ORDER BY {place}")

    def __len__(self) -> int:
        """Return the number of repositories."""
        return int(self._held.row("SELECT count(DISTINCT key) FROM entries")[0])

    def by_ecosystem(self, once: bool) -> Iterator[Entry]:
        """Yield all in the order in which their ecosystems were asked for; with `once`, each repository only once."""
        where = f"WHERE {_FIRST} " if once else ""
        return self._read(f"SELECT repo, within FROM entries {where}ORDER BY rank, place")

    def ecosystems(self, repo: str) -> list[str]:
        """Return the ecosystems that have a repository, in the order in which they were asked for."""
        sql = "SELECT repo, within FROM entries WHERE key = ? ORDER BY rank"
        return [entry.ecosystem for entry in self._read(sql, repo.lower())]

    def _read(self, statement: str, *values: str) -> Iterator[Entry]:
        for repo, within in self._held.rows(statement, *values):
            ecosystem, branch, tags = _read(within)
            yield Entry(ecosystem, branch, repo, tags)


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
    """Ecosystems with their repositories."""

    # Ecosystem, as the list writes it -> its place among those asked for.
    ranks: dict[str, int] = field(default_factory=dict)
    entries: Entries = field(default_factory=Entries)
    within: dict[str, int] = field(default_factory=dict)  # entries of each sub-ecosystem

    @property
    def names(self) -> list[str]:
        """The ecosystems in the order in which they were asked for."""
        return sorted(self.ranks, key=self.ranks.__getitem__)

    def take(self, entry: Entry) -> bool:
        """Add a line. Returns False if it repeats an earlier one: the same repository in the same ecosystem."""
        return self.entries.add(entry, self.ranks[entry.ecosystem])


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
