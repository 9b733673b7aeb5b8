"""Another system's database as a source: one declared query a Record, read in pages, never written.

declared (the TOML file) → connect (engine, credentials, sentences) → account (may it write?) → dialects and
paging (SQL of each kind of server) → fetch (rows to Parquet). `gather/pull` runs it and delivers the pages.
"""
