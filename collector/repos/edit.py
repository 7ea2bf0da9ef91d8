"""Edits of `config/repos.toml` that keep comments, order and style. A result that does not load is never written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Comment, Null, Table, Whitespace

from collector.atomic_files import replacing
from collector.config import Config, load
from collector.errors import ConfigError, UsageError, of_disk

_MARK = "\ufeff"  # some editors begin a file with a byte order mark


@dataclass(frozen=True)
class Edit:
    """One change: rename `repo`, add a sentence to its note, remove it, or add it to `project`."""

    kind: Literal["rename", "note", "remove", "add"]
    repo: str
    value: str = ""  # rename: the new name; note: the sentence; add: the note
    project: str = ""
    role: str = "core"

    def sentence(self) -> str:
        """Describe the edit in words."""
        match self.kind:
            case "rename":
                return f'repo = "{self.value}", with "Was {self.repo}." in its note'
            case "note":
                return f'note: "{self.value}"'
            case "remove":
                return f"remove {self.repo}; stored data is kept"
            case _:
                return f"add {self.repo} to {self.project} as {self.role}"


@dataclass(frozen=True)
class NewProject:
    """A project that is not in the file yet."""

    slug: str
    name: str
    category: str


class Document:
    """The configuration file, to be edited and saved. Raises ConfigError if it is invalid or cannot be edited."""

    def __init__(self, path: Path) -> None:
        self.path = path
        load(path)
        text = path.read_bytes().decode("utf-8")
        self._start = _MARK if text.startswith(_MARK) else ""
        self._line_end = "\r\n" if "\r\n" in text else "\n"
        try:
            self._top = tomlkit.parse(text.removeprefix(_MARK))
        except TOMLKitError as error:
            raise ConfigError(f"{path} cannot be edited: {error}.", "Edit it by hand.") from None
        tables = [self._top.get("project"), *(p["repo"] for p in self._tables("project") if "repo" in p)]
        if not all(isinstance(t, AoT) for t in tables):
            raise ConfigError(
                f"{path} cannot be edited automatically: some projects or repositories are inline tables.",
                "Edit it by hand, or write them as [[project]] and [[project.repo]].",
            )

    def apply(self, edit: Edit) -> None:
        """Make one edit. Raises UsageError if the repository or project is not in the file."""
        self._apply(edit)
        # _apply moved blank lines and comments in tomlkit's internal lists; parsing again makes them consistent.
        self._top = tomlkit.parse(tomlkit.dumps(self._top))

    def _apply(self, edit: Edit) -> None:
        match edit.kind:
            case "rename":
                table = self._find(edit.repo)[2]
                table["repo"] = edit.value
                for mirror in self._tables("mirror"):
                    if _same(mirror.get("repo"), edit.repo):
                        mirror["repo"] = edit.value
                self._note(table, f"Was {edit.repo}.")
            case "note":
                self._note(self._find(edit.repo)[2], edit.value)
            case "remove":
                self._remove(edit.repo)
            case "add":
                self._add(edit)

    def add_project(self, project: NewProject) -> None:
        """Add a new project after the last one."""
        table = tomlkit.table()
        table.update({"slug": project.slug, "name": project.name, "category": project.category})
        self._append(cast(AoT, self._top["project"]), table)

    def text(self) -> str:
        """Return the new text of the file."""
        return self._start + tomlkit.dumps(self._top)

    def save(self) -> Config:
        """Write the file after checking that the result loads. Raises ConfigError, and UsageError for disk errors."""
        try:
            with replacing(self.path) as beside:
                beside.write_bytes(self.text().encode("utf-8"))
                try:
                    return load(beside)
                except ConfigError as error:
                    message = error.message.replace(str(beside), f"{self.path}, as it would be,")
                    raise ConfigError(message, "Nothing was changed; edit it by hand.") from None
        except OSError as error:
            raise of_disk(error, str(self.path)) or UsageError(
                f"{self.path} cannot be written ({error.strerror}).", "Check its permissions."
            ) from None

    def _tables(self, name: str) -> list[Table]:
        return list(cast("list[Table]", self._top.get(name, [])))

    def _find(self, repo: str) -> tuple[Table, int, Table]:
        """Return the project of a repository, its index in that project, and its table."""
        for project in self._tables("project"):
            for place, table in enumerate(cast("list[Table]", project.get("repo", []))):
                if _same(table.get("repo"), repo):
                    return project, place, table
        raise UsageError(f"{self.path} does not list {repo}.")

    def _note(self, table: Table, sentence: str) -> None:
        """Add a sentence to the note, unless it is there already."""
        note = " ".join(str(table.get("note", "")).split())
        if sentence in note:
            return
        if "note" in table:
            table["note"] = f"{note} {sentence}".strip()
            return
        after = _take_end(table)
        table["note"] = sentence
        _give_end(table, after)

    def _remove(self, repo: str) -> None:
        project, place, table = self._find(repo)
        repos = cast(AoT, project["repo"])
        # A comment that introduces the next section belongs to this table for TOML, but must not be removed with it.
        after = _take_end(table)
        if len(repos) == 1:
            self._note(project, f"Its last repository, {repo}, is private or deleted.")
            del project["repo"]
            body, end = project.value.body, len(project.value.body)
        else:
            del repos[place]
            body = (repos[place - 1] if place else project).value.body
            end = len(body) if place else next(n for n, (_, item) in enumerate(body) if item is repos)
        start = end
        if after and isinstance(after[0][1], Whitespace):  # one blank line is enough
            while start and isinstance(body[start - 1][1], Whitespace | Null):
                start -= 1
        body[start:end] = after

    def _add(self, edit: Edit) -> None:
        table = tomlkit.table()
        table.update({"repo": edit.repo, "role": edit.role})
        if edit.value:
            table["note"] = edit.value
        for project in self._tables("project"):
            if project.get("slug") == edit.project:
                if "repo" not in project:
                    after = _take_end(project)
                    project.value.body.append((None, Whitespace(self._line_end)))
                    project.append("repo", tomlkit.aot())
                    cast(AoT, project["repo"]).append(self._indented(table))
                    _give_end(cast(AoT, project["repo"])[-1], after)
                else:
                    self._append(cast(AoT, project["repo"]), table)
                return
        raise UsageError(f'{self.path} has no project "{edit.project}".')

    def _append(self, tables: AoT, table: Table) -> None:
        last: Any = tables[-1]
        while "repo" in last and isinstance(last["repo"], AoT):
            last = last["repo"][-1]
        after = _take_end(last)
        last.value.body.append((None, Whitespace(self._line_end)))
        tables.append(self._indented(table) if tables is not self._top["project"] else table)
        _give_end(table, after)

    def _indented(self, table: Table) -> Table:
        """Indent the table like the other repositories in the file."""
        for project in self._tables("project"):
            for other in cast("list[Table]", project.get("repo", [])):
                table.indent(len(other.trivia.indent))
                for _, item in table.value.body:
                    item.trivia.indent = other.trivia.indent
                return table
        return table


_End = list[tuple[Any, Any]]


def _take_end(table: Table) -> _End:
    """Remove and return the blank lines and comments after a table's last value, starting with the first blank line.

    Without a blank line, the comments directly precede the next table and belong to it, so all are taken.
    """
    body = table.value.body
    start = len(body)
    while start and isinstance(body[start - 1][1], Comment | Whitespace):
        start -= 1
    start = next((n for n in range(start, len(body)) if isinstance(body[n][1], Whitespace)), start)
    taken = list(body[start:])
    del body[start:]
    return taken


def _give_end(table: Table, taken: _End) -> None:
    table.value.body.extend(taken)


def _same(written: object, repo: str) -> bool:
    return isinstance(written, str) and written.casefold() == repo.casefold()
