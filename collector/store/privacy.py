"""Forget accounts: pseudonymise them in stored rows, and in everything that later syncs bring.

A forgotten account is recognised by a keyed hash of its id, or of any login that it used since; the key is in a file
beside the database (`hash_key.py`). The pseudonym is a negative id and a name derived from the same hash, so counts and
references hold.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import blake2b

from collector.config import Config
from collector.store import hash_key
from collector.store.batch import Batch

# A word that may be a login. "-" and "_" belong to it: "alice-b" is not the login "alice".
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# GitHub names the branch of an edit in the browser LOGIN-patch-1.
_PATCH = re.compile(r"-patch-\d+$")
_BRANCH = "refs/heads/"


@dataclass(frozen=True)
class Occurrences:
    """What the database stores about a login, as counts."""

    name: str  # the pseudonym
    accounts: int
    rows: int  # that refer to these accounts
    texts: int  # in which the login is a whole word
    repositories: tuple[str, ...]  # owned by the login: their names are not changed
    already: bool  # forgotten before


def look(db: sqlite3.Connection, login: str) -> Occurrences:
    """Return what `forget` would replace for this login, without changing the database."""
    known = _Known(db)
    already = known.name_of_login(login) is not None
    ids = _accounts(db, login)
    name = known.name_of_login(login) or known.new_name(ids, login)
    known.names.setdefault(known.of_login(login), name)
    rows = 0
    for table, columns in references(db).items():
        for column in columns:
            marks = ", ".join("?" * len(ids))
            rows += db.execute(f"SELECT count(*) FROM {table} WHERE {column} IN ({marks})", ids).fetchone()[0]
    texts = 0
    for table, column in known.prepare(db):
        changed = f"SELECT count(*) FROM {table} WHERE {column} IS NOT without_{column}({column})"
        texts += db.execute(changed).fetchone()[0]
    own = db.execute("SELECT full_name FROM repositories WHERE lower(full_name) LIKE ? ESCAPE '!'", [_owned_by(login)])
    return Occurrences(name, len(ids), rows, texts, tuple(r[0] for r in own), already)


def forget(db: sqlite3.Connection, login: str, now: str) -> Occurrences:
    """Pseudonymise an account everywhere, within the caller's transaction, and remember to do so in later syncs.

    The full-text indexes and free pages of the file keep old values: the caller must rebuild the indexes
    (`migrations.rebuild_search`) and VACUUM.
    """
    found = look(db, login)
    known = _Known(db)
    # An account's id is replaced before the rows that refer to it are: their keys are checked at the commit only.
    # https://www.sqlite.org/pragma.html#pragma_defer_foreign_keys
    db.execute("PRAGMA defer_foreign_keys = ON")
    ids = _accounts(db, login)
    known.learn(db, known.of_login(login), found.name, now)
    for ident in ids:
        known.learn(db, known.of_number(ident), found.name, now)
        _replace_number(db, ident, known.number(ident), found.name)
    known.clean_stored(db)
    return found


def apply(db: sqlite3.Connection, batch: Batch, now: str) -> None:
    """Pseudonymise forgotten accounts in a batch before it is stored."""
    if db.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone() is None:
        return
    known = _Known(db)
    learned = 0
    for row in batch.rows.get("accounts", ()):
        name = known.name_of_number(row["id"]) or known.name_of_login(row["login"])
        if name is not None and row["id"] > 0:
            # A forgotten account may have a new login, and a forgotten login an id that was not stored before.
            if known.learn(db, known.of_number(row["id"]), name, now):
                db.execute("PRAGMA defer_foreign_keys = ON")
                _replace_number(db, row["id"], known.number(row["id"]), name)
            learned += known.learn(db, known.of_login(row["login"]), name, now)
            row.update(id=known.number(row["id"]), login=name, created_at=_day(row["created_at"]))
            row.pop("node_id", None)
    referring = references(db)
    for table, rows in batch.rows.items():
        cleaners = known.cleaners(table)
        for row in rows:
            for column in referring.get(table, ()):
                if isinstance(row.get(column), int) and known.name_of_number(row[column]) is not None:
                    row[column] = known.number(row[column])
            for column, clean in cleaners.items():
                if column in row:
                    row[column] = clean(row[column])
    if learned:
        # Texts stored earlier may contain the login that was learned just now.
        known.clean_stored(db)


def apply_to_stored(db: sqlite3.Connection, now: str) -> bool:
    """Pseudonymise forgotten accounts that are stored by their names, within the caller's transaction.

    Returns whether there were any. As after `forget`, the caller must then rebuild the full-text indexes and VACUUM.
    """
    known = _Known(db)
    if not known.names:
        return False
    db.execute("PRAGMA defer_foreign_keys = ON")
    found = False
    for ident, login in db.execute("SELECT id, login FROM accounts WHERE id > 0").fetchall():
        name = known.name_of_number(ident) or known.name_of_login(login)
        if name is not None:
            found = True
            known.learn(db, known.of_number(ident), name, now)
            known.learn(db, known.of_login(login), name, now)
            _replace_number(db, ident, known.number(ident), name)
    if found:
        known.clean_stored(db)
    return found


def renamed(db: sqlite3.Connection, config: Config) -> Config:
    """Return the configuration with pseudonyms in place of forgotten logins."""
    known = _Known(db)
    if not known.names:
        return config
    bots = [
        replace(b, login=known.name_of_login(b.login) or b.login, reason=known.clean_words(b.reason) or "")
        for b in config.bots
    ]
    mirrors = [replace(m, login=known.name_of_login(m.login) or m.login) for m in config.mirrors]
    return replace(config, bots=tuple(bots), mirrors=tuple(mirrors))


class _Known:
    """The forgotten accounts by their hashes, and functions that remove their logins from text."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.names: dict[str, str] = dict(db.execute("SELECT hash, name FROM forgotten").fetchall())
        found = db.execute("SELECT full_name, default_branch FROM repositories").fetchall()
        self.repositories = {row[0].lower() for row in found}
        self.branches = {row[1] for row in found}

    @cached_property
    def key(self) -> str:
        """The hash key. It is not needed while nobody is forgotten."""
        return hash_key.read(self.db)

    def of_number(self, ident: int) -> str:
        """Return the hash of an account's id."""
        return _hash(self.key, "number", str(ident))

    def of_login(self, login: str) -> str:
        """Return the hash of a login, ignoring case and the suffix [bot]."""
        return _hash(self.key, "login", login.lower().removesuffix("[bot]"))

    def number(self, ident: int) -> int:
        """Return the pseudonymous id: negative, so that it cannot collide with an id of GitHub's."""
        # 48 bits: two of a thousand forgotten accounts share a number with a chance of 2 in a billion.
        return -1 - int(self.of_number(ident)[:12], 16) if ident > 0 else ident

    def new_name(self, ids: list[int], login: str) -> str:
        """Return the pseudonym for an account that is not forgotten yet."""
        return f"forgotten-{(self.of_number(ids[0]) if ids else self.of_login(login))[:12]}"

    def name_of_number(self, ident: int) -> str | None:
        """Return the pseudonym of the account with this id, None if it is not forgotten."""
        return self.names.get(self.of_number(ident)) if self.names else None

    def name_of_login(self, login: str) -> str | None:
        """Return the pseudonym of a login, None if it is not forgotten."""
        return self.names.get(self.of_login(login)) if self.names else None

    def learn(self, db: sqlite3.Connection, hashed: str, name: str, now: str) -> bool:
        """Store a hash with its pseudonym. Returns False if it was stored before."""
        if hashed in self.names:
            return False
        self.names[hashed] = name
        db.execute("INSERT INTO forgotten (hash, name, forgotten_at) VALUES (?, ?, ?)", [hashed, name, now])
        return True

    def clean_words(self, text: str | None) -> str | None:
        """Replace forgotten logins in free text wherever they are whole words."""
        return text if text is None else _WORD.sub(lambda match: self._word(match[0]), text)

    def clean_name(self, name: str | None) -> str | None:
        """Replace a forgotten owner in owner/name. Stored repositories keep their names."""
        if name is None or name.lower() in self.repositories:
            return name
        owner, slash, rest = name.partition("/")
        return f"{self.name_of_login(owner) or owner}{slash}{rest}"

    def clean_closes(self, closes: str | None) -> str | None:
        """Replace forgotten owners in the JSON list of issues that a text closes."""
        return closes and json.dumps([[self.clean_name(name), number] for name, number in json.loads(closes)])

    def clean_ref(self, ref: str | None) -> str | None:
        """Replace forgotten logins in the parts of a branch name. Default branches keep their names."""
        if ref is None:
            return None
        start = _BRANCH if ref.startswith(_BRANCH) else ""
        branch = ref.removeprefix(start)
        return ref if branch in self.branches else start + "/".join(map(self._word, branch.split("/")))

    def cleaners(self, table: str) -> dict[str, Callable[[str | None], str | None]]:
        """Return column -> function that removes forgotten logins, for the columns of a table that can contain one."""
        return {column: getattr(self, method) for column, method in _CLEANED_COLUMNS.get(table, {}).items()}

    def prepare(self, db: sqlite3.Connection) -> Iterable[tuple[str, str]]:
        """Register the cleaners as SQL functions `without_COLUMN`; yield each (table, column) that has one."""
        for table in _CLEANED_COLUMNS:
            for column, clean in self.cleaners(table).items():
                db.create_function(f"without_{column}", 1, clean, deterministic=True)
                yield table, column

    def clean_stored(self, db: sqlite3.Connection) -> None:
        """Remove forgotten logins from all stored texts."""
        for table, column in self.prepare(db):
            cleaned = f"without_{column}({column})"
            db.execute(f"UPDATE {table} SET {column} = {cleaned} WHERE {column} IS NOT {cleaned}")

    def _word(self, word: str) -> str:
        for login in dict.fromkeys((word, word.rstrip("_-"), _PATCH.sub("", word))):
            name = self.name_of_login(login)
            if name is not None:
                return name + word[len(login) :]
        return word


