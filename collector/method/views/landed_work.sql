-- The landed work of the window.
SELECT * FROM two_years_work WHERE landed_at >= (SELECT window_start FROM as_of)
