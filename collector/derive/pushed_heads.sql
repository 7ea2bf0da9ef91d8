-- The commits that pushes set a branch from and to between two moments: of every force push, and of pushes of commits that
-- did not land as they were.
WITH moved AS (
    SELECT u.before_oid, u.after_oid FROM pushes AS u
    WHERE u.repository = :repository AND u.ref = :ref AND u.pushed_at > :created_at AND u.pushed_at < :merged_at
      -- Not only zeros (`is_null` in history.py): the branch existed before the push, and exists after it.
      AND u.before_oid GLOB '*[1-9a-f]*' AND u.after_oid GLOB '*[1-9a-f]*'
      AND (u.kind = 'force_push' OR NOT EXISTS (
          SELECT 1 FROM commits AS c WHERE c.repository = u.repository AND c.oid = u.after_oid))
)
SELECT before_oid FROM moved UNION SELECT after_oid FROM moved
