"""`python -m tests.lib.poor_machine night …`: the `xinglin` command on a machine that has little.

It waits a fifth of a second for a held database, not twenty seconds; and XINGLIN_MEMORY may be less than the least
that the lake asks for, so that a small county already runs out of it.
"""

import sys

WAIT = "200"        # milliseconds


def main() -> None:
    from xinglin.lake import attach, settings
    from xinglin.site import cli, databases

    before = databases.PRAGMAS
    databases.PRAGMAS = before.replace("busy_timeout=20000", f"busy_timeout={WAIT}")
    assert before != databases.PRAGMAS
    real, settings._LEAST = attach._attach_sql, 0

    def soon(*args: object, **kwargs: object) -> str:
        return real(*args, **kwargs).replace("BUSY_TIMEOUT 20000", f"BUSY_TIMEOUT {WAIT}")

    attach._attach_sql = soon
    cli.main()


if __name__ == "__main__":
    sys.exit(main())
