"""The configuration `config/repos.toml`: models, validation and loading.

Import these names from here. They are loaded lazily (PEP 562), because importing pydantic takes a tenth of a second
that commands which only read stored signals should not pay. `names` works without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collector.config.model import Bot, Config, Mirror, Project, TrackedRepository
    from collector.config.names import ROLES, Role
    from collector.config.patterns import matches
    from collector.config.reader import load
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

_NOT_OF_THE_MODEL = {
    "ROLES": "names",
    "Role": "names",
    "load": "reader",
    "matches": "patterns",
    "selected": "selection",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NOT_OF_THE_MODEL.get(name, 'model')}"), name)
