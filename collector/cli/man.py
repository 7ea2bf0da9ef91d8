"""The command `collect man`."""

import re
from collections.abc import Iterator
from inspect import cleandoc

import click

# Lines that begin with a dot or an apostrophe are requests, a backslash begins an escape, and a bare hyphen may be set
# as another character: https://man7.org/linux/man-pages/man7/groff_man.7.html
_SPECIAL = str.maketrans({"\\": r"\e", "-": r"\-"})


@click.command("man", epilog="Example: collect man > ~/.local/share/man/man1/collect.1")
def command() -> None:
    """Print the manual page of all commands, made from their help.

    `collect man | man -l -` shows it at once.
    """
    from collector.version import version

    root = click.get_current_context().find_root()
    lines = [
        f'.TH COLLECT 1 "" "collect {version()}"',
        ".SH NAME",
        _text(f"collect - {root.command.get_short_help_str(200)[0].lower()}{root.command.get_short_help_str(200)[1:]}"),
    ]
    for number, context in enumerate(_contexts(root)):
        lines += [".SH DESCRIPTION" if number == 0 else f".SS {_text(context.command_path)}", *_section(context)]
    click.echo("\n".join(lines))


def _contexts(context: click.Context) -> Iterator[click.Context]:
    """Yield a context for a command and each command below it."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            inner = context.command.get_command(context, name)
            assert inner is not None
            yield from _contexts(click.Context(inner, info_name=name, parent=context))


def _section(context: click.Context) -> Iterator[str]:
    """Yield the lines about one command: how it is called, what it does, its options and an example."""
    words = " ".join(context.command.collect_usage_pieces(context))
    yield f"\\fB{_text(context.command_path)}\\fR {_text(words)}"
    yield ".PP"
    for paragraph in cleandoc(context.command.help or "").split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield from (".nf", _text(paragraph.removeprefix("\b\n")), ".fi")
        else:
            yield _text(" ".join(paragraph.split()))
        yield ".PP"
    for parameter in context.command.get_params(context):
        record = parameter.get_help_record(context)
        if record and record[1]:
            yield from (".TP", f"\\fB{_text(record[0])}\\fR", _text(record[1]))
    if context.command.epilog:
        yield from (".PP", _text(context.command.epilog))


def _text(text: str) -> str:
    """Return a text as roff shows it unchanged."""
    return re.sub(r"(?m)^(?=[.'])", r"\\&", text.translate(_SPECIAL))
