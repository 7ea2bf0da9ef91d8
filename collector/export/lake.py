"""Export to Parquet in partitions by project and date, of which only those that changed are written.

    TABLE/project=SLUG/data.parquet                   facts, and the evidence at the latest date
    TABLE/project=SLUG/as_of=DATE/data.parquet        signals, facts beside them, and scores
    TABLE/shard=N-of-M/data.parquet                   what is of no project, such as accounts

Each file holds the hash of its rows in its metadata; a file whose rows have the same hash stays as it is. Several
databases may be written to one folder, if they have no project in common: the shards of a set.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from collector.atomic_files import replacing, write_text
from collector.export.shapes import Kind, Shape, shapes
from collector.export.writers import check_installed, hash_in, parquet
from collector.method import evidence
from collector.method.registry import BY_KEY
from collector.method_constants import METHOD_VERSION
from collector.sql import snapshot

# Part of each file's hash: raise it when the same rows are to be written differently.
LAYOUT = 1
MANIFEST, FILE = "manifest.json", "data.parquet"
# With their evidence: more would take more memory at once, fewer more time to plan the statements.
PROJECTS_AT_ONCE = 20

_REPOSITORIES = "SELECT repository FROM project_repositories WHERE project = :project"
# Column -> which rows are a project's. The first that a table has decides.
_OWNERS = {
    "project": "project = :project",
    "repository": f"repository IN ({_REPOSITORIES})",
    "pull_request": f"pull_request IN (SELECT id FROM pull_requests WHERE repository IN ({_REPOSITORIES}))",
    "issue": f"issue IN (SELECT id FROM issues WHERE repository IN ({_REPOSITORIES}))",
    "discussion": f"discussion IN (SELECT id FROM discussions WHERE repository IN ({_REPOSITORIES}))",
}
# The tables of which the condition above would read the rows of all projects: what leads SQLite to an index of theirs.
_LED_BY = {
    "landings": f"repository IN ({_REPOSITORIES})",
    # Each type, found by a search instead of a scan: https://www.sqlite.org/lang_with.html
    "events": "type IN (WITH RECURSIVE types (type) AS (SELECT min(type) FROM events UNION ALL "
    "SELECT (SELECT min(type) FROM events WHERE type > types.type) FROM types WHERE types.type IS NOT NULL) "
    "SELECT type FROM types WHERE type IS NOT NULL)",
}
# A repository is in the partition of each of its projects, as a repository of that project.
_IN_PROJECT = {
    "project": ":project",
    "role": "(SELECT b.role FROM project_repositories AS b "
    "WHERE b.project = :project AND b.repository = repositories.id)",
}
# Rows of these tables may belong to no repository.
_WHOLE = {"changes"}
# Each derivation numbers these again, so all rows would seem to change; the evidence has what follows from them.
_NUMBERED_ANEW = {"work", "work_paths", "release_work", "release_versions"}
# Bookkeeping of what is to be derived again, and what was.
_OWN = {"changed_repositories", "changed_accounts", "derived_projects", "computed_projects"}
# The projects of a shard are compared with one another only.
_COMPARED = {"score_letters"}
WHOLE = "1-of-1"
# Types of columns that the views of evidence compute: SQLite declares none. All others are integers, or end in _at.
_REALS = {"anyone_days", "days", "notice_days", "releases_with_notes"}
_TEXTS = {
    "bucket", "change", "charge", "clock", "dated", "day", "flag", "kind", "last_change", "project", "reason",
    "repository", "resolved_by", "status", "tag_name", "tier", "url", "version", "week", "weeks_only",
}  # fmt: skip
_TIMES = {"at", "newest_work"}
# Holds account ids, or the reason why there is none.
_MIXED = {("evidence_history_integrity", "author")}

Rows = Sequence[tuple[object, ...]]
Progress = Callable[[str, int, int], None]


@dataclass
class ExportedTable:
    """What the manifest says of a table."""

    partitions: list[str]
    files: int = 0
    rows: int = 0
    bytes: int = 0


@dataclass
class Manifest:
    """What a lake holds, and how many of its files the last export wrote."""

    layout: int = LAYOUT
    method_version: str = METHOD_VERSION
    as_of: str | None = None  # of the evidence: the latest date that signals were computed for
    written: int = 0
    unchanged: int = 0
    deleted: int = 0
    tables: dict[str, ExportedTable] = field(default_factory=dict)


class Lake:
    """A folder of partitions. Call `add` with each database, then `finish`.

    Every file is replaced as a whole. An export that is killed leaves some partitions as they were; the next one
    writes them.
    """

    def __init__(self, folder: Path) -> None:
        check_installed("parquet")
        self.folder, self.manifest = folder.absolute(), Manifest()
        self.shards: set[str] = set()

    def add(self, db: sqlite3.Connection, shard: str, progress: Progress) -> None:
        """Write what changed of a database, from one consistent snapshot. `shard` is "1-of-4", or WHOLE."""
        with snapshot(db):
            slugs = [row[0] for row in db.execute("SELECT slug FROM projects ORDER BY slug")]
            left_out = _NUMBERED_ANEW | _OWN | (set() if shard == WHOLE else _COMPARED)
            every = shapes(db)
            found = [shape for shape in every if shape.name not in left_out]
            self.shards.add(shard)
            for name in left_out:  # of an export of the undivided database
                for left in list((self.folder / name).rglob(FILE)):
                    self._delete(left)
            if shard != WHOLE:
                for shape in every:  # of the same: its tables as one file each
                    (self.folder / f"{shape.name}.parquet").unlink(missing_ok=True)
            for number, shape in enumerate(found, start=1):
                self._add_table(db, shape, slugs, shard)
                progress(shape.name, number, len(found))
            latest = db.execute("SELECT max(as_of) FROM signals").fetchone()[0]
            if latest is not None:
                self.manifest.as_of = max(self.manifest.as_of or latest, latest)
                self._add_evidence(db, date.fromisoformat(latest), slugs)

    def finish(self) -> Manifest:
        """Delete what an earlier export left of other shards, write the manifest, and return it. Raises OSError."""
        for left in list(self.folder.glob(f"*/shard=*/{FILE}")):
            if left.parent.name.removeprefix("shard=") not in self.shards:
                self._delete(left)
        text = json.dumps(asdict(self.manifest), indent=2, sort_keys=True)
        # Last, when all that it names is there.
        write_text(self.folder / MANIFEST, f"{text}\n")
        return self.manifest

    def _add_table(self, db: sqlite3.Connection, shape: Shape, slugs: Sequence[str], shard: str) -> None:
        kinds = dict(shape.columns)
        column = next((name for name in _OWNERS if name in kinds), None)
        is_name = column == "repository" and kinds["repository"] != "integer"
        if column is None or is_name or shape.name in _WHOLE:
            self._write(shape, [("shard", shard)], partial(_selected, db, shape, "TRUE", {}))
            return
        for slug in slugs:
            if kinds.get("as_of") == "date":
                self._add_dates(db, shape, slug)
            else:
                where = f"id IN ({_REPOSITORIES})" if shape.name == "repositories" else _OWNERS[column]
                where += f" AND {_LED_BY[shape.name]}" if shape.name in _LED_BY else ""
                self._write(shape, [("project", slug)], partial(_selected, db, shape, where, {"project": slug}))

    def _add_dates(self, db: sqlite3.Connection, shape: Shape, slug: str) -> None:
        days = {row[0] for row in db.execute(f"SELECT DISTINCT as_of FROM {shape.name} WHERE project = ?", [slug])}
        for day in sorted(days):
            where = "project = :project AND as_of = :as_of"
            self._write(
                shape,
                [("project", slug), ("as_of", day)],
                partial(_selected, db, shape, where, {"project": slug, "as_of": day}),
            )
        for left in (self.folder / shape.name / f"project={slug}").glob(f"as_of=*/{FILE}"):
            if left.parent.name.removeprefix("as_of=") not in days:  # a date that a wrong clock had made
                self._delete(left)

    def _add_evidence(self, db: sqlite3.Connection, as_of: date, slugs: Sequence[str]) -> None:
        rest = iter(slugs)
        while some := list(islice(rest, PROJECTS_AT_ONCE)):
            evidence.materialise(db, as_of, some)
            for key in BY_KEY:
                name = f"evidence_{key}"
                shape = Shape(name, tuple(_typed(db, name)))
                found = evidence.rows(db, key)
                for slug in some:
                    rows = sorted((_fitting(shape, row) for row in found.get(slug, [])), key=repr)
                    self._write(shape, [("project", slug)], partial(iter, rows))
        evidence.drop_temporary(db)

    def _write(
        self,
        shape: Shape,
        partition: Sequence[tuple[str, str]],
        rows: Callable[[], Iterator[tuple[object, ...]]],
    ) -> None:
        """Write a partition if its rows changed, and delete it if there are none any more."""
        path = self.folder.joinpath(shape.name, *("=".join(one) for one in partition), FILE)
        # Read twice instead of held: a partition may have more rows than fit into memory.
        hashed, count = _hash(shape, rows())
        table = self.manifest.tables.setdefault(shape.name, ExportedTable([name for name, _ in partition]))
        if count == 0:
            if path.exists():
                self._delete(path)
            return
        if hash_in(path) == hashed:
            self.manifest.unchanged += 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as beside:
                parquet(shape, rows(), beside, hashed)
            self.manifest.written += 1
        table.files += 1
        table.rows += count
        table.bytes += path.stat().st_size

    def _delete(self, path: Path) -> None:
        path.unlink()
        path.parent.rmdir()
        self.manifest.deleted += 1


def _selected(
    db: sqlite3.Connection, shape: Shape, where: str, values: Mapping[str, str]
) -> Iterator[tuple[object, ...]]:
    """Yield rows in the order of their columns, so that the same rows have the same hash."""
    changed = _IN_PROJECT if shape.name == "repositories" and values else {}
    columns = ", ".join(changed.get(name, f'"{name}"') for name, _ in shape.columns)
    # Of one project, `+` keeps SQLite from reading the rows of all in the order of an index, to save the sorting:
    # https://www.sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_
    order = ", ".join(f'{"+" if values else ""}"{name}"' for name, _ in shape.columns)
    yield from db.execute(f'SELECT {columns} FROM "{shape.name}" WHERE {where} ORDER BY {order}', values)


def _hash(shape: Shape, rows: Iterable[tuple[object, ...]]) -> tuple[str, int]:
    """Return a hash of a shape and its rows, and how many rows there are."""
    found = blake2b(repr((LAYOUT, shape)).encode(), digest_size=16)
    count = 0
    for row in rows:
        found.update(repr(row).encode())
        count += 1
    return found.hexdigest(), count


def _fitting(shape: Shape, row: Iterable[object]) -> tuple[object, ...]:
    """Return a row with numbers in text columns as texts."""
    return tuple(
        str(value) if kind == "text" and value is not None else value
        for value, (_, kind) in zip(row, shape.columns, strict=True)
    )


def _typed(db: sqlite3.Connection, view: str) -> Iterator[tuple[str, Kind]]:
    for name, declared in db.execute("SELECT name, type FROM pragma_table_info(?)", [view]).fetchall():
        if name.endswith("_at") or name in _TIMES:
            yield name, "time"
        elif declared == "TEXT" or name in _TEXTS or (view, name) in _MIXED:
            yield name, "text"
        else:
            yield name, "real" if declared == "REAL" or name in _REALS else "integer"
