-- A project's work is found by `work_project`; no statement searches it by day.
DROP INDEX work_day;
-- A commit lands by a pull request or a push or neither: an index need not hold the rows that lack what it is searched by.
DROP INDEX landings_pull_request;
DROP INDEX landings_push;
CREATE INDEX landings_pull_request ON landings (pull_request) WHERE pull_request IS NOT NULL;
CREATE INDEX landings_push ON landings (push) WHERE push IS NOT NULL;
