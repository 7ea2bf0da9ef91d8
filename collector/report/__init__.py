"""Reports on the computed signals: terminal, Markdown, HTML, JSON and CSV."""
