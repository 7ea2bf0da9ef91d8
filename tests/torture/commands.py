"""Configurations and command lines that nobody would write on purpose: each ends with a sentence and its exit code."""

import json
import os
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import chdir, closing
from pathlib import Path
from random import Random

from collector.store import database
from tests.command import Collect
from tests.torture.verdict import LONGEST, Hang, Verdict, at_most

CONFIGURATION = """[collect]
lookback_days = 730
keep_runs_days = 400
rule_paths = ["rules/**"]

[[project]]
slug = "acme"
name = "Acme"
category = "tools"
homepage = "https://acme.example"

[[project.repo]]
repo = "acme/engine"
role = "core"

[[bot]]
login = "robot"
reason = "It says so."

[[mirror]]
login = "copier"
repo = "acme/engine"
reason = "It copies."
"""
WORDS = (
    "", "-", "--", "-1", "0", "²", "9" * 5_000, "x" * 5_000, "a/b", "/", "..", "~", "\udcff", "=1",
    "2025-02-30", "9999-12-31", "0001-01-01", "٣", "1e9", "NaN", "true", "/dev/full", "/dev/null", "/dev/zero", ".",
    "loop", "no/such/folder/x", "signals.db", "text", "repos.toml", "acme", "acme/engine", "https://[::1", "%00", "*",
    "🦀", "\u202e", "${HOME}", "'; DROP TABLE issues; --", "-x", "--no-such-option", "@x", "\\", "a\nb",
)  # fmt: skip
COMMANDS = {
    "sync": ("--config", "--db", "--project", "--since", "--full", "--dry-run", "--max-points", "--json"),
    "report": ("--db", "--config", "--project", "--format", "--output", "--as-of", "--json"),
    "signals": ("--db", "--config", "--as-of", "--backfill"),
    "explain": ("--db", "--json"),
    "export": ("--format", "--verbatim", "--db", "--json"),
    "backup": ("--db", "--keep"),
    "upkeep": ("--db", "--config"),
    "forget": ("--db", "--yes"),
    "repos list": ("--config", "--db", "--json"),
    "repos add": ("--config", "--project", "--role", "--category", "--write"),
    "repos check": ("--config", "--db", "--write"),
    "repos import": ("--config", "--ecosystem", "--limit", "--tag", "--project", "--json"),
    "doctor": ("--config", "--db", "--json"),
}
# How many arguments a command takes besides options.
ARGUMENTS = {"explain": 2, "export": 1, "backup": 1, "forget": 1, "repos add": 1, "repos import": 1}
FLAGS = {"--full", "--dry-run", "--json", "--yes", "--write", "--verbatim", "--backfill"}
# Values that are right, so that a command comes further than to its first option.
USUAL = {
    "--db": ("signals.db", "text", "loop"), "--config": ("repos.toml",), "--format": ("csv", "jsonl", "json", "html"),
    "--project": ("acme",), "--role": ("core",), "--as-of": ("2026-01-31",), "--since": ("2025-06-01",),
}  # fmt: skip
# Arguments may be files to write to: none outside the folder, and none that click's test runner cannot print.
HARMLESS = tuple(word for word in WORDS if word not in ("/", "..", "~", "\udcff") and not word.startswith("/dev"))
CODES = {0, 2, 3, 4, 5, 6, 7, 75}
# Without a token, and with a GitHub that is not there.
ENVIRONMENT = {
    "GITHUB_API_URL": "http://127.0.0.1:9",
    "GITHUB_TOKEN": "",
    "GITHUB_TOKENS": "",
    "GH_TOKEN": "",
    "PATH": "/nowhere",
    "COLLECT_DEBUG": "0",
}


