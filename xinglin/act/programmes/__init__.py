"""Programmes: people followed. `fold` computes one person (Python), `plan` everyone (Ibis).

Both give the same cases, cycles and loops for the same history; the oracle holds them to it.
"""
