"""管理: nights that were run, sources, sizes, versions; for the audit role the journal's verification."""
