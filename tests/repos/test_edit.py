"""Edits of the configuration: what is asked for, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.config import load
from collector.errors import ConfigError, UsageError
from collector.repos import edit, plain_toml
from collector.repos.edit import Addition, Document, Edit, NewProject

TEXT = """\
# What is measured.

[collect]
lookback_days = 500 # enough

# --- first ---

[[project]]
slug = "one"
name = "One"
category = "compute"

    [[project.repo]]
    repo = "acme/engine" # the engine
    role = "core"
    note = "The engine." # said by its makers

    [[project.repo]]
    repo = "acme/kit"
    role = "sdk"

# --- second ---

[[project]]
slug = "none"
name = "None"
category = "chain"
note = "Nothing was found."

# --- accounts ---

[[mirror]]
login = "copier"
repo = "acme/kit"
reason = "It copies."
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "repos.toml"
    path.write_text(TEXT)
    return path


def edited(path: Path, *edits: Edit) -> str:
    document = Document(path)
    for one in edits:
        document.apply(one)
    document.save()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    return path.read_text()


def test_a_rename_says_what_it_was_and_takes_its_mirror_along(path: Path) -> None:
    wanted = TEXT.replace('repo = "acme/kit"', 'repo = "acme-labs/kit"')
    wanted = wanted.replace('role = "sdk"\n', 'role = "sdk"\n    note = "Was acme/kit."\n')
    assert edited(path, Edit("rename", "ACME/kit", "acme-labs/kit")) == wanted.replace("Was acme/kit", "Was ACME/kit")


def test_edits_are_made_in_every_project_that_lists_it(path: Path) -> None:
    shared = '\n    [[project.repo]]\n    repo = "acme/engine"\n    role = "docs"\n'
    text = TEXT.replace('note = "Nothing was found."\n', 'note = "Nothing was found."\n' + shared)
    path.write_text(text)
    noted = edited(path, Edit("rename", "acme/engine", "acme/motor"), Edit("note", "acme/motor", "Archived."))
    assert noted.count('repo = "acme/motor"') == 2
    assert noted.count("Was acme/engine. Archived.") == 2
    gone = edited(path, Edit("remove", "acme/motor"))
    assert "acme/motor" not in gone.replace("acme/motor, is private", "")


def test_a_sentence_is_added_to_a_note_once(path: Path) -> None:
    edit = Edit("note", "acme/engine", "Archived.")
    wanted = TEXT.replace('"The engine." # said', '"The engine. Archived." # said')
    assert edited(path, edit, edit) == wanted
    assert edited(path, edit) == wanted


def test_a_removal_leaves_the_headings_where_they_were(path: Path) -> None:
    block = '\n    [[project.repo]]\n    repo = "acme/kit"\n    role = "sdk"\n'
    mirror = TEXT[TEXT.index("[[mirror]]") :]
    path.write_text(TEXT.replace(mirror, ""))
    assert edited(path, Edit("remove", "acme/kit")) == TEXT.replace(mirror, "").replace(block, "")


def test_comments_between_repositories_stay_when_the_first_goes(path: Path) -> None:
    mirror = TEXT[TEXT.index("[[mirror]]") :]
    text = TEXT.replace(mirror, "").replace(
        '    [[project.repo]]\n    repo = "acme/kit"', '    # Kits\n    [[project.repo]]\n    repo = "acme/kit"'
    )
    path.write_text(text)
    start, end = text.index("    [[project.repo]]"), text.index("    # Kits")
    assert edited(path, Edit("remove", "acme/engine")) == text[:start] + text[end:]


@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_comment_right_above_a_repository_is_of_that_one(path: Path, blank: str) -> None:
    kit = '\n    [[project.repo]]\n    repo = "acme/kit"'
    text = TEXT[: TEXT.index("[[mirror]]")].replace(kit, f"{blank}    # Kits{kit}")
    path.write_text(text)
    start, end = text.index("    [[project.repo]]"), text.index(f"{blank}    # Kits")
    assert edited(path, Edit("remove", "acme/engine")) == text[:start] + text[end:].lstrip("\n")


