"""Views of the doctor's pages: thin, one module a page."""
