"""Keeping an installation well: what is wrong with it, is it up, and the totals by which a copy is proved."""
