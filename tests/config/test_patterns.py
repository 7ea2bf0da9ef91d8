import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from collector.config import matches
from collector.config.patterns import DOCS_PATHS, fault, fixed_parts
from collector.config.uncounted_paths import GENERATED_PATHS

parts = st.text(alphabet="abc[](){}.+$^|\\-_ é\n", min_size=1, max_size=4).filter(lambda part: part not in (".", ".."))
paths = st.lists(parts, min_size=1, max_size=4).map("/".join)
wild_parts = st.just("**") | st.text(alphabet="ab.*?", min_size=1, max_size=3)
wild = st.lists(wild_parts, min_size=1, max_size=4).map("/".join).filter(lambda pattern: not fault(pattern))
short_parts = st.text(alphabet="ab.", min_size=1, max_size=3).filter(lambda part: part not in (".", ".."))


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("docs/**", "docs/index.md", True),
        ("docs/**", "docs/deep/er/index.md", True),
        ("docs/**", "docs", False),
        ("docs/**", "src/docs/index.md", False),
        ("docs/**", "docsite/index.md", False),
        ("**/docs/**", "docs/index.md", True),
        ("**/docs/**", "a/b/docs/index.md", True),
        ("**/docs/**", "a/mydocs/index.md", False),
        ("*.md", "README.md", True),
        ("*.md", "src/README.md", False),
        ("**/*.lock", "Cargo.lock", True),
        ("**/*.lock", "a/Cargo.lock", True),
        ("**/*.lock", "a/lock.rs", False),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "a/bz", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a.c", "abc", False),
        ("pages/[id].vue", "pages/[id].vue", True),
        ("**", "any/thing", True),
        ("CHANGELOG.md", "Changelog.MD", True),
    ],
)
def test_one_pattern(pattern: str, path: str, fits: bool) -> None:
    assert matches([pattern], path) is fits


def test_no_pattern_fits_nothing() -> None:
    assert not matches([], "docs/index.md")
    assert not matches([], "")


def test_one_of_several_is_enough() -> None:
    assert matches(["src/**", "docs/**"], "docs/index.md")
    assert not matches(["src/**", "docs/**"], "test/index.md")


def test_the_last_pattern_that_matches_decides() -> None:
    assert not matches(["docs/**", "!docs/api/**"], "docs/api/index.md")
    assert matches(["docs/**", "!docs/api/**"], "docs/index.md")
    assert matches(["docs/**", "!docs/api/**", "docs/api/index.md"], "docs/api/index.md")
    assert not matches([*DOCS_PATHS, "!**", "guide/**"], "docs/index.md")
    assert matches([*DOCS_PATHS, "!**", "guide/**"], "guide/index.md")
    assert not matches(["!docs/**"], "src/main.py")


@pytest.mark.parametrize(
    ("patterns", "parts"),
    [
        (["docs/**", "README.md"], ("README.md", "docs")),
        (["pallets/*/src/weights.rs", "src/fee-?.rs", "src/fees*/**"], ("pallets", "src")),
        (["**/docs/**", "*.md", "?/x", "a*/x"], ()),
        (["docs/**", "!docs/api/**"], ("docs",)),
        (["docs/**", "!**", "guide/**"], ("guide",)),
    ],
)
def test_the_fixed_parts_of_patterns(patterns: list[str], parts: tuple[str, ...]) -> None:
    assert fixed_parts(patterns) == parts


@given(wild, paths)
def test_whatever_a_pattern_fits_is_in_its_fixed_part(pattern: str, path: str) -> None:
    if matches([pattern], path):
        assert all(f"{path}/".lower().startswith(f"{part}/".lower()) for part in fixed_parts([pattern]))


@given(paths)
def test_a_path_fits_itself_and_the_folders_above_it(path: str) -> None:
    assert matches([path], path)
    assert matches(["**"], path)
    assert matches([f"**/{path}"], path)
    assert matches([f"**/{path}"], f"x/y/{path}")
    assert matches([f"{path}/**"], f"{path}/x")
    assert not matches([path], f"{path}/x")
    assert not matches([path], f"x/{path}")


@given(wild, st.lists(short_parts, min_size=1, max_size=5))
def test_patterns_are_those_of_a_gitignore_but_from_the_top_and_for_files_alone(pattern: str, parts: list[str]) -> None:
    path_and_folders = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    ignored = GitIgnoreSpec.from_lines([f"/{pattern}"]).match_file("/".join(parts))
    assert ignored == any(matches([pattern], path) for path in path_and_folders)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("docs\\**", "has a backslash; separate folders with /"),
        ("/docs/**", "starts with a slash; paths are relative to the root of the repository"),
        ("docs/", 'ends with a slash; for everything in the folder write "docs/**"'),
        ("docs//a", 'has an empty part, "." or ".." between its slashes; write the path as GitHub shows it'),
        ("./docs", 'has an empty part, "." or ".." between its slashes; write the path as GitHub shows it'),
        ("docs/**.md", 'has "**" beside other characters; it must be a whole path component, as in "docs/**"'),
    ],
)
def test_a_pattern_that_can_fit_nothing_is_a_fault(pattern: str, problem: str) -> None:
    assert fault(pattern) == problem


@pytest.mark.parametrize("pattern", [*DOCS_PATHS, *GENERATED_PATHS])
def test_the_usual_patterns_have_no_fault(pattern: str) -> None:
    assert fault(pattern) is None


@pytest.mark.parametrize(
    "path", ["docs/a.md", "python/docs/a.png", "README.md", "sub/README.rst", "Readme", "migration.md", "doc/a.txt"]
)
def test_usual_docs(path: str) -> None:
    assert matches(DOCS_PATHS, path)


@pytest.mark.parametrize("path", ["src/main.rs", "src/notes.md", ".github/template.md", "src/docs.py", "LICENSE"])
def test_not_docs(path: str) -> None:
    assert not matches(DOCS_PATHS, path)


@pytest.mark.parametrize(
    "path",
    [
        "Cargo.lock",
        "web/package-lock.json",
        "go.sum",
        "requirements_lock.txt",
        "vendor/a/b.go",
        "x/node_modules/y/z.js",
        "src/generated/a.ts",
        "src/generated_client/a.ts",
        "proto/a.pb.go",
        "proto/a_pb2_grpc.py",
        "static/a.min.js",
        "CHANGELOG",
        "CHANGELOG.MD",
        "packages/a/CHANGELOG.md",
    ],
)
def test_usual_generated(path: str) -> None:
    assert matches(GENERATED_PATHS, path)


@pytest.mark.parametrize(
    "path",
    [
        "src/lock.rs",
        "src/block.lock.py",
        "lib/a.go",
        "src/generator.ts",
        "scripts/changelog.ts",
        "src/vendor.rs",
        "a.sum",
    ],
)
def test_not_generated(path: str) -> None:
    assert not matches(GENERATED_PATHS, path)
