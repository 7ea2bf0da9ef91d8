-- What the signals that change by the day follow from on the dates after `as_of`, as compressed JSON; NULL: they are
-- computed anew.
ALTER TABLE computed_projects ADD COLUMN evidence BLOB;
