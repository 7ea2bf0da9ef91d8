"""Export of the tables to Parquet, CSV or JSON lines."""
