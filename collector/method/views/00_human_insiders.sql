-- Insiders of a project as long as they are human: from their first use of power until they are known to be a machine.
CREATE VIEW human_insiders AS
SELECT i.project, i.account, i.since, coalesce(b.since, '9999') AS until
FROM insiders AS i LEFT JOIN machines AS b ON b.account = i.account;
