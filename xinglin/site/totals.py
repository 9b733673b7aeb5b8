"""`python -m xinglin.site.totals`: a home's control totals as JSON, its tables brought up to date first: a backup's proof."""

import json

from xinglin.site.commands import databases_ready


def main() -> None:
    """Print them."""
    databases_ready()
    from xinglin.kernel.home import home
    from xinglin.show.operations.totals import control_totals

    print(json.dumps(control_totals(home()), ensure_ascii=False))


if __name__ == "__main__":
    main()
