"""驾驶舱: the county on one dark screen. Every tile opens the ordinary page of that thing.

cells (the map, pure) ← board (figures of one night) and stuck (what waits, with owner) ← views.
"""
