"""Bring a web process to working temperature before it serves: addresses, templates, the lake.

A first read of the lake costs most of a second, a first import of the pages some more; the first doctor
of the morning should not pay for it.
"""

from contextlib import suppress
from pathlib import Path

from django.template.loader import get_template
from django.urls import get_resolver

from xinglin.kernel.home import home
from xinglin.kernel.pinyin import first_letter
from xinglin.lake.store import open_lake
from xinglin.lake.timeline import events, rows_of_person

_SHOW = Path(__file__).resolve().parents[1] / "show"


def warm() -> None:
    """Load what every request needs; a county without data yet is warm enough without its lake."""
    list(get_resolver().reverse_dict)
    for folder in sorted(_SHOW.glob("*/templates")):
        for path in sorted(folder.rglob("*.html")):
            get_template(path.relative_to(folder).as_posix())
    first_letter("王")         # its dictionary: the first search should not wait for it
    # A county whose first delivery has just come has some tables and not yet others; a database may be away for a
    # minute: the pages say so themselves, and it is no reason not to serve.
    with suppress(Exception):
        _touch_lake()


def _touch_lake() -> None:
    from xinglin.site.load import catalog

    lake = open_lake(home(), read_only=True)
    known = catalog().records.values()
    with lake.cursor() as con:
        events(con, 0)
        rows_of_person(con, [r for r in known if r.about.code in ("person", "diagnosis")], person=0)
