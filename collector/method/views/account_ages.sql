-- When each account became `account_age_days` old, and the `reason` for which it does not count before. One of unknown
-- age never does.
SELECT id AS account,
       coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', created_at, (SELECT account_age_days || ' days' FROM rules)),
                (SELECT far_future FROM rules)) AS since,
       CASE WHEN created_at IS NULL THEN 'account_age_unknown'
            ELSE (SELECT 'account_under_' || account_age_days || '_days' FROM rules) END AS reason
FROM accounts
