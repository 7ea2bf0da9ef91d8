"""Puts the configuration of the ten projects, config/repos.toml, into the package. All else is in pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithConfiguration(build_py):
    """Copies it beside collector/config/shipped.py, which falls back to the original in a source tree."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            packed = Path(self.build_lib, "collector", "config", "repos.toml")
            self.copy_file("config/repos.toml", str(packed), preserve_mode=False)


setup(cmdclass={"build_py": WithConfiguration})
