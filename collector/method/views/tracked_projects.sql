-- The tracked projects: all of them, or those that are being computed.
SELECT slug AS project FROM projects WHERE tracked
