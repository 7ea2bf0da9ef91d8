"""What reverts say that they revert: only numbers and lengths of it are stored."""

from tests.lab import Lab


def test_the_message_of_a_revert_is_read_with_the_sizes_of_commits(lab: Lab) -> None:
    repo = lab.repository()
    bad = repo.commit("Bad", lab.alice, "2025-03-01", body="Why it is good.")
    repo.push(by=lab.alice, at="2025-03-01")
    why = "It broke the build on every second machine."
    repo.commit('Revert "Bad"', lab.alice, "2025-03-02", body=f"This reverts commit {bad.oid}.\n\n{why}")
    repo.push(by=lab.alice, at="2025-03-02")
    lab.sync()
    found = lab.query("SELECT headline, reverts_oid, message_prose_length FROM commits ORDER BY authored_at")
    assert found[-2:] == [("Bad", None, None), ('Revert "Bad"', bad.oid, 62 + len(why))]
    assert len(lab.asked("CommitDetails")) == 1, "beside what was asked anyway"
    assert b"every second machine" not in lab.path.read_bytes()
    asked = len(lab.asked("CommitDetails"))
    lab.night()
    assert len(lab.asked("CommitDetails")) == asked


def test_a_message_that_github_does_not_serve_is_asked_for_again(lab: Lab) -> None:
    repo = lab.repository()
    commit = repo.commit("revert: it", lab.alice, "2025-03-02", body="Reverts #7")
    repo.push(by=lab.alice, at="2025-03-02")
    lab.server.fail("CommitDetails", "field_error", times=3, type="Commit", field="messageBody")
    lab.sync()
    assert lab.query("SELECT key, part FROM unreadable") == [(commit.oid, "messageBody")]
    for _ in range(3):
        lab.night()
    assert lab.query("SELECT reverts_number FROM commits WHERE oid = ?", commit.oid) == [7]
    assert lab.query("SELECT key FROM unreadable") == []


def test_what_a_pull_request_reverts_is_read_from_its_text(lab: Lab) -> None:
    repo = lab.repository()
    repo.pull_request('Revert "Bad"', lab.alice, "2025-03-02", body="Reverts example/engine#1")
    lab.sync()
    found = lab.query("SELECT reverts_repository, reverts_number, reverts_oid FROM pull_requests")
    assert found == [("example/engine", 1, None)]


def test_what_an_earlier_version_did_not_read_of_reverts_and_releases_is_read_now(lab: Lab) -> None:
    repo = lab.repository()
    repo.commit("Revert: it", lab.alice, "2025-03-02", body="Reverts #7")
    repo.push(by=lab.alice, at="2025-03-02")
    repo.release("v1", lab.alice, "2025-03-03", body="What is new")
    lab.sync()
    lab.change("UPDATE commits SET message_prose_length = NULL, reverts_number = NULL")
    lab.change("UPDATE releases SET prose_length = NULL")
    lab.change("UPDATE sync_state SET fingerprint = NULL, sweep_at = NULL WHERE kind = 'releases'")
    lab.night()
    assert lab.query("SELECT reverts_number FROM commits WHERE message_prose_length > 0") == [7]
    assert lab.query("SELECT prose_length FROM releases") == [11]
    assert lab.query("SELECT sweep_at IS NULL FROM sync_state WHERE kind = 'releases'") == [0]
