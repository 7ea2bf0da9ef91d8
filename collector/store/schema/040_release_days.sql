-- What releases contain in less space, and which author-days they hold, so that no date needs to add them up again.

-- The pieces of work in a release have successive numbers, but for a few gaps. What is on the default branch is as the
-- table `work` says.
CREATE TABLE former_released_work AS SELECT * FROM released_work;
CREATE TABLE former_release_contents AS SELECT * FROM release_contents;
DROP VIEW release_work;
DROP TABLE release_contents;
DROP TABLE released_work;
CREATE TABLE released_pieces (
    id INTEGER PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (slug),
    work INTEGER,                     -- id in work; NULL: not on the default branch when it was released. A foreign key
                                      -- would need an index to delete from that table
    oid TEXT NOT NULL,                -- one of its commits in the release
    lines INTEGER NOT NULL,
    repository INTEGER REFERENCES repositories (id),  -- this and the rest: NULL where `work` says it
    pull_request INTEGER REFERENCES pull_requests (id),
    landed_at TEXT,                   -- on the branch of the tag
    person INTEGER REFERENCES accounts (id),
    weeks_only TEXT
) STRICT;
CREATE INDEX released_pieces_project ON released_pieces (project);
CREATE TABLE release_ranges (
    release_version INTEGER NOT NULL REFERENCES release_versions (id),
    first INTEGER NOT NULL,           -- id in released_pieces, as is `last`: those and all between are in the release
    last INTEGER NOT NULL,
    PRIMARY KEY (release_version, first)
) STRICT, WITHOUT ROWID;
INSERT INTO released_pieces (id, project, work, oid, lines, repository, pull_request, landed_at, person, weeks_only)
SELECT id, project, work, oid, lines, CASE WHEN work IS NULL THEN repository END,
       CASE WHEN work IS NULL THEN pull_request END, CASE WHEN work IS NULL THEN landed_at END,
       CASE WHEN work IS NULL THEN person END, CASE WHEN work IS NULL THEN weeks_only END
FROM former_released_work;
INSERT INTO release_ranges (release_version, first, last)
SELECT release_version, min(released_work), max(released_work)
FROM (
    SELECT release_version, released_work,
           released_work - row_number() OVER (PARTITION BY release_version ORDER BY released_work) AS gaps
    FROM former_release_contents
)
GROUP BY release_version, gaps;
DROP TABLE former_release_contents;
DROP TABLE former_released_work;
-- The casts keep the affinity of the columns, so that `person = '5'`, as a filter of datasette asks, finds the person.
CREATE VIEW released_work AS
SELECT p.id, p.work, CAST(coalesce(w.repository, p.repository) AS INTEGER) AS repository,
       CAST(coalesce(w.pull_request, p.pull_request) AS INTEGER) AS pull_request, p.oid,
       coalesce(w.landed_at, p.landed_at) AS landed_at, coalesce(w.day, substr(p.landed_at, 1, 10)) AS day,
       CAST(coalesce(w.person, p.person) AS INTEGER) AS person, coalesce(w.weeks_only, p.weeks_only) AS weeks_only,
       p.lines, p.project
FROM released_pieces AS p LEFT JOIN work AS w ON w.id = p.work;
CREATE VIEW release_contents AS
SELECT r.release_version, p.id AS released_work
FROM release_ranges AS r JOIN released_pieces AS p ON p.id BETWEEN r.first AND r.last;
CREATE VIEW release_work AS
SELECT v.release_key, w.work, w.repository, w.pull_request, w.oid, w.landed_at, w.day, w.person, w.weeks_only, w.lines,
       v.project
FROM release_versions AS v
JOIN release_ranges AS r ON r.release_version = v.id
JOIN released_work AS w ON w.id BETWEEN r.first AND r.last;

-- The substantive author-days that a release holds before any other: at whatever date it was published by, it gives
-- them to the users. Of those of which the date decides which release does, each has a row in `release_days`.
ALTER TABLE release_versions ADD COLUMN first_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE release_versions ADD COLUMN newest_work TEXT;  -- of these days
CREATE TABLE release_days (
    release_version INTEGER NOT NULL REFERENCES release_versions (id),
    day TEXT NOT NULL,
    person INTEGER REFERENCES accounts (id),
    weeks_only TEXT,
    newest_work TEXT NOT NULL         -- of the release, on that day
) STRICT;
CREATE INDEX release_days_release_version ON release_days (release_version);
-- In doubt the date decides, until they are derived again.
INSERT INTO release_days (release_version, day, person, weeks_only, newest_work)
SELECT v.id, w.day, w.person, w.weeks_only, max(w.landed_at)
FROM release_versions AS v JOIN release_work AS w ON w.release_key = v.release_key AND w.project = v.project
GROUP BY v.id, w.day, w.person, w.weeks_only
HAVING sum(w.lines) >= 10;  -- the method's `substantive_lines` then
