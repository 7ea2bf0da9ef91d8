"""The tables for other engines: which of them, of which types, written row by row as Parquet, CSV or JSON lines."""
