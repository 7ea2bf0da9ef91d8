"""Choose ecosystems, and their repositories, from an export of Electric Capital's list (`export_lines`)."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from collector.did_you_mean import did_you_mean
from collector.errors import UsageError
from collector.repos.export_lines import Entry, Faults, read

_Shared = tuple[str, tuple[str, ...], tuple[str, ...]]  # ecosystem, branch, tags


class Entries(Mapping[str, Entry]):
    """Entries by name of the repository in lower case, in the order in which they were first put.

    Each of hundreds of thousands takes 65 bytes, half of what a dict takes: the names stand one after the other in one
    text, and are found by a hash table of their numbers (https://en.wikipedia.org/wiki/Linear_probing). What entries
    share, few ecosystems, branches and tags, is kept once.
    """

    def __init__(self) -> None:
        self._names = bytearray()
        self._ends = array("I", [0])  # where each name ends, behind the start of the first
        self._shared: list[_Shared] = []
        self._places: dict[_Shared, int] = {}  # in `_shared`
        self._place = array("I")  # of what each entry shares
        self._slots = array("I", [0]) * 16  # 1 + number of the entry that a hash leads to; 0: none

    def put(self, key: str, entry: Entry) -> None:
        """Set the entry of a repository. Its name is ASCII, and `key` is the name in lower case."""
        shared, name = (entry.ecosystem, entry.branch, entry.tags), entry.repo.encode("ascii")
        place = self._places.setdefault(shared, len(self._shared))
        if place == len(self._shared):
            self._shared.append(shared)
        slot, number = self._find(key.encode())
        if number is not None:
            self._names[self._ends[number] : self._ends[number + 1]] = name
            self._place[number] = place
            return
        self._names += name
        self._ends.append(len(self._names))
        self._place.append(place)
        self._slots[slot] = len(self)
        if 3 * len(self) > 2 * len(self._slots):
            self._widen()

    def __getitem__(self, key: str) -> Entry:
        _, number = self._find(key.encode())
        if number is None:
            raise KeyError(key)
        ecosystem, branch, tags = self._shared[self._place[number]]
        return Entry(ecosystem, branch, self._name(number).decode(), tags)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._find(key.encode())[1] is not None

    def __iter__(self) -> Iterator[str]:
        return (self._name(number).lower().decode() for number in range(len(self)))

    def __len__(self) -> int:
        return len(self._place)

    def _name(self, number: int) -> bytearray:
        return self._names[self._ends[number] : self._ends[number + 1]]

    def _find(self, key: bytes) -> tuple[int, int | None]:
        """Return a name's slot and the number of its entry; where there is none, the free slot for it and None."""
        slot = hash(key) % len(self._slots)
        while found := self._slots[slot]:
            if self._name(found - 1).lower() == key:
                return slot, found - 1
            slot = (slot + 1) % len(self._slots)
        return slot, None

    def _widen(self) -> None:
        self._slots = array("I", [0]) * (2 * len(self._slots))
        for number in range(len(self)):
            slot, _ = self._find(bytes(self._name(number).lower()))
            self._slots[slot] = number + 1


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
