from pathlib import Path

import pytest

from tests.scripts.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "it's 100% [my] project"
    folder.mkdir()
    return Project(folder)
