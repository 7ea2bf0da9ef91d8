"""What the files of a project's pull requests say: counted lines, and which docs and economic rules they touch."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from collector.config import Config, matches
from collector.config.uncounted_paths import MANIFEST_PATHS

_FILES = """
SELECT f.pull_request, f.path, coalesce(f.additions, 0) + coalesce(f.deletions, 0), p.merged_at IS NOT NULL,
       m.account IS NOT NULL
FROM project_repositories AS r
CROSS JOIN pull_requests AS p ON p.repository = r.repository
LEFT JOIN machines AS m ON m.account = p.author
CROSS JOIN pull_request_files AS f ON f.pull_request = p.id
WHERE r.project = ? AND r.tracked AND f.gone_at IS NULL
"""


@dataclass(slots=True)
class Lines:
    """What a pull request or a push changed in docs or rules: counted lines, and whether it touched any of it."""

    touches: bool = False
    lines: int = 0

    def add(self, lines: int, *, counts: bool) -> None:
        """Add the changes of a file or commit."""
        self.touches = True
        self.lines += lines if counts else 0


@dataclass(slots=True)
class _Counted:
    """The lines of pull requests outside of some paths."""

    lines: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    sized: set[int] = field(default_factory=set)  # with a file of which lines are known
    counting: set[int] = field(default_factory=set)  # with a file outside of the paths

    def add(self, pull_request: int, lines: int, counts: bool) -> None:
        """Add a file. `counts`: it is outside of the paths."""
        self.lines[pull_request] += lines if counts else 0
        if counts:
            self.counting.add(pull_request)
        if lines:
            self.sized.add(pull_request)

    def known(self) -> dict[int, int]:
        """Return pull request -> its lines, where they are known.

        Files with 0 lines (binary files, changed modes) do not say how many lines the commits changed, unless all are
        in the paths.
        """
        return {one: lines for one, lines in self.lines.items() if one in self.sized or one not in self.counting}


@dataclass(frozen=True, slots=True)
class _Path:
    """Where the files of a path count."""

    generated: bool  # its lines count nowhere
    counts: bool  # its lines count in docs and rules, and where a bot's pull request was merged
    kinds: tuple[int, ...]  # which of the kinds of paths it is of


@dataclass(frozen=True)
class ChangedFiles:
    """The files of a project's pull requests, by pull request."""

    lines: dict[int, int]  # outside of generated paths, where known
    of_bots: dict[int, int]  # of bots' pull requests: outside of manifests, too
    touched: dict[int, tuple[Lines, ...]]  # of merged ones: what they changed in each kind of paths
    paths: Set[str]  # of all files of merged ones


def read(db: sqlite3.Connection, config: Config, slug: str, kinds: Sequence[tuple[str, ...]]) -> ChangedFiles:
    """Read all of it in one pass. `kinds` are patterns, such as those of docs; generated files count no lines."""
    known: tuple[dict[str, _Path], dict[str, _Path]] = ({}, {})  # of people's pull requests, and of bots'
    counted, of_bots, paths = _Counted(), _Counted(), set[str]()
    touched: dict[int, tuple[Lines, ...]] = defaultdict(lambda: tuple(Lines() for _ in kinds))
    for pull_request, path, lines, is_merged, of_bot in db.execute(_FILES, [slug]):
        found = known[of_bot].get(path)
        if found is None:
            found = known[of_bot][path] = _path(config, path, kinds, bool(of_bot))
        counted.add(pull_request, lines, not found.generated)
        if of_bot:
            of_bots.add(pull_request, lines, found.counts)
        if is_merged:
            paths.add(path)
            for place in found.kinds:
                touched[pull_request][place].add(lines, counts=found.counts)
    return ChangedFiles(counted.known(), of_bots.known(), dict(touched), paths)


def _path(config: Config, path: str, kinds: Sequence[tuple[str, ...]], of_bot: bool) -> _Path:
    generated = matches(config.generated_paths, path)
    uncounted = matches((*config.generated_paths, *MANIFEST_PATHS), path) if of_bot else generated
    its = tuple(place for place, patterns in enumerate(kinds) if matches(patterns, path))
    return _Path(generated, not uncounted, its)
