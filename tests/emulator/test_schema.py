"""scripts/check-schema finds where the trimmed schema or a document departs from the official one."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRIMMED = ROOT / "collector" / "github" / "schema.graphql"


Check = Callable[[Path], tuple[int, str]]


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Runs the script against a schema and returns its exit code and output."""

    def run(official: Path) -> tuple[int, str]:
        script = str(ROOT / "scripts" / "check-schema")
        monkeypatch.setattr(sys, "argv", [script, str(official)])
        monkeypatch.setattr(sys, "path", [*sys.path])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(script, run_name="__main__")
        out, err = capsys.readouterr()
        assert not err
        assert isinstance(ended.value.code, int)
        return ended.value.code, out

    return run


def test_the_schema_agrees_with_itself(check: Check) -> None:
    code, said = check(TRIMMED)
    assert code == 0, said
    assert "agree" in said


DEPARTURES = [
    ("  stargazerCount: Int!", "  stargazerCount: Int", "Repository.stargazerCount: Int!, officially Int"),
    ("  isArchived: Boolean!\n", "", "Repository.isArchived: no such field"),
    ("  DUPLICATE\n", "", "IssueStateReason.DUPLICATE: no such value"),
    ("union Closer = Commit |", "union Closer =", "Closer: Commit is not one of it"),
    ("object(oid: GitObjectID)", "object(oid: GitObjectID, at: Int!)", "Repository.object(at:): needed"),
    ("enableDuplicate: Boolean = false", "enableDuplicate: Boolean = true", "(enableDuplicate:): Boolean = false"),
    ("type Tree implements GitObject & Node", "type Tree implements Node", "Tree: does not implement GitObject"),
    ("  spdxId: String", "  spdx: String", "Cannot query field 'spdxId'"),
]
"""(ours, GitHub's, what is said of it)"""


def test_each_departure_is_named(check: Check, tmp_path: Path) -> None:
    text = TRIMMED.read_text(encoding="utf-8")
    for ours, official, _ in DEPARTURES:
        assert ours in text
        text = text.replace(ours, official)
    other = tmp_path / "official.graphql"
    other.write_text(text, encoding="utf-8")
    code, found = check(other)
    assert code == 1
    assert [said for _, _, said in DEPARTURES if said not in found] == []
