"""A table of a TOML file that hands out checked values and says what is wrong with the others."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from collector.config.nearest import nearest
from collector.config.patterns import fault
from collector.errors import ConfigError


class Table:
    """One table: its file, where in the file it stands (`project "golem": repo 3`), its values.

    Raises ConfigError for a key that is not among the known ones.
    """

    def __init__(self, path: Path, where: str, values: Mapping[str, object], keys: Sequence[str]) -> None:
        self.path = path
        self.where = where
        self._values = values
        for key in values:
            if key not in keys:
                meant = nearest(key, keys)
                right = f'did you mean "{meant}"?' if meant else f"the keys here are {', '.join(keys)}."
                self.fail(f'unknown key "{key}"; {right}')

    def fail(self, sentence: str) -> NoReturn:
        """Raise the ConfigError that says so of this table."""
        raise ConfigError(": ".join(part for part in (str(self.path), self.where, sentence) if part))

    def text(self, key: str, default: str | None = None) -> str:
        """The value as text on one line; the default where the key is left out, unless it may not be."""
        if key not in self._values:
            if default is None:
                self.fail(f'"{key}" is missing.')
            return default
        value = self._values[key]
        if not isinstance(value, str):
            self._wrong(key, "text in quotes", value)
        line = " ".join(value.split())
        if not line and default is None:
            self.fail(f'"{key}" is empty.')
        return line

    def patterns(self, key: str) -> tuple[str, ...]:
        """The value as patterns for paths; none where the key is left out."""
        wanted = 'a list of patterns, like ["docs/**"]'
        value = self._values.get(key, [])
        if not isinstance(value, list):
            self._wrong(key, wanted, value)
        for element in value:
            if not isinstance(element, str) or not element:
                self.fail(f'"{key}" must be {wanted}; {_shown(element)} is none.')
            if problem := fault(element):
                self.fail(f'{key}: pattern "{element}" {problem}.')
        return tuple(value)

    def whole_number(self, key: str, default: int, least: int, most: int) -> int:
        """The value as a number from least to most, both allowed."""
        value = self._values.get(key, default)
        # In Python true is a number.
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(key, f"a whole number from {least} to {most}", value)
        if not least <= value <= most:
            self.fail(f'"{key}" is {value}; it must be from {least} to {most}.')
        return value

    def day(self, key: str) -> date | None:
        """The value as a date, with quotes or without; None where the key is left out."""
        value = self._values.get(key)
        if isinstance(value, str):
            with suppress(ValueError):
                value = date.fromisoformat(value)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self._wrong(key, "a date that exists, like 2026-01-31", value)

    def table(self, key: str, keys: Sequence[str]) -> "Table":
        """The table [key]; an empty one where it is left out."""
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            self._wrong(key, f"a table, written [{key}]", value)
        return Table(self.path, f"[{key}]", value, keys)

    def tables(self, key: str, keys: Sequence[str], label: str = "") -> "list[Table]":
        """The tables [[key]], each called by its label's value (`bot "x"`), or else by its number."""
        heading = f"[[project.{key}]]" if self.where else f"[[{key}]]"
        value = self._values.get(key, [])
        if not isinstance(value, list):
            self._wrong(key, f"written as {heading}, once for each", value)
        tables = []
        for number, values in enumerate(value, start=1):
            if not isinstance(values, dict):
                self._wrong(key, f"written as {heading}, once for each", value)
            name = values.get(label)
            here = f'{key} "{name}"' if isinstance(name, str) and name else f"{key} {number}"
            tables.append(Table(self.path, f"{self.where}: {here}" if self.where else here, values, keys))
        return tables

    def _wrong(self, key: str, wanted: str, value: object) -> NoReturn:
        self.fail(f'"{key}" must be {wanted}, not {_shown(value)}.')


def _shown(value: object) -> str:
    """A value in words, as its writer would know it again."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    return f"the time {value}" if isinstance(value, datetime) else f"the date {value}"
