"""The lake's vocabulary: one module per subject, only Records and codelists."""
