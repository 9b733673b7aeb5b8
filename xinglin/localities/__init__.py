"""A province's and a county's own norms and choices: which packs, which numbers."""
