"""Client for GitHub's GraphQL and REST APIs: rate limits, retries, page sizes. Only it uses HTTP."""
