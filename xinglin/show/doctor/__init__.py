"""The doctor's pages: who is waiting today, the visit, the person, finding somebody.

rights.py says who reads and for which purpose; every page that shows people leaves an access
event (actions.py) before it is sent. Reads are in queries.py and what it names; the lake is
opened read-only, one cursor a request.
"""
