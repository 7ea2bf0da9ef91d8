"""Choose ecosystems, and their repositories, from an export of Electric Capital's list (`export_lines`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from collector.did_you_mean import did_you_mean
from collector.errors import UsageError
from collector.repos.export_lines import Entry, Faults, read


@dataclass
class Chosen:
    """Ecosystems with their repositories. A repository of several is in `entries` once, for the first one asked for."""

    ranks: dict[str, int] = field(
        default_factory=dict
    )  # ecosystem, as the list writes it -> place among those asked for
    entries: dict[str, Entry] = field(default_factory=dict)  # by name of the repository in lower case
    within: dict[str, int] = field(default_factory=dict)  # entries of each sub-ecosystem
    also: dict[tuple[str, str], Entry] = field(default_factory=dict)  # by (repository, further ecosystem that has it)

    @property
    def names(self) -> list[str]:
        """The ecosystems in the order in which they were asked for."""
        return sorted(self.ranks, key=self.ranks.__getitem__)

    def take(self, entry: Entry) -> bool:
        """Add a line. Returns False if it repeats an earlier one: the same repository in the same ecosystem."""
        lower = entry.repo.lower()
        key = entry.repo if entry.repo == lower else lower  # one text in memory in place of two equal ones
        held = self.entries.setdefault(key, entry)
        if held is entry:
            return True
        if held.ecosystem == entry.ecosystem or (key, entry.ecosystem) in self.also:
            return False
        first, other = sorted((held, entry), key=lambda e: self.ranks[e.ecosystem])
        self.entries[key], self.also[key, other.ecosystem] = first, other
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
