import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from collector.cli import collect
from tests.command import Collect

FIND = shutil.which  # the environment of the commands' tests has none


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_that_the_shell_can_read(run: Collect, shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_COLLECT_COMPLETE={shell}_complete" in result.stdout
    if found := FIND(shell):
        subprocess.run([found, "-n", "-c" if shell != "fish" else "--command", result.stdout], check=True)


def test_it_completes_commands_and_options(run: Collect) -> None:
    for line, word in (("collect ex", "explain"), ("collect sync --dr", "--dry-run"), ("collect completion f", "fish")):
        cword = str(len(line.split()) - 1)
        result = run(_COLLECT_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=cword)
        assert f"plain,{word}\n" in result.stdout


def test_another_shell(run: Collect) -> None:
    result = run("completion", "tcsh")
    assert result.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in result.stderr


def test_the_manual_page_has_every_command_and_option(run: Collect) -> None:
    page = run("man").stdout
    assert page.startswith(".TH COLLECT 1 ")
    plain = re.sub(r"\\f[BR]|\\&", "", page).replace("\\-", "-").replace("\\e", "\\")

    def check(command: click.Command, path: str) -> None:
        assert path in plain
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert all(name in plain for name in parameter.opts)
        for name, inner in getattr(command, "commands", {}).items():
            check(inner, f"{path} {name}")

    check(collect, "collect")
    for line in page.splitlines():
        assert not line.startswith("'")
        if line.startswith("."):
            assert re.match(r"\.(TH|SH|SS|PP|TP|nf|fi)\b", line), line


def test_a_formatter_takes_the_manual_page_without_a_warning(run: Collect, tmp_path: Path) -> None:
    groff = FIND("groff") or FIND("mandoc")
    if groff is None:
        pytest.skip("there is neither groff nor mandoc")
    page = tmp_path / "collect.1"
    page.write_text(run("man").stdout)
    words = ["-man", "-ww", "-Tascii", "-z"] if groff.endswith("groff") else ["-Tlint"]
    done = subprocess.run([groff, *words, str(page)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
