import pytest

from collector.config.review_commands import REVIEW_COMMANDS, is_review_command


@pytest.mark.parametrize(
    "text",
    [
        "/lgtm",
        "LGTM",
        "lgtm",
        "  /approve  ",
        "r+",
        "@bors r+",
        "@bors r+ rollup=never",
        "@BORS  r+ p=1",
        "Well done.\n/lgtm\n/approve",
        "> why so?\r\n\r\n/lgtm\r\n",
    ],
)
def test_a_line_of_its_own_is_a_command(text: str) -> None:
    assert is_review_command(text, REVIEW_COMMANDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "This looks good to me.",
        "LGTM, but the tests fail",
        "I would say /lgtm",
        "/lgtm cancel",
        "/lgtm no-issue",
        "@bors r+ cancel",
        "@bors try",
        "r-",
        "> /lgtm",
        "`/lgtm`",
        "```\n/lgtm\n```",
        "<!-- type\n/lgtm\n-->",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_review_command(text, REVIEW_COMMANDS)


def test_a_project_has_its_own_commands() -> None:
    assert is_review_command("@mergebot take", ("@mergebot take",))
    assert not is_review_command("/lgtm", ("@mergebot take",))
