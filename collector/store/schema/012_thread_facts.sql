-- Facts about threads that the second method needs. NULL in an old row: not read yet.

-- Length of the text without quotes, code and comments.
ALTER TABLE comments ADD COLUMN prose_length INTEGER;
ALTER TABLE reviews ADD COLUMN prose_length INTEGER;
ALTER TABLE pull_requests ADD COLUMN prose_length INTEGER;
ALTER TABLE releases ADD COLUMN prose_length INTEGER;      -- as first seen
UPDATE releases SET prose_length = prose_length(coalesce(body, ''));

ALTER TABLE comments ADD COLUMN is_review_command INTEGER; -- a line of it is a command such as /lgtm

ALTER TABLE pull_requests ADD COLUMN body_edited_at TEXT;  -- NULL: never edited
-- Every issue that the text says it closes, in order, as JSON: [["owner/name", or null for its own repository, number]]
ALTER TABLE pull_requests ADD COLUMN closes TEXT;
UPDATE pull_requests SET closes = json_array(json_array(closes_repository, closes_number))
WHERE closes_number IS NOT NULL;

ALTER TABLE events ADD COLUMN review INTEGER;              -- ReviewDismissedEvent: id of the review
ALTER TABLE events ADD COLUMN from_repository TEXT;        -- TransferredEvent: where the issue came from
ALTER TABLE repositories ADD COLUMN archived_at TEXT;
