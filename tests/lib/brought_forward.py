"""Today's program over what the earlier one left: as it stands, then opened, then through a night. Prints what it finds.

`python -m tests.lib.brought_forward` with XINGLIN_HOME on the county of `tests.lib.earlier.MADE`.
"""

import json
import os

from xinglin.kernel.home import home

STAMPS = {"received_at", "from_at", "to_at", "at", "snapshot", "computed_at", "feed", "digest", "fingerprint"}
_SUMS = "place, org, g1, g2, month"


def rows(columns=None):
    """Table → rows, a digest of them, its columns; by the columns given."""
    from xinglin.lake.store import open_lake
    from xinglin.lake.tables import at_lake, q

    found = {}
    with open_lake(home(), read_only=True).cursor() as con:
        for (name,) in con.execute("SELECT table_name FROM ducklake_table_info('lk') WHERE file_count > 0 ORDER BY 1").fetchall():
            have = [c[0] for c in con.execute(f"DESCRIBE {at_lake(name)}").fetchall()]
            chosen = [c for c in (columns or {}).get(name, have) if c in have]
            told = ", ".join(f"coalesce({q(c)}::VARCHAR, chr(30))" for c in chosen if c not in STAMPS)
            n, md5 = con.execute("SELECT count(*), md5(string_agg(x, chr(10) ORDER BY x)) FROM "
                                 f"(SELECT concat_ws(chr(31), {told}) x FROM {at_lake(name)})").fetchone()
            found[name] = [n, md5, chosen]
    return found


def figures():
    """Figure → what it is computed from, and its sums."""
    from xinglin.lake.store import open_lake
    from xinglin.lake.tables import at_lake

    with open_lake(home(), read_only=True).cursor() as con:
        made = con.execute(f"SELECT value FROM {at_lake('watermark')} WHERE name = 'night.definition'").fetchone()
        return {f: [str((made, by)), n, md5] for f, by, n, md5 in con.execute(
            f"SELECT figure, min(s.fingerprint), count(*), md5(string_agg(concat_ws('|', {_SUMS}, den, num, unknown, units), chr(10) "
            f"ORDER BY {_SUMS}, den, num)) FROM {at_lake('figure_total')} JOIN {at_lake('figure_state')} s USING (figure, edition, period) "
            "GROUP BY 1").fetchall()}


def main():
    import django

    django.setup()
    from tests.lib import killed_stories as story
    from xinglin.journal.queries import verify
    from xinglin.know.indicators import publish
    from xinglin.lake.store import forget_lake, open_lake
    from xinglin.show.operations.checks import check_all
    from xinglin.show.reports.annual.queries import all_editions
    from xinglin.site.commands import databases_ready
    from xinglin.site.load import catalog

    told = {"before": rows(), "first": figures()}
    columns = {name: row[2] for name, row in told["before"].items()}
    forget_lake(home())
    databases_ready()
    open_lake(home()).ensure(catalog().records.values())
    told["brought"] = rows(columns)
    story.night()
    told |= {"after": rows(columns), "last": figures(), "verified": verify().ok}
    held = publish.newest(open_lake(home()).cursor(), story.CODES[0], "2026", "330182")
    told["published"] = [str(held.numerator), str(held.denominator)]
    told["editions"] = [[e.number, e.written.text] for e in all_editions()]
    told["database"] = [c.words for c in check_all(home()) if c.title == "应用数据库"]
    print(json.dumps(told, default=str))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.site.settings")
    main()
