import re
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from collector.config import Bot, Config, Mirror, Project, TrackedRepository, load
from collector.config.patterns import DOCS_PATHS, RULE_PATHS
from collector.config.uncounted_paths import GENERATED_PATHS
from collector.errors import ConfigError
from tests.config.examples import ALPHA, BETA, Write


def project(line: str) -> str:
    """A project whose slug, or whatever else the line says, is wrong."""
    lines = {"slug": 'slug = "alpha"', "name": 'name = "Alpha"', "category": 'category = "compute"'}
    lines[line.split(" ")[0]] = line
    return "[[project]]\n" + "\n".join(lines.values()) + '\n[[project.repo]]\nrepo = "a/b"\nrole = "core"\n'


def repository(text: str) -> str:
    """Alpha with one more repository, the third."""
    return ALPHA + "[[project.repo]]\n" + text


def test_a_whole_file(write: Write) -> None:
    path = write(
        """
        [collect]
        lookback_days = 800
        docs_paths = ["handbook/**"]
        rule_paths = ["src/fees/*.rs"]
        generated_paths = ["abi/**"]
        """
        + ALPHA
        + BETA
        + """
        [[bot]]
        login = "alpha-releases"
        reason = "Publishes releases."
        since = 2025-03-01
        [[bot]]
        login = "beta-releases"
        reason = "The same."
        since = "2025-03-02"
        [[mirror]]
        login = "alpha-export"
        repo = "Alpha-Org/Node"
        reason = "Exports from elsewhere."
        """
    )
    config = load(path)
    assert config == Config(
        lookback_days=800,
        docs_paths=(*DOCS_PATHS, "handbook/**"),
        rule_paths=(*RULE_PATHS, "src/fees/*.rs"),
        generated_paths=(*GENERATED_PATHS, "abi/**"),
        projects=(
            Project(
                slug="alpha",
                name="Alpha",
                categories=("compute",),
                homepage="https://alpha.example",
                repos=(
                    TrackedRepository("alpha-org/node", "core"),
                    TrackedRepository("alpha-org/kit", "sdk", note="Was alpha-org/toolkit."),
                ),
            ),
            Project(slug="beta", name="Beta", categories=("chain",), note="Looked for in vain."),
        ),
        bots=(
            Bot("alpha-releases", "Publishes releases.", date(2025, 3, 1)),
            Bot("beta-releases", "The same.", date(2025, 3, 2)),
        ),
        # A mirror's repository is called as its project calls it.
        mirrors=(Mirror("alpha-export", "alpha-org/node", "Exports from elsewhere."),),
        path=path,
    )


def test_a_project_may_be_in_several_categories(write: Write) -> None:
    config = load(write(ALPHA.replace('category = "compute"', 'category = ["compute", " AI on  chain "]')))
    assert config.projects[0].categories == ("compute", "AI on chain")
    assert load(write(ALPHA)).projects[0].categories == ("compute",)


def test_what_is_left_out_has_a_default(write: Write) -> None:
    config = load(write(ALPHA + '[[bot]]\nlogin = "alpha-releases"\nreason = "Publishes."\n'))
    assert config.lookback_days == 1600
    assert config.docs_paths == DOCS_PATHS
    assert config.rule_paths == RULE_PATHS
    assert config.generated_paths == GENERATED_PATHS
    assert config.mirrors == ()
    assert config.bots[0].since is None


def test_a_projects_own_paths_come_after_those_for_all(write: Write) -> None:
    own = 'docs_paths = ["!**", "guide/**"]\nrule_paths = ["fees/**"]'
    config = load(
        write('[collect]\nrule_paths = ["src/**"]\n' + ALPHA.replace('slug = "alpha"', f'slug = "alpha"\n{own}'))
    )
    assert config.docs_paths_of("alpha") == (*DOCS_PATHS, "!**", "guide/**")
    assert config.rule_paths_of("alpha") == (*RULE_PATHS, "src/**", "fees/**")
    assert config.docs_paths_of("beta") == DOCS_PATHS


def test_a_byte_order_mark_and_windows_line_ends_are_harmless(tmp_path: Path) -> None:
    path = tmp_path / "repos.toml"
    path.write_bytes(b"\xef\xbb\xbf" + ALPHA.replace("\n", "\r\n").encode())
    assert load(path).projects[0].slug == "alpha"


def test_a_note_over_several_lines_becomes_one_line(write: Write) -> None:
    assert load(write(project('note = """One\n   two."""'))).projects[0].note == "One two."


def test_the_configuration_cannot_be_changed(write: Write) -> None:
    with pytest.raises(FrozenInstanceError):
        load(write(ALPHA)).lookback_days = 1  # type: ignore[misc]


