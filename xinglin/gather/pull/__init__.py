"""Fetching what other systems hold: their databases, their bulk exports. Each page becomes a delivery.

hours (when it is allowed) → state (how far we are) → snapshot (what is gone) → run. Every delivery goes through
`receive`: raw copy, checks, receipt; what is killed goes on at the next run.
"""
