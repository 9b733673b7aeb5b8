"""口径手册: pages in Chinese written from the definitions that run, as Markdown text.

`make docs` and the site's pages call the same functions; nothing here reads a database or a clock.
"""
