"""Edits of one TOML file of the configuration that keep its comments, order and style."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Comment, Null, Table, Whitespace

from collector.errors import ConfigError
from collector.repos import plain_toml

_MARK = "\ufeff"  # some editors begin a file with a byte order mark


class TomlFile:
    """A file of the configuration, to be edited: `read` is its text, None for a new file, and `text` the new one.

    An edit raises ConfigError if the file cannot be edited. tomlkit takes ten times as long as tomllib and 5 kB of
    memory for a repository, so only files that are edited are parsed by it.
    """

    def __init__(self, path: Path, text: str, is_new: bool = False) -> None:
        self.path = path
        self.read = None if is_new else text
        self.text = text
        self._start = _MARK if text.startswith(_MARK) else ""
        self._line_end = "\r\n" if "\r\n" in text else "\n"
        self._parsed: tomlkit.TOMLDocument | None = None
        self._listed: dict[str, list[str]] | None = None

    def check(self) -> None:
        """Raise ConfigError if the file cannot be edited."""
        try:
            self._parsed = tomlkit.parse(self.text.removeprefix(_MARK))
        except TOMLKitError as error:
            raise ConfigError(f"{self.path} cannot be edited: {error}.", "Edit it by hand.") from None
        projects = self._parsed.get("project")
        tables = [] if projects is None else [projects, *(p["repo"] for p in projects if "repo" in p)]
        if not all(isinstance(t, AoT) for t in tables):
            raise ConfigError(
                f"{self.path} cannot be edited automatically: some projects or repositories are inline tables.",
                "Edit it by hand, or write them as [[project]] and [[project.repo]].",
            )

    def has_project(self, slug: str) -> bool:
        """Return whether the project is in this file."""
        return slug in self._repositories()

    def has_repository(self, repo: str) -> bool:
        """Return whether the repository is in this file."""
        return any(_same(listed, repo) for repos in self._repositories().values() for listed in repos)

    def rename(self, repo: str, new: str) -> None:
        """Rename a repository, with its old name in the note."""
        for _, _, table in self._found(repo):
            table["repo"] = new
            self._note(table, f"Was {repo}.")
        self._settle()

    def rename_mirrors(self, repo: str, new: str) -> None:
        """Rename a repository in the entries of mirrors."""
        if "mirror" not in self.text:
            return
        for mirror in self._tables("mirror"):
            if _same(mirror.get("repo"), repo):
                mirror["repo"] = new
        self._settle()

    def note(self, repo: str, sentence: str) -> None:
        """Add a sentence to a repository's note, unless it is there already."""
        for _, _, table in self._found(repo):
            self._note(table, sentence)
        self._settle()

    def remove(self, repo: str) -> None:
        """Remove a repository."""
        for _ in range(len(self._found(repo))):
            self._remove(repo)
            self._settle()

    def add(self, role: str, added: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Add repositories, each with its note, to projects of this file."""
        listed, space = self._repositories(), plain_toml.indent(self.text)
        tables = {
            slug: self.line_ends("".join(repository_table(repo, role, note, space) for repo, note in repos))
            for slug, repos in added.items()
        }
        text = plain_toml.inserted(self.text, listed, tables)
        if text is not None:
            self._set(text)
            self._listed = {
                slug: [*repos, *(repo for repo, _ in added.get(slug, ()))] for slug, repos in listed.items()
            }
            return
        for slug, repos in added.items():
            self._add_all(slug, role, repos)

    def _add_all(self, slug: str, role: str, repos: Iterable[tuple[str, str]]) -> None:
        project = self._project(slug)
        for repo, note in repos:
            is_first = "repo" not in project
            self._add(project, repo, role, note)
            if is_first:
                self._settle()
                project = self._project(slug)
        self._settle()

    def add_project(self, slug: str, name: str, category: str) -> None:
        """Add a new project after the last one."""
        table = tomlkit.table()
        table.update({"slug": slug, "name": name, "category": category})
        if "project" in self._top:
            self._append(cast(AoT, self._top["project"]), table)
        else:
            projects = tomlkit.aot()
            projects.append(table)
            self._top.append("project", projects)
        self._settle()

    def appending(self, tables: str) -> str:
        """Return tables, as `project_table` and `repository_table` write them, as they follow the text."""
        end = "" if not self.text or self.text.endswith("\n") else self._line_end
        return end + self.line_ends(tables)

    def line_ends(self, text: str) -> str:
        """Return a text with the line ends of this file."""
        return text.replace("\n", self._line_end)

    def include(self, name: str) -> None:
        """Add a file to `include`, which stands before the first table."""
        if "include" in self._top:
            cast("list[str]", self._top["include"]).append(name)
            self._settle()
            return
        lines = self.text.removeprefix(_MARK).splitlines(keepends=True)
        place = next((n for n, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
        while place and lines[place - 1].lstrip().startswith("#"):  # a comment right above a table belongs to it
            place -= 1
        lines.insert(place, f"include = {tomlkit.item([name]).as_string()}{self._line_end * 2}")
        self._set(self._start + "".join(lines))

    @property
    def _top(self) -> tomlkit.TOMLDocument:
        if self._parsed is None:
            self.check()
        assert self._parsed is not None
        return self._parsed

    def _settle(self) -> None:
        # Edits move blank lines and comments in tomlkit's internal lists; parsing again makes them consistent.
        self._set(self._start + tomlkit.dumps(self._top))

    def _set(self, text: str) -> None:
        self.text, self._parsed, self._listed = text, None, None

    def _repositories(self) -> dict[str, list[str]]:
        """Return the repositories of each project."""
        if self._listed is None:
            try:
                top = tomllib.loads(self.text.removeprefix(_MARK))
                self._listed = {p["slug"]: [r["repo"] for r in p.get("repo", [])] for p in top.get("project", [])}
            except (ValueError, TypeError, KeyError, AttributeError):
                raise ConfigError(
                    f"{self.path} is not a valid configuration.", "Correct it, or name another file."
                ) from None
        return self._listed

    def _tables(self, name: str) -> list[Table]:
        return list(cast("list[Table]", self._top.get(name, [])))

    def _project(self, slug: str) -> Table:
        return next(project for project in self._tables("project") if project.get("slug") == slug)

    def _found(self, repo: str) -> list[tuple[Table, int, Table]]:
        """Return each project of a repository, its index in that project, and its table there."""
        return [
            (project, place, table)
            for project in self._tables("project")
            for place, table in enumerate(cast("list[Table]", project.get("repo", [])))
            if _same(table.get("repo"), repo)
        ]

    def _note(self, table: Table, sentence: str) -> None:
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
        project, place, table = self._found(repo)[0]
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

    def _add(self, project: Table, repo: str, role: str, note: str) -> None:
        table = tomlkit.table()
        table.update({"repo": repo, "role": role})
        if note:
            table["note"] = note
        if "repo" in project:
            self._append(cast(AoT, project["repo"]), table)
            return
        after = _take_end(project)
        project.value.body.append((None, Whitespace(self._line_end)))
        project.append("repo", tomlkit.aot())
        cast(AoT, project["repo"]).append(self._indented(table))
        _give_end(cast(AoT, project["repo"])[-1], after)

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


def project_table(slug: str, name: str, category: str) -> str:
    """Return a project as text, after a blank line."""
    return _table("[[project]]", "", slug=slug, name=name, category=category)


def repository_table(repo: str, role: str, note: str, indent: str = "    ") -> str:
    """Return a repository of the project before it as text, after a blank line."""
    return _table("[[project.repo]]", indent, repo=repo, role=role, **({"note": note} if note else {}))


def _table(head: str, indent: str, **values: str) -> str:
    lines = [head, *(f"{key} = {tomlkit.item(value).as_string()}" for key, value in values.items())]
    return "\n" + "".join(f"{indent}{line}\n" for line in lines)
