"""Edits of the configuration that keep comments, order and style. A result that does not load is never written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from os.path import realpath, relpath
from pathlib import Path
from typing import Literal

from collector.atomic_files import replacing
from collector.config import Config, load, shipped
from collector.config.reader import LARGEST, LARGEST_INCLUDED, load_with_files
from collector.errors import ConfigError, UsageError, of_disk
from collector.repos.toml_file import TomlFile, project_table, repository_table

# Characters of text that are loaded at once to check what a long list adds: some 10,000 repositories.
PIECE = 1 << 20


@dataclass(frozen=True)
class Edit:
    """One change: rename `repo`, add a sentence to its note, remove it, or add it to `project`.

    The first three are made in every project that lists it.
    """

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
    """A project that is not in the configuration yet."""

    slug: str
    name: str
    category: str


@dataclass(frozen=True)
class Addition:
    """A new project with repositories, each with its note, which may be too many to hold."""

    project: NewProject
    role: str
    repos: Iterable[tuple[str, str]]


def to_extend(path: Path) -> Config:
    """Load a configuration that projects are to be added to: it may have none yet, or not exist. Raises ConfigError."""
    texts = {} if path.exists() else {Path(realpath(path)): shipped.head()}
    return load(path, texts, may_be_empty=True)


class Document:
    """The configuration with the files it includes, to be edited and saved; each entry is edited in its own file.

    A file that does not exist starts with the text `begin`, or else with every key explained and no project. Raises
    ConfigError if the configuration is invalid or cannot be edited.
    """

    def __init__(self, path: Path, begin: str | None = None) -> None:
        self.path = path
        if path.exists():
            _, files = load_with_files(path, may_be_empty=True)
            self._files = [TomlFile(file, file.read_bytes().decode("utf-8")) for file in files]
        else:
            self._files = [TomlFile(path, shipped.head() if begin is None else begin, is_new=True)]
        self._files[0].check()

    def apply(self, edit: Edit) -> None:
        """Make one edit. Raises UsageError if the repository or project is not in the configuration."""
        if edit.kind == "add":
            self.add(edit.role, {edit.project: [(edit.repo, edit.value)]})
            return
        found = [file for file in self._files if file.has_repository(edit.repo)]
        if not found:
            raise UsageError(f"{self.path} does not list {edit.repo}.")
        for file in found:
            match edit.kind:
                case "rename":
                    file.rename(edit.repo, edit.value)
                case "note":
                    file.note(edit.repo, edit.value)
                case "remove":
                    file.remove(edit.repo)
        if edit.kind == "rename":
            for file in self._files:
                file.rename_mirrors(edit.repo, edit.value)

    def add(self, role: str, added: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        """Add repositories, each with its note, to projects.

        Raises UsageError if there is no such project, and ConfigError if its file would become too large.
        """
        by_file: dict[TomlFile, dict[str, list[tuple[str, str]]]] = {}
        for project in added:
            by_file.setdefault(self._file_of(project), {})[project] = []
        for file, held in by_file.items():
            size = len(file.text.encode())
            for project, repos in held.items():
                for repo, note in added[project]:
                    size += len(repository_table(repo, role, note).encode())
                    self._require_room(file, size)
                    repos.append((repo, note))
            file.add(role, held)

    def file_of(self, project: str) -> Path:
        """Return the file that has the project. Raises UsageError if there is none."""
        return self._file_of(project).path

    def add_project(self, project: NewProject, role: str = "core", repos: Sequence[tuple[str, str]] = ()) -> None:
        """Add a new project with repositories, each with its note, after the last one of the main file."""
        self._files[0].add_project(project.slug, project.name, project.category)
        if repos:
            self.add(role, {project.slug: repos})

    def include(self, path: Path) -> TomlFile:
        """Return a file of the configuration; one that is not is included by the main file, and made if need be.

        Raises UsageError and ConfigError if it cannot be used.
        """
        for file in self._files:
            if realpath(file.path) == realpath(path):
                return file
        if not path.parent.is_dir():
            raise UsageError(f"There is no folder {path.parent} for {path.name}.", "Create it, or name another file.")
        main = self._files[0]
        name = relpath(realpath(path), realpath(main.path.parent))
        try:
            text = path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            text = f"# Projects added by `collect repos import`; {main.path.name} includes this file.\n"
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"{path} cannot be read as UTF-8 text.", "Name another file.") from None
        main.include(Path(name).as_posix())
        self._files.append(TomlFile(path, text))
        self._load()
        return self._files[-1]

    def save(self, into: Path | None = None, additions: Iterable[Addition] = ()) -> Config:
        """Write the files that changed, with `additions` at the end of the file `into`, after checking that they load.

        Returns the configuration without the additions, which are loaded only in pieces. Raises ConfigError, and
        UsageError and DatabaseError for disk errors; nothing is written then.
        """
        growing = self.include(into) if into is not None else None
        config = self._load()
        writing = self.path
        try:
            # The main file is replaced last: it may include one that is new.
            with ExitStack() as stack:
                for file in self._files:
                    if file.text == file.read and file is not growing:
                        continue
                    writing = file.path
                    if file.read is None:
                        file.path.parent.mkdir(parents=True, exist_ok=True)
                    with stack.enter_context(replacing(file.path)).open("wb") as out:
                        out.write(file.text.encode("utf-8"))
                        if file is growing:
                            out.writelines(self._checked(file, additions))
        except OSError as error:
            raise of_disk(error, str(writing)) or UsageError(
                f"{writing} cannot be written ({error.strerror}).", "Check its permissions."
            ) from None
        return config

    def _checked(self, file: TomlFile, additions: Iterable[Addition]) -> Iterator[bytes]:
        """Yield what is added to a file, in pieces that load together with the rest of the configuration.

        A piece is not smaller than that, so loading the rest for each takes no longer than loading all of it.
        """
        size, between = len(file.text.encode()), file.appending("")
        for head, text in _pieces(additions, max(PIECE, sum(len(one.text) for one in self._files))):
            self._load({file: file.text + file.appending(head + text)})
            piece = (between + file.line_ends(text)).encode()
            between = ""
            size += len(piece)
            self._require_room(file, size)
            yield piece

    def _require_room(self, file: TomlFile, size: int) -> None:
        """Raise ConfigError if a file of so many bytes could not be loaded."""
        largest = LARGEST if file is self._files[0] else LARGEST_INCLUDED
        if size > largest:
            raise ConfigError(
                f"{file.path} would have more than {largest >> 20} MiB.",
                "Nothing was changed; import them as new projects into another file, with --category and --into.",
            )

    def _load(self, grown: Mapping[TomlFile, str] | None = None) -> Config:
        """Load the configuration as it would be; `grown` has other texts than those of the files."""
        texts = {file: file.text for file in self._files} | dict(grown or {})
        try:
            by_path = {Path(realpath(file.path)): text for file, text in texts.items()}
            return load(self.path, by_path, may_be_empty=True)
        except ConfigError as error:
            raise ConfigError(f"With this change, {error.message}", "Nothing was changed; edit it by hand.") from None

    def _file_of(self, project: str) -> TomlFile:
        for file in self._files:
            if file.has_project(project):
                return file
        raise UsageError(f'{self.path} has no project "{project}".')


def _pieces(additions: Iterable[Addition], least: int) -> Iterator[tuple[str, str]]:
    """Yield additions as text in pieces of at least so many characters, each with the project that it continues."""
    head, tables, size = "", list[str](), 0
    for addition in additions:
        project = project_table(addition.project.slug, addition.project.name, addition.project.category)
        head = head if tables else ""
        tables.append(project)
        for repo, note in addition.repos:
            tables.append(repository_table(repo, addition.role, note))
            size += len(tables[-1])
            if size >= least:
                yield head, "".join(tables)
                head, tables, size = project, [], 0
    if tables:
        yield head, "".join(tables)