# Table -> column -> the method of _Known that cleans it. Paths, tags and labels are the project's own text and stay.
_CLEANED_COLUMNS = {
    "repositories": {"description": "clean_words", "homepage": "clean_words", "parent": "clean_name"},
    "releases": {"name": "clean_words", "body": "clean_words"},
    "commits": {"headline": "clean_words", "reverts_repository": "clean_name"},
    "tagged_commits": {"headline": "clean_words"},
    "issues": {"title": "clean_words"},
    "pull_request_commits": {"headline": "clean_words"},
    "branch_commits": {"headline": "clean_words"},
    "pull_requests": {
        "title": "clean_words",
        "base_ref": "clean_ref",
        "closes": "clean_closes",
        "closes_repository": "clean_name",
        "reverts_repository": "clean_name",
    },
    "discussions": {"title": "clean_words"},
    "events": {"source_repository": "clean_name", "from_repository": "clean_name"},
    "pushes": {"ref": "clean_ref"},
}


@lru_cache(maxsize=200_000)
def _hash(key: str, kind: str, value: str) -> str:
    """Return a keyed hash; an id and a login of the same text have different ones.

    https://docs.python.org/3/library/hashlib.html#personalization
    """
    return blake2b(value.encode(), key=key.encode(), person=kind.encode(), digest_size=16).hexdigest()