def test_the_last_repository_leaves_a_note(path: Path) -> None:
    mirror = TEXT[TEXT.index("[[mirror]]") :]
    path.write_text(TEXT.replace(mirror, ""))
    text = edited(path, Edit("remove", "acme/kit"), Edit("remove", "acme/engine"))
    (one, _) = load(path).projects
    assert one.repos == ()
    assert one.note == "Its last repository, acme/engine, is private or deleted."
    assert text.index("# --- second") > text.index("Its last repository")


def test_a_new_repository_stands_behind_the_others_and_before_the_next_heading(path: Path) -> None:
    new = '\n    [[project.repo]]\n    repo = "acme/docs"\n    role = "docs"\n    note = "New."\n'
    wanted = TEXT.replace('role = "sdk"\n', 'role = "sdk"\n' + new)
    assert edited(path, Edit("add", "acme/docs", "New.", "one", "docs")) == wanted


def test_the_first_repository_of_a_project(path: Path) -> None:
    new = '\n    [[project.repo]]\n    repo = "none/one"\n    role = "core"\n'
    wanted = TEXT.replace('found."\n', 'found."\n' + new)
    assert edited(path, Edit("add", "none/one", project="none")) == wanted


def test_a_new_project(path: Path) -> None:
    document = Document(path)
    document.add_project(NewProject("two", "Two", "models"))
    document.apply(Edit("add", "two/two", project="two"))
    document.save()
    text = path.read_text()
    assert [p.slug for p in load(path).projects] == ["one", "none", "two"]
    assert text.index('slug = "two"') < text.index("# --- accounts")


def test_what_cannot_be_read_is_not_written(path: Path) -> None:
    document = Document(path)
    document.apply(Edit("rename", "acme/kit", "acme/engine"))
    with pytest.raises(ConfigError, match="already listed") as raised:
        document.save()
    assert ".part" not in str(raised.value)
    assert path.read_text() == TEXT
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "text",
    [
        'project = [{slug = "a", name = "A", category = "c", note = "n"}]\n',
        '[[project]]\nslug = "a"\nname = "A"\ncategory = "c"\nrepo = [{repo = "a/b", role = "core"}]\n',
    ],
)
def test_another_way_of_writing_it_is_left_to_people(path: Path, text: str) -> None:
    path.write_text(text)
    load(path)
    with pytest.raises(ConfigError, match="cannot be edited"):
        Document(path)


def test_a_repository_or_project_that_is_not_there(path: Path) -> None:
    with pytest.raises(UsageError, match="does not list acme/nothing"):
        Document(path).apply(Edit("remove", "acme/nothing"))
    with pytest.raises(UsageError, match='has no project "three"'):
        Document(path).apply(Edit("add", "acme/new", project="three"))


