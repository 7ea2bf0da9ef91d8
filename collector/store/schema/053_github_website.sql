-- The website of the GitHub that the database was synced from, with a slash at its end: links to it begin so.
CREATE VIEW github_website AS
SELECT coalesce((SELECT value FROM meta WHERE key = 'web_url'), 'https://github.com') || '/' AS url;