def configuration(seed: int) -> bytes:
    """Return a configuration that is odd in some way."""
    random, text = Random(seed), CONFIGURATION
    odd = (
        *(json.dumps(word) for word in WORDS), "1979-05-27", "07:32:00", "inf", "-1", "9" * 30, "9" * 5_000, "[]", "{}",
        "[[]]", "[" * 2_000 + "]" * 2_000, "{a=" * 2_000 + "1" + "}" * 2_000, "true", "'''x",
        '"nul\\u0000l"', '"\\ud800"', "[1, 'a']",
    )  # fmt: skip
    lines = text.splitlines()
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(lines))
        name = lines[at].partition(" = ")[0]
        match random.randrange(8):
            case 0 | 1 | 2 if " = " in lines[at]:
                lines[at] = f"{name} = {random.choice(odd)}"
            case 3:
                del lines[at]
            case 4:
                lines.insert(at, random.choice(lines))
            case 5:
                lines[at] = random.choice(["[" + ".".join(["a"] * 500) + "]", ".".join(["a"] * 100_000) + " = 1"])
            case 6:
                lines[at] = lines[at].replace(random.choice("abcdeorst"), random.choice("x.[]=\"'#\x00²"), 1)
            case _:
                lines.insert(at, f"{random.choice(odd)} = {random.choice(odd)}")
    out = "\n".join(lines).encode("utf-8", "surrogatepass")
    if random.random() < 0.1:
        at = random.randrange(len(out))
        out = out[:at] + bytes(random.randrange(256) for _ in range(3)) + out[at:]
    return out


def command_line(seed: int) -> list[str]:
    """Return a command with odd options and arguments, mostly of the right number."""
    random = Random(seed)
    command = random.choice(sorted(COMMANDS))
    words = command.split()
    for _ in range(random.choice([0, ARGUMENTS.get(command, 0), ARGUMENTS.get(command, 0), random.randrange(3)])):
        words.append(random.choice(HARMLESS))
    for option in random.sample(COMMANDS[command], random.randrange(min(4, len(COMMANDS[command])) + 1)):
        if option in FLAGS or random.random() < 0.1:
            words.append(option)
        else:
            words += [option, random.choice(USUAL.get(option, WORDS) if random.random() < 0.5 else WORDS)]
    return words


def configurations(first: int, count: int) -> Iterator[Verdict]:
    """Run a command with each odd configuration."""
    with _folder():
        for seed in range(first, first + count):
            Path("odd.toml").write_bytes(configuration(seed))
            yield _run(seed, ["repos", "list", "--config", "odd.toml", "--db", "none.db"])


def command_lines(first: int, count: int) -> Iterator[Verdict]:
    """Run each odd command line."""
    with _folder():
        for seed in range(first, first + count):
            yield _run(seed, command_line(seed))


class _folder:  # noqa: N801
    """A folder of its own with a database, a configuration and a loop of symbolic links, as the current one."""

    def __enter__(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.there = chdir(self.temporary.name)
        self.there.__enter__()
        with closing(database.open_database(Path("signals.db"))):
            pass
        Path("repos.toml").write_text(CONFIGURATION, encoding="utf-8")
        Path("text").write_text("no database\n", encoding="utf-8")
        os.symlink("loop", "loop")

    def __exit__(self, *error: object) -> None:
        self.there.__exit__(None, None, None)
        self.temporary.cleanup()


def _run(seed: int, words: list[str]) -> Verdict:
    verdict = Verdict(seed, " ".join(repr(word[:40]) for word in words))
    try:
        with at_most(LONGEST):
            result = Collect()(*words, **ENVIRONMENT)
    except Hang:
        verdict.findings.append(f"a hang of more than {LONGEST} s")
        return verdict
    verdict.exit_code = result.exit_code
    said = result.output  # both streams
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        verdict.findings.append("".join(traceback.format_exception(result.exception)[-3:]))
    elif "bug in collect" in said or "Traceback" in said:
        verdict.findings.append(said[-600:])
    elif result.exit_code not in CODES:
        verdict.findings.append(f"exit code {result.exit_code}: {said[-300:]}")
    elif result.exit_code not in (0, 3) and not said.strip():
        verdict.findings.append("no word why")
    return verdict
