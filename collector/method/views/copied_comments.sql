-- Comments on discussions that an issue brought along when it was turned into one: they are no new posts.
SELECT c.id
FROM events AS e
JOIN discussions AS d ON d.repository = e.repository AND d.number = e.discussion_number
JOIN comments AS c ON c.subject = d.id AND c.subject_type = 'Discussion'
JOIN comments AS o ON o.subject = e.subject AND o.subject_type = 'Issue'
 AND o.created_at = c.created_at AND o.text_hash = c.text_hash
LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
LEFT JOIN former_authors AS w ON w.kind = 'comments' AND w.id = o.id
WHERE e.type = 'ConvertedToDiscussionEvent' AND e.repository IN (SELECT id FROM tracked_repositories)
  AND coalesce(w.author, o.author) = coalesce(h.author, c.author)
