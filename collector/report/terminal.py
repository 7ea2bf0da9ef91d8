"""Text for a terminal: optional colours, and wrapping to its width."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict, Unpack

import click


class Style(TypedDict, total=False):
    """Arguments of `click.style`."""

    fg: str
    bg: str
    bold: bool
    dim: bool


@dataclass(frozen=True)
class Terminal:
    """The terminal's width in columns, and whether to use colours."""

    width: int
    colour: bool

    def styled(self, text: str, **style: Unpack[Style]) -> str:
        """Return the text with ANSI styles; unchanged if colours are off or it is blank."""
        return click.style(text, **style) if self.colour and style and text.strip() else text

    def wrapped(self, text: str, indent: str = "", more: str = "", **style: Unpack[Style]) -> Iterator[str]:
        """Wrap the text to the width. Lines start with `indent`; lines after the first also with `more`."""
        for line in textwrap.wrap(text, self.width, initial_indent=indent, subsequent_indent=indent + more):
            yield self.styled(line, **style)
