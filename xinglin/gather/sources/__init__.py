"""Where rows come from: files, and this system's own journal. Each ends as a table of text."""
