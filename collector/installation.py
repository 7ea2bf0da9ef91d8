"""How this program was installed and called, so that the commands in its messages work here."""

import os
import platform
import re
import shlex
import subprocess
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

NAME = "collect-signals"


def command() -> str:
    """Return how this program is called here: as COLLECT_COMMAND says, which ./scripts/collect sets, or as a module."""
    if called := os.environ.get("COLLECT_COMMAND"):
        return called
    program = Path(sys.argv[0])
    return "python -m collector" if program.name == "__main__.py" and program.parent.name == "collector" else "collect"


def spelt(text: str) -> str:
    """Return a message with its commands, written as `collect ...`, as they are typed here."""
    return text.replace("`collect ", f"`{command()} ")


def to_install_extra(extra: str) -> str:
    """Return the command that adds what an extra of this program needs to where it is installed."""
    # Not `pip install 'collect-signals[serve]'`: pip would look for this program in a package index.
    try:
        required = metadata.requires(NAME) or []
    except metadata.PackageNotFoundError:
        required = []
    of_extra = re.compile(rf"""(.+?)\s*;.*\bextra == ["']{re.escape(extra)}["']""")
    found = [match[1] for line in required if (match := of_extra.fullmatch(line))]
    # Run from source without installation, or installed before there was the extra.
    return to_install(found) if found else f"pip install '.[{extra}]'"


def to_install(requirements: list[str]) -> str:
    """Return the command that adds packages to where this program is installed: by pipx, uv or pip."""
    if Path(sys.prefix, "pipx_metadata.json").exists():
        return _quoted(["pipx", "inject", NAME, *requirements])
    # uv makes environments without pip: https://docs.astral.sh/uv/pip/environments/
    if Path(sys.prefix, "uv-receipt.toml").exists() or find_spec("pip") is None:
        return _quoted(["uv", "pip", "install", "--python", sys.executable, *requirements])
    return _quoted([sys.executable, "-m", "pip", "install", *requirements])


def _quoted(words: list[str]) -> str:
    """Return a command line for the shell here."""
    if platform.system() != "Windows":
        return shlex.join(words)
    # Within quotes neither cmd.exe nor PowerShell takes < and > for redirections.
    return " ".join(
        f'"{word}"' if re.search(r"[\s<>,;&|^]", word) else subprocess.list2cmdline([word]) for word in words
    )
