"""Patterns for paths inside a repository, and the ones that hold everywhere.

`*` stands for any characters but a slash, `?` for one of them, and `**` as a whole part of the path
for any number of folders, none included. Case is ignored: CHANGELOG.md and Changelog.MD are one thing.

That is the syntax of .gitignore (https://git-scm.com/docs/gitignore#_pattern_format) but for three things: a pattern
counts from the top of the repository, it fits files and not all that is in a folder of that name, and brackets stand
for themselves, as in pages/[id].vue. For the second, gitignore has no way to say it, nor have libraries that follow it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

DOCS_PATHS = (
    "**/docs/**",
    "**/doc/**",
    "**/documentation/**",
    "**/README",
    "**/README.*",
    "*.md",
    "*.mdx",
    "*.rst",
    "*.adoc",
)

GENERATED_PATHS = (
    # Lock files: what a package manager wrote.
    "**/*.lock",
    "**/*.lockb",
    "**/*.lockfile",
    "**/package-lock.json",
    "**/packages.lock.json",
    "**/npm-shrinkwrap.json",
    "**/pnpm-lock.yaml",
    "**/requirements*lock.txt",
    "**/.terraform.lock.hcl",
    "**/go.sum",
    # Other people's code, copied in.
    "**/vendor/**",
    "**/_vendor/**",
    "**/third_party/**",
    "**/node_modules/**",
    # What a compiler or a generator wrote.
    "**/generated/**",
    "**/generated_*/**",
    "**/__generated__/**",
    "**/__snapshots__/**",
    "**/dist/**",
    "**/*.pb.go",
    "**/*.pb.cc",
    "**/*.pb.h",
    "**/*_pb2.py",
    "**/*_pb2.pyi",
    "**/*_pb2_grpc.py",
    "**/*_pb.js",
    "**/*_pb.ts",
    "**/*_pb.d.ts",
    "**/*_pb_service.js",
    "**/*_pb_service.d.ts",
    "**/*.abi",
    "**/*.map",
    "**/*.min.js",
    "**/*.min.css",
    "**/*.snap",
    # Changelogs: they tell of work that is counted where it was done.
    "**/CHANGELOG",
    "**/CHANGELOG.md",
    "**/CHANGELOG.rst",
    "**/CHANGELOG.txt",
    "**/CHANGES.md",
    "**/CHANGES.rst",
    "**/HISTORY.md",
    "**/HISTORY.rst",
)

# What a package manager reads: a bot that raises a version there has written nothing.
MANIFEST_PATHS = (
    "**/package.json",
    "**/Cargo.toml",
    "**/pyproject.toml",
    "**/setup.cfg",
    "**/setup.py",
    "**/requirements*.txt",
    "**/go.mod",
    "**/pom.xml",
    "**/build.gradle",
    "**/build.gradle.kts",
    "**/Gemfile",
    "**/composer.json",
    "**/*.csproj",
    "**/pubspec.yaml",
    "**/mix.exs",
    "**/*.gemspec",
)


def matches(patterns: Sequence[str], path: str) -> bool:
    """Whether a path inside a repository (`docs/index.md`, no leading slash) fits one of the patterns."""
    return _compiled(tuple(patterns)).fullmatch(path) is not None


def fault(pattern: str) -> str | None:
    """What is wrong with a pattern, worded to follow its name, or None."""
    parts = pattern.split("/")
    if "\\" in pattern:
        return "has a backslash; folders are parted by /"
    if pattern.startswith("/"):
        return "starts with a slash; paths count from the top of the repository"
    if pattern.endswith("/"):
        return f'ends with a slash; for all that is in the folder write "{pattern}**"'
    if any(part in ("", ".", "..") for part in parts):
        return 'has an empty part, "." or ".." between its slashes; write the path as GitHub shows it'
    if any("**" in part and part != "**" for part in parts):
        return 'has "**" beside other characters; it must be a whole part of the path, as in "docs/**"'
    return None


@lru_cache(maxsize=32)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression that fits what any of the patterns fits; without patterns, nothing."""
    if not patterns:
        return re.compile(r"(?!)")
    return re.compile("|".join(_expression(pattern) for pattern in patterns), re.IGNORECASE | re.DOTALL)


def _expression(pattern: str) -> str:
    *folders, name = pattern.split("/")
    leading = "".join("(?:[^/]+/)*" if folder == "**" else _part(folder) + "/" for folder in folders)
    return leading + (".+" if name == "**" else _part(name))


def _part(part: str) -> str:
    return "".join({"*": "[^/]*", "?": "[^/]"}.get(character) or re.escape(character) for character in part)
