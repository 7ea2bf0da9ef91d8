import pytest

from collector.derive.versions import is_pre_release, moving, version


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("v1.2.0", "1.2.0"), ("1.2.0", "1.2.0"), ("V1.2.0", "1.2.0"), ("v.1.2.0", "1.2.0"), ("v1.2.0+build.7", "1.2.0"),
        ("core@1.2.0", "core@1.2.0"), ("core@v1.2.0", "core@1.2.0"), ("ya-relay-0.5.1", "ya-relay-0.5.1"),
        ("ya-relay-v0.5.1", "ya-relay-0.5.1"), ("@scope/kit@2.0.1", "@scope/kit@2.0.1"), ("release/1.4", "release/1.4"),
        ("cuda12-v1.3.0", "cuda12-1.3.0"), ("go1.21.0", "go1.21.0"), ("v1.2.0-rc.1", "1.2.0-rc.1"),
        ("2026-05-01", "2026-05-01"), ("v2026.05.01", "2026.5.1"), ("7", "7"), ("weekly-20260501", "weekly-20260501"),
    ],
)  # fmt: skip
def test_a_version_is_its_package_and_its_number(tag: str, expected: str) -> None:
    assert str(version(tag)) == expected


@pytest.mark.parametrize("tag", ["latest", "nightly", "stable", "production", "abc123f"])
def test_a_tag_without_a_number_names_none(tag: str) -> None:
    assert version(tag) is None


@pytest.mark.parametrize(
    "tag",
    [
        "v1.0.0-alpha", "v1.0.0-alpha.3", "v1.0.0-beta2", "v1.0.0-rc1", "v1.0.0-RC.1", "1.0.0rc1", "1.0a1", "1.0.0b2",
        "1.0b2+cu118", "1.0.dev3", "nightly-2026-05-01", "v2.0.0-preview.1", "canary-1.0.0", "1.2.0-SNAPSHOT",
        "5.0.0-next.4", "v1.0.0-dev.20260501", "core@1.0.0-beta.0",
    ],
)  # fmt: skip
def test_pre_releases(tag: str) -> None:
    assert is_pre_release(tag)


@pytest.mark.parametrize(
    "tag",
    [
        "v1.0.0", "nextjs-v1.0.0", "devnet-v1.0.0", "alphabet-1.0", "1.0.0-3a4", "v1.0.0-7b2c9d1", "1.0.0+abc",
        "source-1.0.0", "v1.0.0.post1", "betatron@2.1.0", "v1.0.0-hotfix1",
    ],
)  # fmt: skip
def test_no_pre_releases(tag: str) -> None:
    assert not is_pre_release(tag)


def at(day: str, *tags: str) -> list[tuple[str, str]]:
    return [(tag, day) for tag in tags]


def test_moving_tags() -> None:
    assert moving(at("1", "v1.0.3", "v1.0", "v1", "latest")) == {"v1.0", "v1", "latest"}
    assert moving(at("1", "core@1.0.3", "v1.0", "1.0-lts")) == set(), "another package, and more than a number"
    assert moving(at("1", "v1.0.0", "v1.0.0.1")) == set(), "three parts are a version"


def test_a_version_of_two_parts_stays_one_when_a_patch_follows() -> None:
    assert moving([("v0.5", "1"), ("v0.5.1", "2")]) == set()
