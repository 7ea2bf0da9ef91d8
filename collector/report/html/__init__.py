"""The report as one self-contained HTML file without scripts. Jinja2 is imported only when it is used."""
