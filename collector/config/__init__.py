"""What is tracked, and what each thing is called: `config/repos.toml`, read and checked.

The rest of the program takes its names from here; the modules below are the parts of it.
"""

from collector.config.model import ROLES, Bot, Config, Mirror, Project, Role, TrackedRepository
from collector.config.patterns import matches
from collector.config.reading import load
from collector.config.selection import selected

__all__ = [
    "ROLES",
    "Bot",
    "Config",
    "Mirror",
    "Project",
    "Role",
    "TrackedRepository",
    "load",
    "matches",
    "selected",
]
