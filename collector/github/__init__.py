"""GitHub's two APIs: questions within its limits, retries, page sizes, and what an answer means. Alone knows HTTP."""
