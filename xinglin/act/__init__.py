"""行: engines that act. Each is one Django app with the same file names; none knows a pack."""
