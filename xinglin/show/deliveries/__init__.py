"""数据: what each source sent, what became of it, and everything a sender needs to mend the rest.

reach (whose deliveries) → board (days, list), receipt (one delivery), kit (a dataset) ← views. Long
work runs beside the web in `xinglin gather` (runs.py); the page asks how far it is.
"""
