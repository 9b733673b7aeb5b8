"""`python -m xinglin` is the `xinglin` command."""

from xinglin.site.cli import main

if __name__ == "__main__":
    main()
