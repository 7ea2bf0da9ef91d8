"""One signal is three files of one name: `KEY.py` with its definition, its function and its score curve, `KEY.sql`
with its evidence (which rows count, and why the others do not), `KEY.md` with its part of docs/signals.md.

The functions are pure: rows of evidence in, a value with an interval and a score out; no HTTP and no SQL.
"""