def references(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Return table -> its columns that refer to accounts, from the schema's foreign keys."""
    found = db.execute(
        'SELECT m.name, f."from" FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f '
        "WHERE m.type = 'table' AND f.\"table\" = 'accounts'"
    )
    out: dict[str, list[str]] = {}
    for table, column in found:
        out.setdefault(table, []).append(column)
    return out


def _accounts(db: sqlite3.Connection, login: str) -> list[int]:
    wanted = login.lower().removesuffix("[bot]")
    sql = "SELECT id FROM accounts WHERE lower(login) IN (:login, :login || '[bot]') ORDER BY id"
    rows = db.execute(sql, {"login": wanted})
    return [row[0] for row in rows]


def _replace_number(db: sqlite3.Connection, old: int, new: int, name: str) -> None:
    stored = db.execute("SELECT created_at FROM accounts WHERE id = ?", [old]).fetchone()
    if stored is None:
        return
    if db.execute("SELECT 1 FROM accounts WHERE id = ?", [new]).fetchone():
        db.execute("DELETE FROM accounts WHERE id = ?", [old])  # merged with a database that had forgotten it
    else:
        sets = "id = ?, login = ?, created_at = ?, node_id = NULL"
        db.execute(f"UPDATE accounts SET {sets} WHERE id = ?", [new, name, _day(stored[0]), old])
    for table, columns in references(db).items():
        for column in columns:
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", [new, old])
            for side in ("old", "new"):
                where = f'"table" = ? AND "column" = ? AND {side} = ?'
                db.execute(f"UPDATE changes SET {side} = ? WHERE {where}", [str(new), table, column, str(old)])
    db.execute(
        "UPDATE changes SET key = ?, old = substr(old, 1, 10), new = substr(new, 1, 10) "
        "WHERE \"table\" = 'accounts' AND key = ?",
        [str(new), str(old)],
    )


def _day(moment: str | None) -> str | None:
    """Return a time cut to its day: the exact second of an account's creation would identify it."""
    return moment and f"{moment[:10]}T00:00:00Z"


def _owned_by(login: str) -> str:
    return re.sub(r"([%_!])", r"!\1", login.lower()) + "/%"
