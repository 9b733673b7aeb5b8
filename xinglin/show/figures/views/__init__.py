"""Views of figures: each reads its choices from the address, asks the queries, fills a template."""