def test_a_byte_order_mark_line_ends_permissions_and_a_link_stay(path: Path) -> None:
    path.write_bytes(("\ufeff" + TEXT.replace("\n", "\r\n")).encode())
    path.chmod(0o640)
    link = path.with_name("link.toml")
    link.symlink_to(path)
    document = Document(link)
    document.apply(Edit("note", "acme/engine", "Archived."))
    document.save()
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    wanted = TEXT.replace('"The engine."', '"The engine. Archived."').replace("\n", "\r\n")
    assert path.read_bytes().decode() == "\ufeff" + wanted


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_can_write_anything_but_itself(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("edit") / "repos.toml"
    path.write_text(TEXT)
    before = load(path)
    document = Document(path)
    document.apply(Edit("note", "acme/kit", text))
    document.apply(Edit("add", "acme/new", text, "none"))
    after = document.save()
    assert (after.bots, after.mirrors, after.lookback_days) == (before.bots, before.mirrors, before.lookback_days)
    assert [p.slug for p in after.projects] == ["one", "none"]
    assert after.projects[0].repos[0] == before.projects[0].repos[0]
    assert after.projects[0].repos[1].note == " ".join(text.split())
    assert [(r.repo, r.note) for r in after.projects[1].repos] == [("acme/new", " ".join(text.split()))]


class TestSeveralFiles:
    MORE = """\
# A long list.

[[project]]
slug = "two"
name = "Two"
category = "models"

    [[project.repo]]
    repo = "two/node"
    role = "core"

[[mirror]]
login = "copier"
repo = "acme/engine"
reason = "It copies."
"""

    @pytest.fixture
    def more(self, path: Path) -> Path:
        path.write_text('include = ["more.toml"]\n' + TEXT)
        more = path.with_name("more.toml")
        more.write_text(self.MORE)
        return more

    def test_each_entry_is_edited_in_its_own_file(self, path: Path, more: Path) -> None:
        before = path.read_text()
        document = Document(path)
        document.apply(Edit("note", "two/node", "Archived."))
        document.apply(Edit("add", "two/kit", project="two"))
        assert [p.slug for p in document.save().projects] == ["one", "none", "two"]
        assert path.read_text() == before
        wanted = self.MORE.replace('role = "core"\n', 'role = "core"\n    note = "Archived."\n')
        kit = '\n    [[project.repo]]\n    repo = "two/kit"\n    role = "core"\n'
        assert more.read_text() == wanted.replace('"Archived."\n', '"Archived."\n' + kit)

    def test_a_rename_takes_mirrors_in_other_files_along(self, path: Path, more: Path) -> None:
        document = Document(path)
        document.apply(Edit("rename", "acme/engine", "acme/motor"))
        assert ("copier", "acme/motor") in [(m.login, m.repo) for m in document.save().mirrors]
        assert 'repo = "acme/motor"' in path.read_text()
        assert more.read_text() == self.MORE.replace("acme/engine", "acme/motor")

    def test_nothing_is_written_if_the_whole_does_not_load(self, path: Path, more: Path) -> None:
        before = path.read_text()
        document = Document(path)
        document.apply(Edit("add", "acme/engine", project="one"))
        with pytest.raises(ConfigError, match=r"With this change, .*already listed, by project \"one\": repo 1 "):
            document.save()
        assert (path.read_text(), more.read_text()) == (before, self.MORE)
        assert sorted(p.name for p in path.parent.iterdir()) == ["more.toml", "repos.toml"]

    def test_a_new_project_in_a_file_that_is_not_included_yet(self, path: Path, tmp_path: Path) -> None:
        into = tmp_path / "lists" / "new.toml"
        into.parent.mkdir()
        two = Addition(NewProject("two", "Two", "models"), "core", [("two/node", "Was."), ("two/kit", "")])
        three = Addition(NewProject("three", "Three", "models"), "sdk", [("three/node", "")])
        assert len(Document(path).save(into, [two, three]).projects) == 2
        config = load(path)
        assert [(p.slug, [(r.repo, r.role, r.note) for r in p.repos]) for p in config.projects[2:]] == [
            ("two", [("two/node", "core", "Was."), ("two/kit", "core", "")]), ("three", [("three/node", "sdk", "")]),
        ]  # fmt: skip
        # The comment right above the first table stays with it.
        assert path.read_text() == TEXT.replace("[collect]", 'include = ["lists/new.toml"]\n\n[collect]', 1)
        assert into.read_text().startswith(
            "# Projects added by `collect repos import`; repos.toml includes this file.\n"
        )

    def test_a_long_list_grows_at_its_end(self, path: Path, more: Path) -> None:
        text = self.MORE.replace("\n", "\r\n").rstrip()
        more.write_bytes(text.encode())
        three = Addition(NewProject("three", 'The "third"', "models"), "sdk", [("three/kit", "Was\nit.")])
        Document(path).save(more, [three])
        new = (
            '\n\n[[project]]\nslug = "three"\nname = "The \\"third\\""\ncategory = "models"\n'
            '\n    [[project.repo]]\n    repo = "three/kit"\n    role = "sdk"\n    note = "Was\\nit."\n'
        )
        assert more.read_bytes().decode() == text + new.replace("\n", "\r\n")

    @given(st.lists(st.integers(0, 60), max_size=4), st.integers(1, 3000))
    def test_pieces_of_any_size_make_the_same_file(
        self, tmp_path_factory: pytest.TempPathFactory, numbers: list[int], size: int
    ) -> None:
        folder = tmp_path_factory.mktemp("edit")
        path = folder / "repos.toml"
        path.write_text(TEXT)
        names = [(f"p{n}", [(f"new/{n}.{i}", "A note." if i % 2 else "") for i in range(count)])
                 for n, count in enumerate(numbers) if count]  # fmt: skip
        added = [Addition(NewProject(slug, slug, "c"), "core", repos) for slug, repos in names]
        Document(path).save(folder / "whole.toml", added)
        path.write_text(TEXT)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(edit, "PIECE", size)  # a piece has as many characters as the configuration at least
            Document(path).save(folder / "pieces.toml", added)
        assert (folder / "pieces.toml").read_bytes() == (folder / "whole.toml").read_bytes()
        found = load(path).projects[2:]
        assert [(p.slug, [(r.repo, r.note) for r in p.repos]) for p in found] == names

    @pytest.mark.parametrize("role", ["core", "boss"])
    def test_what_is_added_is_checked_piece_by_piece(
        self, path: Path, more: Path, monkeypatch: pytest.MonkeyPatch, role: str
    ) -> None:
        before = path.read_text(), more.read_text()
        monkeypatch.setattr(edit, "PIECE", 1)
        repos = [(f"new/{n}", "") for n in range(200)] + [("new/bad name" if role == "core" else "new/last", "")]
        with pytest.raises(
            ConfigError, match=r"With this change, .*more.toml: project \"three\": repo \d+: "
        ) as raised:
            Document(path).save(more, [Addition(NewProject("three", "Three", "c"), role, repos)])
        assert ".part" not in str(raised.value)
        assert (path.read_text(), more.read_text()) == before
        assert sorted(p.name for p in path.parent.iterdir()) == ["more.toml", "repos.toml"]

    def test_what_would_be_too_large_is_not_begun(
        self, path: Path, more: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = path.read_text(), more.read_text()
        monkeypatch.setattr(edit, "LARGEST", len(before[0]) + 1000)
        monkeypatch.setattr(edit, "LARGEST_INCLUDED", len(before[1]) + 1000)
        repos = [(f"new/{n}", "") for n in range(30)]
        with pytest.raises(ConfigError, match=r"repos.toml would have more than 0 MiB. .*--into"):
            Document(path).add("core", {"one": repos})
        with pytest.raises(ConfigError, match=r"more.toml would have more than 0 MiB"):
            Document(path).save(more, [Addition(NewProject("three", "Three", "c"), "core", repos)])
        assert (path.read_text(), more.read_text()) == before

    def test_it_is_measured_in_bytes(self, path: Path, more: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(edit, "LARGEST_INCLUDED", more.stat().st_size + 1000)
        short, long = (
            Addition(NewProject("three", letter * 600, "c"), "core", [("three/node", "")]) for letter in "eé"
        )
        with pytest.raises(ConfigError, match=r"more.toml would have more than 0 MiB"):
            Document(path).save(more, [long])
        Document(path).save(more, [short])

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("nonsense", "new.toml is not valid TOML: "),
            ("[collect]\n", "new.toml: [collect] belongs in "),
            ('[[project]]\nslug = "one"\nname = "One"\ncategory = "c"\nnote = "n"', "is used by two projects"),
            ('include = ["repos.toml"]', "which includes this file in turn"),
        ],
    )
    def test_a_file_that_cannot_be_included(self, path: Path, text: str, sentence: str) -> None:
        into = path.with_name("new.toml")
        into.write_text(text)
        with pytest.raises(ConfigError, match="With this change, ") as raised:
            Document(path).include(into)
        assert sentence in str(raised.value)
        assert (path.read_text(), into.read_text()) == (TEXT, text)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("# One\n[[bot]]\n", 'include = ["x.toml"]\n\n# One\n[[bot]]\n'),
            ("# One\n\n# Two\n[[bot]]\n", '# One\n\ninclude = ["x.toml"]\n\n# Two\n[[bot]]\n'),
            ('include = ["a.toml"] # lists\n[[bot]]\n', 'include = ["a.toml", "x.toml"] # lists\n[[bot]]\n'),
        ],
    )
    def test_where_include_stands(self, path: Path, before: str, after: str) -> None:
        rest = TEXT[TEXT.index("[[project]]") :]
        robot = 'login = "robot"\nreason = "It is one."\n'
        path.with_name("a.toml").write_text("")
        path.write_text(before + robot + rest)
        Document(path).save(
            path.with_name("x.toml"), [Addition(NewProject("two", "Two", "c"), "core", [("two/two", "")])]
        )
        assert path.read_text() == after + robot + rest


