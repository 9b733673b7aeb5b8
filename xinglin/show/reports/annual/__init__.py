"""The annual report of a county: the writer fed from its figures, its filled numbers, its frozen editions.

What people did (a number filled, a matter raised, an edition frozen) are acts of the journal; nothing
else is stored here.
"""
