"""The configuration that comes with the program: ten projects below a head that explains every key."""

import re
from pathlib import Path

from collector.config.names import ROLES

# Where the head ends: the rule above the projects of the first category.
_FIRST_SECTION = re.compile(r"^# --- ", re.MULTILINE)
# Patterns for files of the ten projects, which another list does not need.
_OF_THE_TEN = re.compile(r"^generated_paths = \[\n.*?^\]", re.MULTILINE | re.DOTALL)
_EXAMPLE = f"""\
# A project looks like this:
#
# [[project]]
# slug = "example"
# name = "Example"
# category = "tools"
# homepage = "https://example.org"
#
#     [[project.repo]]
#     repo = "example/engine"
#     role = "{ROLES[0]}"
"""


def path() -> Path:
    """Return the file: beside this module where the program was installed, config/repos.toml in its source tree."""
    packed = Path(__file__).with_name("repos.toml")
    return packed if packed.exists() else Path(__file__).parents[2] / "config" / "repos.toml"


def text() -> str:
    """Return the whole configuration."""
    return path().read_text(encoding="utf-8")


def head() -> str:
    """Return a configuration without projects: every key explained, and an example in comments."""
    start = _FIRST_SECTION.split(text(), maxsplit=1)[0].rstrip()
    return f"{_OF_THE_TEN.sub('generated_paths = []', start)}\n\n{_EXAMPLE}"