@given(st.lists(st.tuples(st.sampled_from(["one", "none"]), st.text("ab-", min_size=1, max_size=5)), max_size=6))
def test_adding_several_at_once_is_as_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, added: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("edit") / "repos.toml"
    path.write_text(TEXT)
    repos = {f"new/{slug}.{name}": slug for slug, name in added}
    singly, at_once = Document(path), Document(path)
    for repo, slug in sorted(repos.items()):
        singly.apply(Edit("add", repo, "A note.", slug, "sdk"))
    for slug in sorted(set(repos.values())):
        at_once.add("sdk", {slug: [(repo, "A note.") for repo, of in sorted(repos.items()) if of == slug]})
    assert at_once.save() == load(path)
    text = path.read_text()
    path.write_text(TEXT)
    singly.save()
    assert text == path.read_text()


LINES = st.sampled_from(["", "# A comment.", "    # One more."])


@given(st.lists(st.tuples(st.integers(0, 2), LINES, LINES, LINES), min_size=1, max_size=4), st.data())
def test_the_short_way_writes_what_tomlkit_writes(
    tmp_path_factory: pytest.TempPathFactory, projects: list[tuple[int, str, str, str]], data: st.DataObject
) -> None:
    space = data.draw(st.sampled_from(["", "    "]))
    lines = ["# What is measured."]
    for number, (count, *between) in enumerate(projects):
        lines += ["", "[[project]]", f'slug = "p{number}"', f'name = "{number}"', 'category = "c"', 'note = "None."']
        for one in range(count):
            lines += [
                "",
                f"{space}[[project.repo]] # here",
                f'{space}repo = "acme/{number}.{one}"',
                f'{space}role = "sdk"',
            ]
        lines += between
    path = tmp_path_factory.mktemp("edit") / "repos.toml"
    text = "\n".join(lines) + data.draw(st.sampled_from(["\n", "", '\n[[bot]]\nlogin = "b"\nreason = "r"\n']))
    path.write_text(text)
    slugs = data.draw(st.lists(st.sampled_from([f"p{n}" for n in range(len(projects))]), unique=True))
    added = {slug: [(f"new/{slug}", ""), (f"new/{slug}-2", "Was.")] for slug in slugs}
    Document(path).add("core", {})
    short, long = Document(path), Document(path)
    short.add("core", added)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_toml, "inserted", lambda *arguments: None)
        long.add("core", added)
    short.save()
    written = path.read_text()
    path.write_text(text)
    long.save()
    assert written == path.read_text()


def test_what_is_added_has_the_line_ends_of_the_file(path: Path) -> None:
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    document = Document(path)
    document.add("docs", {"one": [("acme/docs", "")]})
    document.save()
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") == TEXT.count("\n") + 4


@pytest.mark.parametrize("header", ["[[ project . repo ]]", '[[project."repo"]]', '[["project".repo]]'])
def test_an_unusual_way_of_writing_headers_is_edited_as_well(path: Path, header: str) -> None:
    path.write_text(TEXT.replace("[[project.repo]]", header, 1))
    document = Document(path)
    document.add("docs", {"one": [("acme/docs", "")]})
    assert [t.repo for t in document.save().projects[0].repos] == ["acme/engine", "acme/kit", "acme/docs"]


def test_a_line_in_a_longer_text_is_no_header(path: Path) -> None:
    path.write_text(TEXT.replace('"The engine."', '"""\n[[project]]\nThe engine."""'))
    document = Document(path)
    document.add("docs", {"none": [("acme/docs", "")]})
    assert [t.repo for t in document.save().projects[1].repos] == ["acme/docs"]
