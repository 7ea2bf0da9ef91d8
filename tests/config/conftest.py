from pathlib import Path

import pytest

from tests.config.examples import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def into_a_file(text: str) -> Path:
        path = tmp_path / "repos.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return into_a_file
