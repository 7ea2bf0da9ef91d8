"""The workflows of GitHub Actions: what they run is pinned, and they may do as little as they can."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from collector.store import database, hash_key

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")

Workflow = dict[str | bool, Any]  # YAML reads the key "on" as True


def steps(workflow: Workflow) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.fixture(params=FILES, ids=lambda p: p.name)
def file(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def workflow(file: Path) -> Workflow:
    loaded: Workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def nightly() -> Workflow:
    loaded: Workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8"))
    return loaded


def test_every_action_is_pinned_by_commit_with_its_version_beside_it(file: Path) -> None:
    used = re.findall(r"uses:(.*)", file.read_text(encoding="utf-8"))
    assert used
    for line in used:
        if line.startswith(" ./"):
            continue  # action.yml, below
        assert re.fullmatch(r" actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_one_action_has_one_version() -> None:
    pins: dict[str, set[str]] = {}
    for file in FILES:
        for action, pin in re.findall(r"uses: (\S+?)@(.*)", file.read_text(encoding="utf-8")):
            pins.setdefault(action, set()).add(pin)
    assert {action: len(found) for action, found in pins.items()} == dict.fromkeys(pins, 1)


def test_nothing_may_be_written(workflow: Workflow) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert set(job.get("permissions", {}).values()) <= {"read"}
        assert job["timeout-minutes"] <= 300


def test_no_foreign_code_runs_with_the_token(workflow: Workflow) -> None:
    assert "pull_request_target" not in workflow[True]
    for step in steps(workflow):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_no_expression_is_pasted_into_a_command(workflow: Workflow) -> None:
    for step in steps(workflow):
        assert EXPRESSION.findall(step.get("run", "")) == []


def test_only_the_built_in_token_and_the_hash_key_are_used(file: Path, workflow: Workflow) -> None:
    used = re.findall(r"secrets\.(\w+)", file.read_text(encoding="utf-8"))
    assert used == (["HASH_KEY"] if file.name == "nightly.yml" else [])
    given = [step["uses"] for step in steps(workflow) if "HASH_KEY" in str(step)]
    assert given == ["./"] * len(used)


def test_every_command_is_sh_that_can_be_read(workflow: Workflow) -> None:
    for step in steps(workflow):
        if "run" in step:
            subprocess.run(["bash", "-n", "-c", step["run"]], check=True)


def test_every_script_that_is_run_is_there(workflow: Workflow) -> None:
    for step in steps(workflow):
        for script in re.findall(r"(?:^|\s)(?:\./)?((?:scripts|\.ci)/\w\S*)", step.get("run", "")):
            assert (ROOT / script).stat().st_mode & 0o111, script


def test_a_run_waits_for_the_one_before(nightly: Workflow) -> None:
    assert nightly["concurrency"] == {"group": "nightly", "cancel-in-progress": False}
    (job,) = nightly["jobs"].values()
    assert [step["uses"].partition("@")[0] for step in job["steps"]] == ["actions/checkout", "./"]


class TestAction:
    """action.yml, which runs in the workflows of others."""

    @pytest.fixture
    def action(self) -> dict[str, Any]:
        loaded: dict[str, Any] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
        return loaded

    def test_it_uses_the_pinned_actions_of_the_workflows(self) -> None:
        used = re.findall(r"uses: (\S+?)@(.*)", ACTION.read_text(encoding="utf-8"))
        pinned = {pin for file in FILES for pin in re.findall(r"uses: (\S+?)@(.*)", file.read_text(encoding="utf-8"))}
        for name, pin in used:
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), name
        assert {name for name, _ in set(used) - pinned} <= {"actions/upload-artifact", "actions/upload-pages-artifact"}

    def test_no_expression_is_pasted_into_a_command_that_bash_can_read(self, action: dict[str, Any]) -> None:
        for step in action["runs"]["steps"]:
            if "run" in step:
                assert EXPRESSION.findall(step["run"]) == []
                assert step["shell"] == "bash"
                subprocess.run(["bash", "-n", "-c", step["run"]], check=True)

    def test_the_database_goes_from_run_to_run_also_when_a_run_stops_early(self, action: dict[str, Any]) -> None:
        (kept,) = [s for s in action["runs"]["steps"] if s.get("with", {}).get("name") == "signals-db"]
        (fetched,) = [s for s in action["runs"]["steps"] if "gh run download" in s.get("run", "")]
        assert kept["if"].startswith("always()")
        assert "--name signals-db" in fetched["run"]
        assert "head_repository_id == .workflow_run.repository_id" in fetched["run"]

    def test_the_hash_key_is_given_to_one_step(self, action: dict[str, Any]) -> None:
        given = [step["name"] for step in action["runs"]["steps"] if "hash-key" in str(step.get("env"))]
        assert given == ["Write the hash key"]

    def test_without_a_hash_key_a_night_says_how_to_make_one(self, action: dict[str, Any], tmp_path: Path) -> None:
        (written,) = [step["run"] for step in action["runs"]["steps"] if step.get("name") == "Write the hash key"]
        command = ["bash", "-e", "-c", written]
        data = tmp_path / "collect"
        env = {"PATH": os.environ["PATH"], "DATA": str(data)}
        done = subprocess.run(command, env={**env, "HASH_KEY": ""}, capture_output=True, text=True)
        assert (done.returncode, data.exists()) == (1, False)
        assert "gh secret set HASH_KEY" in done.stdout
        subprocess.run(command, check=True, env={**env, "HASH_KEY": "0" * 32})
        assert (data / "signals.db.key").stat().st_mode & 0o777 == 0o600
        with closing(database.open_database(data / "signals.db")) as db:
            assert hash_key.read(db) == "0" * 32

    def test_no_secret_is_kept_in_an_artifact(self, action: dict[str, Any]) -> None:
        kept = [s["with"]["path"] for s in action["runs"]["steps"] if "upload" in s.get("uses", "")]
        temporary = "${{ runner.temp }}/collect/"
        assert kept == [temporary + "database", temporary + "report", temporary + "site"]

    def test_every_input_is_documented_and_used(self, action: dict[str, Any]) -> None:
        text, page = ACTION.read_text(encoding="utf-8"), (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")
        for name in action["inputs"]:
            assert f"inputs.{name}" in text
            assert f"| `{name}` |" in page

    def test_the_workflow_of_the_page_can_be_read(self) -> None:
        page = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")
        (workflow, *_) = re.findall(r"(?s)```yaml\n(.*?)```", page)
        ((_, job),) = yaml.safe_load(workflow)["jobs"].items()
        assert job["steps"][0]["with"].keys() <= {"repositories", "config", "hash-key", "token", "pages"}

    @pytest.fixture
    def night(self, action: dict[str, Any], tmp_path: Path) -> Callable[[str], str]:
        """The main step in a plain folder, with scripts that only note what they are asked; returns its output."""
        (step,) = [s for s in action["runs"]["steps"] if s.get("id") == "night"]
        data, scripts = tmp_path / "collect", tmp_path / "scripts"
        scripts.mkdir()
        data.mkdir()
        listed = 'echo "$*" >>"$DATA/asked"; mkdir -p "$2/config"; echo "# $*" >"$2/config/repos.toml"'
        night = 'mkdir -p "$COLLECT_NIGHTS/2026-01-31"; cd "$COLLECT_NIGHTS"; ln -sfn 2026-01-31 latest; cd latest\n'
        night += 'cat "$COLLECT_CONFIG" >>"$DATA/tracked"\n'
        night += "touch report.html report.md news.md log signals.db.gz ../../signals.db.key; exit 5"
        for name, does in {"collect": listed, "nightly": night}.items():
            (scripts / name).write_text(f"#!/bin/sh\n{does}\n")
            (scripts / name).chmod(0o755)

        def run(repositories: str) -> str:
            environment = {
                **os.environ,
                "REPOSITORIES": repositories,
                "DATA": str(data),
                "COLLECT_NIGHTS": f"{data}/nights",
                "ACTION": str(tmp_path),
                "GITHUB_STEP_SUMMARY": f"{tmp_path}/summary",
                "GITHUB_OUTPUT": f"{tmp_path}/output",
            }
            command = ["bash", "-e", "-o", "pipefail", "-c", step["run"]]
            done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            return done.stdout

        return run

    def test_a_night_of_named_repositories(self, night: Callable[[str], str], tmp_path: Path) -> None:
        data = tmp_path / "collect"
        assert "::notice::" in night("example/one *\n labs\n")
        assert (data / "asked").read_text() == f"init {data} --from example/one --from * --from labs\n"
        assert {p.name for p in (data / "report").iterdir()} == {"report.html", "report.md", "news.md"}
        assert {p.name for p in (data / "site").iterdir()} == {"index.html", "report.html", "report.md", "news.md"}
        assert {p.name for p in (data / "database").iterdir()} == {"signals.db.gz", "repos.toml", "words"}
        assert (tmp_path / "output").read_text() == f"report={data}/report\n"

    def test_the_list_is_that_of_the_run_before_until_its_words_change(
        self, night: Callable[[str], str], tmp_path: Path
    ) -> None:
        """So that a repository that is deleted is recorded by the sync, and does not end every run."""
        data = tmp_path / "collect"
        for words in ("labs example/one", " labs\nexample/one", "labs"):
            night(words)
            shutil.rmtree(data / "before", ignore_errors=True)
            (data / "database").rename(data / "before")  # as the next run downloads it
            for folder in ("config", "nights", "report", "site"):
                shutil.rmtree(data / folder)
        one, two = f"init {data} --from labs --from example/one\n", f"init {data} --from labs\n"
        assert (data / "asked").read_text() == one + two
        assert (data / "tracked").read_text() == f"# {one}# {one}# {two}"


def test_dependencies_are_audited() -> None:
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert "pip-audit --require-hashes --disable-pip --requirement constraints.txt" in text
