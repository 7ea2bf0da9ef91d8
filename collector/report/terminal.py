"""Text for a terminal: coloured where that is wanted, and wrapped to its width."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict, Unpack

import click


class Style(TypedDict, total=False):
    """What `click.style` may make of a text."""

    fg: str
    bg: str
    bold: bool
    dim: bool


@dataclass(frozen=True)
class Terminal:
    """How many columns a terminal has, and whether colours are wanted."""

    width: int
    colour: bool

    def styled(self, text: str, **style: Unpack[Style]) -> str:
        """The text in that style; as it is where colours are not wanted or it is blank."""
        return click.style(text, **style) if self.colour and style and text.strip() else text

    def wrapped(self, text: str, indent: str = "", more: str = "", **style: Unpack[Style]) -> Iterator[str]:
        """Its lines, each indented, those after the first by `more` beyond that."""
        for line in textwrap.wrap(text, self.width, initial_indent=indent, subsequent_indent=indent + more):
            yield self.styled(line, **style)
