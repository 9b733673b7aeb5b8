"""呈: pages. Each folder is one audience; `common` is what they share."""
