"""Where rows come from: files, other systems' databases, this system's own journal. Each ends as a table of text."""
