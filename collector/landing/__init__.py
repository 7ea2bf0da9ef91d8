"""When, by what and by whom each commit landed on the default branch, and what of it counts as work.

`graph` holds a repository's history, `arrivals` walks it, `copies` compares across a project, `versions` reads tags,
`derive` writes the tables. All but `derive` is pure.
"""
