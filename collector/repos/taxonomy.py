"""Choose ecosystems, and their repositories, from an export of Electric Capital's list (`export_lines`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from collector.did_you_mean import did_you_mean
from collector.errors import UsageError
from collector.repos.export_lines import Entry, Faults, read

_Shared = tuple[str, tuple[str, ...], tuple[str, ...]]  # ecosystem, branch, tags


class Entries(Mapping[str, Entry]):
    """Entries by name of the repository in lower case.

    Hundreds of thousands share few ecosystems, branches and tags, which are kept once: 140 bytes for a repository.
    """

    def __init__(self) -> None:
        self._shared: dict[_Shared, _Shared] = {}
        self._by_name: dict[str, _Shared] = {}
        self._spelt: dict[str, str] = {}  # names that are not in lower case

    def put(self, key: str, entry: Entry) -> None:
        """Set the entry of a repository."""
        shared = (entry.ecosystem, entry.branch, entry.tags)
        shared = self._shared.setdefault(shared, shared)
        if entry.repo == key:
            self._by_name[entry.repo] = shared
            self._spelt.pop(key, None)
        else:
            self._by_name[key] = shared
            self._spelt[key] = entry.repo

    def __getitem__(self, key: str) -> Entry:
        ecosystem, branch, tags = self._by_name[key]
        return Entry(ecosystem, branch, self._spelt.get(key, key), tags)

    def __contains__(self, key: object) -> bool:
        return key in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


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
        if key not in self.entries:
            self.entries.put(key, entry)
            return True
        held = self.entries[key]
        if held.ecosystem == entry.ecosystem or (key, entry.ecosystem) in self.also:
            return False
        first, other = sorted((held, entry), key=lambda e: self.ranks[e.ecosystem])
        self.entries.put(key, first)
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

    Names are compared ignoring case. Raises UsageError, with a suggestion, if one is not in the list.
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
