import platform
import re
import shlex
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from collector import installation
from collector.cli import logs

ROOT = Path(__file__).parents[1]
REQUIRES = ["click>=8.2", 'pyarrow>=18; extra == "parquet"', 'datasette<0.66,>=0.65.2; extra == "serve"']


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the program is installed in."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", f"{tmp_path}/bin/python")
    monkeypatch.setattr(metadata, "requires", lambda name: REQUIRES)
    return tmp_path


def test_pip_adds_the_packages_themselves(prefix: Path) -> None:
    words = shlex.split(installation.to_install_extra("serve"))
    assert words == [f"{prefix}/bin/python", "-m", "pip", "install", "datasette<0.66,>=0.65.2"]


def test_pipx_and_uv_have_commands_of_their_own(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda name: None)
    assert installation.to_install_extra("parquet") == (f"uv pip install --python {prefix}/bin/python 'pyarrow>=18'")
    (prefix / "pipx_metadata.json").write_text("{}")
    assert installation.to_install_extra("parquet") == "pipx inject collect-signals 'pyarrow>=18'"


def test_uv_tool_has_no_use_for_pip(prefix: Path) -> None:
    (prefix / "uv-receipt.toml").write_text("")
    assert installation.to_install(["socksio"]).startswith("uv pip install --python ")


def test_a_source_tree_that_was_never_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", unknown)
    assert installation.to_install_extra("serve") == "pip install '.[serve]'"


def test_windows_quotes_what_its_shells_would_take_for_redirections(
    prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(sys, "executable", r"C:\Program Files\Python\python.exe")
    assert installation.to_install_extra("parquet") == (
        r'"C:\Program Files\Python\python.exe" -m pip install "pyarrow>=18"'
    )


def test_commands_are_spelt_as_they_are_typed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLLECT_COMMAND", raising=False)
    assert installation.spelt("Run `collect sync`.") == "Run `collect sync`."
    monkeypatch.setattr(sys, "argv", ["/somewhere/collector/__main__.py"])
    assert installation.spelt("Run `collect sync`.") == "Run `python -m collector sync`."
    monkeypatch.setenv("COLLECT_COMMAND", "./scripts/collect")
    logs.say("Run `collect sync`, or `collect demo`.")
    assert capfd.readouterr().err == "Run `./scripts/collect sync`, or `./scripts/collect demo`.\n"


def test_the_extra_all_has_every_other_one() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (of_all,) = extras.pop("all")
    found = re.fullmatch(r"collect-signals\[([\w,]+)\]", of_all)
    assert found is not None
    assert set(found[1].split(",")) == set(extras) - {"dev"}
