"""Figures: contributions of persons and events, their totals, what opens to their rows.

contribute (a definition → one row a unit) → night (full or by touched people) → total (sums by place)
→ queries (a figure for a page), explain (why), publish (never moves again).
"""
