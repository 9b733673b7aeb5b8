"""指标: the list of figures, a figure's page down to its rows, why it changed, export, the handbook.

reading (the lake, read-only) → scope (which places, whose rows) → totals, trend, breakdown, members,
nights (queries) → views. Every number comes from the night's totals or is computed on the spot.
"""
