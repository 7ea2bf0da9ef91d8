"""Edits of the configuration that keep comments, order and style. A result that does not load is never written."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from os.path import realpath, relpath
from pathlib import Path
from typing import Literal

from collector.atomic_files import replacing
from collector.config import Config, files, load, shipped
from collector.errors import ConfigError, UsageError, of_disk
from collector.repos.toml_file import TomlFile


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
            to_extend(path)
            self._files = [TomlFile(file, file.read_bytes().decode("utf-8")) for file in files(path)]
        else:
            self._files = [TomlFile(path, shipped.head() if begin is None else begin, is_new=True)]
        self._files[0].check()

    def apply(self, edit: Edit) -> None:
        """Make one edit. Raises UsageError if the repository or project is not in the configuration."""
        if edit.kind == "add":
            self.add(edit.project, edit.role, [(edit.repo, edit.value)])
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

    def add(self, project: str, role: str, repos: Iterable[tuple[str, str]]) -> None:
        """Add repositories, each with its note, to a project. Raises UsageError if there is no such project."""
        self._file_of(project).add(project, role, repos)

    def file_of(self, project: str) -> Path:
        """Return the file that has the project. Raises UsageError if there is none."""
        return self._file_of(project).path

    def add_project(
        self, project: NewProject, into: Path | None = None, role: str = "core", repos: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Add a new project with repositories, each with its note.

        It stands after the last one of the main file, or at the end of `into`, which is included if it is not yet.
        Raises UsageError and ConfigError if that cannot be used.
        """
        if into is not None:
            self._included(into).append_project(project.slug, project.name, project.category, role, repos)
            return
        self._files[0].add_project(project.slug, project.name, project.category)
        if repos:
            self.add(project.slug, role, repos)

    def save(self) -> Config:
        """Write the files that changed after checking that the result loads.

        Raises ConfigError, and UsageError for disk errors; nothing is written then.
        """
        config = self._load()
        writing = self.path
        try:
            # The main file is replaced last: it may include one that is new.
            with ExitStack() as stack:
                for file in self._files:
                    if file.text != file.read:
                        writing = file.path
                        if file.read is None:
                            file.path.parent.mkdir(parents=True, exist_ok=True)
                        stack.enter_context(replacing(file.path)).write_bytes(file.text.encode("utf-8"))
        except OSError as error:
            raise of_disk(error, str(writing)) or UsageError(
                f"{writing} cannot be written ({error.strerror}).", "Check its permissions."
            ) from None
        return config

    def _load(self) -> Config:
        """Load the configuration as it would be."""
        try:
            texts = {Path(realpath(file.path)): file.text for file in self._files}
            return load(self.path, texts, may_be_empty=True)
        except ConfigError as error:
            raise ConfigError(f"With this change, {error.message}", "Nothing was changed; edit it by hand.") from None

    def _file_of(self, project: str) -> TomlFile:
        for file in self._files:
            if file.has_project(project):
                return file
        raise UsageError(f'{self.path} has no project "{project}".')

    def _included(self, path: Path) -> TomlFile:
        """Return a file of the configuration; one that is not is included by the main file, and made if need be."""
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
