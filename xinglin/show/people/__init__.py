"""Entries of the registry, as those see them who keep it in order: 疑似重复档案."""
