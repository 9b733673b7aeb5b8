"""The only place that puts Xinglin together: settings, urls, the night, the `xinglin` command."""
