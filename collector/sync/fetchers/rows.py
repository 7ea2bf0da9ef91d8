"""Convert GitHub's responses to rows of the database."""

from collections.abc import Collection

from collector.github import commit_models
from collector.github import models as m
from collector.github.models import Page
from collector.github.rest_models import Activity, Actor, Advisory
from collector.prose_length import prose_length
from collector.store.batch import Batch, Row


def account(batch: Batch, who: m.Account | None) -> int | None:
    """Add an account to a batch. Returns its database id; None for a deleted account.

    What a deleted account wrote stays, and GitHub names no author for it:
    https://docs.github.com/en/account-and-profile/how-tos/account-management/deleting-your-personal-account
    """
    number = who.number if who else None
    if who is None or number is None:
        return None
    batch.add(
        "accounts",
        {
            "id": number,
            "login": bot_login(who.login) if who.typename == "Bot" else who.login,
            "type": who.typename,
            "created_at": who.created_at,
            "node_id": who.id,
        },
    )
    return number


def bot_login(login: str) -> str:
    """Return a bot's login as in REST, with the ending [bot] that GraphQL leaves out."""
    return login if login.endswith("[bot]") else f"{login}[bot]"


def commit(
    batch: Batch, c: commit_models.Commit, repository: int, pull_request: int | None, gone_at: str | None = None
) -> None:
    """Add a commit and its parents to a batch; `pull_request` is the number from `pull_request_of`."""
    signature, parents = c.signature, c.parent_oids or []
    row: Row = {
        "repository": repository,
        "oid": c.oid,
        "tree_oid": c.tree.oid if c.tree else None,
        "authored_at": c.authored_date,
        "committed_at": c.committed_date,
        "is_merge": int(len(parents) > 1),
        "headline": c.message_headline,
        "author": account(batch, c.author.user if c.author else None),
        "signature": signature.state if signature else None,
        "signed_by_github": int(bool(signature and signature.was_signed_by_git_hub and signature.is_valid)),
        "signer": account(batch, signature.signer if signature else None),
        "verified_at": signature.verified_at if signature and signature.is_valid else None,
        "pull_request": pull_request,
    }
    batch.add("commits", row)
    batch.immutable.setdefault("commit_parents", []).extend((repository, c.oid, p, n) for n, p in enumerate(parents))
    if gone_at:
        batch.gone.setdefault("commits", []).append((repository, c.oid))


def pull_request_of(
    found: Page[commit_models.AssociatedPullRequest | None] | None, repository: str, branch: str
) -> int | None:
    """Return the number of the earliest pull request merged into `branch` of the repository with this node id.

    The pull requests of a commit may belong to a fork: intuit/auto#535.
    """
    merged = [
        (p.merged_at, p.number)
        for p in (found.nodes if found else ())
        if p and p.merged_at and p.base_ref_name == branch and p.base_repository and p.base_repository.id == repository
    ]
    return min(merged)[1] if merged else None


def release(batch: Batch, r: m.Release, repository: int, without: Collection[str] = ()) -> None:
    """Add a release to a batch, `without` the columns that GitHub did not serve."""
    row = {
        "id": r.database_id,
        "repository": repository,
        "tag_name": r.tag_name,
        "name": r.name,
        "body": r.description,
        "prose_length": prose_length(r.description or ""),
        "is_draft": flag(r.is_draft),
        "is_prerelease": flag(r.is_prerelease),
        "created_at": r.created_at,
        "published_at": r.published_at,
        "updated_at": r.updated_at,
        "author": account(batch, r.author),
        "tag_oid": r.tag_commit.oid if r.tag_commit else None,
    }
    batch.add("releases", {column: value for column, value in row.items() if column not in without})


def tag(batch: Batch, t: m.Tag, repository: int, without: Collection[str] = ()) -> None:
    """Add a tag to a batch, `without` the columns that GitHub did not serve.

    The chain of its targets is complete. `oid` is the commit's; it is null for a tagged blob or tree.
    """
    end = t.target
    while end is not None and end.target is not None:
        end = end.target
    row = {
        "repository": repository,
        "name": t.name,
        "oid": end.oid if end and end.typename == "Commit" else None,
        "target_oid": t.target.oid if t.target else None,
        "tagged_at": t.target.tagger.date if t.target and t.target.tagger else None,
    }
    batch.add("tags", {column: value for column, value in row.items() if column not in without})


def flag(value: bool | None) -> int | None:
    """Return a boolean as SQLite stores it; None when GitHub did not serve it."""
    return None if value is None else int(value)


def advisory(batch: Batch, a: Advisory, repository: int) -> None:
    """Add a published security advisory to a batch."""
    row = {
        "repository": repository,
        "ghsa_id": a.ghsa_id,
        "author": _named_by_rest(batch, a.author or a.publisher),
        "published_at": a.published_at,
        "prose_length": prose_length(a.description or ""),
    }
    batch.add("advisories", row)


def push(batch: Batch, a: Activity, repository: int, without: Collection[str] = ()) -> None:
    """Add a row of the push log to a batch, `without` the columns that GitHub did not serve."""
    row = {
        "id": a.id,
        "repository": repository,
        "ref": a.ref,
        "before_oid": a.before,
        "after_oid": a.after,
        "kind": a.activity_type,
        "actor": _named_by_rest(batch, a.actor),
        "pushed_at": a.timestamp,
    }
    batch.add("pushes", {column: value for column, value in row.items() if column not in without})


def _named_by_rest(batch: Batch, who: Actor | None) -> int | None:
    """Add an account that REST names to a batch. Returns its database id; None for a deleted account."""
    if who is None:
        return None
    batch.named_by_rest.add(who.id)
    return account(batch, m.Account(typename=who.type, login=who.login, database_id=who.id))
