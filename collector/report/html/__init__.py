"""The report as one HTML file that needs no network and no script. Jinja2 is imported only when it is asked for."""
