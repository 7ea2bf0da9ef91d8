"""What a sync keeps of issues and pull requests: events of triage, lengths of prose, flags, and changes."""

from dataclasses import replace

from tests.lab import Lab

EVENTS = (
    "SELECT e.type, a.login FROM events AS e JOIN accounts AS a ON a.id = e.actor WHERE e.subject_type = ? "
    "ORDER BY e.type"
)


def test_events_of_triage_are_kept(lab: Lab) -> None:
    repo = lab.repository()
    issue = repo.issue("Help", lab.bob, "2025-03-01")
    kinds = ["AssignedEvent", "MarkedAsDuplicateEvent", "MilestonedEvent", "PinnedEvent"]
    for kind in (*kinds, "UnlockedEvent"):
        issue.event(kind, lab.alice, "2025-03-02")
    issue.lock(lab.alice, "2025-03-02")
    pull = repo.pull_request("Mend it", lab.bob, "2025-03-01", fork=True)
    for kind in kinds[:3]:
        pull.event(kind, lab.alice, "2025-03-02")
    pull.label("mended", lab.alice, "2025-03-02").lock(lab.alice, "2025-03-03")
    pull.dismiss(pull.review(lab.bob, at="2025-03-03"), lab.alice, "2025-03-04")
    lab.sync()
    issues = ["AssignedEvent", "LockedEvent", "MarkedAsDuplicateEvent", "MilestonedEvent", "PinnedEvent"]
    assert lab.query(EVENTS, "Issue") == [(kind, "alice") for kind in (*issues, "UnlockedEvent")]
    pulls = ["AssignedEvent", "LabeledEvent", "LockedEvent", "MarkedAsDuplicateEvent", "MilestonedEvent"]
    assert lab.query(EVENTS, "PullRequest") == [(kind, "alice") for kind in (*pulls, "ReviewDismissedEvent")]
    assert lab.query("SELECT review FROM events WHERE review IS NOT NULL") == lab.query("SELECT id FROM reviews")
    assert lab.query("SELECT label FROM events WHERE type = 'LabeledEvent'") == ["mended"]


def test_a_transfer_says_where_the_issue_came_from(lab: Lab) -> None:
    elsewhere = lab.world.repository("example/elsewhere", "2025-02-01")
    issue = elsewhere.issue("Help", lab.bob, "2025-03-01")
    elsewhere.transfer(issue, lab.repository(), lab.alice, "2025-03-02")
    lab.sync()
    assert lab.query("SELECT from_repository FROM events WHERE type = 'TransferredEvent'") == ["example/elsewhere"]


def test_commands_of_review_are_flagged_as_the_project_has_them(lab: Lab) -> None:
    for name in ("example/engine", "example/motor"):
        pull = lab.repository(name).pull_request("Mend it", lab.bob, "2025-03-01")
        pull.comment(lab.alice, "Fine.\n/lgtm", "2025-03-02")
        pull.comment(lab.alice, "@mergebot take", "2025-03-03")
    first, second = lab.config().projects
    lab.configured = replace(lab.config(), projects=(first, replace(second, review_commands=("@mergebot take",))))
    lab.sync()
    assert lab.query("SELECT is_review_command FROM comments ORDER BY repository, created_at") == [1, 0, 0, 1]


def test_prose_is_measured_without_quotes_and_code(lab: Lab) -> None:
    repo, text = lab.repository(), "> said\n\nRun `it` now."
    pull = repo.pull_request("Mend it", lab.bob, "2025-03-01", body=text, fork=True)
    pull.comment(lab.alice, text, "2025-03-02")
    pull.review(lab.alice, "COMMENTED", "2025-03-02", text)
    repo.release("v1", lab.alice, "2025-03-03", body=text)
    lab.sync()
    for table in ("pull_requests", "comments", "reviews", "releases"):
        assert lab.query(f"SELECT prose_length FROM {table}") == [len("Run now.")], table
    assert lab.query("SELECT body_edited_at FROM pull_requests") == [None]


def test_a_text_that_is_edited_leaves_a_trace(lab: Lab) -> None:
    repo = lab.repository()
    pull = repo.pull_request("Mend it", lab.bob, "2025-03-01", body="Why it broke.")
    release = repo.release("v1", lab.alice, "2025-03-03", body="New.")
    lab.sync()
    lab.world.move(days=1)
    pull.edit(body="No.")
    release.change(body="All that is new.")
    lab.sync()
    assert lab.query("SELECT prose_length, body_edited_at FROM pull_requests") == [(3, lab.world.now)]
    assert lab.query("SELECT old, new FROM changes WHERE \"column\" = 'prose_length'") == [("13", "3")]
    assert lab.query("SELECT body, prose_length FROM releases") == [("All that is new.", len("New."))]


def test_all_issues_that_a_text_closes_are_kept(lab: Lab) -> None:
    lab.repository().pull_request("Mend it", lab.bob, "2025-03-01", body="Fixes other/thing#4 and closes #1.")
    lab.sync()
    assert lab.query("SELECT closes FROM pull_requests") == ['[["other/thing", 4], [null, 1]]']


def test_a_new_association_is_recorded(lab: Lab) -> None:
    repo = lab.repository()
    issue = repo.issue("Help", lab.bob, "2025-03-01")
    issue.comment(lab.bob, "Please.", "2025-03-01")
    pull = repo.pull_request("Mend it", lab.bob, "2025-03-02", fork=True)
    pull.review(lab.bob, "COMMENTED", "2025-03-02")
    lab.sync()
    repo.member(lab.bob)
    lab.world.move(days=1)
    issue.comment(lab.alice, "Welcome.")
    pull.comment(lab.alice, "Welcome.")
    lab.sync()
    found = lab.query('SELECT "table", old, new FROM changes WHERE "column" = \'author_association\' ORDER BY "table"')
    assert found == [(table, "NONE", "MEMBER") for table in ("comments", "issues", "pull_requests", "reviews")]


def test_the_time_of_archiving_is_kept(lab: Lab) -> None:
    repo = lab.repository()
    lab.sync()
    assert lab.query("SELECT archived_at FROM repositories") == [None]
    repo.change("2026-01-03", archived=True)
    lab.night(5)
    assert lab.query("SELECT archived_at FROM repositories") == ["2026-01-03T00:00:00Z"]
