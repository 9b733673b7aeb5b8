"""Two append-only streams: acts (what people did here) and access (who read whom).

Acts lie in the default database, so that an act and its effect commit together; access lies
in a database of its own. Closed batches are chained over salted digests; the bodies lie
beside, so that erasing them by schedule leaves the chain verifiable.
"""
