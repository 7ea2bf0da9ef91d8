"""An export of the list of ecosystems: what is read of it, and what of its lines is left aside."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.errors import DatabaseError, UsageError
from collector.repos import export_lines, taxonomy
from collector.repos.export_lines import STDIN, Entry, Faults
from collector.store import database


def line(ecosystem: str, repo: str, *branch: str, tags: tuple[str, ...] = ()) -> str:
    """A line as the exporter writes it."""
    url = f"https://github.com/{repo}"
    found = {"eco_name": ecosystem, "branch": branch, "repo_url": url, "tags": tags}
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def write(path: Path, *lines: str | bytes) -> Path:
    path.write_bytes(b"".join((text if isinstance(text, bytes) else text.encode()) + b"\n" for text in lines))
    return path


def entries(path: Path, faults: Faults | None = None) -> list[Entry]:
    return [entry for _, entry in export_lines.read(path, faults or Faults(), lambda name: True, {})]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "exports.jsonl"


def test_a_list_of_ecosystems_with_and_without_what_is_within(path: Path) -> None:
    write(
        path,
        line("Acme", "acme/node"),
        line("Other", "other/node"),
        line("Acme", "acme/wallet", "Wallets", "Small", tags=("#wallet",)),
        line("Third", "third/node"),
        line("ACME", "acme/late"),
    )
    chosen = taxonomy.choose(path, ["third", "acme"], False, (), Faults())
    assert chosen.names == ["Third", "Acme"]
    assert [(e.ecosystem, e.repo) for e in chosen.entries] == [
        ("Acme", "acme/node"), ("Third", "third/node"), ("Acme", "acme/late"),
    ]  # fmt: skip
    assert chosen.within == {"Wallets": 1}
    whole = taxonomy.choose(path, ["acme"], True, (), Faults())
    wallet = Entry("Acme", ("Wallets", "Small"), "acme/wallet", ("#wallet",))
    assert wallet in list(whole.entries)
    assert list(taxonomy.choose(path, ["acme"], True, ("Wallet",), Faults()).entries) == [wallet]


def test_a_repository_of_several_ecosystems_is_of_the_one_named_first(path: Path) -> None:
    write(path, line("Late", "acme/node"), line("Early", "Acme/Node"), line("Late", "acme/node", "Sub"))
    faults = Faults()
    chosen = taxonomy.choose(path, ["early", "late"], True, (), faults)
    assert [(e.ecosystem, e.repo) for e in chosen.entries] == [("Early", "Acme/Node")]
    assert chosen.entries.ecosystems("ACME/node") == ["Early", "Late"]
    assert faults.as_row() == {"repeated": {"lines": 1, "first": [3]}}


def test_names_keep_their_case(path: Path) -> None:
    write(
        path, line("Late", "acme/Node"), line("Late", "acme/kit"), line("Early", "acme/node"), line("Early", "Acme/Kit")
    )
    chosen = taxonomy.choose(path, ["early", "late"], True, (), Faults())
    assert [entry.repo for entry in chosen.entries] == ["acme/node", "Acme/Kit"]
    assert [(entry.ecosystem, entry.repo) for entry in chosen.entries.by_ecosystem(once=False)] == [
        ("Early", "acme/node"), ("Early", "Acme/Kit"), ("Late", "acme/Node"), ("Late", "acme/kit"),
    ]  # fmt: skip


def test_a_misspelt_one_among_several(path: Path) -> None:
    write(path, line("Acme", "acme/node"), line("Othernet", "other/node"))
    with pytest.raises(UsageError, match=r'no ecosystem "Otherneet"; did you mean "Othernet"\?'):
        taxonomy.choose(path, ["Acme", "Otherneet"], True, (), Faults())


def test_odd_lines_are_counted_by_kind_and_the_first_are_named(path: Path) -> None:
    good = line("Acme", "acme/node")
    write(
        path,
        good,
        "",
        "nonsense",
        '{"eco_name":"Acme","branch":[]}',
        '{"eco_name":"Acme","branch":"Sub","repo_url":"https://github.com/acme/x","tags":[]}',
        '{"eco_name":"Acme","branch":[1],"repo_url":"https://github.com/acme/x","tags":[]}',
        '{"eco_name":" ","branch":[],"repo_url":"https://github.com/acme/x","tags":[]}',
        '{"eco_name":["Acme"],"branch":[],"repo_url":"https://github.com/acme/x","tags":[]}',
        "[" * 100_000,
        b'{"eco_name":"\xff","branch":[],"repo_url":"https://github.com/acme/x","tags":[]}',
        '{"eco_name":"\\ud800","branch":[],"repo_url":"https://github.com/acme/x","tags":[]}',
        '{"eco_name":"Acme","branch":[],"repo_url":"https://github.com/acme","tags":[]}',
        line("Acme", ".."),
        '{"eco_name":"Acme","branch":[],"repo_url":"https://gitlab.com/acme/x","tags":[]}',
        "x" * 10_000_000,
        good.replace("node", "late"),
        "y" * 2_000_000,
    )
    faults = Faults()
    assert [e.repo for e in entries(path, faults)] == ["acme/node", "acme/late"]
    assert faults.as_row() == {
        "not_json": {"lines": 4, "first": [3, 9, 10, 11]},
        "wrong_fields": {"lines": 5, "first": [4, 5, 6, 7, 8]},
        "no_repository": {"lines": 2, "first": [12, 13]},
        "outside_github": {"lines": 1, "first": [14]},
        "too_long": {"lines": 2, "first": [15, 17]},
    }
    assert faults.sentence() == (
        "Skipped: 13 invalid lines (line 3, 4, 5, 6, 7, ...): 4 not JSON, 5 without the fields of the list, "
        "2 without a repository in the link, 2 too long; 1 repositories outside GitHub (line 14)."
    )


def test_a_line_that_is_too_long_is_one_line(path: Path) -> None:
    write(path, "x" * 5_000_000, "nonsense", line("Acme", "acme/node"), "z" * 3_000_000)
    faults = Faults()
    assert len(entries(path, faults)) == 1
    assert faults.first == {"too_long": [1, 4], "not_json": [2]}


def test_lines_across_blocks_without_an_end_and_with_windows_ends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repos = [f"acme/größe-{n}" if n == 3 else f"acme/node-{n}" for n in range(8)]
    path.write_bytes("\r\n".join(line("Größe" if n == 5 else "Acme", r) for n, r in enumerate(repos)).encode())
    whole = entries(path)
    assert [e.repo for e in whole] == [r for r in repos if "ö" not in r]
    for size in (1, 7, 100, 333):
        monkeypatch.setattr(export_lines, "BLOCK_BYTES", size)
        assert entries(path) == whole


def test_compressed_and_from_the_standard_input(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (line("Acme", "acme/node") + "\n").encode()
    packed = gzip.compress(text) + gzip.compress(text.replace(b"node", b"kit"))
    path.write_bytes(packed)
    assert [e.repo for e in entries(path)] == ["acme/node", "acme/kit"]
    for content in (text, packed):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert entries(STDIN)[0].repo == "acme/node"
    path.write_bytes(packed[:-9])
    with pytest.raises(UsageError, match="is damaged: the compressed data is incomplete"):
        entries(path)
    path.write_bytes(packed[:20] + b"x" + packed[21:])
    with pytest.raises(UsageError, match="is damaged"):
        entries(path)


def test_a_device_has_no_end() -> None:
    with pytest.raises(UsageError, match="/dev/zero is a device, not a file"):
        entries(Path("/dev/zero"))


def test_a_closed_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UsageError, match="standard input is closed"):
        entries(STDIN)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"nonsense\n", gzip.compress(b"", mtime=0)])
def test_what_has_no_entry_is_no_list(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(UsageError, match="has no entries of the list"):
        entries(path)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.text("aB0-_.", min_size=1, max_size=6) | st.sampled_from(["a.git", "..", ".", "a/b", "x" * 101])


@given(TEXTS, st.lists(TEXTS, max_size=2), NAMES, NAMES, st.lists(TEXTS, max_size=2), st.booleans())
def test_the_short_way_reads_what_the_json_parser_reads(
    tmp_path_factory: pytest.TempPathFactory,
    ecosystem: str,
    branch: list[str],
    owner: str,
    name: str,
    tags: list[str],
    is_ascii: bool,
) -> None:
    """A line with its keys in another order is never read the short way."""
    found = {"eco_name": ecosystem, "branch": branch, "repo_url": f"https://github.com/{owner}/{name}", "tags": tags}
    path = tmp_path_factory.mktemp("export") / "x.jsonl"
    usual = json.dumps(found, separators=(",", ":"), ensure_ascii=is_ascii)
    other = json.dumps(dict(sorted(found.items(), reverse=True)), ensure_ascii=is_ascii)
    faults = Faults()
    write(path, line("Acme", "acme/node"), usual, other)
    read = entries(path, faults)[1:]
    assert len(read) + sum(faults.counts.values()) == 2
    if read:
        assert len(read) == 2
        assert read[0] == read[1]


@given(
    st.lists(
        st.builds(
            Entry,
            st.sampled_from(["Acme", "Other"]),
            st.sampled_from([(), ("Wallets",)]),
            st.builds(
                "{}/{}".format,
                st.sampled_from(["acme", "Acme", "widgets"]),
                st.text("aAbB._-", min_size=1, max_size=3),
            ),
            st.sampled_from([(), ("#wallet",)]),
        ),
        max_size=200,
    )
)
def test_entries_are_held_as_in_a_dict(added: list[Entry]) -> None:
    ranks = {"Other": 0, "Acme": 1}
    held, expected = taxonomy.Entries(), dict[str, dict[str, Entry]]()
    for entry in added:
        of = expected.setdefault(entry.repo.lower(), {})
        assert held.add(entry, ranks[entry.ecosystem]) == (entry.ecosystem not in of)
        of.setdefault(entry.ecosystem, entry)
    assert list(held) == [of.get("Other") or of["Acme"] for of in expected.values()]
    assert len(held) == len(expected)
    for key, of in expected.items():
        assert held.ecosystems(key) == sorted(of, key=ranks.__getitem__)
    assert {(e.repo.lower(), e.ecosystem) for e in held.by_ecosystem(once=False)} == {
        (key, name) for key, of in expected.items() for name in of
    }
    once = list(held.by_ecosystem(once=True))
    assert sorted(map(repr, once)) == sorted(map(repr, held))
    assert [ranks[entry.ecosystem] for entry in once] == sorted(ranks[entry.ecosystem] for entry in once)


def test_a_full_disk_of_temporary_files_ends_with_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = database.temporary()
    db.execute("PRAGMA max_page_count = 4")
    monkeypatch.setattr(database, "temporary", lambda: db)
    write(path, *(line("Acme", f"acme/{number:0100}") for number in range(200)))
    with pytest.raises(DatabaseError, match=r"does not fit into the folder of temporary files .*SQLITE_TMPDIR"):
        taxonomy.choose(path, ["Acme"], True, (), Faults())
