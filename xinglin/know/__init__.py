"""知 know: figures and alerts, computed from the lake by the definitions of the packs.

Knows no pack by name and writes nothing but its own tables in the lake.
"""