ROLES = "core, sdk, examples, docs, governance, contracts, tools"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        # Keys that nobody knows
        (ALPHA.replace("[[project]]", "[[projects]]"), 'unknown key "projects"; did you mean "project"?'),
        ("[collect]\nlook_back_days = 900" + ALPHA, '[collect]: unknown key "look_back_days"; did you mean "lookback_'),
        (project('hompage = "x"'), 'project "alpha": unknown key "hompage"; did you mean "homepage"?'),
        (
            project('xyzzy = "x"'),
            'unknown key "xyzzy"; the keys here are slug, name, category, homepage, note, review_commands, ',
        ),
        (repository('repo = "a/b"\nrolle = "sdk"'), 'repo 3: unknown key "rolle"; did you mean "role"?'),
        (ALPHA + '[[bot]]\nlogn = "x"', 'bot 1: unknown key "logn"; did you mean "login"?'),
        (ALPHA.replace("project.repo]", "project.repos]"), '"alpha": unknown key "repos"; did you mean "repo"?'),
        # Wrong types
        ('[collect]\nlookback_days = "900"' + ALPHA, 'must be a whole number from 400 to 6000, not the text "900".'),
        ("[collect]\nlookback_days = 900.5" + ALPHA, "must be a whole number from 400 to 6000, not the number 900.5."),
        (
            "[collect]\nlookback_days = true" + ALPHA,
            '"lookback_days" must be a whole number from 400 to 6000, not true.',
        ),
        ('collect = "x"' + ALPHA, '"collect" must be a table, written [collect], not the text "x".'),
        (
            ALPHA.replace("[[project]]", "[project]"),
            '"project" must be written as [[project]], once for each, not a table',
        ),
        (
            project('repo = "a/b"').split("[[project.repo]]")[0],
            "be written as [[project.repo]], once for each, not the t",
        ),
        ('bot = ["x"]' + ALPHA, '"bot" must be written as [[bot]], once for each, not a list.'),
        ('project = ["x"]', '"project" must be written as [[project]], once for each, not a list.'),
        (repository('repo = "a/b"\nrole = 7'), 'repo 3: "role" must be text in quotes, not the number 7.'),
        (project("name = 7"), 'project "alpha": "name" must be text in quotes, not the number 7.'),
        (project("name = 2026-01-31"), '"name" must be text in quotes, not the date 2026-01-31.'),
        (project("slug = []"), 'project 1: "slug" must be text in quotes, not a list.'),
        # Missing and empty
        ("", "no project is listed."),
        (ALPHA.replace('slug = "alpha"', ""), 'project 1: "slug" is missing.'),
        (ALPHA.replace('category = "compute"', ""), 'project "alpha": "category" is missing.'),
        (project('name = " "'), 'project "alpha": "name" is empty.'),
        (project('category = " "'), 'project "alpha": "category" is empty.'),
        (project("category = []"), 'project "alpha": "category" is empty.'),
        (project('category = ["models", ""]'), 'project "alpha": "category" is empty.'),
        (project("category = 7"), '"category" must be text in quotes or a list, like ["models", "agents"], not the n'),
        (project('category = ["models", 7]'), 'like ["models", "agents"], and the number 7 is not one.'),
        (project('category = ["models", "Models"]'), "category: the list names one of them twice."),
        (repository('repo = "a/b"\nrole = " "'), 'project "alpha": repo 3: "role" is empty.'),
        (repository('repo = "a/b"'), 'project "alpha": repo 3: "role" is missing.'),
        (ALPHA + '[[bot]]\nlogin = "robot"', 'bot "robot": "reason" is missing.'),
        (
            BETA.replace('note = "Looked for in vain."', ""),
            'project "beta": no repository: list one as [[project.repo]], o',
        ),
        # Impossible values
        ("[collect]\nlookback_days = 399" + ALPHA, '[collect]: "lookback_days" is 399; it must be from 400 to 6000.'),
        ("[collect]\nlookback_days = 6001" + ALPHA, '[collect]: "lookback_days" is 6001; it must be from 400 to 6000.'),
        (
            project('slug = "Alpha.Net"'),
            'slug "Alpha.Net" must be a-z and 0-9, separated by single hyphens, like "alpha-net"',
        ),
        (project('slug = "!"'), 'slug "!" must be a-z and 0-9, separated by single hyphens, like "my-project".'),
        (
            project('homepage = "alpha.example"'),
            'homepage "alpha.example" is not a web address, like "https://example.org"',
        ),
        (
            repository('repo = "node"\nrole = "core"'),
            'repo 3: repo "node" is not owner/name, as in the repository\'s addr',
        ),
        (repository('repo = "a/.."\nrole = "core"'), 'repo "a/.." is not owner/name'),
        (repository('repo = "https://github.com/a/b.git"\nrole = "core"'), 'is not owner/name; did you mean "a/b"?'),
        (repository('repo = "github.com/a/b/tree/main"\nrole = "core"'), 'is not owner/name; did you mean "a/b"?'),
        (
            repository('repo = "a/b"\nrole = "sdks"'),
            f'project "alpha": repo 3: role "sdks" is not one of {ROLES}; did you mean "sdk"?',
        ),
        (repository('repo = "a/b"\nrole = "xyzzy"'), f'role "xyzzy" is not one of {ROLES}.'),
        (
            ALPHA + '[[bot]]\nlogin = "@robot"\nreason = "x"',
            'bot "@robot": login "@robot" is not a GitHub login (letters',
        ),
        (
            ALPHA + '[[bot]]\nlogin = "robot"\nreason = "x"\nsince = "2025-02-30"',
            'bot "robot": "since" must be a valid date, like 2026-01-31, not the text "2025-02-30".',
        ),
        (
            ALPHA + '[[bot]]\nlogin = "robot"\nreason = "x"\nsince = 2025-02-03T04:05:06Z',
            '"since" must be a valid date, like 2026-01-31, not the time 2025-02-03 04:05:06+00:00.',
        ),
        (
            ALPHA + '[[mirror]]\nlogin = "export"\nrepo = "alpha-org/nod"\nreason = "x"',
            'mirror "export": repo "alpha-org/nod" is not tracked by any project; did you mean "alpha-org/node"?',
        ),
        # Patterns
        (
            '[collect]\ndocs_paths = "docs"' + ALPHA,
            '"docs_paths" must be a list of patterns, like ["docs/**"], not the tex',
        ),
        (
            project('review_commands = [""]'),
            '"review_commands" must be a list of commands, like ["/lgtm"], and the text "" is not one.',
        ),
        (
            "[collect]\ndocs_paths = [7]" + ALPHA,
            '"docs_paths" must be a list of patterns, like ["docs/**"], and the number 7 is',
        ),
        (
            '[collect]\nrule_paths = ["/fees/**"]' + ALPHA,
            '[collect]: rule_paths: pattern "/fees/**" starts with a slash; ',
        ),
        (
            ALPHA.replace('slug = "alpha"', 'slug = "alpha"\ndocs_paths = ["guide/"]'),
            'project "alpha": docs_paths: pattern "guide/" ends with a slash; for everything in the folder write',
        ),
        (
            '[collect]\nrule_paths = ["!!fees/**"]' + ALPHA,
            '[collect]: rule_paths: pattern "!!fees/**" begins with more than one !; ',
        ),
        (
            ALPHA.replace('slug = "alpha"', 'slug = "alpha"\nrule_path = ["fees/**"]'),
            'project "alpha": unknown key "rule_path"; did you mean "rule_paths"?',
        ),
        # Twice
        (ALPHA + ALPHA, 'slug "alpha" is used by two projects, number 1 and number 2; rename one.'),
        (
            repository('repo = "alpha-org/node"\nrole = "sdk"'),
            'project "alpha": repo 3: "alpha-org/node" is already listed, by project "alpha": repo 1 (GitHub',
        ),
        (
            ALPHA + BETA + 'review_commands = ["/ok"]\n[[project.repo]]\nrepo = "Alpha-Org/KIT"\nrole = "sdk"',
            'project "beta": repo 1: "Alpha-Org/KIT" is also listed by project "alpha": repo 2, with other '
            "review_commands; give both projects the same, since its comments are read once.",
        ),
        (
            ALPHA + '[[bot]]\nlogin = "x"\nreason = "y"\n[[bot]]\nlogin = "X"\nreason = "y"',
            'bot "X": this login is listed',
        ),
        (
            ALPHA + '[[mirror]]\nlogin = "x"\nrepo = "alpha-org/kit"\nreason = "y"\n' * 2,
            'mirror "x": repo "alpha-org/kit" is listed twice for this login; keep one of them.',
        ),
        # Not TOML
        ("[collect\n", "is not valid TOML: "),
        (project("slug ="), "is not valid TOML: "),
        ("a = 1\na = 2\nb = 3", "(at line 2, column 6)."),
        pytest.param("a = " + "9" * 5000, "is not valid TOML: ", id="a number of 5,000 digits"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_key(write: Write, text: str, sentence: str) -> None:
    path = write(text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    message = caught.value.message
    assert message.startswith(str(path))
    assert message[-1] in ".?"
    assert "\n" not in message
    assert sentence in message
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^There is no configuration at .*none\.toml\. Name the file with --config"):
        load(tmp_path / "none.toml")


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a directory, not a configuration file"):
        load(tmp_path)


def test_a_file_below_a_file_cannot_be_read(write: Write) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Not a directory"):
        load(write("") / "repos.toml")


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "repos.toml"
    path.write_bytes(b'[[project]]\nslug = "\xff"\n')
    with pytest.raises(ConfigError, match=re.escape("is not UTF-8 text (line 2); save it as UTF-8.")):
        load(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "[" * 5_000 + "]" * 5_000, "nests tables or lists too deeply"),
        ("a = " + "{a=" * 500 + "1" + "}" * 500, "nests tables or lists too deeply"),
        (".".join(["a"] * 100_000) + " = 1", "more than 1,000 dots in line 1"),
        ("[" + ".".join(["a"] * 500) + "]", 'unknown key "a"'),
        ("#" * (5 << 20), "more than 4 MiB"),
    ],
    ids=["lists", "tables", "a long key", "a deep table", "a large file"],
)
def test_a_configuration_that_is_larger_than_any(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "repos.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load(path)
