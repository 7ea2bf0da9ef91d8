"""The columns for which GitHub always has a value, so that NULL means that GitHub did not serve it.

Columns that may be empty, such as `closed_at`, are not listed.
"""

# Table -> columns.
UNSERVED: dict[str, tuple[str, ...]] = {
    "releases": ("is_draft", "is_prerelease", "created_at"),
    "tags": ("oid", "target_oid"),
    "commits": ("tree_oid", "authored_at", "committed_at", "additions", "deletions", "headline"),
    "issues": ("title", "body_length", "author_association", "state", "locked", "created_at", "updated_at"),
    "pull_requests": (
        "title",
        "body_length",
        "author_association",
        "state",
        "is_draft",
        "is_cross_repository",
        "locked",
        "created_at",
        "updated_at",
        "base_ref",
        "head_oid",
        "prose_length",
        "closes",
        "additions",
        "deletions",
        "changed_files",
    ),
    "pull_request_files": ("additions", "deletions", "change_type"),
    "pull_request_commits": ("headline", "authored_at", "committed_at", "additions", "deletions"),
    "discussions": (
        "title",
        "body_length",
        "author_association",
        "category",
        "is_answerable",
        "created_at",
        "updated_at",
    ),
    "comments": (
        "author_association",
        "created_at",
        "updated_at",
        "length",
        "text_hash",
        "prose_length",
        "is_review_command",
    ),
    "reviews": ("author_association", "state", "submitted_at", "length", "prose_length"),
    "events": ("created_at",),
    "pushes": ("ref", "before_oid", "after_oid", "kind", "pushed_at"),
}
